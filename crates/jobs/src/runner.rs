//! Runs jobs, each in a task of its own, until told to stop.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_types::Clock;
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::{Job, Next};

/// The pause after a first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The longest sleep towards a time of day, since the machine's clock may be set meanwhile.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);

/// Jobs that are running. Dropping it ends them at once.
pub struct Runner {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Runner {
    /// Starts the jobs. Needs a Tokio runtime.
    pub fn start(jobs: Vec<Box<dyn Job>>, clock: &Arc<dyn Clock>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for job in jobs {
            let (clock, mut stopped) = (clock.clone(), stopped.clone());
            tasks.spawn(async move {
                tokio::select! {
                    () = repeat(&*job, &*clock) => {}
                    _ = stopped.wait_for(|stop| *stop) => tracing::debug!(job = job.name(), "stopped"),
                }
            });
        }
        Self { stop, tasks }
    }

    /// Stops all jobs at their next await and waits for that.
    pub async fn stop(mut self) {
        // No receiver is left when every job has ended by itself.
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn repeat(job: &dyn Job, clock: &dyn Clock) {
    let mut failures = 0u32;
    loop {
        let outcome = AssertUnwindSafe(job.run()).catch_unwind().await;
        let error = match outcome {
            Ok(Ok(next)) => {
                if failures > 0 {
                    tracing::info!(job = job.name(), failures, "background work goes on");
                }
                failures = 0;
                match next {
                    Next::Never => return,
                    Next::Rung => job.rung().await,
                    Next::After(pause) => first(job.rung(), sleep(pause)).await,
                    Next::At(time) => {
                        let millis = u64::try_from(time.0.saturating_sub(clock.now().0)).unwrap_or(0);
                        let pause = Duration::from_millis(millis).min(LONGEST_SLEEP);
                        first(job.rung(), sleep(pause)).await;
                    }
                }
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            // The panic hook has logged the message and the place.
            Err(_) => "panicked".to_owned(),
        };
        let pause = pause_after(failures);
        match failures {
            0 => tracing::error!(job = job.name(), error, "background work failed and will be tried again"),
            _ => tracing::debug!(job = job.name(), error, failures, "background work failed again"),
        }
        failures = failures.saturating_add(1);
        sleep(pause).await;
    }
}

async fn first(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    tokio::select! {
        () = one => {}
        () = other => {}
    }
}

/// The pause after a failure that so many others came before.
fn pause_after(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << failures.min(16)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let seconds: Vec<u64> = (0..11).map(|failures| pause_after(failures).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }
}
