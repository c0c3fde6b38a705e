//! A pool of threads that hashes the blocks of whatever streams are in flight, many at once.
//!
//! A thread takes up what waits, advances all of it together by a step, gives back what is done, and takes up what came
//! meanwhile. So streams that are there at the same time share lanes. A stream that is alone starts at once; where there
//! were several in the last step, the next one waits for as many, a fifth of a millisecond at most, since a lane costs the
//! same empty or full. The pool belongs to no async runtime.
//!
//! - At most [`QUEUE_JOBS`] jobs wait; further callers wait to be let in. Each job holds one block, and a caller has one
//!   job, since it needs the hasher back for the next.
//! - A future that is dropped loses its hasher, not the pool: the job is finished and thrown away.
//! - If hashing panics, the callers of that step panic too; the thread goes on with the next.

mod queue;
mod worker;

use std::io;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use bytes::Bytes;

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
    /// A pool of this many threads. One fills the lanes best; more are for a server that hashes faster than one can.
    ///
    /// Fails if the system gives no thread.
    pub fn new(threads: NonZeroUsize) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(QUEUE_JOBS));
        let mut pool = Self { queue, threads: Vec::new() };
        for number in 0..threads.get() {
            let queue = pool.queue.clone();
            let builder = std::thread::Builder::new().name(format!("digest-{number}"));
            pool.threads.push(builder.spawn(move || worker::run(&queue, threads.get()))?);
        }
        Ok(pool)
    }

    /// Takes a block into a hasher, and gives the hasher back.
    ///
    /// # Panics
    /// If hashing panicked, which no input causes.
    pub async fn update(&self, mut hasher: Hasher, block: Bytes) -> Hasher {
        if block.len() <= INLINE_BYTES {
            hasher.update(&block);
            return hasher;
        }
        Update { queue: &self.queue, stage: Stage::Entering(Some(Box::new(Work { hasher, block }))) }.await
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

struct Update<'p> {
    queue: &'p Queue,
    stage: Stage,
}

enum Stage {
    /// Not yet in the queue.
    Entering(Option<Box<Work>>),
    Waiting(Arc<Ticket>),
}

impl Future for Update<'_> {
    type Output = Hasher;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Hasher> {
        if let Stage::Entering(work) = &mut self.stage
            && let Some(work) = work.take()
        {
            let (job, ticket) = Job::new(work);
            match self.queue.push(job, context.waker()) {
                Ok(()) => self.stage = Stage::Waiting(ticket),
                Err(job) => {
                    self.stage = Stage::Entering(Some(job.into_work()));
                    return Poll::Pending;
                }
            }
        }
        let Stage::Waiting(ticket) = &self.stage else { panic!("polled after it was ready") };
        match ticket.poll(context.waker()) {
            Outcome::Pending => Poll::Pending,
            Outcome::Done(work) => {
                self.stage = Stage::Entering(None);
                Poll::Ready(work.hasher)
            }
            Outcome::Lost => panic!("hashing panicked"),
        }
    }
}

#[cfg(test)]
mod tests;
