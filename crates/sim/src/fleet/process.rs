//! The process of a server: it runs, stands still, or has ended, and reaches the engines over links.
//!
//! A process that stands still is modelled at its links: no call of it begins and no answer reaches it until it goes on. That is all that anybody else can
//! see of a server, so whatever its tasks do between two such places is as if they had done it just before it stood, or just after. Its timers ring
//! while it stands, but what they start waits at the next call, behind every check that came before (a lease that was good, a lead that was held): those
//! are the places where standing still does harm.
//!
//! A process that has ended stays at its next call for ever. What it had sent goes on without it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::link::{Link, Silence};

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Pace {
    #[default]
    Runs,
    Stands,
    Ended,
}

/// Whether a process runs.
#[derive(Default)]
pub struct Process(watch::Sender<Pace>);

impl Process {
    /// It stands still, if it runs.
    pub fn stand(&self) {
        self.turn(Pace::Runs, Pace::Stands);
    }

    /// It goes on, if it stood still.
    pub fn go_on(&self) {
        self.turn(Pace::Stands, Pace::Runs);
    }

    /// It has ended.
    pub fn end(&self) {
        self.0.send_replace(Pace::Ended);
    }

    fn turn(&self, from: Pace, to: Pace) {
        self.0.send_if_modified(|pace| {
            let turns = *pace == from;
            if turns {
                *pace = to;
            }
            turns
        });
    }

    /// Returns while it runs; never, once it has ended.
    pub async fn runs(&self) {
        // It cannot fail while its sender is here.
        let _ = self.0.subscribe().wait_for(|pace| *pace == Pace::Runs).await;
    }

    /// Returns once it has ended.
    pub async fn ended(&self) {
        let _ = self.0.subscribe().wait_for(|pace| *pace == Pace::Ended).await;
    }
}

/// How a process reaches an engine.
#[derive(Clone)]
pub struct Way {
    /// The process.
    pub process: Arc<Process>,
    /// The link of its machine.
    pub link: Arc<Link>,
}

impl Way {
    /// As [`Link::ask`], of a process.
    pub async fn ask<T>(&self, patience: Duration, call: impl Future<Output = T> + Send) -> Option<T> {
        self.process.runs().await;
        let answer = self.link.ask(patience, call).await;
        self.process.runs().await;
        answer
    }

    /// As [`Link::carry`], of a process.
    pub async fn carry<T: Send + 'static>(
        &self,
        patience: Duration,
        call: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Silence> {
        self.process.runs().await;
        let answer = self.link.carry(patience, call).await;
        self.process.runs().await;
        answer
    }
}
