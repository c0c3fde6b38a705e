//! Several servers over one store, equal among themselves: who is alive, and who does the work that one is enough for.
//!
//! A store is *shared* when [`Options::lease`](crate::Options::lease) is set. Each server of it has a record, from its start to its end:
//!
//! | key | value |
//! |---|---|
//! | `s` `server/` run | nothing: the server of this run is alive |
//! | `s` `beat/` run | counts up while it is |
//! | `s` `answer/` run | what it answered to the last question: see `rounds.rs` |
//! | `s` `leader` | the run of the server that reclaims, sweeps, and does what is due |
//! | `s` `round` | the last question |
//! | `s` `window/` run pool | the numbers of blobs that it may leave behind: see `windows/`; stays until they were looked at |
//! | `s` `marked` | the last run, if it was of a server that marks the blobs with each run: see `opening/` |
//! | `s` `account` | the account that the store belongs to, as its first server was told |
//!
//! Invariants:
//! - *Every commit of a server requires its own record* (`fenced.rs`). Who was declared dead changes nothing any more, whatever its clock says.
//! - *Deaths are judged by the clock of who watches* (`watch.rs`): a beat that stands still for the lease. No two clocks are compared.
//! - *Two leaders do no harm*: "has no owner", "is fenced", "is due" stay true, and all else a commit requires.
//! - *Whose clock is far from the database's does not serve* either, nor lead (`clock.rs`).
//! - *Who lacks a pool of the store, or the program of a staged one, does not lead* (`pools.rs`).
//! - *Who cannot beat does not serve*: half a lease after its last beat began, a server refuses to read, so that nobody takes from under its readers what
//!   they hold.
//!
//! A store that is not shared has none of these records, and nothing here costs it anything.

mod clock;
mod fenced;
mod pulse;
mod rounds;
mod seen;
mod standing;
mod watch;

pub(crate) use pulse::Shared;
pub(crate) use rounds::MAX_ASKED;
pub(crate) use seen::beats;
pub use seen::{Servers, account_of, find_living_server};

use fenced::Fenced;
use standing::Standing;

use coldkeep_types::AccountId;

use crate::{keys, windows};

fn of_run(name: &str, run: u32) -> Vec<u8> {
    let mut key = keys::state(name);
    key.extend_from_slice(&run.to_be_bytes());
    key
}

/// The record of a server that is alive.
pub(crate) fn server_key(run: u32) -> Vec<u8> {
    of_run("server/", run)
}

/// Its beat.
pub(crate) fn beat_key(run: u32) -> Vec<u8> {
    of_run("beat/", run)
}

/// Its last answer.
pub(crate) fn answer_key(run: u32) -> Vec<u8> {
    of_run("answer/", run)
}

fn leader_key() -> Vec<u8> {
    keys::state("leader")
}

fn round_key() -> Vec<u8> {
    keys::state("round")
}

pub(crate) fn account_key() -> Vec<u8> {
    keys::state("account")
}

/// The run in a key made by [`server_key`], [`beat_key`] or [`answer_key`].
fn run_of(key: &[u8]) -> Option<u32> {
    key.last_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
}

/// Whether one of these records, by the name behind its tag, is as it can be; `None`: it is no such record.
pub(crate) fn is_sound(name: &[u8], value: &[u8]) -> Option<bool> {
    let run = |prefix: &[u8]| name.strip_prefix(prefix).map(|run| run.len() == 4);
    if let Some(named) = run(b"server/") {
        return Some(named && value.is_empty());
    }
    if let Some(named) = run(b"beat/") {
        return Some(named && value.len() == 8);
    }
    if let Some(named) = run(b"answer/") {
        return Some(named && rounds::Question::from_value(value).is_some());
    }
    if let Some(named) = name.strip_prefix(b"window/") {
        return Some(windows::is_sound(named, value));
    }
    match name {
        b"marked" => Some(value.len() == 4),
        b"account" => Some(std::str::from_utf8(value).is_ok_and(|text| AccountId::parse(text).is_ok())),
        b"leader" => Some(value.len() == 4),
        b"round" => Some(rounds::Question::from_value(value).is_some()),
        _ => None,
    }
}
