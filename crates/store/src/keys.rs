//! The key space: where each record lives. Binary, ordered, big-endian.
//!
//! | key | record |
//! |---|---|
//! | `A` set name | annotation of the object whose record names the set |
//! | `a` vault archive | archive |
//! | `b` bucket name | bucket |
//! | `B` account | the block of public access for all that is the account's |
//! | `c` upload | how an upload was completed or aborted, or that the renaming of a token was done; kept for a day |
//! | `C` bucket id | configuration of an inventory, and how far its report is |
//! | `d` due-time kind id | work due |
//! | `E` bucket-and-destination sequencer | event that its destination does not have yet |
//! | `e` blob | where a blob of a staged pool is, once it was elsewhere or is about to be: see `staging/` |
//! | `F` what | quota of a bucket or vault (`c`, its id) or of an account (`a`, its id) |
//! | `I` ... | identities: accounts, users, keys, policies; `crates/identity/src/keys.rs` |
//! | `i` content | bytes of a small content |
//! | `j` vault job | retrieval job |
//! | `K` ... | the keyring: keys, aliases, grants; `crates/keyring/src/keys.rs` |
//! | `k` pool | a pool of a store that several servers share: its name, and whether its place was claimed |
//! | `L` alias | the key of the access point that this alias is of |
//! | `l` vault | time of the last change of the archive set |
//! | `M` ... | queues, topics and their messages; `crates/messages/src/keys.rs` |
//! | `N` bucket key 0 | which version below the current one is the null one, if one is |
//! | `n` bucket or vault, counter | counters: objects and their bytes, archives and theirs, open uploads |
//! | `O` bucket key 0 version | version below the current object, or delete marker; newest first |
//! | `o` bucket key 0 | object; of several versions the current one, unless that is a delete marker |
//! | `p` upload index | part: of an open upload, and afterwards of the content it became |
//! | `P` account name | access point |
//! | `Q` bucket account name | that access point is of the bucket |
//! | `q` upload | counter of part writes, so that Complete notices a part that changed meanwhile |
//! | `R` account 0 region | what the account says of retrievals there: policy, provisioned capacity |
//! | `r` content | released: without owner, to be reclaimed |
//! | `s` name | the store's own state: `epoch`, `store`, `secret`, `dirty/` run, `cut`, `closed` (`migrate/`); of several servers, see `servers/` and `windows/` |
//! | `T` bucket id | configuration of Intelligent-Tiering: see `tiering/` |
//! | `t` upload index | tree-hash leaves of a part |
//! | `u` bucket key 0 upload | open S3 upload |
//! | `U` vault upload | open Glacier upload |
//! | `v` account 0 region 0 name | vault |
//! | `W` bucket place | last sequencer of the keys that share this place, of a bucket that tells events and is served by several servers |
//! | `w` content owner | who owns a content: the key of the owner's record |
//! | `x` upload | index of a content made of parts: sizes by part number |
//! | `y` upload | when an open Glacier upload was last active, other than by a part |
//!
//! Bucket and vault ids are eight random bytes. A key is never followed by a byte below 1 but its own
//! terminating NUL (keys cannot hold NUL), so keys sort by their bytes.

use std::ops::Range;

use coldkeep_meta::prefix_range;
use coldkeep_types::{AccessPointName, AccountId, BucketName, Id, ObjectKey, Region, Timestamp, VaultName};

/// Eight random bytes that stand for a bucket or a vault in keys.
pub type ContainerId = [u8; 8];

/// The tag of the identities' records, which are not the store's.
pub const IDENTITIES: u8 = b'I';
/// The tag of quotas.
pub const QUOTAS: u8 = b'F';
/// The tag of the keyring's records, which are not the store's either.
pub const KEYRING: u8 = b'K';
/// The tag of pools, by their numbers.
pub const POOLS: u8 = b'k';
/// The tag of the records of queues and topics, which are not the store's either.
pub const MESSAGES: u8 = b'M';

fn key(tag: u8, pieces: &[&[u8]]) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + pieces.iter().map(|piece| piece.len()).sum::<usize>());
    key.push(tag);
    pieces.iter().for_each(|piece| key.extend_from_slice(piece));
    key
}

pub fn annotation(set: Id, name: &str) -> Vec<u8> {
    key(b'A', &[set.as_bytes(), name.as_bytes()])
}

/// The part of an annotation's key that all of a set share.
pub fn annotations(set: Id) -> Vec<u8> {
    key(b'A', &[set.as_bytes()])
}

/// Set and name of a key made by [`annotation`].
pub fn parse_annotation(key: &[u8]) -> Option<(Id, String)> {
    let (set, name) = key.strip_prefix(b"A")?.split_at_checked(16)?;
    Some((Id::from_slice(set)?, String::from_utf8(name.to_vec()).ok()?))
}

pub fn archive(vault: ContainerId, archive: Id) -> Vec<u8> {
    key(b'a', &[&vault, archive.as_bytes()])
}

pub fn archives(vault: ContainerId) -> Range<Vec<u8>> {
    prefix_range(&key(b'a', &[&vault]))
}

pub fn bucket(name: &BucketName) -> Vec<u8> {
    key(b'b', &[name.as_str().as_bytes()])
}

pub fn buckets(prefix: &str) -> Range<Vec<u8>> {
    prefix_range(&key(b'b', &[prefix.as_bytes()]))
}

/// The name in a key made by [`bucket`].
pub fn bucket_name(key: &[u8]) -> Option<BucketName> {
    BucketName::parse(std::str::from_utf8(key.strip_prefix(b"b")?).ok()?).ok()
}

/// The bucket of a name that may be none.
pub fn bucket_named(name: &str) -> Vec<u8> {
    key(b'b', &[name.as_bytes()])
}

pub fn account_block(account: &AccountId) -> Vec<u8> {
    key(b'B', &[account.as_str().as_bytes()])
}

pub fn inventory(bucket: ContainerId, id: &str) -> Vec<u8> {
    key(b'C', &[&bucket, id.as_bytes()])
}

pub fn inventories(bucket: ContainerId) -> Range<Vec<u8>> {
    prefix_range(&key(b'C', &[&bucket]))
}

pub fn tiering(bucket: ContainerId, id: &str) -> Vec<u8> {
    key(b'T', &[&bucket, id.as_bytes()])
}

pub fn tierings(bucket: ContainerId) -> Range<Vec<u8>> {
    prefix_range(&key(b'T', &[&bucket]))
}

pub fn quota_of_container(container: ContainerId) -> Vec<u8> {
    key(QUOTAS, &[b"c", &container])
}

pub fn quota_of_account(account: &AccountId) -> Vec<u8> {
    key(QUOTAS, &[b"a", account.as_str().as_bytes()])
}

/// The bucket or vault in a key made by [`quota_of_container`].
pub fn quota_container(key: &[u8]) -> Option<ContainerId> {
    key.strip_prefix(b"Fc")?.try_into().ok()
}

pub fn retrieval_limits(account: &AccountId, region: &Region) -> Vec<u8> {
    key(b'R', &[account.as_str().as_bytes(), &[0], region.as_str().as_bytes()])
}

pub fn alias(alias: &str) -> Vec<u8> {
    key(b'L', &[alias.as_bytes()])
}

pub fn is_alias(key: &[u8]) -> bool {
    key.first() == Some(&b'L')
}

pub fn access_point(account: &AccountId, name: &str) -> Vec<u8> {
    key(b'P', &[account.as_str().as_bytes(), name.as_bytes()])
}

pub fn access_points(account: &AccountId) -> Range<Vec<u8>> {
    prefix_range(&access_point(account, ""))
}

/// The access point whose host begins with this name, `name-account`, as a bucket's could.
pub fn point_named(host: &str) -> Option<Vec<u8>> {
    let (name, account) = host.rsplit_once('-')?;
    Some(access_point(&AccountId::parse(account).ok()?, name))
}

/// Account and name of a key made by [`access_point`].
pub fn parse_access_point(key: &[u8]) -> Option<(AccountId, AccessPointName)> {
    let (account, name) = std::str::from_utf8(key.strip_prefix(b"P")?).ok()?.split_at_checked(12)?;
    Some((AccountId::parse(account).ok()?, AccessPointName::parse(name).ok()?))
}

pub fn point_of_bucket(bucket: ContainerId, account: &AccountId, name: &str) -> Vec<u8> {
    key(b'Q', &[&bucket, account.as_str().as_bytes(), name.as_bytes()])
}

pub fn points_of_bucket(bucket: ContainerId, account: Option<&AccountId>) -> Range<Vec<u8>> {
    prefix_range(&key(b'Q', &[&bucket, account.map_or(b"", |account| account.as_str().as_bytes())]))
}

/// The key of the access point that a key made by [`point_of_bucket`] names.
pub fn point_in_index(index: &[u8]) -> Option<Vec<u8>> {
    Some(key(b'P', &[index.strip_prefix(b"Q")?.get(8..)?]))
}

pub fn outcome(upload: Id) -> Vec<u8> {
    key(b'c', &[upload.as_bytes()])
}

pub fn due(time: Timestamp, kind: u8, id: Id) -> Vec<u8> {
    key(b'd', &[&time.0.max(0).to_be_bytes(), &[kind], id.as_bytes()])
}

/// Time, kind and id of a key made by [`due`].
pub fn parse_due(key: &[u8]) -> Option<(Timestamp, u8, Id)> {
    let (time, rest) = key.strip_prefix(b"d")?.split_first_chunk::<8>()?;
    let (kind, id) = rest.split_first()?;
    Some((Timestamp(i64::from_be_bytes(*time)), *kind, Id::from_slice(id)?))
}

pub fn staged(blob: Id) -> Vec<u8> {
    key(b'e', &[blob.as_bytes()])
}

/// One of 65,536 places that the keys of a bucket share, by their XXH3: servers must agree on it.
pub fn last_event(bucket: ContainerId, object_key: &ObjectKey) -> Vec<u8> {
    let place = xxhash_rust::xxh3::xxh3_64(object_key.as_str().as_bytes()) as u16;
    key(b'W', &[&bucket, &place.to_be_bytes()])
}

/// The places of a bucket's keys.
pub fn last_events(bucket: ContainerId) -> Range<Vec<u8>> {
    prefix_range(&key(b'W', &[&bucket]))
}

pub fn event(place: &[u8; 16], sequencer: &crate::Sequencer) -> Vec<u8> {
    key(b'E', &[place, sequencer.as_bytes()])
}

/// What the keys of all events of a bucket for a destination begin with, of a key made by [`event`].
pub fn event_place(key: &[u8]) -> Option<&[u8]> {
    key.get(..17)
}

pub fn inline(content: Id) -> Vec<u8> {
    key(b'i', &[content.as_bytes()])
}

pub fn job(vault: ContainerId, job: Id) -> Vec<u8> {
    key(b'j', &[&vault, job.as_bytes()])
}

pub fn jobs(vault: ContainerId) -> Range<Vec<u8>> {
    prefix_range(&key(b'j', &[&vault]))
}

pub fn vault_changed(vault: ContainerId) -> Vec<u8> {
    key(b'l', &[&vault])
}

/// Which counter: what a key under `n` ends with.
pub const ARCHIVES: &[u8] = b"a";
pub const ARCHIVE_BYTES: &[u8] = b"b";
pub const OBJECTS: &[u8] = b"o";
pub const OBJECT_BYTES: &[u8] = b"s";
pub const OPEN_UPLOADS: &[u8] = b"u";

pub fn bucket_objects_count(bucket: ContainerId) -> Vec<u8> {
    key(b'n', &[&bucket, OBJECTS])
}

pub fn bucket_bytes_count(bucket: ContainerId) -> Vec<u8> {
    key(b'n', &[&bucket, OBJECT_BYTES])
}

pub fn open_uploads_count(container: ContainerId) -> Vec<u8> {
    key(b'n', &[&container, OPEN_UPLOADS])
}

/// The bucket or vault that the key of what lies in one is under: an object, archive, upload, job or counter.
pub fn container(key: &[u8]) -> Option<ContainerId> {
    key.get(1..9)?.try_into().ok()
}

pub fn vault_archives_count(vault: ContainerId) -> Vec<u8> {
    key(b'n', &[&vault, ARCHIVES])
}

pub fn vault_bytes_count(vault: ContainerId) -> Vec<u8> {
    key(b'n', &[&vault, ARCHIVE_BYTES])
}

pub fn object(bucket: ContainerId, object: &ObjectKey) -> Vec<u8> {
    key(b'o', &[&bucket, object.as_str().as_bytes(), &[0]])
}

/// A version below the current object. Its id is inverted, so that the newest comes first.
pub fn version(bucket: ContainerId, object: &ObjectKey, version: Id) -> Vec<u8> {
    let inverted = version.as_bytes().map(|byte| !byte);
    key(b'O', &[&bucket, object.as_str().as_bytes(), &[0], &inverted])
}

/// The versions of an object below the current one.
pub fn versions(bucket: ContainerId, object: &ObjectKey) -> Range<Vec<u8>> {
    prefix_range(&key(b'O', &[&bucket, object.as_str().as_bytes(), &[0]]))
}

/// The part of a version's key that all of a bucket share.
pub fn versions_prefix(bucket: ContainerId) -> Vec<u8> {
    key(b'O', &[&bucket])
}

/// The version in a key made by [`version`].
pub fn parse_version(key: &[u8]) -> Option<Id> {
    trailing_id(key).map(|id| Id::from_bytes(id.as_bytes().map(|byte| !byte)))
}

/// Bucket and key of a version, or of what [`null_version`] makes.
pub fn parse_versioned(key: &[u8]) -> Option<(ContainerId, ObjectKey)> {
    let rest = key.get(9..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some((container(key)?, ObjectKey::parse(std::str::from_utf8(&rest[..end]).ok()?).ok()?))
}

pub fn null_version(bucket: ContainerId, object: &ObjectKey) -> Vec<u8> {
    key(b'N', &[&bucket, object.as_str().as_bytes(), &[0]])
}

pub fn pool(number: u8) -> Vec<u8> {
    key(POOLS, &[&[number]])
}

/// The number in a key made by [`pool`], if a pool can have it.
pub fn parse_pool(key: &[u8]) -> Option<u8> {
    match key {
        [POOLS, number @ 1..=Id::MAX_POOL] => Some(*number),
        _ => None,
    }
}

/// The part of an object's or upload's key that all of a bucket share.
pub fn objects_prefix(bucket: ContainerId) -> Vec<u8> {
    key(b'o', &[&bucket])
}

pub fn part(upload: Id, index: u32) -> Vec<u8> {
    key(b'p', &[upload.as_bytes(), &index.to_be_bytes()])
}

pub fn parts(upload: Id) -> Range<Vec<u8>> {
    prefix_range(&key(b'p', &[upload.as_bytes()]))
}

pub fn activity(upload: Id) -> Vec<u8> {
    key(b'y', &[upload.as_bytes()])
}

pub fn part_writes(upload: Id) -> Vec<u8> {
    key(b'q', &[upload.as_bytes()])
}

pub fn released(content: Id) -> Vec<u8> {
    key(b'r', &[content.as_bytes()])
}

pub fn state(name: &str) -> Vec<u8> {
    key(b's', &[name.as_bytes()])
}

pub fn leaves(upload: Id, index: u32) -> Vec<u8> {
    key(b't', &[upload.as_bytes(), &index.to_be_bytes()])
}

pub fn upload(bucket: ContainerId, object: &ObjectKey, upload: Id) -> Vec<u8> {
    key(b'u', &[&bucket, object.as_str().as_bytes(), &[0], upload.as_bytes()])
}

pub fn uploads_prefix(bucket: ContainerId) -> Vec<u8> {
    key(b'u', &[&bucket])
}

pub fn vault_upload(vault: ContainerId, upload: Id) -> Vec<u8> {
    key(b'U', &[&vault, upload.as_bytes()])
}

pub fn vault_uploads(vault: ContainerId) -> Range<Vec<u8>> {
    prefix_range(&key(b'U', &[&vault]))
}

pub fn vault(account: &AccountId, region: &Region, name: &VaultName) -> Vec<u8> {
    key(b'v', &[account.as_str().as_bytes(), &[0], region.as_str().as_bytes(), &[0], name.as_str().as_bytes()])
}

/// Account, region and name of a key made by [`vault`].
pub fn parse_vault(key: &[u8]) -> Option<(AccountId, Region, VaultName)> {
    let mut words = std::str::from_utf8(key.strip_prefix(b"v")?).ok()?.split('\0');
    let account = AccountId::parse(words.next()?).ok()?;
    let region = Region::parse(words.next()?).ok()?;
    let name = VaultName::parse(words.next()?).ok()?;
    words.next().is_none().then_some((account, region, name))
}

pub fn vaults(account: &AccountId, region: &Region) -> Range<Vec<u8>> {
    prefix_range(&key(b'v', &[account.as_str().as_bytes(), &[0], region.as_str().as_bytes(), &[0]]))
}

/// All vaults of an account, in all regions.
pub fn account_vaults(account: &AccountId) -> Range<Vec<u8>> {
    prefix_range(&key(b'v', &[account.as_str().as_bytes(), &[0]]))
}

pub fn owner(content: Id, owner: Id) -> Vec<u8> {
    key(b'w', &[content.as_bytes(), owner.as_bytes()])
}

pub fn owners(content: Id) -> Range<Vec<u8>> {
    prefix_range(&key(b'w', &[content.as_bytes()]))
}

pub fn index(upload: Id) -> Vec<u8> {
    key(b'x', &[upload.as_bytes()])
}

/// The content in a key made by [`owner`].
pub fn owned_content(key: &[u8]) -> Option<Id> {
    Id::from_slice(key.get(1..17)?)
}

/// All keys with this tag.
pub fn tagged(tag: u8) -> Range<Vec<u8>> {
    prefix_range(&[tag])
}

/// The id in the last 16 bytes of a key.
pub fn trailing_id(key: &[u8]) -> Option<Id> {
    Id::from_slice(key.len().checked_sub(16).map(|start| &key[start..])?)
}

/// Upload and index of a key made by [`part`] or [`leaves`].
pub fn parse_part(key: &[u8]) -> Option<(Id, u32)> {
    let (upload, index) = key.get(1..)?.split_last_chunk::<4>()?;
    Some((Id::from_slice(upload)?, u32::from_be_bytes(*index)))
}

/// The part index in the last 4 bytes of a key made by [`part`].
pub fn trailing_index(key: &[u8]) -> Option<u32> {
    key.last_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
}

/// The smallest key after `key`.
pub fn after(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}
