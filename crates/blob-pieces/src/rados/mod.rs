//! A pool of a Ceph cluster as the store, by librados. A namespace of the pool is the store's, whole.
//!
//! Each object is one operation: made where none is, with all its bytes. Ceph repeats by itself what was on its way to an OSD that dies, once; what
//! was not answered in time is unknown. Time is given to every call: without it writes would wait for as long as the pool has too few OSDs.
//!
//! A pool has no order of names, so a list looks at all of it, also at what other namespaces have. What is asked for again and again, everything but
//! the blobs themselves, is therefore found by [`directory`], and lengths of a blob's objects are asked for one by one.

mod answers;
mod connection;
mod directory;
mod library;
mod location;
mod room;
mod scan;

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::Space;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::oneshot::Receiver;

pub use library::end_process;
pub use location::RadosLocation;

use self::connection::{Answer, Change, Connection, Wanted, text};
use self::room::Room;
use crate::store::{Listed, PieceStore, StoreError, numbered};

/// The length of pieces: what Ceph's own block devices and file systems cut their bytes into, so that an OSD that comes back copies no more for a
/// part that it lacks, and nothing else waits for longer.
const PIECE_BYTES: u32 = 4 << 20;
/// Names are small, and to list costs the same however many are wanted.
const PAGE: usize = 65_536;
/// How many lengths are asked for at once.
const LENGTHS_AT_ONCE: usize = 32;
/// Over whatever the configuration says. Seconds; the first for what OSDs do, the others for monitors.
const SETTINGS: &[(&str, &str)] = &[
    ("rados_osd_op_timeout", "30"),
    ("rados_mon_op_timeout", "10"),
    ("client_mount_timeout", "10"),
    // What goes wrong is told by the server, in its own log.
    ("err_to_stderr", "false"),
    // No bound, at which a thread that asks would be held: the engine has one of its own.
    ("objecter_inflight_op_bytes", "0"),
    ("objecter_inflight_ops", "0"),
];

/// A namespace of a pool.
pub struct Rados {
    connection: Arc<Connection>,
    location: RadosLocation,
    room: Room,
}

impl Rados {
    /// Connects, or says why not and what to do.
    pub async fn connect(location: RadosLocation) -> Result<Self, String> {
        let place = location.clone();
        let connecting = tokio::task::spawn_blocking(move || {
            let keyring = place.keyring.as_deref().map(|keyring| ("keyring", keyring));
            let settings: Vec<_> = SETTINGS.iter().copied().chain(keyring).collect();
            let wanted = Wanted {
                user: &format!("client.{}", place.user),
                conf: place.conf.as_deref(),
                settings: &settings,
                pool: &place.pool,
                namespace: &place.namespace,
            };
            Connection::open(&wanted).map_err(|refusal| answers::refused(refusal, &place))
        });
        let connection = connecting.await.map_err(|error| error.to_string())??;
        Ok(Self { connection, location, room: Room::default() })
    }

    /// Waits for an answer. Who stops waiting leaves the call to its end.
    async fn answer(&self, asked: Receiver<Answer>) -> Result<Answer, StoreError> {
        let lost = |_| StoreError::Unknown("a call of librados was lost".into());
        asked.await.map_err(lost)?.result().map_err(|code| answers::told(code, &self.location))
    }

    async fn change(&self, name: &str, change: Change<'_>) -> Result<(), StoreError> {
        self.answer(self.connection.change(&text(name), &change)).await.map(drop)
    }

    async fn length(&self, name: &str) -> Result<Option<u64>, StoreError> {
        match self.answer(self.connection.length(&text(name))).await {
            Ok(answer) => Ok(Some(answer.length)),
            Err(StoreError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Does what waits on a thread that may.
    async fn waiting<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, connection::Code> + Send + 'static,
    ) -> Result<T, StoreError> {
        let connection = self.connection.clone();
        let asked = tokio::task::spawn_blocking(move || ask(&connection)).await;
        let done = asked.map_err(|error| StoreError::Unknown(error.to_string()))?;
        done.map_err(|code| answers::told(code, &self.location))
    }
}

#[async_trait]
impl PieceStore for Rados {
    fn piece_bytes(&self) -> u32 {
        PIECE_BYTES
    }

    fn page(&self) -> usize {
        PAGE
    }

    async fn put_new(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        if directory::has(name) {
            self.note(name).await?;
        }
        self.change(name, Change::Create(bytes)).await
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        let end = match range.end {
            u64::MAX => self.length(name).await?.ok_or(StoreError::NotFound)?,
            end => end,
        };
        // At least a byte, without which nothing would be said of the object.
        let length = end.saturating_sub(range.start).max(1);
        let length = usize::try_from(length).map_err(|_| StoreError::Refused("a range is too long".into()))?;
        let mut bytes = self.answer(self.connection.read(&text(name), range.start, length)).await?.bytes;
        bytes.truncate(end.saturating_sub(range.start) as usize);
        Ok(bytes.into())
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        match self.change(name, Change::Remove).await {
            Ok(()) | Err(StoreError::NotFound) if directory::has(name) => self.forget(name).await,
            Err(StoreError::NotFound) => Ok(()),
            done => done,
        }
    }

    async fn names(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        if directory::has(prefix) {
            return Ok(self.noted(prefix, after, limit).await?.into_iter().map(|listed| listed.name).collect());
        }
        let (prefix, after) = (prefix.to_owned(), after.to_owned());
        self.waiting(move |connection| scan::names(connection, &prefix, &after, limit)).await
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError> {
        if directory::has(prefix) {
            return self.noted(prefix, after, limit).await;
        }
        let names = self.names(prefix, after, limit).await?;
        self.lengths(prefix, &names).await
    }

    async fn lengths(&self, _of: &str, names: &[String]) -> Result<Vec<Listed>, StoreError> {
        let asking = names.iter().cloned().map(|name| async move {
            let length = self.length(&name).await?;
            Ok(length.map(|bytes| Listed { name, bytes }))
        });
        let found = stream::iter(asking).buffered(LENGTHS_AT_ONCE);
        found.try_filter_map(|listed| async move { Ok(listed) }).try_collect().await
    }

    async fn numbered(&self, of: &str) -> Result<Vec<Listed>, StoreError> {
        numbered(self, of).await
    }

    async fn folders(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        if directory::has(prefix) {
            let noted = self.noted(prefix, "", usize::MAX).await?;
            return Ok(scan::folders(noted.iter().map(|listed| listed.name.as_str()), prefix));
        }
        let prefix = prefix.to_owned();
        self.waiting(move |connection| scan::all_folders(connection, &prefix)).await
    }

    async fn space(&self) -> Result<Space, StoreError> {
        Ok(self.room.ask(&self.connection, &self.location.pool).await)
    }
}
