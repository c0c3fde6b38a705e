//! What a server of a shared store does all the time: it beats, watches the others, sees who leads, and answers what it reads.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Commit, Meta};
use tokio::time::Instant;

use super::rounds::{Answered, pause};
use super::watch::Watch;
use super::{Fenced, Standing, answer_key, beat_key, beats, leader_key, server_key};
use crate::pools::{SharedPool, pools_of};
use crate::{Error, Store};

/// How often a server beats in a lease.
const BEATS: u32 = 10;

/// What a server of a shared store knows of itself and the others.
pub(crate) struct Shared {
    pub standing: Arc<Standing>,
    pub fenced: Arc<Fenced>,
    pulse: tokio::sync::Mutex<Pulse>,
}

impl Shared {
    /// Of the server whose record was just put.
    pub async fn enter(meta: &Arc<dyn Meta>, run: u32, lease: Duration) -> Result<Self, Error> {
        let (key, standing) = (server_key(run), Arc::new(Standing::new(lease)));
        let entry = meta.get(&key).await?;
        let gone = || Error::Unavailable("another server declared this one dead while it began".into());
        let version = entry.ok_or_else(gone)?.version;
        let fenced = Arc::new(Fenced::new(meta.clone(), (key, version), standing.clone()));
        Ok(Self { standing, fenced, pulse: tokio::sync::Mutex::default() })
    }
}

/// Where its pulse is.
#[derive(Default)]
struct Pulse {
    watch: Watch,
    answered: Answered,
    beats: u64,
    next_beat: Option<Instant>,
}

impl Store {
    /// Whether other servers may be using this store too.
    pub fn is_shared(&self) -> bool {
        self.0.shared.is_some()
    }

    /// Whether this server is the one that reclaims, sweeps, and does what is due. The only one always is.
    pub fn leads(&self) -> bool {
        self.0.shared.as_ref().is_none_or(|shared| shared.standing.leads())
    }

    /// Returns when another server has declared this one dead, or the engine takes no commit of it any more: it is to end, nothing it does
    /// comes through.
    pub async fn wait_dead(&self) {
        match &self.0.shared {
            Some(shared) => shared.standing.wait_dead().await,
            None => std::future::pending().await,
        }
    }

    /// One step of a shared store's pulse, and how long to wait for the next; `None` if the store is not shared, or this server was
    /// declared dead. Whatever fails is tried again in the next step.
    pub async fn pulse(&self) -> Result<Option<Duration>, Error> {
        let Some(shared) = self.0.shared.as_ref().filter(|shared| !shared.standing.is_dead()) else { return Ok(None) };
        let (lease, now) = (shared.standing.lease(), Instant::now());
        let mut pulse = shared.pulse.lock().await;
        if pulse.next_beat.is_none_or(|time| time <= now) {
            pulse.next_beat = Some(now + lease / BEATS);
            // Before the beat: who serves has read them within the last half of a lease.
            let pools = pools_of(shared.fenced.engine()).await?;
            pools.iter().filter(|pool| pool.is_staged).for_each(|pool| self.0.staging.add(pool.number));
            self.beat(shared, &mut pulse, now).await?;
            self.compare_clocks(shared).await?;
            // Also where another server leads: who takes over, or is asked for what a lock has kept, is sure of the time.
            if shared.standing.clock_agrees() {
                self.look_at_clock();
            }
            self.watch(shared, &mut pulse).await?;
            self.elect(shared, &pools).await?;
            self.0.quotas.read_again(shared.fenced.engine()).await?;
        }
        self.answer(shared, &mut pulse.answered).await?;
        Ok(Some(pause(lease)))
    }

    async fn beat(&self, shared: &Shared, pulse: &mut Pulse, began: Instant) -> Result<(), Error> {
        pulse.beats += 1;
        let mut commit = Commit::default();
        commit.put(beat_key(self.0.ids.epoch()), pulse.beats.to_be_bytes());
        shared.fenced.commit_anyway(commit).await?;
        shared.standing.beaten(began);
        Ok(())
    }

    /// Declares those dead that have stopped to beat.
    async fn watch(&self, shared: &Shared, pulse: &mut Pulse) -> Result<(), Error> {
        let lease = shared.standing.lease();
        let mut others = beats(shared.fenced.engine()).await?;
        others.retain(|(run, _)| *run != self.0.ids.epoch());
        let silent = pulse.watch.look(Instant::now(), &others, (lease / BEATS, lease));
        let alive = others.len() - silent.len();
        shared.standing.saw(alive, 0);
        for (run, beat) in silent {
            let mut commit = Commit::default();
            commit.expect(beat_key(run), Some(beat));
            commit.delete(server_key(run)).delete(beat_key(run)).delete(answer_key(run));
            match shared.fenced.commit_anyway(commit).await {
                Ok(()) => {
                    shared.standing.saw(alive, 1);
                    tracing::warn!(run, "a server has not answered for the whole lease, and was declared dead");
                }
                // It beats again, or somebody else was first.
                Err(coldkeep_meta::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether it has all of these pools, and the programs of those that are staged; tells once of one that it has not.
    fn has_all_pools(&self, shared: &Shared, pools: &[SharedPool]) -> bool {
        let missing = pools.iter().find(|pool| !self.0.blobs.has_pool(pool.number));
        let untold = |pool: &&SharedPool| pool.is_staged && !self.0.options.staged_pools.contains(&pool.number);
        let lacking = missing.or_else(|| pools.iter().find(untold));
        let before = shared.standing.lacks_pool(lacking.is_some());
        let Some(SharedPool { name, place, .. }) = lacking else { return true };
        match missing {
            _ if before => {}
            Some(_) => tracing::error!(
                pool = name,
                place,
                "this server was not told of a pool that its store has: it does not lead, and what lies there cannot be read here; name it with --pool, and start it again"
            ),
            None => tracing::error!(
                pool = name,
                place,
                "this server was not told of the program of a staged pool: it does not lead; name it with --staged, and start it again"
            ),
        }
        false
    }

    /// Sees who leads, and does it itself where nobody does, its clock is right and it has all pools.
    async fn elect(&self, shared: &Shared, pools: &[SharedPool]) -> Result<(), Error> {
        let (own, engine) = (self.0.ids.epoch(), shared.fenced.engine());
        let leader = engine.get(&leader_key()).await?;
        let run = leader.as_ref().and_then(|entry| entry.value.as_slice().try_into().ok()).map(u32::from_be_bytes);
        let is_vacant = match run {
            Some(run) => run != own && engine.get(&server_key(run)).await?.is_none(),
            None => true,
        };
        let has_all_pools = self.has_all_pools(shared, pools);
        let (leads, may_lead) = (run == Some(own), shared.standing.clock_agrees() && has_all_pools);
        let changes = if leads { !may_lead } else { is_vacant && may_lead };
        if !changes {
            shared.standing.lead(leads);
            return Ok(());
        }
        let mut commit = Commit::default();
        commit.expect(leader_key(), leader.map(|entry| entry.version));
        match may_lead {
            true => commit.put(leader_key(), own.to_be_bytes()),
            false => commit.delete(leader_key()),
        };
        match shared.fenced.commit_anyway(commit).await {
            Ok(()) => shared.standing.lead(may_lead),
            Err(coldkeep_meta::Error::Conflict) => shared.standing.lead(false),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
