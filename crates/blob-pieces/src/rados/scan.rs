//! Looking at a whole pool for names. It takes memory for what is wanted only, and time for all that is there. It waits.

use std::collections::BTreeSet;

use super::connection::{Code, Connection};
use super::directory;

/// The first `limit` names that begin with `prefix` and come after `after`, ascending.
pub(super) fn names(connection: &Connection, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, Code> {
    let mut found = BTreeSet::new();
    let is_wanted = |bytes: &[u8]| bytes.starts_with(prefix.as_bytes()) && bytes > after.as_bytes();
    connection.scan(|bytes| {
        if is_wanted(bytes) && bytes != directory::NAME.as_bytes() {
            found.insert(name(bytes));
            if found.len() > limit {
                found.pop_last();
            }
        }
        true
    })?;
    Ok(found.into_iter().collect())
}

/// What comes between `prefix` and the next `/` in all names that have both.
pub(super) fn all_folders(connection: &Connection, prefix: &str) -> Result<Vec<String>, Code> {
    let mut found = BTreeSet::new();
    connection.scan(|bytes| {
        let name = name(bytes);
        if let Some(folder) = folder(&name, prefix)
            && !found.contains(folder)
        {
            found.insert(folder.to_owned());
        }
        true
    })?;
    Ok(found.into_iter().collect())
}

/// The same of names that are known.
pub(super) fn folders<'a>(names: impl Iterator<Item = &'a str>, prefix: &str) -> Vec<String> {
    let found: BTreeSet<_> = names.filter_map(|name| folder(name, prefix)).collect();
    found.into_iter().map(str::to_owned).collect()
}

fn folder<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    Some(name.strip_prefix(prefix)?.split_once('/')?.0)
}

/// A name as a text: of another client it may be anything.
pub(super) fn name(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
