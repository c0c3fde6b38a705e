//! The file of the tree, as `redb` asks for one.

use std::io;
use std::sync::Arc;

use coldkeep_disk::{File, read_full_at};
use redb::StorageBackend;

/// A file behind `redb`.
#[derive(Debug)]
pub(super) struct Pages(pub Arc<dyn File>);

impl StorageBackend for Pages {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match read_full_at(&*self.0, out, offset)? {
            read if read == out.len() => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write_all_at(data, offset)
    }
}
