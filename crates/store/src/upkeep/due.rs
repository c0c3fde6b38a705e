//! Work that becomes due at a time: written down with what it belongs to, so it survives a restart. What drops something for
//! good waits until the clock is surely right (`sure_clock.rs`).

use std::sync::atomic::Ordering;
use std::time::Duration;

use coldkeep_meta::{Commit, Entry};
use coldkeep_types::{Id, Timestamp};
use tokio::time::Instant;

use crate::lifecycle::due::{Come, is_lifecycle};
use crate::staging::{is_look, look_again};
use crate::upkeep::sure_clock::SureClock;
use crate::{Error, Store, keys};

/// Forget how an upload ended.
pub(crate) const FORGET_OUTCOME: u8 = 1;
/// Drop a Glacier upload that idled; the value is the key of its record.
pub(crate) const EXPIRE_UPLOAD: u8 = 2;
/// Finish a retrieval job; the value is the key of its record.
pub(crate) const FINISH_JOB: u8 = 3;
/// Forget a retrieval job; the value is the key of its record.
pub(crate) const FORGET_JOB: u8 = 4;
/// Delete a blob from the quarantine for good.
pub(crate) const PURGE_BLOB: u8 = 5;
/// Drop what a deleted bucket or vault had: see `remains.rs`.
pub(crate) const DROP_REMAINS: u8 = 6;
/// Tell those who want to know that a retrieval job has finished; the value is the key of its record.
pub(crate) const TELL_JOB: u8 = 7;
/// See whether what lies at a key expires: see `lifecycle/`.
pub(crate) const EXPIRE_OBJECT: u8 = 8;
/// See whether an upload is aborted by a rule.
pub(crate) const ABORT_UPLOAD: u8 = 9;
/// Go on with the walk of a bucket whose lifecycle rules are new.
pub(crate) const WALK_RULES: u8 = 10;
/// An upload nobody went on with. Only its clock: there are no such records.
pub(crate) const ABANDONED_UPLOAD: u8 = 11;
/// The object is restored; the value is the key that it has, or would have as a version below: see `restore/`.
pub(crate) const FINISH_RESTORE: u8 = 12;
/// The restored copy goes; the value is likewise.
pub(crate) const EXPIRE_RESTORE: u8 = 13;
/// See which versions of a key go by a rule.
pub(crate) const EXPIRE_VERSIONS: u8 = 14;
/// Drop an event that its destination does not take. Only its clock: there are no such records.
pub(crate) const WAITING_EVENT: u8 = 17;
/// Let a locked version go. Only its clock: nothing is scheduled.
pub(crate) const LOCKED_VERSION: u8 = 18;
/// Do the next step of an inventory; the value is the key of its record.
pub(crate) const MAKE_INVENTORY: u8 = 19;
/// See which archives of a vault have expired; the value is the key of its record.
pub(crate) const EXPIRE_ARCHIVES: u8 = 20;

/// Move the bytes of an object into the pool of its class; the value is the key that it has, or would have as a version below: see `moves/`,
/// which works these off.
pub(crate) const MOVE_BYTES: u8 = 21;
/// Judge a blob of a staged pool; the value is the time since when: see `staging/`, which works these off.
pub(crate) const STAGE_BLOB: u8 = 22;
/// Judge all blobs of a list of parts; the value is likewise.
pub(crate) const STAGE_LIST: u8 = 23;

/// See whether an object is archived that nobody reads: see `tiering/`.
pub(crate) const ARCHIVE_OBJECT: u8 = 24;
/// Go on with the walk of a bucket that has a new configuration of Intelligent-Tiering.
pub(crate) const WALK_TIERINGS: u8 = 25;

/// What drops something for good, or takes it out of reach.
const DROPS: [u8; 13] = [
    FORGET_OUTCOME,
    EXPIRE_UPLOAD,
    FORGET_JOB,
    PURGE_BLOB,
    EXPIRE_OBJECT,
    ABORT_UPLOAD,
    ABANDONED_UPLOAD,
    LOCKED_VERSION,
    EXPIRE_RESTORE,
    EXPIRE_ARCHIVES,
    EXPIRE_VERSIONS,
    WAITING_EVENT,
    ARCHIVE_OBJECT,
];

/// Entries worked off between two looks at the clock.
const BATCH: usize = 64;

/// What became of the work that was due.
#[derive(Default)]
struct Pass {
    done: usize,
    failed: Option<Error>,
    next: Option<Timestamp>,
}

impl Pass {
    fn again_at(&mut self, time: Timestamp) {
        self.next = Some(self.next.map_or(time, |next| next.min(time)));
    }
}

impl Store {
    /// Does what is due; returns when the next work will be, if any is scheduled. Work that fails stays due and does
    /// not keep the rest; then this fails with the first failure.
    pub async fn run_due(&self) -> Result<Option<Timestamp>, Error> {
        // Whatever is scheduled while this looks is to be heard of.
        self.0.next_due.store(i64::MAX, Ordering::Relaxed);
        loop {
            let pass = self.pass_due().await?;
            // What was done may have made more work due.
            if pass.done == 0 {
                if let (None, Some(next)) = (&pass.failed, pass.next) {
                    self.0.next_due.store(next.0, Ordering::Relaxed);
                }
                return pass.failed.map_or(Ok(pass.next), Err);
            }
        }
    }

    /// Tries once all that is due.
    async fn pass_due(&self) -> Result<Pass, Error> {
        let mut pass = Pass::default();
        self.look_at_clock();
        let mut range = keys::tagged(b'd');
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return Ok(pass) };
            range.start = keys::after(last.clone());
            let mut batch = Vec::new();
            let mut ended = false;
            for (key, entry) in found {
                let Some((time, kind, id)) = keys::parse_due(&key) else {
                    pass.failed.get_or_insert(Error::Damaged("a due record's key".into()));
                    continue;
                };
                if time > self.now() {
                    pass.again_at(time);
                    ended = true;
                    break;
                }
                if kind == MOVE_BYTES {
                    self.0.moves.ring();
                    continue;
                }
                if is_look(kind) {
                    self.0.staging.ring();
                    continue;
                }
                let now = match self.sure_now(kind, time) {
                    Ok(now) => now,
                    Err(again) => {
                        pass.again_at(again);
                        continue;
                    }
                };
                if is_lifecycle(kind) {
                    batch.push(Come { kind, key, value: entry.value, version: entry.version, now });
                    continue;
                }
                match self.perform(kind, id, &entry, &key, now).await {
                    Ok(()) => pass.done += 1,
                    // An engine that cannot serve will not serve the next one either.
                    Err(error @ (Error::Unavailable(_) | Error::OutcomeUnknown(_))) => return Err(error),
                    Err(error) => {
                        tracing::error!(kind, %id, %error, "due work failed and stays due");
                        pass.failed.get_or_insert(error);
                    }
                }
            }
            let worked = self.perform_lifecycle(&batch).await;
            pass.done += worked.done;
            match worked.failed {
                Some(error @ (Error::Unavailable(_) | Error::OutcomeUnknown(_))) => return Err(error),
                failed => pass.failed = pass.failed.take().or(failed),
            }
            if ended {
                return Ok(pass);
            }
        }
    }

    /// How long the clock must agree with itself before work of a kind drops something; `None` if it drops nothing.
    fn confirm(&self, kind: u8) -> Option<Duration> {
        let options = &self.0.options;
        let kept_ms = match kind {
            FORGET_OUTCOME => options.remember_ms,
            EXPIRE_UPLOAD => options.vault_upload_idle_ms,
            FORGET_JOB => options.job_retention_ms,
            PURGE_BLOB => options.quarantine_ms,
            EXPIRE_OBJECT | ABORT_UPLOAD | EXPIRE_RESTORE | EXPIRE_ARCHIVES | EXPIRE_VERSIONS | ARCHIVE_OBJECT => {
                options.lifecycle_day_ms
            }
            ABANDONED_UPLOAD => options.upload_idle_ms?,
            WAITING_EVENT => crate::events::deliver::KEEP_MS,
            // A lock of seconds is rare, and one of years waits for as long as anything does.
            LOCKED_VERSION => i64::MAX,
            _ => return None,
        };
        Some(Duration::from_millis(options.confirm_ms.min(kept_ms / 10).max(0) as u64))
    }

    /// Looks at the clock, for every kind of work: also when nothing is due, so that what is due later finds it confirmed.
    pub(crate) fn look_at_clock(&self) {
        let (now, steady) = (self.now(), Instant::now());
        let mut clocks = self.0.sure_clocks.lock();
        for kind in DROPS {
            let clock = clocks.entry(kind).or_insert_with(|| SureClock::new(steady));
            clock.look(now, steady, self.confirm(kind).unwrap_or_default());
        }
    }

    /// The time of day by which work of a kind is done that is due since `time`; where that drops something and the clock may
    /// be wrong, when to look again.
    pub(crate) fn sure_now(&self, kind: u8, time: Timestamp) -> Result<Timestamp, Timestamp> {
        let (now, steady) = (self.now(), Instant::now());
        let Some(confirm) = self.confirm(kind) else { return Ok(now) };
        let mut clocks = self.0.sure_clocks.lock();
        let clock = clocks.entry(kind).or_insert_with(|| SureClock::new(steady));
        match clock.sure(steady) {
            Some(sure) if sure >= time => Ok(sure),
            _ => Err(now.plus_millis(clock.wait(time, steady, confirm).as_millis() as i64)),
        }
    }

    /// Each kind of work may be repeated, so it is struck off after it was done.
    async fn perform(&self, kind: u8, id: Id, entry: &Entry, key: &[u8], now: Timestamp) -> Result<(), Error> {
        let value = entry.value.as_slice();
        let mut commit = Commit::default();
        commit.delete(key);
        match kind {
            FORGET_OUTCOME => {
                commit.delete(keys::outcome(id));
            }
            EXPIRE_UPLOAD => self.expire_vault_upload(value, now, &mut commit).await?,
            FINISH_JOB => {
                if let Some((away, tier)) = self.finish_job(value).await? {
                    // Whoever has fetched them meanwhile has put this anew.
                    commit.expect(key, Some(entry.version)).put(keys::due(look_again(now), kind, id), value);
                    self.look_at_content(&mut commit, away, tier);
                }
            }
            FORGET_JOB => self.forget_job(value, &mut commit).await?,
            TELL_JOB => self.tell_job(value).await?,
            PURGE_BLOB => self.0.blobs.purge(id).await?,
            DROP_REMAINS if self.drop_remains(value, &mut commit).await? => {}
            // There is more: it stays due.
            DROP_REMAINS => return Ok(()),
            WALK_RULES => return self.walk_rules(key, value, entry.version).await,
            WALK_TIERINGS => return self.walk_tierings(key, value, entry.version).await,
            EXPIRE_ARCHIVES => return self.expire_archives(key, entry, now).await,
            MAKE_INVENTORY => return self.make_inventory(key, entry, now).await,
            FINISH_RESTORE | EXPIRE_RESTORE => return self.go_on_restoring(kind, key, entry, now).await,
            unknown => return Err(Error::Damaged(format!("due work of kind {unknown}"))),
        }
        self.commit(commit).await?;
        Ok(())
    }
}
