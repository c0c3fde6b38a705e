//! A few threads of our own for blocking file calls, with a bounded queue.
//!
//! Not `tokio::fs`: its hops cost several times the CPU of the calls themselves, and its pool is shared with whatever else blocks.
//! One job is one hop. Callers wait in async code until the queue has room. A pool without threads runs each job where it is sent.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::Error;

/// Jobs that wait or run, for each thread: enough to keep it busy, few enough to bound the blocks held by waiting writes.
const JOBS_PER_THREAD: usize = 8;

type Job = Box<dyn FnOnce() + Send>;

/// Threads and their queue. Dropping it runs what is queued, then ends the threads; not to be dropped by one of them.
pub(super) struct Pool {
    queue: Arc<Queue>,
    room: Arc<Semaphore>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    /// There are no threads.
    inline: bool,
    jobs: Mutex<Jobs>,
    wake: Condvar,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Job>,
    closed: bool,
}

impl Pool {
    /// Starts the threads.
    pub(super) fn start(name: &str, threads: usize) -> std::io::Result<Arc<Self>> {
        let mut pool = Self {
            queue: Arc::new(Queue { inline: threads == 0, ..Queue::default() }),
            room: Arc::new(Semaphore::new(threads.max(1) * JOBS_PER_THREAD)),
            threads: Vec::new(),
        };
        for _ in 0..threads {
            let queue = pool.queue.clone();
            let builder = std::thread::Builder::new().name(name.to_owned()).stack_size(256 << 10);
            pool.threads.push(builder.spawn(move || queue.serve())?);
        }
        Ok(Arc::new(pool))
    }

    /// Waits for room in the queue.
    pub(super) async fn reserve(&self) -> Result<Slot, Error> {
        if self.queue.inline {
            // As with threads, others may come first.
            tokio::task::yield_now().await;
        }
        let room = self.room.clone().acquire_owned().await.map_err(|_| lost())?;
        Ok(Slot { queue: self.queue.clone(), room })
    }

    /// Runs a job and waits for its result.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.reserve().await?.send(job).await.unwrap_or_else(|_| Err(lost()))
    }

    /// Has something dropped on a thread of the pool. Takes no room: what is dropped gives more back.
    pub(super) fn discard(&self, value: impl Send + 'static) {
        self.queue.push(Box::new(move || drop(value)));
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.jobs.lock().closed = true;
        self.queue.wake.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Room for one job.
pub(super) struct Slot {
    queue: Arc<Queue>,
    room: OwnedSemaphorePermit,
}

impl Slot {
    /// Queues the job at once. If nobody takes its result, the result is dropped on the pool's thread.
    pub(super) fn send<T: Send + 'static>(self, job: impl FnOnce() -> T + Send + 'static) -> oneshot::Receiver<T> {
        let (result, receiver) = oneshot::channel();
        let room = self.room;
        self.queue.push(Box::new(move || {
            let unclaimed = result.send(job());
            drop(unclaimed);
            drop(room);
        }));
        receiver
    }
}

/// The answer that never came.
pub(super) fn lost() -> Error {
    Error::Io("a storage thread gave no answer".into())
}

impl Queue {
    fn push(&self, job: Job) {
        if self.inline {
            return Self::run(job);
        }
        self.jobs.lock().waiting.push_back(job);
        self.wake.notify_one();
    }

    fn run(job: Job) {
        // Its caller learns of a panic by the lost answer; the thread serves on.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }

    fn serve(&self) {
        while let Some(job) = self.next() {
            Self::run(job);
        }
    }

    fn next(&self) -> Option<Job> {
        let mut jobs = self.jobs.lock();
        loop {
            match jobs.waiting.pop_front() {
                Some(job) => return Some(job),
                None if jobs.closed => return None,
                None => self.wake.wait(&mut jobs),
            }
        }
    }
}
