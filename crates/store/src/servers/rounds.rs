//! What no server reads: the reclaimer's question to all readers of all servers.
//!
//! The leader puts a question, the ids of contents that have no owner. A server answers which of them it holds, once everybody has left the entrance
//! who had entered before it saw the question (`contents/readers.rs`). When every server that is alive has answered, nobody reads what nobody named: later
//! readers cannot find it, since the records that named it went with its owners. A read writes nothing for this, and a download of a day holds only its
//! own content.

use std::collections::HashSet;
use std::time::Duration;

use coldkeep_meta::{Commit, prefix_range};
use coldkeep_types::Id;
use tokio::time::{Instant, sleep};

use super::{Shared, answer_key, round_key, run_of, server_key};
use crate::{Error, Store, keys};

/// Ids in one question.
pub(crate) const MAX_ASKED: usize = 8192;
/// How often, in a lease, a server looks for a question, and who asked for answers.
const LOOKS: u32 = 50;

/// A question, or an answer: its number, and ids of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub number: Id,
    pub contents: Vec<Id>,
}

impl Question {
    pub fn to_value(&self) -> Vec<u8> {
        std::iter::once(&self.number).chain(&self.contents).flat_map(|id| id.as_bytes()).copied().collect()
    }

    pub fn from_value(value: &[u8]) -> Option<Self> {
        let mut ids = value.chunks(16).map(Id::from_slice);
        let number = ids.next()??;
        Some(Self { number, contents: ids.collect::<Option<_>>()? })
    }
}

/// The last question that this server has answered.
#[derive(Default)]
pub(crate) struct Answered(Option<Id>);

impl Store {
    /// Of contents without owner that nobody reads here: those that no other server reads either. None of them, where a server does not answer
    /// in time: they are to be looked at again.
    pub(crate) async fn unread_elsewhere<T>(&self, unread: Vec<T>, id: impl Fn(&T) -> Id) -> Result<Vec<T>, Error> {
        let Some(shared) = &self.0.shared else { return Ok(unread) };
        if unread.is_empty() || self.other_servers().await?.is_empty() {
            return Ok(unread);
        }
        let question = Question { number: self.next_id(), contents: unread.iter().map(&id).collect() };
        let mut commit = Commit::default();
        commit.put(round_key(), question.to_value());
        self.0.meta.commit(commit).await?;
        let (asked, lease) = (Instant::now(), shared.standing.lease());
        while asked.elapsed() < lease {
            if let Some(held) = self.answers(question.number).await? {
                return Ok(unread.into_iter().filter(|content| !held.contains(&id(content))).collect());
            }
            sleep(pause(lease)).await;
        }
        tracing::debug!("a server did not answer what it reads: nothing is freed now");
        Ok(Vec::new())
    }

    /// All that other servers hold of what was asked; `None` while one has not answered.
    async fn answers(&self, number: Id) -> Result<Option<HashSet<Id>>, Error> {
        let mut held = HashSet::new();
        for run in self.other_servers().await? {
            let answer = self.get(&answer_key(run)).await?;
            let answer = answer.map(|entry| Question::from_value(&entry.value).ok_or_else(damaged)).transpose()?;
            match answer.filter(|answer| answer.number == number) {
                Some(answer) => held.extend(answer.contents),
                None => return Ok(None),
            }
        }
        Ok(Some(held))
    }

    /// The runs of all other servers that are alive.
    pub(super) async fn other_servers(&self) -> Result<Vec<u32>, Error> {
        let found = self.0.meta.scan(prefix_range(&keys::state("server/")), usize::MAX).await?;
        let runs = found.iter().filter_map(|(key, _)| run_of(key));
        Ok(runs.filter(|run| *run != self.0.ids.epoch()).collect())
    }

    /// Whether the server of a run is alive, of several.
    pub(crate) async fn is_alive(&self, run: u32) -> Result<bool, Error> {
        Ok(self.is_shared() && self.get(&server_key(run)).await?.is_some())
    }

    /// Answers the last question, if it was not yet.
    pub(super) async fn answer(&self, shared: &Shared, answered: &mut Answered) -> Result<(), Error> {
        let Some(entry) = shared.fenced.engine().get(&round_key()).await? else { return Ok(()) };
        let question = Question::from_value(&entry.value).ok_or_else(damaged)?;
        if answered.0 == Some(question.number) {
            return Ok(());
        }
        let free: HashSet<Id> = self.0.readers.unread(question.contents.clone(), |id| *id).await.into_iter().collect();
        // What is asked for is about to go, and may come again as another file: none is kept open here.
        free.iter().for_each(|id| self.0.blobs.forget(*id));
        let contents = question.contents.into_iter().filter(|id| !free.contains(id)).collect();
        let mut commit = Commit::default();
        commit.put(answer_key(self.0.ids.epoch()), Question { number: question.number, contents }.to_value());
        shared.fenced.commit_anyway(commit).await?;
        answered.0 = Some(question.number);
        Ok(())
    }
}

/// How long a server waits between two looks for a question, or for answers.
pub(super) fn pause(lease: Duration) -> Duration {
    lease / LOOKS
}

fn damaged() -> Error {
    Error::Damaged("what servers ask each other".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_come_back() {
        let id = |byte| Id::from_bytes([byte; 16]);
        for contents in [Vec::new(), vec![id(2)], vec![id(2), id(3)]] {
            let question = Question { number: id(1), contents };
            let value = question.to_value();
            assert_eq!(Question::from_value(&value), Some(question));
            assert_eq!(Question::from_value(&value[1..]), None);
        }
        assert_eq!(Question::from_value(&[]), None);
    }
}
