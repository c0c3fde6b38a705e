//! A new root key for a store that several servers share. All of them are given it, and none keeps it, so it is in a file. Servers that run
//! have opened the store's key, and go on; they need the new root key at their next start.

use std::path::Path;

use coldkeep_identity::{RootKey, change_root_key, sealed_under};
use coldkeep_store::migrate::why_closed;

use super::Source;
use super::rotate::of_file;
use crate::Failure;
use crate::data_folder::read_if_present;
use crate::shared::SharedStore;

/// Seals the store's key under the key in `file`, which is made if it is missing. Killed before the one commit that does it, it goes on when
/// it is done again, with the same file.
pub(super) async fn rotate(store: &SharedStore, source: &Source, file: Option<&Path>) -> Result<(), Failure> {
    let (Source::Given(old), Some(file)) = (source, file) else {
        return Err(Failure::new(
            "the servers of a shared store are given the root key, and none of them keeps it: give the one there is by COLDKEEP_ROOT_KEY_FILE or \
             COLDKEEP_ROOT_KEY, and say with --to-file FILE where the new one shall be.\nNothing was changed. For a data folder, name it with --data.",
        ));
    };
    let failed = |error: coldkeep_identity::Error| Failure::new(format!("cannot exchange the root key: {error}"));
    let meta = store.metadata().await?;
    if let Some(why) = why_closed(&meta).await.map_err(|error| Failure::new(error.to_string()))? {
        return Err(Failure::new(why));
    }
    let needed = sealed_under(&meta).await.map_err(failed)?;
    let needed = needed.ok_or_else(|| Failure::new("nothing is sealed yet: start a server once."))?;
    let there = read_if_present(file)?.and_then(|text| RootKey::parse(&text));
    if there.is_none_or(|there| there.id() != needed) {
        if old.id() != needed {
            let words = format!("the root key that is given, {}, is not the one in force, {needed}.", old.id());
            return Err(Failure::new(format!("{words} Nothing was changed.")));
        }
        change_root_key(&meta, old, &of_file(file)?).await.map_err(failed)?;
    }
    let now = sealed_under(&meta).await.map_err(failed)?.unwrap_or_default();
    println!("the root key is {now} now; it was {}", old.id());
    println!(
        "Start each server with COLDKEEP_ROOT_KEY_FILE={} from now on: those that run go on, and need it at their next start. Keep a copy of that \
         file: without it everything that is sealed is lost.",
        file.display()
    );
    Ok(())
}
