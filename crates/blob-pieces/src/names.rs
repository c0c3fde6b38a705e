//! The names of all objects.
//!
//! | name | what |
//! |---|---|
//! | `format` | the format record: whose place this is |
//! | `store` | the id of the store that claimed it |
//! | `epochs/00002a` | the store's last run, and at times the one before |
//! | `blobs/00002a/<id>` | the head of a blob of run 42 |
//! | `blobs/00002a/<id>.0` | its first piece |
//! | `quarantine/00002a/<id>.<bytes>.head` | the head of a blob in quarantine, whose pieces take so many bytes |
//! | `quarantine/00002a/<id>.<bytes>.rest` | empty: of a blob in quarantine that never had a head |
//!
//! `.` sorts before digits, so a blob's head comes right before its pieces.

use coldkeep_types::Id;

pub(crate) const FORMAT: &str = "format";
pub(crate) const STORE: &str = "store";
pub(crate) const EPOCHS: &str = "epochs/";
pub(crate) const BLOBS: &str = "blobs/";
pub(crate) const QUARANTINE: &str = "quarantine/";

const ID_DIGITS: usize = 32;

/// The mark of a run.
pub(crate) fn epoch(epoch: u32) -> String {
    format!("{EPOCHS}{epoch:06x}")
}

/// The folder of a run's blobs.
pub(crate) fn folder(epoch: u32) -> String {
    format!("{BLOBS}{epoch:06x}/")
}

/// The run of a folder, or of a mark.
pub(crate) fn parse_epoch(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits, 16).ok().filter(|epoch| format!("{epoch:06x}") == digits)
}

/// The head of a blob.
pub(crate) fn head(id: Id) -> String {
    format!("{}{id}", folder(id.epoch()))
}

/// What the names of all pieces of a blob begin with.
pub(crate) fn pieces(id: Id) -> String {
    format!("{}.", head(id))
}

/// A piece of a blob.
pub(crate) fn piece(id: Id, number: u64) -> String {
    format!("{}.{number}", head(id))
}

/// Comes after everything of a blob, and before the next one.
pub(crate) fn after(id: Id) -> String {
    format!("{}.~", head(id))
}

/// The blob of a head or a piece, and whether it is the head.
pub(crate) fn parse_blob(name: &str) -> Option<(Id, bool)> {
    let (folder, name) = name.strip_prefix(BLOBS)?.split_once('/')?;
    let (digits, rest) = name.split_at_checked(ID_DIGITS)?;
    let id = Id::parse_hex(digits)?;
    if parse_epoch(folder)? != id.epoch() {
        return None;
    }
    match rest.strip_prefix('.') {
        None => rest.is_empty().then_some((id, true)),
        Some(number) => (number.parse::<u64>().ok()?.to_string() == number).then_some((id, false)),
    }
}

/// What the names of everything in quarantine of a blob begin with.
pub(crate) fn held(id: Id) -> String {
    format!("{QUARANTINE}{:06x}/{id}.", id.epoch())
}

/// What is put into quarantine of a blob whose pieces take so many bytes: its head, or that it has none.
pub(crate) fn quarantined(id: Id, piece_bytes: u64, has_head: bool) -> String {
    format!("{}{piece_bytes}.{}", held(id), if has_head { "head" } else { "rest" })
}

/// The blob of something in quarantine, and the bytes of its pieces.
pub(crate) fn parse_quarantined(name: &str) -> Option<(Id, u64)> {
    let (folder, rest) = name.strip_prefix(QUARANTINE)?.split_once('/')?;
    let (digits, rest) = rest.split_once('.')?;
    let (bytes, kind) = rest.split_once('.')?;
    let (id, bytes) = (Id::parse_hex(digits)?, bytes.parse().ok()?);
    (parse_epoch(folder)? == id.epoch() && matches!(kind, "head" | "rest")).then_some((id, bytes))
}

/// Whether an object of this name is the engine's.
pub(crate) fn is_known(name: &str) -> bool {
    matches!(name, FORMAT | STORE)
        || name.strip_prefix(EPOCHS).and_then(parse_epoch).is_some()
        || parse_blob(name).is_some()
        || parse_quarantined(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_were_made_and_sort_by_blob() {
        let id = |last: u8| Id::from_bytes([1, 2, 3, 4, 5, 6, 0, 0, 42, 10, 11, 12, 13, 14, 15, last]);
        let (one, next) = (id(7), id(8));
        let names = [head(one), piece(one, 0), piece(one, 10), piece(one, 9), after(one), head(next)];
        assert!(names.is_sorted(), "{names:?}");
        assert_eq!(head(one), "blobs/00002a/01020304050600002a0a0b0c0d0e0f07");
        assert_eq!((parse_blob(&names[0]), parse_blob(&names[1])), (Some((one, true)), Some((one, false))));
        assert_eq!(parse_quarantined(&quarantined(one, 70_000, true)), Some((one, 70_000)));
        for known in [FORMAT, STORE, &epoch(42), &names[0], &names[3], &quarantined(one, 0, false)] {
            assert!(is_known(known), "{known}");
        }
        let other = names[0].replace("blobs/00002a", "blobs/00002b");
        for strange in ["formats", "epochs/2a", "blobs/00002a/x", &other, &after(one), &(piece(one, 0) + "1x")] {
            assert!(!is_known(strange), "{strange}");
        }
    }
}
