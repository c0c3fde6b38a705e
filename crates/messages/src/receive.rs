//! Messages received: each is claimed by one receiver, until its visibility ends.

use std::time::Duration;

use coldkeep_meta::{Commit, Step, Version};
use coldkeep_types::{Id, Timestamp};
use tokio::time::{Instant, timeout_at};

use crate::records::{Content, Record, State};
use crate::settle::Receipt;
use crate::{Error, MAX_TRIES, Messages, Queue, ids, keys, send};

/// The most messages that are received at once.
pub const MAX_AT_ONCE: usize = 10;
/// The most messages of a queue that may be in flight.
pub const MAX_IN_FLIGHT: u64 = 120_000;
/// For how long a count of messages in flight is believed.
const COUNT_MS: i64 = 1000;
/// Messages that are looked at for one answer.
const MAX_LOOKED_AT: usize = 10_000;
/// Messages that are read at once, beyond those asked for.
const AHEAD: usize = 32;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// At most so many.
    pub most: usize,
    /// Seconds for which others do not get them; `None`: what the queue says.
    pub visibility_s: Option<u32>,
    /// How long to wait for the first.
    pub wait: Duration,
}

/// A message received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its id.
    pub id: String,
    /// What deletes it.
    pub receipt: String,
    /// What it is.
    pub content: Content,
    /// When it was sent.
    pub sent: Timestamp,
    /// How often it was received.
    pub receives: u32,
    /// When it was first received.
    pub first_received: Timestamp,
}

/// A message that may be received.
struct Candidate {
    id: Id,
    version: Version,
    state: State,
}

/// Messages that this server is about to claim; they are free again when this goes.
struct Claims<'a>(&'a Messages, Vec<Id>);

impl Drop for Claims<'_> {
    fn drop(&mut self) {
        let mut claims = self.0.0.claims.lock();
        self.1.iter().for_each(|id| {
            claims.remove(id);
        });
    }
}

impl Messages {
    /// Receives messages; none, if none came in time.
    pub async fn receive(&self, queue: &Queue, ask: &Ask) -> Result<Vec<Received>, Error> {
        let until = Instant::now() + ask.wait;
        let mut queue = queue.clone();
        loop {
            let waiter = self.0.waiting.wait(queue.record.id);
            let rung = waiter.bell.notified();
            tokio::pin!(rung);
            // From here on, what comes rings.
            rung.as_mut().enable();
            let received = self.take(&mut queue, ask).await?;
            if !received.is_empty() || Instant::now() >= until {
                return Ok(received);
            }
            let next = self.next_seen(&queue).await?.map(|millis| Instant::now() + Duration::from_millis(millis));
            let again = self.0.look_again.map(|pause| Instant::now() + pause);
            let wake = [next, again].into_iter().flatten().fold(until, Instant::min);
            // Woken or not, it is looked again.
            let _ = timeout_at(wake, rung).await;
            queue = self.same_queue(&queue).await?;
        }
    }

    /// In how many milliseconds the next message can be seen.
    async fn next_seen(&self, queue: &Queue) -> Result<Option<u64>, Error> {
        let (now, mut next) = (self.now().0, None);
        let mut range = keys::all_seen(queue.record.room);
        range.start = keys::seen_from(queue.record.room, now + 1, Id::from_bytes([0; 16]));
        let mut first = |seen: coldkeep_meta::Seen<'_>| {
            next = keys::parse_seen(seen.key).and_then(|(time, _)| u64::try_from(time - now).ok());
            Step::Stop
        };
        self.0.meta.walk(range, &mut first).await?;
        Ok(next)
    }

    /// Claims what can be received now.
    async fn take(&self, queue: &mut Queue, ask: &Ask) -> Result<Vec<Received>, Error> {
        for _ in 0..MAX_TRIES {
            if self.in_flight(queue).await? + ask.most as u64 > MAX_IN_FLIGHT {
                return Err(Error::TooManyInFlight);
            }
            let (candidates, claims) = self.candidates(queue, ask.most).await?;
            if candidates.is_empty() {
                return Ok(Vec::new());
            }
            match self.claim(queue, ask, candidates).await? {
                Some((received, false)) => {
                    drop(claims);
                    return Ok(received);
                }
                // What was found went to a dead-letter queue: there may be more.
                Some((received, true)) if !received.is_empty() => return Ok(received),
                _ => *queue = self.same_queue(queue).await?,
            }
        }
        Err(Error::Busy)
    }

    /// Messages that nobody is about to claim, and the claim to them.
    async fn candidates(&self, queue: &Queue, most: usize) -> Result<(Vec<Candidate>, Claims<'_>), Error> {
        if let Some(head) = self.0.heads.of(queue.record.room, self.now().0) {
            let found = self.candidates_from(queue, most, Some(head)).await?;
            if !found.0.is_empty() {
                return Ok(found);
            }
        }
        self.candidates_from(queue, most, None).await
    }

    /// The same from this key on, or from the beginning.
    async fn candidates_from(
        &self,
        queue: &Queue,
        most: usize,
        head: Option<Vec<u8>>,
    ) -> Result<(Vec<Candidate>, Claims<'_>), Error> {
        let (room, now) = (queue.record.room, self.now().0);
        let young = now - i64::from(queue.record.retention_s) * 1000;
        let (mut candidates, mut claims) = (Vec::new(), Claims(self, Vec::new()));
        let (mut range, from_beginning) = (keys::all_seen(room), head.is_none());
        range.end = keys::seen_from(room, now + 1, Id::from_bytes([0; 16]));
        range.start = head.unwrap_or(range.start);
        let mut looked_at = 0;
        while candidates.len() < most && looked_at < MAX_LOOKED_AT {
            let found = self.0.meta.scan(range.clone(), most + AHEAD).await?;
            let (Some((first, _)), Some((last, _))) = (found.first(), found.last()) else { break };
            if looked_at == 0 {
                self.0.heads.found(room, now, from_beginning, first);
            }
            range.start = keys::behind(last.clone());
            looked_at += found.len();
            for (key, _) in &found {
                let (time, id) = keys::parse_seen(key).ok_or_else(|| Error::Damaged("the key of a message".into()))?;
                // Past its time: it is dropped in the background, when the clock is sure.
                if ids::time_of(id) <= young || candidates.len() == most || !self.0.claims.lock().insert(id) {
                    continue;
                }
                claims.1.push(id);
                let Some(entry) = self.0.meta.get(&keys::state(room, id)).await? else { continue };
                let state = State::from_value(&entry.value)?;
                if state.seen_from == time {
                    candidates.push(Candidate { id, version: entry.version, state });
                }
            }
        }
        Ok((candidates, claims))
    }

    /// Claims messages in one commit; what was received too often goes to the dead-letter queue, and then it is `true`. `None`: something
    /// changed.
    async fn claim(
        &self,
        queue: &Queue,
        ask: &Ask,
        candidates: Vec<Candidate>,
    ) -> Result<Option<(Vec<Received>, bool)>, Error> {
        let (room, now) = (queue.record.room, self.now());
        let until = now.0 + i64::from(ask.visibility_s.unwrap_or(queue.record.visibility_s)) * 1000;
        let dead_letters = match &queue.record.redrive {
            // A dead-letter queue that is not there gets nothing: the messages stay.
            Some(redrive) => self.queue_of_arn(&redrive.target).await?.map(|target| (target, redrive.max_receives)),
            None => None,
        };
        let mut commit = Commit::default();
        queue.require(&mut commit);
        let (mut received, mut moved) = (Vec::new(), false);
        for Candidate { id, version, state } in candidates {
            let Some((content, pieces)) = self.content(room, id).await? else { continue };
            commit.expect(keys::state(room, id), Some(version));
            if let Some((target, most)) = &dead_letters
                && state.receives >= *most
            {
                if !moved {
                    target.require(&mut commit);
                }
                moved = true;
                send::remove(&mut commit, room, id, &state, pieces);
                let content = Content { came_from: Some(queue.arn()), ..content };
                send::put(&mut commit, target, id, &State { seen_from: now.0, ..state }, &content);
                continue;
            }
            let receives = state.receives.saturating_add(1);
            let first = state.first_received.unwrap_or(now.0);
            let claimed = State { seen_from: until, receives, first_received: Some(first) };
            commit.delete(keys::seen_from(room, state.seen_from, id)).put(keys::state(room, id), claimed.to_value());
            commit.put(keys::seen_from(room, until, id), vec![1]);
            received.push(Received {
                id: ids::uuid(id),
                receipt: Receipt { queue: queue.record.id, message: id, receives }.to_text(),
                content,
                sent: Timestamp(ids::time_of(id)),
                receives,
                first_received: Timestamp(first),
            });
        }
        if !self.commit(commit).await? {
            return Ok(None);
        }
        if let Some((_, number)) = self.0.in_flight.lock().get_mut(&room) {
            *number += received.len() as u64;
        }
        if let Some((target, _)) = dead_letters.filter(|_| moved) {
            self.came(&target);
        }
        Ok(Some((received, moved)))
    }

    /// About how many messages of a queue are in flight: counted at most once a second.
    async fn in_flight(&self, queue: &Queue) -> Result<u64, Error> {
        let (room, now) = (queue.record.room, self.now().0);
        if let Some((counted, number)) = self.0.in_flight.lock().get(&room)
            && (0..COUNT_MS).contains(&(now - counted))
        {
            return Ok(*number);
        }
        let mut range = keys::all_seen(room);
        range.start = keys::seen_from(room, now + 1, Id::from_bytes([0; 16]));
        let mut number = 0;
        let mut count = |seen: coldkeep_meta::Seen<'_>| {
            number += u64::from(seen.value == [1]);
            if number < MAX_IN_FLIGHT { Step::Next } else { Step::Stop }
        };
        self.0.meta.walk(range, &mut count).await?;
        self.0.in_flight.lock().put(room, (now, number));
        Ok(number)
    }
}
