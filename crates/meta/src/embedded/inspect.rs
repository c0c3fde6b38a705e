//! Reading a folder without changing anything in it, and proving it.
//!
//! No file is opened for writing and none is made, so that a read-only folder can be inspected; what the journal has beyond the
//! tree is read into memory. `redb` gets a view of the tree on which writes stay in memory.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_disk::{Disk, File, Mode};
use redb::Database;

use super::folder::{JOURNAL, REPAIR, TREE, refused};
use super::format::Format;
use super::pages::{Access, Pages};
use super::tree::{Fault, Tree};
use super::{ballast, folder, journal, merged, upgrade};
use crate::{Commit, Entry, Error, Meta, Step, Visit, prefix_range};

/// Memory for cached pages.
const CACHE_BYTES: usize = 32 << 20;

/// The metadata of a folder that no server has open, for reading.
pub struct Inspector {
    tree: Tree,
    _lock: Option<Arc<dyn File>>,
}

impl Inspector {
    /// Opens a folder that is there. Fails with [`Error::Open`] if a server has it open, if it has an older format (which the
    /// next start upgrades) or a newer one, or if what was acknowledged is missing; with [`Error::Damaged`] if what opening needs is
    /// damaged. [`prove`] says more then.
    pub fn open(disk: Arc<dyn Disk>, dir: &Path) -> Result<Self, Error> {
        let lock = lock(&*disk, dir)?;
        let tree = Tree::open(open_pages(&*disk, dir)?, CACHE_BYTES)?;
        let format = tree.format().map_err(|what| refused(dir, &what))?;
        let survey = journal::survey(&*disk, &dir.join(JOURNAL), &format.nonce, format.sequence);
        let verdict = survey.and_then(|survey| journal::judge(&survey, format.sequence));
        let verdict = verdict.map_err(|what| refused(dir, &what))?;
        if !verdict.slots.is_empty() {
            tree.overlay.apply(verdict.slots, verdict.last);
        }
        Ok(Self { tree, _lock: lock })
    }
}

/// Proves a folder: every block of its files and every record against their checksums, the structure of the tree, and that
/// the journal has all that was acknowledged. Reports each thing that is not right; an error means that it could not be looked at.
/// Changes nothing.
///
/// Blocks of the tree that a crash tore while they were written, which nothing names, are no damage. The end of the journal
/// may be torn too, and is reported, since that looks the same as damage: the next start clears it.
pub fn prove(disk: &dyn Disk, dir: &Path, report: &mut dyn FnMut(String)) -> Result<(), Error> {
    let _lock = lock(disk, dir)?;
    ballast::prove(disk, dir, report).map_err(|error| refused(dir, &error))?;
    let pages = match open_pages(disk, dir) {
        Err(Error::Damaged(what)) => {
            report(what);
            return Ok(());
        }
        pages => pages?,
    };
    pages.remember_touched();
    match Tree::open(pages.clone(), CACHE_BYTES).and_then(|tree| Ok((tree.format().map_err(Error::Damaged)?, tree))) {
        Ok((format, tree)) => {
            prove_journal(disk, dir, &format, report);
            prove_records(&tree, report);
        }
        Err(error) => report(format!("{error}; the journal cannot be proven without it")),
    }
    prove_structure(&pages, report);
    pages.prove(report).map_err(|error| refused(dir, &error))
}

fn prove_journal(disk: &dyn Disk, dir: &Path, format: &Format, report: &mut dyn FnMut(String)) {
    let survey = match journal::survey(disk, &dir.join(JOURNAL), &format.nonce, format.sequence) {
        Ok(survey) => survey,
        Err(what) => return report(what),
    };
    match journal::judge(&survey, format.sequence) {
        Ok(verdict) => {
            let torn = verdict.torn.len();
            if torn > 0 {
                report(format!(
                    "{torn} blocks at the end of the journal, behind version {}, were torn by a crash or are damaged; if they \
                     held commits, those were not acknowledged as far as is known. The next start clears them",
                    verdict.last
                ));
            }
            verdict.harmless.into_iter().for_each(&mut *report);
        }
        Err(what) => report(what),
    }
    survey.wrong.into_iter().for_each(report);
}

/// Every record of the tree against its checksum, and their order.
fn prove_records(tree: &Tree, report: &mut dyn FnMut(String)) {
    let (mut last, mut ordered) = (Vec::new(), true);
    let walked = merged::walk(tree, prefix_range(b""), &mut |seen| {
        ordered &= last.as_slice() < seen.key || last.is_empty();
        last.clear();
        last.extend_from_slice(seen.key);
        Step::Next
    });
    if let Err(error) = walked {
        report(error.to_string());
    }
    if !ordered {
        report("the keys of the tree are not in order".into());
    }
}

/// `redb`'s own check: the structure of its trees, its checksums and its lists of free pages.
fn prove_structure(pages: &Arc<Pages>, report: &mut dyn FnMut(String)) {
    let database = Database::builder().create_with_backend(pages.backend(Access::Memory));
    match database.and_then(|mut database| database.check_integrity()) {
        Ok(true) => {}
        Ok(false) => report("the structure of the tree is not what it should be".into()),
        Err(error) => report(Fault::from(error).error().to_string()),
    }
}

/// The tree's file, for reading.
pub(super) fn open_pages(disk: &dyn Disk, dir: &Path) -> Result<Arc<Pages>, Error> {
    let failed = |error: std::io::Error| refused(dir, &error);
    if folder::exists(disk, &dir.join(REPAIR)).map_err(failed)? {
        return Err(refused(dir, &"a repair was cut short; run `coldkeep fsck --repair` again"));
    }
    if folder::exists(disk, &dir.join(TREE)).map_err(failed)? {
        return Ok(Arc::new(Pages::open(disk.open(&dir.join(TREE), Mode::Read).map_err(failed)?)?));
    }
    let what = match upgrade::is_old(disk, dir).map_err(failed)? {
        true => "the metadata has format 1, which the next start of the server upgrades",
        false => "there is no metadata (metadata.tree)",
    };
    Err(refused(dir, &what))
}

/// Holds the folder if there is something to hold: a folder that was copied may have no lock file.
fn lock(disk: &dyn Disk, dir: &Path) -> Result<Option<Arc<dyn File>>, Error> {
    match folder::lock(disk, dir, Mode::Read) {
        Ok(lock) => Ok(Some(lock)),
        Err(error) => match folder::exists(disk, &dir.join(folder::LOCK)) {
            Ok(false) => Ok(None),
            _ => Err(error),
        },
    }
}

#[async_trait]
impl Meta for Inspector {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        merged::get(&self.tree, key)
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        merged::scan_back(&self.tree, &range, limit)
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        merged::walk(&self.tree, range, visit)
    }

    /// Always refused.
    async fn commit(&self, _commit: Commit) -> Result<(), Error> {
        Err(Error::Invalid("the metadata was opened for reading"))
    }

    fn health(&self) -> Result<(), Error> {
        Err(Error::Invalid("the metadata was opened for reading"))
    }
}
