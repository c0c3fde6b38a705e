//! A pool of threads that hashes the blocks of whatever streams are in flight, many at once.
//!
//! A thread takes up what waits, advances all of it together by a step, gives back what is done, and takes up what came
//! meanwhile. So streams that are there at the same time share lanes. A stream that is alone starts at once; where there
//! were several in the last step, the next one waits for as many, since a lane costs the same empty or full, but only for
//! as long as no caller [needs](LanePool::hurry) its result. The pool belongs to no async runtime.
//!
//! - At most [`QUEUE_JOBS`] jobs wait; further callers wait to be let in. Each job holds one block, and a caller has one
//!   job, since it needs the hasher back for the next.
//! - A future that is dropped loses its hasher, not the pool: the job is finished and thrown away.
//! - If hashing panics, the callers of that step panic too; the thread goes on with the next.

mod queue;
mod worker;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use coldkeep_sync::thread::{Builder, JoinHandle};

use crate::Hasher;
use queue::{Job, Outcome, Queue, Ticket, Work};

/// 1,024: the most jobs that wait.
pub const QUEUE_JOBS: usize = 1024;

/// 8 KiB: up to here the caller hashes by itself, which takes less time than waking a thread twice.
const INLINE_BYTES: usize = 8 << 10;

/// Threads that hash for many streams. Dropping it waits for the jobs that were handed in.
pub struct LanePool {
    queue: Arc<Queue>,
    threads: Vec<JoinHandle<()>>,
}

impl LanePool {
    /// A pool of this many threads. One fills the lanes best; more are for a server that hashes faster than one can. Without
    /// any, callers hash by themselves: for simulations, where everything happens in one thread.
    ///
    /// Fails if the system gives no thread.
    pub fn new(threads: usize) -> io::Result<Self> {
        Self::with_room(threads, QUEUE_JOBS)
    }

    fn with_room(threads: usize, jobs: usize) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(jobs));
        let mut pool = Self { queue, threads: Vec::new() };
        for number in 0..threads {
            let queue = pool.queue.clone();
            let builder = Builder::new().name(format!("digest-{number}"));
            pool.threads.push(builder.spawn(move || worker::run(&queue, threads))?);
        }
        Ok(pool)
    }

    /// Takes a block into a hasher; the future gives the hasher back. When there are other streams, it is not done before they
    /// have blocks too, or somebody is in a [hurry](Self::hurry), or 20 ms have passed: meant for callers that fill their next
    /// block meanwhile.
    ///
    /// # Panics
    /// The future, if hashing panicked, which no input causes.
    pub fn update(&self, mut hasher: Hasher, block: Bytes) -> Update {
        let queue = self.queue.clone();
        if block.len() <= INLINE_BYTES || self.threads.is_empty() {
            hasher.update(&block);
            return Update { queue, stage: Stage::Done(Some(Box::new(hasher))) };
        }
        let mut update = Update { queue, stage: Stage::Entering(Some(Box::new(Work { hasher, block }))) };
        update.enter(Waker::noop());
        update
    }

    /// Tells that a caller cannot go on before its update is done: all that wait are done now.
    pub fn hurry(&self) {
        self.queue.hurry();
    }
}

impl Drop for LanePool {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            // A thread that panicked has told its callers already.
            let _ = thread.join();
        }
    }
}

/// A block on its way through the pool.
#[must_use = "the hasher comes back through it"]
pub struct Update {
    queue: Arc<Queue>,
    stage: Stage,
}

enum Stage {
    /// Not yet in the queue.
    Entering(Option<Box<Work>>),
    Waiting(Arc<Ticket>),
    /// The hasher, until it is given back.
    Done(Option<Box<Hasher>>),
}

impl Update {
    /// Puts the work in the queue, if it is not there and there is room; else `waker` is woken when there is.
    fn enter(&mut self, waker: &Waker) {
        if let Stage::Entering(work) = &mut self.stage
            && let Some(work) = work.take()
        {
            let (job, ticket) = Job::new(work);
            self.stage = match self.queue.push(job, waker) {
                Ok(()) => Stage::Waiting(ticket),
                Err(job) => Stage::Entering(Some(job.into_work())),
            };
        }
    }
}

impl Future for Update {
    type Output = Hasher;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Hasher> {
        self.enter(context.waker());
        match &mut self.stage {
            Stage::Entering(_) => Poll::Pending,
            Stage::Done(hasher) => Poll::Ready(*hasher.take().expect("polled after it was ready")),
            Stage::Waiting(ticket) => match ticket.poll(context.waker()) {
                Outcome::Pending => Poll::Pending,
                Outcome::Done(work) => {
                    self.stage = Stage::Done(None);
                    Poll::Ready(work.hasher)
                }
                Outcome::Lost => panic!("hashing panicked"),
            },
        }
    }
}

#[cfg(all(test, feature = "shuttle"))]
mod models;
#[cfg(all(test, not(feature = "shuttle")))]
mod tests;
