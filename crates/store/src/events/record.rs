//! An event as it is kept until its destination has it: with all that is told of it, for what it is about may be gone by then.

use std::fmt;

use coldkeep_types::Timestamp;
use minicbor::{Decode, Encode};

use super::{Destination, EventType};
use crate::records::Record;
use crate::{ArchiveTier, StorageClass};

/// Who did something, as events tell it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Cause {
    /// The id of the user, role or account.
    #[n(0)]
    pub principal: String,
    /// The address it was done from.
    #[n(1)]
    pub address: String,
    /// The id of the request.
    #[n(2)]
    pub request: String,
    /// Its second id.
    #[n(3)]
    pub host: String,
}

/// A copy that was restored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RestoredCopy {
    /// Until when it can be read, in milliseconds since 1970.
    #[n(0)]
    pub until_ms: i64,
    /// The class of the object.
    #[n(1)]
    pub class: StorageClass,
}

/// Orders the events of a key: the run of the server, the time, and a counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sequencer(pub(super) [u8; 12]);

impl Sequencer {
    pub(crate) fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }
}

impl fmt::Display for Sequencer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

/// Something that happened to an object.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Event {
    /// What.
    #[n(0)]
    pub event: EventType,
    /// When, in milliseconds since 1970.
    #[n(1)]
    pub time_ms: i64,
    /// In which bucket.
    #[n(2)]
    pub bucket: String,
    /// The account that owns it.
    #[n(3)]
    pub owner: String,
    /// Its region.
    #[n(4)]
    pub region: String,
    /// To the object of which key.
    #[n(5)]
    pub key: String,
    /// Its size, where that is known.
    #[n(6)]
    pub bytes: Option<u64>,
    /// Its ETag, likewise.
    #[n(7)]
    pub etag: Option<String>,
    /// Its version, where the bucket has versions.
    #[n(8)]
    pub version: Option<String>,
    /// Of an object that is restored.
    #[n(9)]
    pub copy: Option<RestoredCopy>,
    /// The id of the rule that wants to know.
    #[n(10)]
    pub rule: String,
    /// Where it goes.
    #[n(11)]
    pub destination: Destination,
    /// Who did it; `None`: the server by itself, as rules said.
    #[n(12)]
    pub cause: Option<Cause>,
    /// Of an object that was archived by Intelligent-Tiering: where.
    #[n(13)]
    pub tier: Option<ArchiveTier>,
    /// Its place among the events of its key; in the record's key.
    #[cbor(skip)]
    pub sequencer: Sequencer,
}

impl Event {
    /// When it happened.
    pub fn time(&self) -> Timestamp {
        Timestamp(self.time_ms)
    }

    /// What lies under a key made by [`keys::event`](crate::keys::event).
    pub(crate) fn read(key: &[u8], value: &[u8]) -> Result<Self, crate::Error> {
        let damaged = || crate::Error::Damaged("the key of an event".into());
        let (head, sequencer) = key.split_last_chunk::<12>().ok_or_else(damaged)?;
        let event = Self { sequencer: Sequencer(*sequencer), ..Self::from_value(value)? };
        if head.get(1..) == Some(&event.destination.place(&event.bucket)[..]) { Ok(event) } else { Err(damaged()) }
    }
}

impl Record for Event {}
