//! What an archive is called in a bucket: its key, and what its object says of it. Pure.
//!
//! - The key is the path that the description says, as `ls` shows it, behind the prefix. Where several archives have the same, the
//!   newest gets it, and the others get theirs with `.` and the archive's id behind it.
//! - What cannot well be a key (nothing, more than 1,024 bytes, control characters, `.` or `..` between slashes) gives way to the id.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Archive, Error};

/// The longest key, in bytes: a limit of the API.
const MAX_KEY_BYTES: usize = 1024;
/// How long an archive's id is.
const ID_BYTES: usize = 138;
/// The most that names and values of user metadata may have together, in bytes: a limit of the API.
const MAX_METADATA_BYTES: usize = 2048;

/// Metadata by which an object is known as an archive's.
const ARCHIVE_ID: &str = "archive-id";
const TREE_HASH: &str = "sha256-tree-hash";

/// Which archive gets a key that several want: of each key's hash, how new the newest is and the hash of its id. Two keys of one hash
/// cost one of them a longer name, and nothing else.
pub struct Names<'a> {
    prefix: &'a str,
    newest: HashMap<u64, (u64, u64)>,
}

impl<'a> Names<'a> {
    /// Of nothing yet.
    pub fn new(prefix: &'a str) -> Self {
        Self { prefix, newest: HashMap::new() }
    }

    /// There is this archive.
    pub fn see(&mut self, archive: &Archive) {
        let claim = (age(&archive.created), hash(&archive.id));
        let best = self.newest.entry(hash(&wanted(self.prefix, archive))).or_insert(claim);
        if claim.0 > best.0 {
            *best = claim;
        }
    }

    /// The key of an archive, once all were seen.
    pub fn key(&self, archive: &Archive) -> String {
        let wanted = wanted(self.prefix, archive);
        match self.newest.get(&hash(&wanted)) {
            Some((_, id)) if *id == hash(&archive.id) => wanted,
            _ => beside(&wanted, self.prefix, &archive.id),
        }
    }
}

/// The keys that an archive may have, the best first: others where an object of somebody else is there.
pub fn keys(key: &str, prefix: &str, id: &str) -> Vec<String> {
    let mut keys = vec![key.to_owned()];
    if !key.ends_with(id) {
        keys.push(beside(key, prefix, id));
    }
    keys
}

/// Whether keys can begin like this, whatever id is behind it.
pub fn is_prefix(prefix: &str) -> bool {
    prefix.is_empty() || prefix.len() + ID_BYTES <= MAX_KEY_BYTES && is_key(&format!("{prefix}x"))
}

/// What the object of an archive says of it. A description that there is no room for is in the ledger only.
pub fn metadata(archive: &Archive) -> HashMap<String, String> {
    let mut all: HashMap<String, String> = [
        (ARCHIVE_ID, archive.id.clone()),
        (TREE_HASH, archive.tree.clone()),
        ("creation-date", archive.created.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let (name, value) = ("archive-description", header_value(&archive.description));
    let taken: usize = all.iter().map(|(name, value)| name.len() + value.len()).sum();
    if !value.is_empty() && taken + name.len() + value.len() <= MAX_METADATA_BYTES {
        all.insert(name.to_owned(), value);
    }
    all
}

/// Whether an object's metadata says that it is this archive.
pub fn is_of(metadata: &HashMap<String, String>, archive: &Archive) -> bool {
    let says = |name: &str, value: &str| metadata.get(name).is_some_and(|said| said == value);
    says(ARCHIVE_ID, &archive.id) && says(TREE_HASH, &archive.tree)
}

/// There are objects of others wherever it might be.
pub fn taken(keys: &[String]) -> Error {
    Error::Invalid(format!(
        "other objects have its keys, the last of which is {}. None was replaced.\nMove them away, or import under another --prefix with another ledger.",
        keys.last().map_or("", String::as_str)
    ))
}

fn wanted(prefix: &str, archive: &Archive) -> String {
    let key = format!("{prefix}{}", archive.named().path);
    if key.len() > prefix.len() && is_key(&key) { key } else { format!("{prefix}{}", archive.id) }
}

fn beside(key: &str, prefix: &str, id: &str) -> String {
    let key = format!("{key}.{id}");
    if key.len() <= MAX_KEY_BYTES { key } else { format!("{prefix}{id}") }
}

fn is_key(key: &str) -> bool {
    key.len() <= MAX_KEY_BYTES
        && !key.chars().any(char::is_control)
        && !key.split('/').any(|part| matches!(part, "." | ".."))
}

/// A text as the value of a header: as it is, or in the form of RFC 2047, as S3 shows what is no ASCII.
fn header_value(text: &str) -> String {
    let printable = text.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    if printable && text.trim() == text && !text.starts_with("=?") {
        return text.to_owned();
    }
    format!("=?UTF-8?B?{}?=", STANDARD.encode(text))
}

/// How new: the digits of its date, of whatever precision.
fn age(created: &str) -> u64 {
    let digits = created.bytes().filter(u8::is_ascii_digit).chain(std::iter::repeat(b'0'));
    digits.take(17).fold(0, |age, digit| 10 * age + u64::from(digit - b'0'))
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn archive(id: &str, description: &str, created: &str) -> Archive {
        let (id, description, created) = (id.into(), description.into(), created.into());
        Archive { id, description, created, bytes: 1, tree: "00".into() }
    }

    #[test]
    fn keys_are_paths_and_the_newest_of_several_has_it() {
        let archives = [
            archive("A", "a/b.jpg", "2017-08-22T17:24:07Z"),
            archive("B", "a/b.jpg", "2017-08-22T17:24:07.500Z"),
            archive("C", "a/b.jpg", "2016-01-01T00:00:00Z"),
            archive("D", "mt2 eyJmaWxlbmFtZSI6ImZpbGUvYSIsIm10aW1lIjoiMjAxMjExMDNUMDYyOTM4WiJ9", "2016"),
            archive("E", "", "2016"),
            archive("F", &"x".repeat(1023), "2016"),
            archive("G", &"x".repeat(1023), "2017"),
            archive("H", "a/../b", "2016"),
            archive("I", "line\nbreak", "2016"),
            archive("J", "\u{e4}/\u{65e5}", "2016"),
        ];
        let mut names = Names::new("p/");
        archives.iter().for_each(|archive| names.see(archive));
        let keys: Vec<String> = archives.iter().map(|archive| names.key(archive)).collect();
        let wanted = ["p/a/b.jpg.A", "p/a/b.jpg", "p/a/b.jpg.C", "p/file/a", "p/E", "p/F", "p/G", "p/H", "p/I"];
        assert_eq!(keys[..9], wanted);
        assert_eq!(keys[9], "p/\u{e4}/\u{65e5}");
        let mut bare = Names::new("");
        archives.iter().for_each(|archive| bare.see(archive));
        assert_eq!((bare.key(&archives[5]), bare.key(&archives[6])), ("F".into(), "x".repeat(1023)));
        // One that was not seen takes nobody's place.
        assert_eq!(names.key(&archive("K", "a/b.jpg", "2018")), "p/a/b.jpg.K");
    }

    #[test]
    fn other_keys_are_tried_where_somebody_elses_object_is() {
        assert_eq!(super::keys("p/a", "p/", "ID"), ["p/a", "p/a.ID"]);
        assert_eq!(super::keys("p/a.ID", "p/", "ID"), ["p/a.ID"]);
        assert_eq!(super::keys("p/ID", "p/", "ID"), ["p/ID"]);
        assert_eq!(super::keys(&"x".repeat(1024), "", "ID")[1], "ID");
        assert!(is_prefix("") && is_prefix("a/b") && is_prefix(&"x".repeat(886)));
        assert!(!is_prefix(&"x".repeat(887)) && !is_prefix("a\n") && !is_prefix("../"));
    }

    #[test]
    fn objects_say_which_archive_they_are() {
        let plain = archive("A", "a b.jpg", "2016");
        let said = metadata(&plain);
        assert_eq!((said["archive-id"].as_str(), said["archive-description"].as_str()), ("A", "a b.jpg"));
        assert_eq!((said["creation-date"].as_str(), said["sha256-tree-hash"].as_str()), ("2016", "00"));
        assert!(is_of(&said, &plain) && !is_of(&said, &archive("B", "a b.jpg", "2016")));
        assert!(!is_of(&HashMap::new(), &plain));
        let description = |text: &str| metadata(&archive("A", text, "2016")).remove("archive-description");
        assert_eq!(description("\u{e4}").as_deref(), Some("=?UTF-8?B?w6Q=?="));
        assert_eq!(description(" a").as_deref(), Some("=?UTF-8?B?IGE=?="));
        assert_eq!(description("=?x").as_deref(), Some("=?UTF-8?B?PT94?="));
        assert_eq!((description(""), description(&"\u{e4}".repeat(1024))), (None, None));
        assert_eq!(description(&"x".repeat(1024)).map(|text| text.len()), Some(1024));
    }

    proptest! {
        #[test]
        fn no_two_archives_have_one_key(descriptions in prop::collection::vec("[ab/.]{0,3}", 1..40)) {
            let archives: Vec<Archive> = descriptions.iter().enumerate()
                .map(|(n, text)| archive(&format!("{n:0>138}"), text, &(2000 + n % 3).to_string())).collect();
            let mut names = Names::new("");
            archives.iter().for_each(|archive| names.see(archive));
            let mut keys: Vec<String> = archives.iter().map(|archive| names.key(archive)).collect();
            prop_assert!(keys.iter().all(|key| is_key(key) && !key.is_empty()));
            keys.sort();
            let all = keys.len();
            keys.dedup();
            prop_assert_eq!(keys.len(), all);
        }
    }
}
