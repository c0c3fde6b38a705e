//! Data folders of earlier formats, as `fixtures/` keeps them: each opens with all that is in it, is upgraded, and is clean then;
//! also when the server is killed while it upgrades.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use coldkeep_blob::Files;
use coldkeep_digest::{DigestSet, Hasher};
use coldkeep_disk::SystemDisk;
use coldkeep_meta::Embedded;
use coldkeep_store::{OpaqueKind, Options, Reader, Start, Store};
use coldkeep_types::{AccountId, BucketName, ObjectKey, Region, SystemClock, VaultName};
use serde::Deserialize;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_coldkeep");

#[derive(Deserialize)]
struct Manifest {
    account: String,
    objects: Vec<Object>,
    uploads: Vec<Upload>,
    archives: Vec<Archive>,
    jobs: Vec<Job>,
}

#[derive(Deserialize)]
struct Object {
    bucket: String,
    key: String,
    bytes: u64,
    sha256: String,
    etag: String,
    content_type: String,
    metadata: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Upload {
    bucket: String,
    key: String,
    parts: Vec<(u32, String)>,
}

#[derive(Deserialize)]
struct Archive {
    vault: String,
    id: String,
    bytes: u64,
    sha256: String,
    tree_hash: String,
}

#[derive(Deserialize)]
struct Job {
    vault: String,
    id: String,
    sha256: String,
}

/// All fixtures: a name, and what must be in it.
fn fixtures() -> Vec<(PathBuf, Manifest)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            found.push((path.with_extension("tar.gz"), manifest));
        }
    }
    assert!(found.len() >= 2);
    found
}

/// A fixture's data folder, fresh.
fn unpacked(archive: &Path) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let tar = Command::new("tar").arg("xzf").arg(archive).arg("-C").arg(dir.path()).status().unwrap();
    assert!(tar.success());
    dir
}

async fn opened(data: &Path) -> Store {
    // What a killed server held may take a moment to be given up.
    let meta = (0..200).find_map(|_| {
        let opened = Embedded::open(Arc::new(SystemDisk), &data.join("meta"), coldkeep_meta::Options::default());
        opened.inspect_err(|_| std::thread::sleep(Duration::from_millis(10))).ok()
    });
    let meta = meta.expect("the metadata opens");
    let blobs = Files::open(Arc::new(SystemDisk), &data.join("blobs"), coldkeep_blob::Options::default()).unwrap();
    Store::open(Arc::new(meta), Arc::new(blobs), Arc::new(SystemClock), Options::default()).await.unwrap()
}

async fn sha256(mut reader: Reader) -> String {
    let mut hasher = Hasher::new(&DigestSet { sha256: true, ..DigestSet::default() });
    while let Some(bytes) = reader.next().await.unwrap() {
        hasher.update(&bytes);
    }
    hasher.finish().sha256.unwrap().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Everything that the manifest names is there, and is what it was.
async fn check(store: &Store, manifest: &Manifest) {
    let account = AccountId::parse(&manifest.account).unwrap();
    let region = Region::parse("us-east-1").unwrap();
    for wanted in &manifest.objects {
        let (bucket, key) = (BucketName::parse(&wanted.bucket).unwrap(), ObjectKey::parse(&wanted.key).unwrap());
        let opened = store.open_object(&bucket, &key).await.unwrap();
        let object = opened.object.clone();
        assert_eq!((object.bytes, object.etag()), (wanted.bytes, wanted.etag.clone()), "{}", wanted.key);
        let kind = object.attributes.content_type.unwrap_or_else(|| "binary/octet-stream".into());
        assert_eq!(kind, wanted.content_type, "{}", wanted.key);
        assert_eq!(object.attributes.user, wanted.metadata.clone().into_iter().collect::<Vec<_>>(), "{}", wanted.key);
        assert_eq!(sha256(opened.read(0..wanted.bytes)).await, wanted.sha256, "{}", wanted.key);
    }
    for name in manifest.objects.iter().map(|object| &object.bucket) {
        let bucket = BucketName::parse(name).unwrap();
        let listed = store.list_objects(&bucket, "", "", &Start::First, 1000).await.unwrap().items;
        let wanted = manifest.objects.iter().filter(|object| object.bucket == *name);
        let mut wanted: Vec<&str> = wanted.map(|object| object.key.as_str()).collect();
        wanted.sort_unstable();
        assert_eq!(listed.iter().map(|item| item.name()).collect::<Vec<_>>(), wanted);
    }
    for wanted in &manifest.uploads {
        let bucket = BucketName::parse(&wanted.bucket).unwrap();
        let listed = store.list_uploads(&bucket, "", "", &Start::First, 10).await.unwrap().items;
        let [coldkeep_store::Item::Entry(name, listed)] = &listed[..] else { panic!("not one upload") };
        assert_eq!(*name, wanted.key);
        let upload = store.upload(&bucket, &ObjectKey::parse(name).unwrap(), listed.id).await.unwrap();
        let parts = store.list_parts(&upload, None, 10).await.unwrap();
        assert_eq!(parts.iter().map(|part| (part.index, part.etag())).collect::<Vec<_>>(), wanted.parts);
    }
    for wanted in &manifest.archives {
        let vault = store.vault(&account, &region, &VaultName::parse(&wanted.vault).unwrap()).await.unwrap();
        let id = store.open_id(OpaqueKind::Archive, &wanted.id).expect("an identifier that was given out");
        let archive = store.archive(&vault, id.id).await.unwrap();
        let tree_hash: String = archive.tree_hash.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((archive.bytes, &tree_hash), (wanted.bytes, &wanted.tree_hash));
        let action = coldkeep_store::JobAction::Archive { id: id.id, range: None, tier: coldkeep_store::Tier::Bulk };
        let request = coldkeep_store::JobRequest { action, description: None, sns_topic: None };
        let job = store.initiate_job(&vault, request).await.unwrap();
        let output = store.job_output(&vault, job.id).await.unwrap();
        assert_eq!(sha256(output.read(0..wanted.bytes)).await, wanted.sha256);
    }
    for wanted in &manifest.jobs {
        let vault = store.vault(&account, &region, &VaultName::parse(&wanted.vault).unwrap()).await.unwrap();
        let id = store.open_id(OpaqueKind::Job, &wanted.id).expect("an identifier that was given out");
        let output = store.job_output(&vault, id.id).await.unwrap();
        let bytes = output.bytes;
        assert_eq!(sha256(output.read(0..bytes)).await, wanted.sha256);
    }
}

fn fsck(data: &Path) {
    let output = Command::new(BINARY).args(["fsck", "--read", "--data"]).arg(data).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_opens_with_all_that_is_in_it() {
    for (archive, manifest) in fixtures() {
        let dir = unpacked(&archive);
        let data = dir.path().join("data");
        for _ in 0..2 {
            let store = opened(&data).await;
            check(&store, &manifest).await;
            store.sweep().await.unwrap();
            while store.reclaim().await.unwrap().done > 0 {}
            check(&store, &manifest).await;
            store.close().await.unwrap();
            drop(store);
        }
        fsck(&data);
    }
}

/// The server is killed a little later each time, until it has come to serve.
#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_that_is_killed_goes_on() {
    for (archive, manifest) in fixtures() {
        for step in [1, 7] {
            let dir = unpacked(&archive);
            let data = dir.path().join("data");
            for kill in 0..12 {
                let mut server = Command::new(BINARY)
                    .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--data"])
                    .arg(&data)
                    .envs([("COLDKEEP_ROOT_ACCESS_KEY", "AKIDFIXTURE"), ("COLDKEEP_ROOT_SECRET_KEY", "fixture-secret")])
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
                tokio::time::sleep(Duration::from_millis(5 + step * kill)).await;
                server.kill().unwrap();
                server.wait().unwrap();
            }
            let store = opened(&data).await;
            check(&store, &manifest).await;
            store.sweep().await.unwrap();
            store.close().await.unwrap();
            drop(store);
            fsck(&data);
        }
    }
}
