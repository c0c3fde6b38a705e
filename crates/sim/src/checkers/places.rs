//! Buckets and vaults that come and go stand with their uploads, or are gone with them; a delete that was acknowledged stays done.

use crate::clients::{Client, Wrong, look_at_place};

/// Looks at all of them. The model learns which there are.
pub async fn all(client: &mut Client) -> Result<(), Wrong> {
    let names: Vec<String> = client.model.lock().places.keys().cloned().collect();
    for name in names {
        look_at_place(client, &name).await?;
    }
    Ok(())
}
