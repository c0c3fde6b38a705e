//! One call of the program after another: what is about to happen is written down, then it is told, then what it answered is written down.

use std::collections::{BTreeMap, BTreeSet};

use coldkeep_meta::{Commit, Version};
use coldkeep_types::Id;
use tokio::time::sleep_until;

use super::looks::Look;
use super::owners::Owners;
use super::{Place, StagedAnswer, StagedBlob, StagedRecord, StagedWork};
use crate::records::Record;
use crate::{Error, Store, keys};

/// How many times as long as the first pause the longest is that follows failures.
const LONGEST_PAUSES: i64 = 64;

/// A blob on a list, as it was judged.
pub(super) struct Item {
    pub look: Look,
    pub record: Option<(StagedRecord, Version)>,
    pub owners: Owners,
}

impl Store {
    /// Does all that is due with the blobs of staged pools, one call of the program after another. May take hours; dropped at any await it goes
    /// on where it was when it is called again. What fails is due later, and does not make this fail unless records cannot be changed. Of several servers the one that
    /// leads is to call it; one that does not lead any more ends it.
    pub async fn run_staging(&self) -> Result<(), Error> {
        if self.0.staging.robot.get().is_none() {
            return Ok(());
        }
        if let Some(shared) = &self.0.shared {
            sleep_until(shared.standing.is_known_at()).await;
        }
        loop {
            if !self.leads() {
                return Ok(());
            }
            self.look_at_lists().await?;
            let Some((work, pool, items)) = self.next_list().await? else { return Ok(()) };
            self.call_robot(work, pool, items).await?;
        }
    }

    async fn call_robot(&self, work: StagedWork, pool: u8, mut items: Vec<Item>) -> Result<(), Error> {
        let Some(robot) = self.0.staging.robot.get() else { return Ok(()) };
        let turn = match robot.turn(pool).await {
            Ok(turn) => turn,
            Err(reason) => return self.let_all_come_again(work, items, &reason).await,
        };
        if work == StagedWork::Migrate {
            items = self.without_readers(items).await?;
        }
        let mut told = Vec::new();
        let mut blobs = Vec::new();
        for item in items {
            if let Some((bytes, version)) = self.begin(work, &item).await? {
                blobs.push(StagedBlob { id: item.look.id, bytes });
                told.push((item, version));
            }
        }
        if told.is_empty() {
            return Ok(());
        }
        blobs.iter().for_each(|blob| self.0.blobs.forget(blob.id));
        self.0.staging.count(work, |count| count.batches += 1);
        let answers = turn.work(work, &blobs).await.unwrap_or_else(|error| {
            tracing::error!(pool, work = work.name(), error, "the program of a staged pool failed");
            Vec::new()
        });
        let mut answers: BTreeMap<Id, StagedAnswer> = answers.into_iter().collect();
        if answers.len() < told.len() {
            let (told, answered) = (told.len(), answers.len());
            tracing::warn!(
                pool,
                work = work.name(),
                told,
                answered,
                "blobs that were not answered for are tried again"
            );
        }
        let mut waiting = BTreeMap::new();
        for (told, blob) in told.iter().zip(blobs) {
            let answer = answers.remove(&blob.id);
            if self.end(work, told, blob, answer).await? == Some(Place::Resident) {
                waiting.extend(self.judge_owners(blob.id).await?.waiting);
            }
        }
        let mut commit = Commit::default();
        for (due, about) in waiting {
            commit.put(due, about);
        }
        self.commit_freeing(commit).await.map(drop)
    }

    /// Nothing can be done now: all of it is looked at again later.
    async fn let_all_come_again(&self, work: StagedWork, items: Vec<Item>, reason: &str) -> Result<(), Error> {
        tracing::warn!(work = work.name(), reason, "blobs of a staged pool are looked at again later");
        self.0.staging.count(work, |count| count.failures += items.len() as u64);
        for item in items {
            self.let_come_again(&item.look, self.0.options.staging_retry_ms).await?;
        }
        Ok(())
    }

    /// Those that nobody reads. The others are looked at again later. Whoever comes from here on finds that they must be restored first.
    async fn without_readers(&self, items: Vec<Item>) -> Result<Vec<Item>, Error> {
        let contents = |item: &Item| {
            let blob = item.look.id;
            item.owners.lists.iter().copied().chain([blob]).map(|content| (blob, content)).collect::<Vec<_>>()
        };
        let all: BTreeSet<(Id, Id)> = items.iter().flat_map(contents).collect();
        let unread = self.0.readers.unread(all.iter().copied().collect(), |(_, content)| *content).await;
        let unread: BTreeSet<_> = self.unread_elsewhere(unread, |(_, content)| *content).await?.into_iter().collect();
        let mut free = Vec::new();
        for item in items {
            match contents(&item).iter().all(|pair| unread.contains(pair)) {
                true => free.push(item),
                false => self.let_come_again(&item.look, self.0.options.staging_retry_ms).await?,
            }
        }
        Ok(free)
    }

    /// Writes down what is about to be told of a blob, and gives its size and which record says so. `None`: it is judged again, now or later.
    async fn begin(&self, work: StagedWork, item: &Item) -> Result<Option<(u64, Version)>, Error> {
        let blob = item.look.id;
        let place = match work {
            StagedWork::Migrate => Place::Leaving,
            StagedWork::Recall => Place::Coming,
            // Where it is, nobody knows; and what is gone stays so.
            StagedWork::Status | StagedWork::Reclaim => {
                return Ok(item.record.as_ref().map(|(record, version)| (record.bytes, *version)));
            }
        };
        let (before, version) = item.record.clone().unzip();
        let bytes = match &before {
            Some(record) => record.bytes,
            None => match self.0.blobs.open(blob).await {
                Ok(open) => open.size(),
                Err(error) => {
                    tracing::error!(%blob, %error, "a blob of a staged pool cannot be opened, and is not taken away");
                    self.let_come_again(&item.look, self.0.options.staging_retry_ms * LONGEST_PAUSES).await?;
                    return Ok(None);
                }
            },
        };
        let record = StagedRecord { place, bytes, failures: before.map_or(0, |record| record.failures) };
        let mut commit = Commit { expects: item.owners.unchanged.expects.clone(), ..Commit::default() };
        commit.expect(keys::staged(blob), version).put(keys::staged(blob), record.to_value());
        if !self.commit_freeing(commit).await? {
            return Ok(None);
        }
        // Nobody else has a turn: it is this one, or it has lost its owners.
        let written = self.staged_record(blob).await?.filter(|(record, _)| record.place == place);
        Ok(written.map(|(record, version)| (record.bytes, version)))
    }

    /// Writes down what the program answered, and gives where the blob is by that. Where somebody has written of it meanwhile, that counts; its look
    /// stands either way.
    async fn end(
        &self,
        work: StagedWork,
        (item, told): &(Item, Version),
        StagedBlob { id, bytes }: StagedBlob,
        answer: Option<StagedAnswer>,
    ) -> Result<Option<Place>, Error> {
        let Some((mut record, version)) = self.staged_record(id).await? else { return Ok(None) };
        if version != *told {
            return Ok(None);
        }
        let mut commit = Commit::default();
        commit.expect(keys::staged(id), Some(version));
        let outcome = match answer {
            Some(answer) => self.outcome(work, id, answer).await.map_err(|reason| {
                tracing::warn!(blob = %id, work = work.name(), reason, "a blob of a staged pool is tried again later");
            }),
            None => Err(()),
        };
        match outcome {
            Ok(place) => {
                self.0.staging.count(work, |count| {
                    count.blobs += 1;
                    count.bytes += bytes;
                });
                match place {
                    Some(place) => {
                        let failures = if work == StagedWork::Status { record.failures } else { 0 };
                        commit.put(keys::staged(id), StagedRecord { place, bytes, failures }.to_value());
                    }
                    None => drop(commit.delete(keys::staged(id))),
                }
                let committed = self.commit_freeing(commit).await?;
                Ok(place.filter(|_| committed))
            }
            Err(()) => {
                self.0.staging.count(work, |count| count.failures += 1);
                let pause = self.0.options.staging_retry_ms * (1 << record.failures.min(6)).min(LONGEST_PAUSES);
                record.failures = record.failures.saturating_add(1);
                commit.put(keys::staged(id), record.to_value());
                self.commit_freeing(commit).await?;
                self.let_come_again(&item.look, pause).await.map(|()| None)
            }
        }
    }

    /// Where a blob is after an answer; `None`: nowhere any more.
    async fn outcome(&self, work: StagedWork, id: Id, answer: StagedAnswer) -> Result<Option<Place>, String> {
        match (work, answer) {
            (StagedWork::Migrate, StagedAnswer::Done) | (StagedWork::Status, StagedAnswer::Migrated) => {
                Ok(Some(Place::Away))
            }
            (StagedWork::Recall, StagedAnswer::Done) | (StagedWork::Status, StagedAnswer::Resident) => {
                self.must_be_whole(id).await.map(|()| Some(Place::Resident))
            }
            (StagedWork::Status, StagedAnswer::Absent) => match self.must_be_whole(id).await {
                Ok(()) => Ok(Some(Place::Resident)),
                Err(_) => Err("it is neither in its folder nor elsewhere".into()),
            },
            (StagedWork::Reclaim, StagedAnswer::Done) => {
                // A recall that was under way may have put it back.
                self.0.blobs.delete(id).await.map(|()| None).map_err(|error| error.to_string())
            }
            (_, StagedAnswer::Failed(reason)) => Err(reason),
            (_, answer) => Err(format!("its answer was {answer:?}")),
        }
    }

    /// A file that is said to be in the folder is opened anew, and its frame proven.
    async fn must_be_whole(&self, id: Id) -> Result<(), String> {
        self.0.blobs.forget(id);
        let proven = async { self.0.blobs.open(id).await?.prove_frame().await };
        proven.await.map_err(|error| error.to_string())
    }
}
