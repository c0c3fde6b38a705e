//! Quotas over a history of writes, beside a plain model: after each step there is what the model says, and what it refuses is refused.

use std::collections::BTreeMap;

use coldkeep_store::{Deletion, Error, Quota, QuotaOf, Upload, VersionId, Versioning};
use coldkeep_types::BucketName;

use crate::body::{Body, Dice, data};
use crate::world::{World, copy_object, copy_to, key, named};

const STEPS: usize = 120;
const KEYS: [&str; 3] = ["a", "b", "c"];

/// What is at a key: its versions, oldest first; without bytes, a delete marker.
type Stack = Vec<(VersionId, Option<u64>)>;

#[derive(Default)]
struct Model {
    versioning: Option<Versioning>,
    quota: Quota,
    keys: BTreeMap<&'static str, Stack>,
}

impl Model {
    fn used(&self) -> (u64, u64) {
        let bytes = || self.keys.values().flatten().filter_map(|(_, bytes)| *bytes);
        (bytes().sum(), bytes().count() as u64)
    }

    /// What an object at this key would take the place of.
    fn replaced(&self, at: &str) -> Option<u64> {
        let stack = self.keys.get(at).filter(|_| self.versioning != Some(Versioning::Enabled))?;
        stack.iter().find(|(id, _)| *id == VersionId::Null).and_then(|(_, bytes)| *bytes)
    }

    fn lets(&self, at: &str, bytes: u64) -> bool {
        let replaced = self.replaced(at);
        let (used_bytes, used_objects) = self.used();
        let beyond = |limit: Option<u64>, would_be: u64| limit.is_some_and(|limit| would_be > limit);
        let grows = bytes > replaced.unwrap_or(0);
        let would_be = used_bytes + bytes - replaced.unwrap_or(0);
        let comes = replaced.is_none();
        !(grows && beyond(self.quota.hard_bytes, would_be)
            || comes && beyond(self.quota.hard_objects, used_objects + 1))
    }

    /// The same of parts, for which no object comes yet.
    fn lets_parts(&self, at: &str, bytes: u64) -> bool {
        Self { quota: Quota { hard_objects: None, ..self.quota }, keys: self.keys.clone(), ..*self }.lets(at, bytes)
    }

    fn comes(&mut self, at: &'static str, id: VersionId, bytes: Option<u64>) {
        let stack = self.keys.entry(at).or_default();
        if id == VersionId::Null {
            stack.retain(|(id, _)| *id != VersionId::Null);
        }
        stack.push((id, bytes));
    }
}

struct Open {
    at: &'static str,
    upload: Upload,
    parts: BTreeMap<u32, bytes::Bytes>,
}

struct History {
    world: World,
    bucket: BucketName,
    model: Model,
    open: Vec<Open>,
    dice: Dice,
    refusals: usize,
}

impl History {
    async fn new(seed: u64) -> Self {
        let world = World::new().await;
        let bucket = world.bucket().await;
        Self { world, bucket, model: Model::default(), open: Vec::new(), dice: Dice(seed), refusals: 0 }
    }

    fn key(&mut self) -> &'static str {
        KEYS[self.dice.below(KEYS.len())]
    }

    fn bytes(&mut self) -> bytes::Bytes {
        data(self.dice.roll(), 1 + self.dice.below(300))
    }

    /// The outcome is as the model says; it is given on if something came.
    fn judged<T>(&mut self, lets: bool, outcome: Result<T, Error>, what: &str) -> Option<T> {
        match outcome {
            Ok(done) if lets => Some(done),
            Err(Error::QuotaExceeded { of: "bucket" }) if !lets => {
                self.refusals += 1;
                None
            }
            outcome => panic!("{what}: the quota lets it: {lets}; it came to {:?}", outcome.map(drop)),
        }
    }

    async fn put(&mut self) {
        let (at, body) = (self.key(), self.bytes());
        let lets = self.model.lets(at, body.len() as u64);
        let put = self.world.put(&self.bucket, at, Body::of(&body)).await;
        if let Some(object) = self.judged(lets, put, "put") {
            self.model.comes(at, object.version, Some(object.bytes));
        }
    }

    async fn copy(&mut self) {
        let (from, to) = (self.key(), self.key());
        let Ok(source) = self.world.store.head_object(&self.bucket, &key(from)).await else { return };
        let bytes = source.bytes;
        let lets = self.model.lets(to, bytes);
        let copy = copy_object(&self.world.store, &self.bucket, &key(from), &copy_to(&self.bucket, to)).await;
        if let Some(object) = self.judged(lets, copy, "copy") {
            self.model.comes(to, object.version, Some(bytes));
        }
    }

    async fn delete(&mut self) {
        let at = self.key();
        let (store, condition) = (&self.world.store, Default::default());
        let deleted = store.delete_object(&self.bucket, &key(at), &condition).await.unwrap();
        match self.model.versioning {
            None => _ = self.model.keys.remove(at),
            Some(_) => self.model.comes(at, deleted.version.unwrap(), None),
        }
    }

    async fn delete_version(&mut self) {
        let at = self.key();
        let stack = self.model.keys.entry(at).or_default();
        if stack.is_empty() {
            return;
        }
        let (version, _) = stack.remove(self.dice.below(stack.len()));
        let gone = Deletion { version: Some(version), ..Deletion::new(key(at), Default::default()) };
        self.world.store.delete_objects(&self.bucket, &[gone]).await.unwrap();
    }

    async fn begin(&mut self) {
        let at = self.key();
        let upload = self.world.upload(&self.bucket, at).await;
        self.open.push(Open { at, upload, parts: BTreeMap::new() });
    }

    async fn part(&mut self) {
        let (body, number) = (self.bytes(), 1 + self.dice.below(3) as u32);
        let Some(mut open) = self.open.pop() else { return };
        let others: usize = open.parts.iter().filter(|(at, _)| **at != number).map(|(_, part)| part.len()).sum();
        let lets = self.model.lets_parts(open.at, (others + body.len()) as u64);
        let put = self.world.part(&open.upload, number, Body::of(&body)).await;
        if self.judged(lets, put, "part").is_some() {
            open.parts.insert(number, body);
        }
        self.open.push(open);
    }

    /// One part only, since the others would be too small.
    async fn complete(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let Some((number, part)) = open.parts.last_key_value() else { return self.open.push(open) };
        let lets = self.model.lets(open.at, part.len() as u64);
        let completed = self.world.complete(&self.bucket, open.at, open.upload.id, &[named(*number, part)]).await;
        if let Some(completed) = self.judged(lets, completed, "complete") {
            self.model.comes(open.at, completed.version.unwrap_or(VersionId::Null), Some(part.len() as u64));
        } else {
            self.open.push(open);
        }
    }

    async fn abort(&mut self) {
        if let Some(open) = self.open.pop() {
            self.world.store.abort_upload(&self.bucket, &key(open.at), open.upload.id).await.unwrap();
        }
    }

    async fn set_quota(&mut self) {
        let mut limit = |sides| (!self.dice.chance(3)).then(|| self.dice.below(sides) as u64);
        let (hard_bytes, hard_objects) = (limit(1500), limit(8));
        let (soft_bytes, soft_objects) = (limit(500), limit(3));
        self.model.quota = Quota { hard_bytes, hard_objects, soft_bytes, soft_objects };
        let of = QuotaOf::Bucket(self.bucket.clone());
        self.world.store.set_quota(&of, self.model.quota).await.unwrap();
    }

    async fn set_versioning(&mut self) {
        let versioning = if self.dice.chance(2) { Versioning::Enabled } else { Versioning::Suspended };
        self.world.store.set_versioning(&self.bucket, versioning).await.unwrap();
        self.model.versioning = Some(versioning);
    }

    async fn step(&mut self) {
        match self.dice.below(30) {
            0..8 => self.put().await,
            8..11 => self.copy().await,
            11..14 => self.delete().await,
            14..17 => self.delete_version().await,
            17..19 => self.begin().await,
            19..24 => self.part().await,
            24..26 => self.complete().await,
            26 => self.abort().await,
            27..29 => self.set_quota().await,
            _ => self.set_versioning().await,
        }
    }

    async fn check(&self) {
        let usage = self.world.store.usage().await.unwrap();
        assert_eq!((usage.object_bytes, usage.objects), self.model.used());
        if let [report] = &self.world.store.quotas().await.unwrap()[..] {
            assert_eq!((report.used_bytes, report.used_objects), self.model.used());
            assert_eq!(report.quota, self.model.quota);
        }
    }
}

#[tokio::test]
async fn counters_and_refusals_are_those_of_a_plain_model() {
    let mut refusals = 0;
    for seed in 0..24 {
        let mut history = History::new(seed).await;
        for step in 0..STEPS {
            let before = history.model.used();
            eprintln!("seed {seed}, step {step}: {before:?} of {:?}", history.model.quota);
            history.step().await;
            history.check().await;
        }
        refusals += history.refusals;
    }
    assert!(refusals > 100, "hardly anything was refused: {refusals}");
}
