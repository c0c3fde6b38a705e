//! Every record in turn is lost or spoilt, every blob is lost, damaged or in quarantine by mistake: `fsck` finds it, repairing
//! takes out of service what is damaged and nothing else, and then `fsck` is clean and the store opens.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use coldkeep_blob::{Blobs, Memory};
use coldkeep_meta::{Commit, Meta};
use coldkeep_store::{
    CopyTarget, Error, InventoryFormat, InventoryParameters, Item, Keep, Recovered, Report, Start, Store, TakenOut,
    VersionStart, Versioning, fsck, repair,
};
use coldkeep_types::{Id, PartSize, Timestamp};

use crate::body::{Body, data, hex, md5, tree_hash};
use crate::vaults::{archive, archive_job, inventory_job};
use crate::world::{MIB, World, account, bucket_name, copy_object, copy_to, drain, key, named, options, read, region};

type Records = Vec<(Vec<u8>, Vec<u8>)>;

/// A store at rest: its records, and its blobs with those in quarantine.
struct Image {
    records: Records,
    blobs: Vec<(Id, Bytes)>,
    world: World,
    /// What can be read of it.
    whole: BTreeMap<String, String>,
}

/// A store with something of each kind.
async fn image() -> Image {
    let world = World::new().await;
    let store = &world.store;
    let (bucket, vault) = (world.bucket().await, world.vault("v").await);
    world.put(&bucket, "small", Body::of(&data(1, 100))).await.unwrap();
    world.put(&bucket, "large", Body::of(&data(2, 20_000))).await.unwrap();
    crate::annotations::note(&world, &bucket, "small", "note", &data(5, 50)).await;
    crate::annotations::note(&world, &bucket, "large", "note", &data(6, 9000)).await;
    let point = crate::access_points::new_point(&bucket, "point");
    store.create_access_point(&point).await.unwrap();
    store.put_account_block(&account(), Some(coldkeep_store::PublicAccessBlock::ALL)).await.unwrap();
    let target = |at: &str| copy_to(&bucket, at);
    copy_object(store, &bucket, &key("large"), &target("copy")).await.unwrap();
    for (name, content) in [("multi", data(3, 30_000)), ("tiny", data(4, 300))] {
        let upload = world.upload(&bucket, name).await;
        world.part(&upload, 1, Body::of(&content)).await.unwrap();
        world.complete(&bucket, name, upload.id, &[named(1, &content)]).await.unwrap();
    }
    let sha1 = CopyTarget { algorithm: Some(coldkeep_digest::ChecksumAlgorithm::Sha1), ..target("other") };
    copy_object(store, &bucket, &key("multi"), &sha1).await.unwrap();
    let open = world.upload(&bucket, "open").await;
    world.part(&open, 1, Body::of(&data(5, 9000))).await.unwrap();
    world.part(&open, 2, Body::of(&data(6, 90))).await.unwrap();
    archive(store, &vault, &data(7, 50)).await.unwrap();
    let stored = archive(store, &vault, &data(8, MIB + 20_000)).await.unwrap();
    store.initiate_job(&vault, archive_job(stored.id, None)).await.unwrap();
    store.initiate_job(&vault, inventory_job(InventoryFormat::Csv, InventoryParameters::default())).await.unwrap();
    let ranges = store.create_vault_upload(&vault, PartSize::new(2 << 20).unwrap(), None).await.unwrap();
    let whole = data(9, 2 * MIB + 9000);
    world.part(&ranges, 0, Body::of(&whole.slice(..2 * MIB))).await.unwrap();
    world.part(&ranges, 1, Body::of(&whole.slice(2 * MIB..))).await.unwrap();
    store.complete_vault_upload(&vault, ranges.id, whole.len() as u64, tree_hash(&whole)).await.unwrap();
    let open = store.create_vault_upload(&vault, PartSize::new(1 << 20).unwrap(), None).await.unwrap();
    world.part(&open, 0, Body::of(&data(10, 9500))).await.unwrap();
    let versioned = bucket_name("versioned");
    store.create_bucket(&versioned, &account(), &region()).await.unwrap();
    for (at, bytes) in [("kept", 9100), ("dropped", 9200), ("alone", 200)] {
        world.put(&versioned, at, Body::of(&data(12, bytes))).await.unwrap();
    }
    store.set_versioning(&versioned, Versioning::Enabled).await.unwrap();
    for (at, bytes) in [("kept", 9300), ("kept", 300), ("kept", 400), ("dropped", 9400)] {
        world.put(&versioned, at, Body::of(&data(13, bytes))).await.unwrap();
    }
    store.delete_object(&versioned, &key("dropped"), &Default::default()).await.unwrap();
    store.set_versioning(&versioned, Versioning::Suspended).await.unwrap();
    store.delete_object(&versioned, &key("alone"), &Default::default()).await.unwrap();
    // And something that waits to be freed.
    world.put(&bucket, "gone", Body::of(&data(11, 10_000))).await.unwrap();
    store.delete_object(&bucket, &key("gone"), &Default::default()).await.unwrap();
    store.close().await.unwrap();
    let records = world.meta.scan(vec![0]..vec![u8::MAX], usize::MAX).await.unwrap();
    let records = records.into_iter().map(|(key, entry)| (key, entry.value)).collect();
    let mut blobs = Vec::new();
    for id in world.blobs.list(1, None, usize::MAX).await.unwrap() {
        blobs.push((id, coldkeep_blob::conformance::read(&world.blobs, id).await.unwrap()));
    }
    let mut image = Image { records, blobs, world, whole: BTreeMap::new() };
    let (meta, blobs) = image.engines(&image.records).await;
    image.whole = seen(&image.open(meta, &blobs).await, &image).await;
    image
}

impl Image {
    async fn engines(&self, records: &Records) -> (Arc<coldkeep_meta::Memory>, Memory) {
        let (meta, blobs) = (Arc::new(coldkeep_meta::Memory::default()), Memory::new());
        let mut commit = Commit::default();
        for (key, value) in records {
            commit.put(key.clone(), value.clone());
        }
        meta.commit(commit).await.unwrap();
        for (id, bytes) in &self.blobs {
            coldkeep_blob::conformance::write(&blobs, *id, bytes, 1 << 20).await;
        }
        blobs.claim(self.world.blobs.identity().await.unwrap().unwrap()).await.unwrap();
        (meta, blobs)
    }

    async fn open(&self, meta: Arc<coldkeep_meta::Memory>, blobs: &Memory) -> Store {
        Store::open(meta, Arc::new(blobs.clone()), self.world.clock.clone(), options()).await.unwrap()
    }
}

#[derive(Default)]
struct Kept(Vec<TakenOut>);

impl Keep for Kept {
    fn keep(&mut self, taken: &TakenOut) -> Result<(), Error> {
        self.0.push(taken.clone());
        Ok(())
    }
}

pub async fn repaired(meta: &dyn Meta, blobs: &dyn Blobs) -> (Vec<TakenOut>, Vec<String>) {
    let mut kept = Kept::default();
    let recovered =
        Recovered { account: account(), region: region(), now: Timestamp(1_800_000_000_000), metadata_lost: false };
    let done = repair(meta, blobs, true, recovered, &mut kept).await.unwrap();
    assert_eq!(done.count > 0, !done.done.is_empty());
    (kept.0, done.done)
}

async fn check(meta: &dyn Meta, blobs: &dyn Blobs) -> Report {
    fsck(meta, blobs, true).await.unwrap()
}

/// What can be read: objects by key in whatever bucket, archives by id, with a digest of their bytes.
async fn seen(store: &Store, image: &Image) -> BTreeMap<String, String> {
    let mut seen = BTreeMap::new();
    for bucket in store.list_buckets("", "", 100).await.unwrap() {
        if bucket.versioning.is_some() {
            let start = VersionStart::default();
            for item in store.list_versions(&bucket.name, "", "", &start, 100).await.unwrap().items {
                let Item::Entry(at, row) = item else { panic!("a group") };
                let got = store.open_version(&bucket.name, &key(&at), Some(row.id)).await;
                let got = match got {
                    Ok(reader) => Some(drain(reader.read(0..row.object.unwrap().bytes)).await.unwrap()),
                    Err(error) => {
                        assert!(matches!(error, Error::IsDeleteMarker { asked: true, .. }), "{error}");
                        None
                    }
                };
                let digest = got.map_or("marker".to_owned(), |got| hex(&md5(&got)));
                seen.insert(format!("version:{} {at}", row.id), digest);
            }
            continue;
        }
        for item in store.list_objects(&bucket.name, "", "", &Start::First, 100).await.unwrap().items {
            let Item::Entry(at, _) = item else { panic!("a group") };
            let got = read(store, &bucket.name, &at).await.unwrap();
            seen.insert(format!("object {at}"), hex(&md5(&got)));
        }
    }
    for (at, _) in image.records.iter().filter(|(key, _)| key[0] == b'a') {
        let id = Id::from_slice(&at[9..]).unwrap();
        for vault in store.list_vaults(&account(), &region(), "", 100).await.unwrap() {
            let Ok(job) = store.initiate_job(&vault, archive_job(id, None)).await else { continue };
            let output = store.job_output(&vault, job.id).await.unwrap();
            let bytes = output.bytes;
            let got = drain(output.read(0..bytes)).await.unwrap();
            seen.insert(format!("archive {id}"), hex(&md5(&got)));
        }
    }
    seen
}

/// Opens what was repaired: everything that can be read is as it was; gives what is missing.
async fn lost(image: &Image, meta: Arc<coldkeep_meta::Memory>, blobs: &Memory, what: &str) -> Vec<String> {
    let now = seen(&image.open(meta, blobs).await, image).await;
    for (name, digest) in &now {
        assert_eq!(image.whole.get(name), Some(digest), "{what}: {name}");
    }
    image.whole.keys().filter(|name| !now.contains_key(*name)).cloned().collect()
}

async fn mend(
    image: &Image,
    meta: Arc<coldkeep_meta::Memory>,
    blobs: &Memory,
    what: &str,
) -> (Vec<String>, Vec<TakenOut>) {
    let held = blobs.blobs() as u64 + blobs.quarantined().await.unwrap().blobs;
    let (kept, done) = repaired(&*meta, blobs).await;
    let report = check(&*meta, blobs).await;
    assert_eq!(report.problems, Vec::<String>::new(), "{what} after {done:#?}");
    let holds = blobs.blobs() as u64 + blobs.quarantined().await.unwrap().blobs;
    assert_eq!(held, holds, "{what}: repairing deleted bytes");
    (lost(image, meta, blobs, what).await, kept)
}

#[tokio::test]
async fn what_is_whole_is_left_alone() {
    let image = image().await;
    let (meta, blobs) = image.engines(&image.records).await;
    assert_eq!(check(&*meta, &blobs).await.problems, Vec::<String>::new());
    let (kept, done) = repaired(&*meta, &blobs).await;
    assert_eq!((kept, done), (Vec::new(), Vec::<String>::new()));
    assert_eq!(lost(&image, meta, &blobs, "nothing").await, Vec::<String>::new());
}

#[tokio::test]
async fn each_record_is_lost_or_spoilt() {
    let image = image().await;
    let mut unnoticed = Vec::new();
    for (nth, (at, value)) in image.records.iter().enumerate() {
        for spoil in 0..3 {
            let mut records = image.records.clone();
            let mut changed = value.clone();
            match spoil {
                0 => drop(records.remove(nth)),
                1 => records[nth].1 = vec![0xee; 5],
                _ => {
                    // One byte that is not checked by how records are written.
                    let Some(last) = changed.last_mut() else { continue };
                    *last ^= 1;
                    records[nth].1 = changed;
                }
            }
            let what = format!("{} {}", ["without", "spoilt", "changed"][spoil], at.escape_ascii());
            let (meta, blobs) = image.engines(&records).await;
            let found = !check(&*meta, &blobs).await.problems.is_empty();
            let (lost, kept) = mend(&image, meta, &blobs, &what).await;
            if !found {
                assert!(kept.is_empty() && lost.len() <= 1, "{what}: {lost:?}");
                // Without the record that says that all is counted, all is counted at the next start.
                if at != b"susage" || spoil > 0 {
                    unnoticed.push((at[0], spoil));
                }
            }
            let most = match at[0] {
                // Two objects share each of these.
                b'p' | b'x' => 2,
                b'o' | b'O' | b'a' | b'i' | b'w' => 1,
                _ => 0,
            };
            assert!(lost.len() <= most, "{what}: {lost:?} are lost");
            for name in lost.iter().filter(|_| spoil > 0) {
                let name = name.split_once(' ').unwrap().1;
                assert!(kept.iter().any(|taken| taken.place.contains(name)), "{what}: {name} was not written down");
            }
        }
    }
    // What others tell too, what an account set and nothing else speaks of, and work that was scheduled and is done already. Changes of single bytes are noticed by the engine.
    let lost: Vec<char> = unnoticed.iter().filter(|(_, spoil)| *spoil == 0).map(|(tag, _)| char::from(*tag)).collect();
    assert!(lost.iter().all(|tag| "Bcdlq".contains(*tag)), "{lost:?}");
    assert!(unnoticed.iter().all(|(_, spoil)| *spoil != 1), "{unnoticed:?}");
}

#[tokio::test]
async fn each_blob_is_lost_damaged_or_in_quarantine() {
    let image = image().await;
    for (id, _) in &image.blobs {
        for spoil in 0..3 {
            let (meta, blobs) = image.engines(&image.records).await;
            match spoil {
                0 => blobs.delete(*id).await.unwrap(),
                1 => blobs.damage(*id),
                _ => blobs.quarantine(*id).await.unwrap(),
            }
            let what = format!("{} blob {id}", ["lost", "damaged", "quarantined"][spoil]);
            let released = meta.get(&[b"r", id.as_bytes().as_slice()].concat()).await.unwrap().is_some();
            assert_eq!(check(&*meta, &blobs).await.problems.is_empty(), released, "{what}");
            let (lost, kept) = mend(&image, meta, &blobs, &what).await;
            match spoil {
                2 => assert!(lost.is_empty() && kept.is_empty(), "{what}: {lost:?}"),
                _ => assert!(lost.len() <= 2, "{what}: {lost:?}"),
            }
            for name in lost {
                let name = name.split_once(' ').unwrap().1;
                assert!(kept.iter().any(|taken| taken.place.contains(name)), "{what}: {name} was not written down");
            }
        }
    }
}

/// Bytes that their own checks call right, but are not those that were stored.
#[tokio::test]
async fn other_bytes_are_found_by_their_digests() {
    let image = image().await;
    for (nth, (id, bytes)) in image.blobs.iter().enumerate() {
        let (meta, blobs) = image.engines(&image.records).await;
        let mut other = bytes.to_vec();
        other[bytes.len() / 2] ^= 1;
        blobs.delete(*id).await.unwrap();
        coldkeep_blob::conformance::write(&blobs, *id, &other.into(), 1 << 20).await;
        let released = meta.get(&[b"r", id.as_bytes().as_slice()].concat()).await.unwrap().is_some();
        assert_eq!(check(&*meta, &blobs).await.problems.is_empty(), released, "blob {nth}");
        mend(&image, meta, &blobs, "other bytes").await;
    }
    let mut unnoticed = 0;
    for (nth, (_, value)) in image.records.iter().enumerate().filter(|(_, (key, _))| key[0] == b'i') {
        let mut records = image.records.clone();
        records[nth].1[value.len() / 2] ^= 1;
        let (meta, blobs) = image.engines(&records).await;
        unnoticed += usize::from(check(&*meta, &blobs).await.problems.is_empty());
    }
    assert_eq!(unnoticed, 1, "only the output of the inventory has no digest; the engine's checksum is all it has");
}

/// Metadata and blobs that are not of one run are made one again; different stores are not.
#[tokio::test]
async fn an_old_copy_is_adopted_if_told_so() {
    let image = image().await;
    let (meta, blobs) = image.engines(&image.records).await;
    let identity = blobs.identity().await.unwrap().unwrap();
    blobs.claim(coldkeep_blob::Identity { epoch: 7, ..identity }).await.unwrap();
    coldkeep_blob::conformance::write(&blobs, coldkeep_blob::conformance::id(6, 1), &data(1, 100), 100).await;
    assert!(!check(&*meta, &blobs).await.problems.is_empty());
    let (lost, kept) = mend(&image, meta, &blobs, "older metadata").await;
    assert_eq!((lost, kept.len(), blobs.quarantined().await.unwrap().blobs), (Vec::new(), 0, 1));

    let (meta, blobs) = image.engines(&image.records).await;
    blobs.claim(coldkeep_blob::Identity { store: [3; 16], ..identity }).await.unwrap();
    let recovered = Recovered { account: account(), region: region(), now: Timestamp(0), metadata_lost: false };
    assert!(repair(&*meta, &blobs, true, recovered.clone(), &mut Kept::default()).await.is_err());
    assert!(repair(&coldkeep_meta::Memory::default(), &blobs, true, recovered, &mut Kept::default()).await.is_err());
}

/// After records were cut off, repairing puts away what they may have named, for good, and sweeping goes on.
#[tokio::test]
async fn a_cut_is_settled() {
    let image = image().await;
    let (meta, blobs) = image.engines(&image.records).await;
    let mut commit = Commit::default();
    commit.put([b"sdirty/".as_slice(), &1u32.to_be_bytes()].concat(), Vec::new());
    commit.put("scut", 2u32.to_be_bytes());
    meta.commit(commit).await.unwrap();
    coldkeep_blob::conformance::write(&blobs, coldkeep_blob::conformance::id(1, 99), &data(1, 100), 100).await;
    let report = check(&*meta, &blobs).await;
    assert!(report.problems.is_empty() && report.sweep_withheld && report.unswept == 1, "{report:?}");
    let (lost, kept) = mend(&image, meta.clone(), &blobs, "a cut").await;
    assert_eq!((lost, kept.len(), blobs.quarantined().await.unwrap().blobs), (Vec::new(), 0, 1));
    assert!(!check(&*meta, &blobs).await.sweep_withheld);
}
