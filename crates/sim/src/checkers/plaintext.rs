//! Of what was only ever sealed, no file on the disk has a plain byte: neither after an end in the middle of a write, nor at rest.

use coldkeep_disk::simulated::SimulatedDisk;
use memchr::memmem;

use crate::clients::{MARK, Wrong};

/// No file has the mark that is in the plaintext of each sealed block.
pub fn no_plaintext(disk: &SimulatedDisk) -> Result<(), Wrong> {
    let mark = memmem::Finder::new(MARK);
    let shows = |path: &std::path::PathBuf| disk.read_file(path).is_some_and(|bytes| mark.find(&bytes).is_some());
    match disk.files().into_iter().find(shows) {
        None => Ok(()),
        Some(path) => Err(format!("{} has what was to be sealed as it was sent", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clients::marked;
    use crate::model::content;
    use crate::trace::Trace;

    #[test]
    fn plaintext_is_found_wherever_it_begins() {
        let disk = SimulatedDisk::new(1, 1 << 20, Arc::new(Trace::new(false)));
        let put = |bytes: &[u8]| disk.put_file("/file".as_ref(), Some(bytes)).expect("there is room");
        put(&content(1, 9000));
        assert_eq!(no_plaintext(&disk), Ok(()));
        for before in [0, 1, 4095, 70_001] {
            put(&[&vec![0; before], &marked(content(1, 4096))[..]].concat());
            assert!(no_plaintext(&disk).is_err(), "behind {before} bytes");
        }
    }
}
