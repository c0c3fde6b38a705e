//! Checkers: each proves one promise, on a server at rest or on its disk.

mod fsck;
mod leaks;
mod places;
mod plaintext;
mod readable;
mod rot;
mod uploads;
mod versions;

pub use fsck::{clean, problems};
pub use leaks::{nothing_left, remove_all};
pub use plaintext::no_plaintext;
pub use rot::{Damage, is_found, rotten};

use crate::clients::{
    BUCKETS, Client, SECRET, Wrong, archive_jobs, inventory, is_under_kms, list_keys, look_at_keys, unlock,
};

/// All that can be asked of a server at rest. What the model did not know it knows then.
pub async fn at_rest(client: &mut Client) -> Result<(), Wrong> {
    look_at_keys(client).await.map_err(named("keys"))?;
    readable::all(client).await.map_err(named("readable"))?;
    // What was out of reach comes back, byte for byte.
    unlock(client).await.map_err(named("keys"))?;
    readable::of(client, is_under_kms).await.map_err(named("under enabled keys"))?;
    for bucket in BUCKETS.into_iter().chain([SECRET]) {
        listed(client, bucket).await?;
    }
    versions::all(client).await.map_err(named("versions"))?;
    places::all(client).await.map_err(named("places"))?;
    archives(client).await
}

/// The same of what is there however many servers there are: the buckets that all clients share, versions, and the vault.
pub async fn shared_at_rest(client: &mut Client) -> Result<(), Wrong> {
    readable::all(client).await.map_err(named("readable"))?;
    versions::all(client).await.map_err(named("versions"))?;
    for bucket in BUCKETS {
        listed(client, bucket).await?;
    }
    archives(client).await
}

async fn archives(client: &mut Client) -> Result<(), Wrong> {
    inventory(client, true).await.map_err(named("vaults"))?;
    archive_jobs(client).await.map_err(named("jobs"))
}

async fn listed(client: &mut Client, bucket: &str) -> Result<(), Wrong> {
    for (delimiter, at_once) in [("", "1000"), ("/", "2")] {
        list_keys(client, bucket, "", delimiter, at_once).await.map_err(named("lists"))?;
    }
    uploads::open(client, bucket).await.map_err(named("uploads"))
}

/// Says which checker found it.
pub fn named(checker: &str) -> impl Fn(Wrong) -> Wrong {
    move |wrong| format!("{checker}: {wrong}")
}
