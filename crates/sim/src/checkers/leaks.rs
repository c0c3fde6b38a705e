//! When everything was deleted, nothing is left: what the disk then has of blobs was leaked.

use std::time::Duration;

use coldkeep_disk::simulated::SimulatedDisk;
use http::Method;
use serde_json::Value;

use super::versions;
use crate::clients::{BUCKETS, Client, SECRET, VAULT, Wrong, inventory, keys, open_uploads, remove_places};
use crate::request::{Fate, Request};
use crate::server::BLOBS;

/// Deletes all there is, buckets and vaults included.
pub async fn remove_all(client: &mut Client) -> Result<(), Wrong> {
    for bucket in BUCKETS.into_iter().chain([SECRET]) {
        let keys = keys(&client.model.lock(), bucket);
        for key in keys {
            delete(client, Request::s3(Method::DELETE, bucket, &key)).await?;
        }
        // Those that are left go with the bucket.
        let uploads = open_uploads(client, bucket).await?.unwrap_or_default();
        for (key, id) in uploads.into_iter().filter(|_| client.dice.once_in(2)).collect::<Vec<_>>() {
            delete(client, Request::s3(Method::DELETE, bucket, &key).query("uploadId", &id)).await?;
        }
        delete(client, Request::s3(Method::DELETE, bucket, "")).await?;
    }
    versions::remove(client).await?;
    inventory(client, true).await?;
    let archives: Vec<String> = {
        let model = client.model.lock();
        let vault = model.vaults.get(VAULT);
        vault.into_iter().flat_map(|vault| vault.archives.keys().cloned()).collect()
    };
    for id in archives {
        delete(client, Request::glacier(Method::DELETE, &format!("/{VAULT}/archives/{id}"))).await?;
    }
    let answer = client.ask(Request::glacier(Method::GET, &format!("/{VAULT}/multipart-uploads"))).await?;
    let listed: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    for upload in listed["UploadsList"].as_array().into_iter().flatten() {
        let id = upload["MultipartUploadId"].as_str().unwrap_or_default();
        if client.dice.once_in(2) {
            continue;
        }
        delete(client, Request::glacier(Method::DELETE, &format!("/{VAULT}/multipart-uploads/{id}"))).await?;
    }
    delete(client, Request::glacier(Method::DELETE, &format!("/{VAULT}"))).await?;
    remove_places(client).await?;
    // The reclaimer needs a while.
    tokio::time::sleep(Duration::from_secs(900)).await;
    Ok(())
}

async fn delete(client: &mut Client, request: Request) -> Result<(), Wrong> {
    let line = request.line();
    let answer = client.ask(request).await?;
    match answer.fate() {
        Fate::Done => Ok(()),
        _ => Err(format!("{line}: {}", answer.said())),
    }
}

/// No blob is left, but for those in quarantine.
pub fn nothing_left(disk: &SimulatedDisk) -> Result<(), Wrong> {
    let blobs: Vec<String> = disk
        .files()
        .into_iter()
        .filter(|path| path.starts_with(BLOBS) && path.components().count() > 4)
        .map(|path| path.display().to_string())
        .filter(|path| !path.contains("quarantine"))
        .collect();
    match blobs.is_empty() {
        true => Ok(()),
        false => Err(format!("everything was deleted, but these are left: {}", blobs.join(", "))),
    }
}
