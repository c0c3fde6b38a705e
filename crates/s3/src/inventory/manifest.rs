//! What says that a report is whole: its manifest, the manifest's MD5, and the list of its files for Hive. From the user guide, "Locating
//! your inventory list".

use coldkeep_store::{Bucket, Inventory, InventoryRun};
use coldkeep_types::Timestamp;
use serde_json::json;

use super::rows::Columns;

/// What the keys of all objects of an inventory begin with.
pub(super) fn place(source: &Bucket, inventory: &Inventory) -> String {
    let prefix = inventory.prefix.as_deref().filter(|prefix| !prefix.is_empty());
    let prefix = prefix.map(|prefix| format!("{prefix}/")).unwrap_or_default();
    format!("{prefix}{}/{}", source.name, inventory.id)
}

/// `YYYY-MM-DDTHH-MMZ`: what names a report.
pub(super) fn time(run: &InventoryRun) -> String {
    let seconds = Timestamp(run.begun_ms).iso_seconds();
    format!("{}Z", seconds[..16].replacen(':', "-", 1))
}

/// The key of the list for Hive.
pub(super) fn hive_key(place: &str, run: &InventoryRun) -> String {
    format!("{place}/hive/dt={}/symlink.txt", time(run).trim_end_matches('Z').replace('T', "-"))
}

/// The list for Hive.
pub(super) fn hive(inventory: &Inventory, run: &InventoryRun) -> String {
    run.files.iter().map(|file| format!("s3://{}/{}\n", inventory.target, file.key)).collect()
}

/// The manifest.
pub(super) fn manifest(source: &Bucket, inventory: &Inventory, run: &InventoryRun) -> String {
    let files =
        run.files.iter().map(|file| json!({"key": file.key, "size": file.bytes, "MD5checksum": hex::encode(file.md5)}));
    let document = json!({
        "sourceBucket": source.name.as_str(),
        "destinationBucket": format!("arn:aws:s3:::{}", inventory.target),
        "version": "2016-11-30",
        "creationTimestamp": run.begun_ms.to_string(),
        "fileFormat": "CSV",
        "fileSchema": Columns::of(inventory).schema(),
        "files": files.collect::<Vec<_>>(),
    });
    format!("{document:#}")
}
