//! Locks, conditions and threads, for code whose threads meet in ways that must be proven: the machine's, or with the feature
//! `shuttle` those of a model checker, under which a test tries one order of events after another.
//!
//! What is here has the names and the ways of `parking_lot` and `std::thread`. What is not needed is not here.

#[cfg(not(feature = "shuttle"))]
mod machine;
#[cfg(feature = "shuttle")]
mod model;

#[cfg(not(feature = "shuttle"))]
pub use machine::{Condvar, Mutex, MutexGuard, Waits, pause, thread};
#[cfg(feature = "shuttle")]
pub use model::{Condvar, Mutex, MutexGuard, Waits, pause, thread};
