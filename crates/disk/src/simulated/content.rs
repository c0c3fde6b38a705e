//! The bytes of a file, in pages that copies share.

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const PAGE: u64 = 4096;

type Page = [u8; PAGE as usize];

/// Bytes and length. Pages that are not there are holes and read as zeros; `None` takes room on the disk and reads as zeros too.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub bytes: u64,
    pages: BTreeMap<u64, Option<Arc<Page>>>,
}

impl Content {
    /// Room taken on the disk.
    pub fn room(&self) -> u64 {
        self.pages.len() as u64 * PAGE
    }

    /// Room that writing here would take beyond what is taken.
    pub fn room_for(&self, offset: u64, bytes: u64) -> u64 {
        let wanted = pages(offset, bytes);
        let there = self.pages.range(wanted.clone()).count() as u64;
        (wanted.end - wanted.start - there) * PAGE
    }

    pub fn read(&self, into: &mut [u8], offset: u64) -> usize {
        let length = self.bytes.saturating_sub(offset).min(into.len() as u64);
        for (at, piece) in pieces(offset, length) {
            let page = self.pages.get(&(at / PAGE)).and_then(Option::as_deref);
            let start = (at % PAGE) as usize;
            match page {
                Some(page) => into[piece.clone()].copy_from_slice(&page[start..start + piece.len()]),
                None => into[piece].fill(0),
            }
        }
        length as usize
    }

    pub fn write(&mut self, bytes: &[u8], offset: u64) {
        for (at, piece) in pieces(offset, bytes.len() as u64) {
            let (start, from) = ((at % PAGE) as usize, &bytes[piece]);
            let page = self.pages.entry(at / PAGE).or_default();
            if page.is_some() || from.iter().any(|byte| *byte != 0) {
                let page = page.get_or_insert_with(|| Arc::new([0; PAGE as usize]));
                Arc::make_mut(page)[start..start + from.len()].copy_from_slice(from);
            }
        }
        self.bytes = self.bytes.max(offset + bytes.len() as u64);
    }

    pub fn set_len(&mut self, bytes: u64) {
        if bytes < self.bytes {
            self.pages.split_off(&bytes.div_ceil(PAGE));
            if let Some(Some(page)) = self.pages.get_mut(&(bytes / PAGE)) {
                Arc::make_mut(page)[(bytes % PAGE) as usize..].fill(0);
            }
        }
        self.bytes = bytes;
    }

    pub fn allocate(&mut self, offset: u64, bytes: u64) {
        for number in pages(offset, bytes) {
            self.pages.entry(number).or_default();
        }
        self.bytes = self.bytes.max(offset + bytes);
    }

    /// Takes these pages as another has them.
    pub fn take_pages(&mut self, from: &Self, offset: u64, bytes: u64) {
        for number in pages(offset, bytes) {
            match from.pages.get(&number) {
                Some(page) => drop(self.pages.insert(number, page.clone())),
                None => drop(self.pages.remove(&number)),
            }
        }
    }
}

fn pages(offset: u64, bytes: u64) -> std::ops::Range<u64> {
    match bytes {
        0 => 0..0,
        _ => offset / PAGE..(offset + bytes).div_ceil(PAGE),
    }
}

/// Cuts a run of bytes at the pages: for each piece where it lies in the file, and in the run.
fn pieces(offset: u64, bytes: u64) -> impl Iterator<Item = (u64, std::ops::Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = offset + done;
        let length = (PAGE - at % PAGE).min(bytes - done);
        let piece = done as usize..(done + length) as usize;
        done += length;
        (length > 0).then_some((at, piece))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_zeros_and_copies_are_their_own() {
        let mut content = Content::default();
        content.write(b"abc", PAGE - 1);
        content.write(&[0; 8192], 3 * PAGE);
        let copy = content.clone();
        content.write(b"x", PAGE);
        content.set_len(PAGE + 1);
        let (mut bytes, mut old) = ([9; 4], [9; 4]);
        assert_eq!((content.read(&mut bytes, PAGE - 2), copy.read(&mut old, PAGE - 2)), (3, 4));
        assert_eq!((&bytes[..3], &old), (b"\0ax".as_slice(), b"\0abc"));
        assert_eq!((content.room(), copy.room(), copy.bytes), (2 * PAGE, 4 * PAGE, 5 * PAGE));
        assert_eq!(content.room_for(0, 3 * PAGE), PAGE);
    }
}
