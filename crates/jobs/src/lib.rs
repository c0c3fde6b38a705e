//! Background work: one trait, [`Job`], and a [`Runner`] that gives each job a task of its own.
//!
//! - A job runs once at the start, then when it said it wants to ([`Next`]) or when it is rung ([`Job::rung`]).
//! - Nothing ticks: with nothing to do and nothing scheduled, no job wakes up, reads or writes.
//! - A failure is logged once and tried again after a pause that grows; so is a panic.
//! - Stopping drops what runs at its next await. Jobs must allow that: the store's own do, as any request.
//!
//! [`Reclaimer`], [`DueWork`], [`Moves`], [`Staging`], [`Sweep`], [`Abandoned`] and [`Events`] are the jobs of a store, and [`Pulse`] and [`Left`] where several servers share it; of those one
//! does the others ([`Leading`]). [`KeyWork`] is the job of a keyring. What they do is the store's; here is only when.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod abandoned;
mod due_work;
mod events;
mod job;
mod key_work;
mod leading;
mod left;
mod moves;
mod pulse;
mod reclaimer;
mod runner;
mod staging;
mod stats;
mod sweep;

use std::sync::Arc;

use coldkeep_store::Store;

pub use abandoned::Abandoned;
pub use due_work::DueWork;
pub use events::Events;
pub use job::{Job, Next};
pub use key_work::KeyWork;
pub use leading::Leading;
pub use left::Left;
pub use moves::Moves;
pub use pulse::Pulse;
pub use reclaimer::Reclaimer;
pub use runner::Runner;
pub use staging::Staging;
pub use stats::Stats;
pub use sweep::Sweep;

/// All background work of a store.
pub fn all(store: &Store, stats: &Arc<Stats>) -> Vec<Box<dyn Job>> {
    vec![
        Box::new(Pulse::new(store.clone())),
        Box::new(Left::new(store.clone())),
        Box::new(Leading::new(store, Sweep::new(store.clone(), stats.clone()))),
        Box::new(Leading::new(store, Reclaimer::new(store.clone(), stats.clone()))),
        Box::new(Leading::new(store, DueWork::new(store.clone(), stats.clone()))),
        Box::new(Leading::new(store, Moves::new(store.clone(), stats.clone()))),
        Box::new(Leading::new(store, Staging::new(store.clone()))),
        Box::new(Leading::new(store, Abandoned::new(store.clone(), stats.clone()))),
        Box::new(Leading::new(store, Events::new(store.clone(), stats.clone()))),
    ]
}
