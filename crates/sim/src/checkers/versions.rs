//! Each version that is kept is there under its id as it was made, and the newest of a key is what the key shows.

use http::Method;

use crate::clients::{Client, KEPT, Wrong, list_versions, read_version};
use crate::request::{Fate, Request};

/// All of a server at rest. The model learns which versions there are.
pub async fn all(client: &mut Client) -> Result<(), Wrong> {
    let rows = list_versions(client, true).await?.unwrap_or_default();
    readable(client).await?;
    for row in rows.iter().filter(|row| row.is_latest) {
        let answer = client.ask(Request::s3(Method::GET, KEPT, &row.key)).await?;
        let shown = match (&row.object, answer.status) {
            (_, _) if answer.fate() == Fate::Unknown => continue,
            (Some(_), 200) => answer.header("x-amz-version-id") == row.id,
            (None, 404) => answer.header("x-amz-delete-marker") == "true",
            _ => false,
        };
        if !shown {
            return Err(format!("the newest version is {row:?}, but the key shows {}", answer.said()));
        }
    }
    Ok(())
}

/// Reads every version by its id.
pub async fn readable(client: &mut Client) -> Result<(), Wrong> {
    let known: Vec<(String, String)> = client.model.lock().versions.known.keys().cloned().collect();
    for (key, id) in known {
        read_version(client, &key, &id).await?;
    }
    Ok(())
}

/// Deletes all versions, and what is left of the bucket with its open uploads.
pub async fn remove(client: &mut Client) -> Result<(), Wrong> {
    for row in list_versions(client, true).await?.unwrap_or_default() {
        let answer = client.ask(Request::s3(Method::DELETE, KEPT, &row.key).query("versionId", &row.id)).await?;
        if answer.fate() != Fate::Done {
            return Err(format!("{row:?} cannot be deleted: {}", answer.said()));
        }
    }
    let answer = client.ask(Request::s3(Method::DELETE, KEPT, "")).await?;
    match answer.fate() {
        Fate::Done => Ok(()),
        Fate::Refused | Fate::Unknown => Err(format!("the bucket {KEPT} cannot be deleted: {}", answer.said())),
    }
}
