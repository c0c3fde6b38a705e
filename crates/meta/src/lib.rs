//! The metadata engine: ordered keys, small values, and an atomic conditional commit.
//!
//! [`Meta`] is the whole contract; every sentence of it is tested by [`conformance`]. Engines know
//! nothing of buckets or uploads. What they all must be able to do is little, so that a SQL
//! database can do it too. [`Record`] is the form that the values have which others keep here.
//!
//! [`Embedded`] serves one machine, [`Memory`] serves tests. The rules by which a commit is judged are in one place
//! (`plan.rs`), shared by both.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

pub mod conformance;
mod embedded;
mod groups;
mod memory;
mod plan;
mod record;

#[cfg(feature = "fuzzing")]
pub use embedded::fuzzing;
pub use embedded::{Cut, Embedded, Inspector, Options, Recovery, Run, Salvaged, Stats, prove, salvage};
pub use groups::Groups;
pub use memory::{Fault, Memory};
pub use record::{BadRecord, Record};

use std::ops::Range;

use async_trait::async_trait;
use thiserror::Error;

/// The commit that last wrote a key. Versions of one store only grow and are never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

/// A value as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The bytes that were put, or for a counter its sum as eight big-endian bytes (`i64`).
    pub value: Vec<u8>,
    /// The commit that wrote them.
    pub version: Version,
}

/// A record as a walk shows it: borrowed, not copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen<'a> {
    /// Its key.
    pub key: &'a [u8],
    /// As in [`Entry`].
    pub value: &'a [u8],
    /// As in [`Entry`].
    pub version: Version,
}

/// Where a walk goes after a record it has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the next record.
    Next,
    /// To the first record at or after this key; to the next one if this key is not beyond it.
    Seek(Vec<u8>),
    /// No further.
    Stop,
}

/// What a walk shows its records to.
pub type Visit<'a> = dyn FnMut(Seen<'_>) -> Step + Send + 'a;

/// What must hold for a commit to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The key has this version; with `None`, the key is absent.
    Version {
        /// Which key.
        key: Vec<u8>,
        /// Its version, or `None` for absent.
        version: Option<Version>,
    },
    /// No key lies in this range (start included, end excluded).
    Empty {
        /// The range of keys.
        range: Range<Vec<u8>>,
    },
}

/// One change of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Sets a key's value.
    Put {
        /// Which key.
        key: Vec<u8>,
        /// Its new value.
        value: Vec<u8>,
    },
    /// Removes a key; nothing happens if it is absent.
    Delete {
        /// Which key.
        key: Vec<u8>,
    },
    /// Adds to a counter (wrapping); an absent counter is zero. A value that is not eight bytes is no counter.
    Add {
        /// Which key.
        key: Vec<u8>,
        /// What to add.
        delta: i64,
    },
}

/// Conditions and changes that happen together or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// All must hold, as of the moment before the first write.
    pub expects: Vec<Expect>,
    /// Applied in this order.
    pub writes: Vec<Write>,
}

impl Commit {
    /// Requires that `key` still has the version it was read with (`None`: is still absent).
    pub fn expect(&mut self, key: impl Into<Vec<u8>>, version: Option<Version>) -> &mut Self {
        self.expects.push(Expect::Version { key: key.into(), version });
        self
    }

    /// Requires that no key lies in `range`.
    pub fn expect_empty(&mut self, range: Range<Vec<u8>>) -> &mut Self {
        self.expects.push(Expect::Empty { range });
        self
    }

    /// Sets `key` to `value`.
    pub fn put(&mut self, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> &mut Self {
        self.writes.push(Write::Put { key: key.into(), value: value.into() });
        self
    }

    /// Removes `key`.
    pub fn delete(&mut self, key: impl Into<Vec<u8>>) -> &mut Self {
        self.writes.push(Write::Delete { key: key.into() });
        self
    }

    /// Adds `delta` to the counter at `key`.
    pub fn add(&mut self, key: impl Into<Vec<u8>>, delta: i64) -> &mut Self {
        self.writes.push(Write::Add { key: key.into(), delta });
        self
    }
}

/// Why a metadata engine did not do what it was asked.
#[derive(Clone, Debug, Error)]
pub enum Error {
    /// An expectation did not hold; nothing was changed. Read again and decide again.
    #[error("the records changed since they were read")]
    Conflict,
    /// A sync failed before, or a write that may have come to be in part; the engine refuses writes until it is reopened, since it can no
    /// longer tell what is on the disk. Whether a commit that was under way took effect is unknown.
    #[error("the metadata engine stopped after a failed write: {0}")]
    Poisoned(String),
    /// The commit breaks a rule of the contract and could never succeed: a key or value is too long, or
    /// something is added to a value that is not a counter. Nothing was changed.
    #[error("the metadata engine was asked for the impossible: {0}")]
    Invalid(&'static str),
    /// There is no room for the commit, on the disk or in memory; nothing was changed. The same commit may succeed later:
    /// free room and try again.
    #[error("the metadata engine has no room: {0}; nothing was changed, free room and try again")]
    Full(String),
    /// Reading failed.
    #[error("the metadata engine cannot read: {0}")]
    Read(String),
    /// What was read is damaged, and not given out. Everything else can be read.
    #[error("the metadata is damaged: {0}; run `coldkeep fsck`")]
    Damaged(String),
    /// The database behind the engine could not be reached in time; nothing was changed. It is asked anew by each call.
    #[error("the metadata database cannot be reached: {0}; nothing was changed")]
    Away(String),
    /// The connection to the database behind the engine was lost with the commit under way. Whether it took effect is unknown, and it may still
    /// do so until the engine reaches the database again, which it does by itself.
    #[error("it is not known whether the metadata changed: {0}")]
    Unknown(String),
    /// The directory is in use by another server, or was written by a newer version; or the database is not one that can be used.
    #[error("the metadata cannot be opened: {0}")]
    Open(String),
}

impl Error {
    /// Whether the metadata cannot be reached just now: the same may succeed later, and of a change it may not be known whether it was made.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Read(_) | Self::Unknown(_))
    }
}

/// An ordered, transactional key-value engine.
///
/// - Keys are bytes, ordered as bytes, at most [`MAX_KEY_BYTES`] long; values at most
///   [`MAX_VALUE_BYTES`]; a commit with longer ones is refused ([`Error::Invalid`]). A range that ends before
///   it starts is empty.
/// - [`get`](Meta::get), [`scan`](Meta::scan) and [`walk`](Meta::walk) see every commit that was acknowledged before
///   they were called, and never a part of a commit. One scan or walk is taken at one moment.
/// - [`commit`](Meta::commit) is atomic, isolated (as if commits ran one after another) and durable:
///   it returns `Ok` only when a crash at any later moment cannot undo it. Commits that are waiting at
///   the same time may share one sync.
/// - A refused commit ([`Error::Conflict`], [`Error::Invalid`], [`Error::Full`]) changed nothing, also after a crash. A commit without writes only
///   checks its expectations. A dropped future of a commit may or may
///   not take effect.
/// - Every key written by a commit gets that commit's [`Version`]; a key deleted and written again
///   never gets an old version back.
/// - After a failed sync the engine is poisoned: it answers [`Error::Poisoned`] to every later commit
///   and says so in [`health`](Meta::health). Reads go on. Want of room or of descriptors does not poison it.
/// - An engine over a database that cannot be reached answers [`Error::Away`], and [`Error::Unknown`] to commits that were on their way;
///   [`health`](Meta::health) says so, and all goes on when it can be reached again.
/// - What is damaged is not given out: it is [`Error::Damaged`] for who asks for it, and all else can be read.
#[async_trait]
pub trait Meta: Send + Sync + 'static {
    /// The value at `key`, if there is one.
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error>;

    /// The same, for who proves what it is given by itself: what is damaged may be given out. Whose proof fails asks by [`get`](Meta::get), which
    /// says whether it is damaged.
    async fn get_unverified(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.get(key).await
    }

    /// At most `limit` entries of `range` (start included, end excluded), in ascending order.
    async fn scan(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        let mut found = Vec::new();
        if limit > 0 {
            self.walk(range, &mut |seen| {
                found.push((seen.key.to_vec(), Entry { value: seen.value.to_vec(), version: seen.version }));
                if found.len() < limit { Step::Next } else { Step::Stop }
            })
            .await?;
        }
        Ok(found)
    }

    /// As [`scan`](Meta::scan), in descending order from the end of the range.
    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error>;

    /// Shows the entries of `range` (start included, end excluded) to `visit`, in ascending order, going where it says
    /// until it says stop or the range ends. Entries that a [`Step::Seek`] leaps over are not shown, and however many
    /// they are, the jump costs about as much as a [`get`](Meta::get): an engine may read a bounded number of them.
    ///
    /// `visit` may run under the engine's locks: it is quick, and does not call the engine.
    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error>;

    /// As [`walk`](Meta::walk), and shows the same. `visit` is expected to leap over what follows the first entry of a group: an engine
    /// for which a jump costs more than a [`get`](Meta::get) may bring the first entries of many groups at once.
    async fn walk_groups(&self, range: Range<Vec<u8>>, groups: Groups<'_>, visit: &mut Visit<'_>) -> Result<(), Error> {
        _ = groups;
        self.walk(range, visit).await
    }

    /// Applies all writes if all expectations hold.
    async fn commit(&self, commit: Commit) -> Result<(), Error>;

    /// What the clock says that all servers over this engine share, in milliseconds since 1970; `None`: there is none.
    async fn time(&self) -> Result<Option<i64>, Error> {
        Ok(None)
    }

    /// `Ok` while commits can succeed; [`Error::Full`] for some seconds after one was refused for want of
    /// room.
    fn health(&self) -> Result<(), Error>;
}

/// The longest key an engine must take.
pub const MAX_KEY_BYTES: usize = 2048;
/// The largest value an engine must take (the leaf digests of a 4 GiB part are 128 KiB).
pub const MAX_VALUE_BYTES: usize = 1 << 20;

/// The range of all keys that begin with `prefix`.
pub fn prefix_range(prefix: &[u8]) -> Range<Vec<u8>> {
    prefix.to_vec()..prefix_end(prefix.to_vec())
}

/// The end of the range of all keys that begin with `prefix`.
pub fn prefix_end(mut prefix: Vec<u8>) -> Vec<u8> {
    while let Some(last) = prefix.pop() {
        if last < u8::MAX {
            prefix.push(last + 1);
            return prefix;
        }
    }
    // A prefix of nothing but 0xff has no upper neighbour: end beyond every key there can be.
    vec![u8::MAX; MAX_KEY_BYTES + 1]
}
