//! A folder of format 1 is upgraded, also when that is cut short.

use std::collections::BTreeMap;
use std::path::Path;

use coldkeep_disk::simulated::{Happening, SimulatedDisk};
use coldkeep_meta::{Error, Inspector, Meta, Version, prefix_range};
use redb::{Database, ReadableDatabase, TableDefinition};

use crate::world::{DIR, disk, open, problems};

const RECORDS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("records");
const FORMAT: TableDefinition<&str, u64> = TableDefinition::new("format");
const NONCE: [u64; 2] = [0x0102_0304_0506_0708, 0x1112_1314_1516_1718];

type Records = BTreeMap<Vec<u8>, (Version, Vec<u8>)>;

/// A tree of format 1 up to version 500, as the bytes of its file.
fn old_tree(records: &mut Records) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let database = Database::create(file.path()).unwrap();
    let mut transaction = database.begin_write().unwrap();
    transaction.set_quick_repair(true);
    {
        let mut table = transaction.open_table(RECORDS).unwrap();
        for number in 1..=500u64 {
            let (key, value) = (format!("k/{number:04}").into_bytes(), vec![number as u8; (number % 300) as usize]);
            table.insert(key.as_slice(), [&number.to_be_bytes()[..], &value].concat().as_slice()).unwrap();
            records.insert(key, (Version(number), value));
        }
        let mut format = transaction.open_table(FORMAT).unwrap();
        for (name, value) in
            [("coldkeep-meta", 1), ("sequence", 500), ("journal-nonce-high", NONCE[0]), ("journal-nonce-low", NONCE[1])]
        {
            format.insert(name, value).unwrap();
        }
    }
    transaction.commit().unwrap();
    assert!(database.begin_read().is_ok());
    drop(database);
    std::fs::read(file.path()).unwrap()
}

/// A segment of the old journal with some groups behind that tree, and a torn one.
fn old_segment(records: &mut Records) -> Vec<u8> {
    let mut segment = Vec::new();
    for version in 501..=520u64 {
        let mut payload = Vec::new();
        let put = (format!("k/{:04}", version - 300).into_bytes(), Some(vec![1; 5000]));
        let deleted = (format!("k/{:04}", version - 500).into_bytes(), None);
        for (key, value) in [put, deleted] {
            payload.extend_from_slice(&version.to_be_bytes());
            payload.extend_from_slice(&(key.len() as u32).to_be_bytes());
            payload.extend_from_slice(&value.as_ref().map_or(u32::MAX, |value| value.len() as u32).to_be_bytes());
            payload.extend_from_slice(&key);
            payload.extend_from_slice(value.as_deref().unwrap_or_default());
            match value {
                _ if version == 520 => {}
                Some(value) => _ = records.insert(key, (Version(version), value)),
                None => _ = records.remove(&key),
            }
        }
        let mut covered = (payload.len() as u32).to_be_bytes().to_vec();
        covered.extend_from_slice(&(version - 1).to_be_bytes());
        covered.extend_from_slice(&version.to_be_bytes());
        covered.extend_from_slice(&payload);
        let crc = crc_fast::crc32_iscsi(&covered);
        segment.extend_from_slice(b"ckjrnl01");
        NONCE.iter().for_each(|half| segment.extend_from_slice(&half.to_be_bytes()));
        segment.extend_from_slice(&crc.to_be_bytes());
        segment.extend_from_slice(&covered);
        segment.resize(segment.len().next_multiple_of(4096), 0);
    }
    let torn = segment.len() - 8000;
    segment[torn] ^= 1;
    segment.resize(4 << 20, 0);
    segment
}

fn old() -> (SimulatedDisk, Records) {
    let (disk, mut records) = (disk(1), Records::new());
    disk.make_folders(&Path::new(DIR).join("journal")).unwrap();
    disk.put_file(&Path::new(DIR).join("metadata.redb"), Some(&old_tree(&mut records))).unwrap();
    disk.put_file(&Path::new(DIR).join("journal/00000003.segment"), Some(&old_segment(&mut records))).unwrap();
    (disk, records)
}

async fn check(meta: &dyn Meta, records: &Records, context: &str) {
    let found = meta.scan(prefix_range(b""), usize::MAX).await.unwrap();
    let found: Records = found.into_iter().map(|(key, entry)| (key, (entry.version, entry.value))).collect();
    assert!(found == *records, "{context}: the records are not as they were");
}

#[tokio::test(start_paused = true)]
async fn a_folder_of_format_1_is_upgraded() {
    let (disk, records) = old();
    let refusal = Inspector::open(std::sync::Arc::new(disk.clone()), Path::new(DIR)).err().unwrap().to_string();
    assert!(refusal.contains("format 1"), "{refusal}");
    {
        let meta = open(&disk).unwrap();
        check(&meta, &records, "upgraded").await;
        let mut commit = coldkeep_meta::Commit::default();
        commit.put("new", "1");
        meta.commit(commit).await.unwrap();
        assert_eq!(meta.get(b"new").await.unwrap().unwrap().version, Version(520), "versions go on");
    }
    let old = |path: &Path| path.extension().is_some_and(|ending| ending == "segment" || ending == "redb");
    assert!(!disk.files().iter().any(|path| old(path)), "{:?}", disk.files());
    assert_eq!(problems(&disk), Vec::<String>::new());
    assert_eq!(open(&disk).unwrap().scan(prefix_range(b""), 9999).await.unwrap().len(), records.len() + 1);
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_that_is_cut_short_begins_again_or_goes_on() {
    let (rest, records) = old();
    let mut cut_short = 0;
    for at in (1..).step_by(2) {
        let disk = rest.copy();
        disk.plan(at, Happening::PowerCut);
        let opened = open(&disk);
        if opened.is_ok() && !disk.is_dead() {
            break;
        }
        drop(opened);
        cut_short += 1;
        let next = if at % 4 == 1 { disk.crash() } else { disk.kill() };
        let context = format!("cut at operation {at}");
        let meta = open(&next).unwrap_or_else(|error| panic!("{context}: {error}"));
        check(&meta, &records, &context).await;
        drop(meta);
        assert_eq!(problems(&next), Vec::<String>::new(), "{context}");
    }
    assert!(cut_short > 25, "{cut_short}");
}

#[tokio::test(start_paused = true)]
async fn damage_in_an_old_folder_is_refused_and_nothing_is_changed() {
    let (disk, _) = old();
    let tree = Path::new(DIR).join("metadata.redb");
    let mut bytes = disk.read_file(&tree).unwrap();
    let at = bytes.windows(6).rposition(|window| window == b"k/0400").unwrap();
    bytes[at + 2] ^= 1;
    disk.put_file(&tree, Some(&bytes)).unwrap();
    assert!(matches!(open(&disk), Err(Error::Open(_) | Error::Damaged(_))));
    assert!(disk.read_file(&tree).unwrap() == bytes);
}
