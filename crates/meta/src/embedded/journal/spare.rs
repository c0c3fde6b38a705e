//! What is done about segments without the journal's lock, so that no commit waits for it: making the next ones ahead, and
//! removing those of no use.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use coldkeep_disk::{Disk, File};

use super::Nonce;
use super::segment::{self, Segment};

/// Segments that are of no use any more. They may go once the mark that does not name them is durable.
pub struct Retired {
    pub(super) mark: Arc<dyn File>,
    pub(super) paths: Vec<PathBuf>,
}

/// A segment to be made, without the journal's lock.
pub struct Wanted {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) dir: PathBuf,
    pub(super) nonce: Nonce,
    pub(super) number: u64,
    pub(super) bytes: u64,
}

impl Wanted {
    /// Makes it.
    pub fn make(&self) -> io::Result<Segment> {
        segment::create(&*self.disk, &self.dir, &self.nonce, self.number, self.bytes)
    }
}

impl Retired {
    /// Makes the mark durable and removes the files. An error means that the mark was not synced.
    pub fn remove(self, disk: &dyn Disk) -> io::Result<()> {
        self.mark.sync_data()?;
        for path in self.paths {
            if let Err(error) = disk.remove_file(&path) {
                tracing::warn!(%error, path = %path.display(), "a segment of the journal was not removed; the next start uses it");
            }
        }
        Ok(())
    }
}
