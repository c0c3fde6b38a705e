//! What is done with messages that were received: deleted, or shown earlier or later.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_meta::{Commit, Version};
use coldkeep_types::Id;

use crate::records::{Record, State};
use crate::{Error, MAX_TRIES, Messages, Queue, keys, send};

/// What a receiver was given for a message. Later ones make earlier ones of no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub queue: Id,
    pub message: Id,
    pub receives: u32,
}

impl Receipt {
    pub fn to_text(self) -> String {
        let bytes = [&self.queue.as_bytes()[..], self.message.as_bytes(), &self.receives.to_be_bytes()].concat();
        STANDARD.encode(bytes)
    }

    fn parse(text: &str, queue: &Queue) -> Result<Self, Error> {
        let receipt = Self::read(text).filter(|receipt| receipt.queue == queue.record.id);
        receipt.ok_or_else(|| Error::InvalidReceipt(text.to_owned()))
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        let (queue, rest) = bytes.split_at_checked(16)?;
        let (message, receives) = rest.split_at_checked(16)?;
        let receives = u32::from_be_bytes(receives.try_into().ok()?);
        Some(Self { queue: Id::from_slice(queue)?, message: Id::from_slice(message)?, receives })
    }
}

impl Messages {
    /// Deletes a message. One that is gone, or that another has received since, is left as it is, which is no error
    /// (DeleteMessage's page).
    pub async fn delete(&self, queue: &Queue, receipt: &str) -> Result<(), Error> {
        let receipt = Receipt::parse(receipt, queue)?;
        let room = queue.record.room;
        for _ in 0..MAX_TRIES {
            let Some((state, version)) = self.state(room, receipt.message).await? else { return Ok(()) };
            if state.receives != receipt.receives {
                return Ok(());
            }
            let mut commit = Commit::default();
            commit.expect(keys::state(room, receipt.message), Some(version));
            send::remove(&mut commit, room, receipt.message, &state, send::MAX_PIECES);
            if self.commit(commit).await? {
                self.no_more_in_flight(room);
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// Lets a message in flight be seen in so many seconds from now.
    pub async fn change_visibility(&self, queue: &Queue, handle: &str, seconds: u32) -> Result<(), Error> {
        let receipt = Receipt::parse(handle, queue)?;
        let gone = || Error::NoSuchMessage(handle.to_owned());
        let (room, id) = (queue.record.room, receipt.message);
        for _ in 0..MAX_TRIES {
            let (state, version) = self.state(room, id).await?.ok_or_else(gone)?;
            let now = self.now().0;
            if state.receives != receipt.receives || state.seen_from <= now {
                return Err(Error::NotInFlight);
            }
            let changed = State { seen_from: now + i64::from(seconds) * 1000, ..state };
            let mut commit = Commit::default();
            commit.expect(keys::state(room, id), Some(version)).put(keys::state(room, id), changed.to_value());
            commit.delete(keys::seen_from(room, state.seen_from, id));
            commit.put(keys::seen_from(room, changed.seen_from, id), vec![u8::from(seconds > 0)]);
            if self.commit(commit).await? {
                if seconds == 0 {
                    self.no_more_in_flight(room);
                }
                self.0.waiting.wake(queue.record.id);
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    async fn state(&self, room: Id, message: Id) -> Result<Option<(State, Version)>, Error> {
        let Some(entry) = self.0.meta.get(&keys::state(room, message)).await? else { return Ok(None) };
        Ok(Some((State::from_value(&entry.value)?, entry.version)))
    }

    fn no_more_in_flight(&self, room: Id) {
        if let Some((_, number)) = self.0.in_flight.lock().get_mut(&room) {
            *number = number.saturating_sub(1);
        }
    }
}
