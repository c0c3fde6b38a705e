//! Clients of both doors: what they ask for, and what each answer must be.
//!
//! A client tells the model what it is about to write, asks, and tells the model what came of it. What it reads must be what
//! the model allows. Several run at once; where they meet is the model's business.

pub mod ageing;
mod kms;
mod lists;
mod objects;
mod places;
mod sealed;
mod shared;
pub mod tiering;
mod uploads;
mod vaults;
mod versions;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use coldkeep_disk::simulated::Dice;
use http::Method;
use parking_lot::Mutex;

use crate::model::{Model, content};
use crate::request::{Answer, Fate, Request};
use crate::server::Serves;
use crate::trace::Trace;

pub use kms::{SECRET, is_under_kms, look_at_keys, make_keys, unlock};
pub use lists::{keys, list_keys, open_uploads};
pub use objects::{has_head_of, md5_base64, read_object};
pub use places::{look_at_place, remove_places};
pub use sealed::MARK;
#[cfg(test)]
pub use sealed::marked;
pub use shared::make_shared;
pub use vaults::{archive_jobs, inventory, tree_hash};
pub use versions::{KEPT, list_versions, read_version};

/// The buckets that are there from the start.
pub const BUCKETS: [&str; 2] = ["first", "second"];
/// The vault that is there from the start.
pub const VAULT: &str = "vault";
/// The keys that all clients share.
const KEYS: [&str; 9] = ["a", "a/1", "a/2", "a/b/1", "b/ä", "b/x&y", "c d", "c+", "z"];
/// What the keys begin with that one upload writes, and nobody else.
const ALONE: &str = "up/";
/// Sizes around which things change.
const SIZES: [usize; 12] = [0, 1, 511, 4096, 8191, 8192, 8193, 20_000, 65_536, 65_537, 300_000, 1_048_577];

/// How often a client insists: for longer than all trouble lasts.
const MOST_TRIES: u32 = 600;

/// One client.
pub struct Client {
    /// Its number; the checkers are clients too.
    pub number: usize,
    /// What it rolls.
    pub dice: Dice,
    /// Whom it asks.
    pub server: Arc<dyn Serves>,
    /// What it believes, shared by all clients.
    pub model: Arc<Mutex<Model>>,
    /// What it did.
    pub trace: Arc<Trace>,
    /// All is well with the disk, or the network, and there is room: no answer may be an error of the server.
    pub healthy: bool,
}

/// Words about what must not be.
pub type Wrong = String;

impl Client {
    /// Asks once. While all is well the server has no errors of its own.
    pub async fn ask(&mut self, request: Request) -> Result<Answer, Wrong> {
        let line = request.line();
        let answer = self.server.ask(&request).await.map_err(|what| format!("{line}: {what}"))?;
        let shown = format!("client {} {line} -> {}", self.number, answer.status);
        self.trace.answer(shown, &answer.body);
        let failed = answer.status >= 500 || answer.broken.is_some();
        match failed && self.healthy && !self.server.is_off() {
            true => Err(format!("{line}: all is well, but the answer is {}", answer.said())),
            false => Ok(answer),
        }
    }

    /// Asks until somebody answers: for what may be asked again. While all is well that is at once.
    pub async fn insist(&mut self, request: Request) -> Result<Answer, Wrong> {
        for _ in 0..MOST_TRIES {
            let answer = self.ask(request.clone()).await?;
            if answer.fate() != Fate::Unknown || self.server.is_off() {
                return Ok(answer);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Err(format!("{}: nobody ever answers", request.line()))
    }

    /// As [`ask`](Self::ask), where the client sometimes does not wait for the answer.
    pub async fn ask_perhaps(&mut self, mut request: Request) -> Result<Answer, Wrong> {
        if self.dice.once_in(25) {
            request.gone_after = Some(self.dice.below(24) as u32);
        }
        self.ask(request).await
    }

    /// Works through so many tasks, unless the power goes before.
    pub async fn work(mut self, tasks: u32) -> Result<(), Wrong> {
        for _ in 0..tasks {
            if self.server.is_off() {
                break;
            }
            match self.dice.below(130) {
                0..22 => self.put().await?,
                22..42 => self.get().await?,
                42..48 => self.head().await?,
                48..56 => self.delete().await?,
                56..60 => self.delete_many().await?,
                60..67 => self.copy().await?,
                67..75 => self.put_if().await?,
                75..83 => self.list().await?,
                83..95 => self.upload().await?,
                95..97 => self.come_and_go().await?,
                97..100 => self.refused_bucket_deletion().await?,
                _ if self.number == 0 => self.vault_work().await?,
                _ if self.number >= 2 && self.dice.once_in(2) => self.kms_work().await?,
                _ if self.number == 3 => self.sealed_work().await?,
                _ => self.version_work().await?,
            }
        }
        Ok(())
    }

    /// Only what grows the store, and much of it.
    pub async fn crowd(mut self, tasks: u32) -> Result<(), Wrong> {
        for _ in 0..tasks {
            if self.server.is_off() {
                break;
            }
            match self.dice.below(4) {
                0 => self.copy().await?,
                1 => self.upload().await?,
                _ => self.put_of(&SIZES[9..]).await?,
            }
        }
        Ok(())
    }

    /// Only what frees: for disks that are full.
    pub async fn free(mut self, tasks: u32) -> Result<(), Wrong> {
        for _ in 0..tasks {
            self.delete_surely().await?;
        }
        Ok(())
    }

    fn bucket(&mut self) -> &'static str {
        self.dice.pick::<&str>(&BUCKETS)
    }

    fn key(&mut self) -> &'static str {
        self.dice.pick::<&str>(&KEYS)
    }

    /// New bytes, and a label that is theirs alone.
    fn fresh(&mut self, sizes: &[usize]) -> (Bytes, String) {
        let bytes = *self.dice.pick(sizes);
        let number = self.model.lock().fresh();
        (content(number, bytes), format!("label {number}"))
    }

    /// A bucket cannot be deleted in which something surely is that nobody deletes.
    async fn refused_bucket_deletion(&mut self) -> Result<(), Wrong> {
        let bucket = self.bucket();
        let is_full = {
            let mut model = self.model.lock();
            let now = model.tick();
            let stays = |(of, key): &(String, String)| of == bucket && key.starts_with(ALONE);
            model.objects.iter().any(|(key, slot)| stays(key) && !slot.may(now, Option::is_none))
        };
        if !is_full {
            return Ok(());
        }
        let answer = self.ask(Request::s3(Method::DELETE, bucket, "")).await?;
        match answer.fate() {
            Fate::Done => Err(format!("the bucket {bucket} was deleted, objects and all")),
            _ => Ok(()),
        }
    }
}

/// Insists, and it must be a success.
pub async fn done(client: &mut Client, request: Request) -> Result<Answer, Wrong> {
    let line = request.line();
    let answer = client.insist(request).await?;
    if answer.fate() == Fate::Done { Ok(answer) } else { Err(format!("{line}: {}", answer.said())) }
}

/// An answer that must have been a success, unless nobody knows.
fn expect(answer: &Answer, what: &str) -> Result<bool, Wrong> {
    match answer.fate() {
        Fate::Done => Ok(true),
        Fate::Unknown => Ok(false),
        Fate::Refused => Err(format!("{what} was refused: {}", answer.said())),
    }
}
