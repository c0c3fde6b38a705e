//! Those of the model checker. Time is none: a wait that can end by time ends whenever the checker likes, which a program must
//! stand.

use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use shuttle::rand::Rng;
use shuttle::sync;

pub use shuttle::thread;

/// As `parking_lot::Mutex`.
#[derive(Debug, Default)]
pub struct Mutex<T>(sync::Mutex<T>);

/// As `parking_lot::MutexGuard`; empty only while it waits.
pub struct MutexGuard<'a, T>(Option<sync::MutexGuard<'a, T>>, &'a sync::Mutex<T>);

/// As `parking_lot::Condvar`.
#[derive(Debug, Default)]
pub struct Condvar(sync::Condvar);

/// How a wait ended that can end by time.
pub struct Waited(bool);

impl<T> Mutex<T> {
    /// A lock around this.
    pub fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    /// Waits for the lock.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard(Some(self.0.lock().unwrap_or_else(PoisonError::into_inner)), &self.0)
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().expect("it is locked")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_deref_mut().expect("it is locked")
    }
}

impl Condvar {
    /// A condition that nobody waits for.
    pub fn new() -> Self {
        Self(sync::Condvar::new())
    }

    /// Wakes one of those that wait.
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// Wakes all that wait.
    pub fn notify_all(&self) {
        self.0.notify_all();
    }

    /// Waits to be woken.
    pub fn wait<T>(&self, guard: &mut MutexGuard<'_, T>) {
        guard.0 = guard.0.take().map(|locked| self.0.wait(locked).unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits to be woken until something does not hold any more.
    pub fn wait_while<T>(&self, guard: &mut MutexGuard<'_, T>, mut holds: impl FnMut(&mut T) -> bool) {
        while holds(guard) {
            self.wait(guard);
        }
    }

    /// Waits for a moment, as long as the checker likes, and then for the lock.
    pub fn wait_until<T>(&self, guard: &mut MutexGuard<'_, T>, _: Instant) -> Waited {
        guard.0 = None;
        thread::yield_now();
        guard.0 = Some(guard.1.lock().unwrap_or_else(PoisonError::into_inner));
        Waited(shuttle::rand::thread_rng().gen_bool(0.5))
    }
}

impl Waited {
    /// Whether the time was over.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

/// Lets others run.
pub async fn pause(_: Duration) {
    shuttle::future::yield_now().await;
}

/// As the machine's, but for timers: those that a test's own runtime gives never ring.
pub struct Waits(());

impl Waits {
    /// Never fails.
    pub fn new() -> io::Result<Self> {
        Ok(Self(()))
    }

    /// Runs this on the current thread.
    pub fn for_end_of<T>(&self, work: impl Future<Output = T>) -> T {
        shuttle::future::block_on(work)
    }
}
