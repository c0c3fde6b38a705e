//! Staged pools: blobs leave their folder while nobody wants them, and are fetched before anybody reads them; whatever fails, dies or races.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::{Blobs, Memory, Pools};
use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_store::{
    Error, Expected, NewObject, NewUpload, ObjectAccess, Options, Precondition, Restore, RestoreRequest, StagedAnswer,
    StagedBlob, StagedWork, StagingRobot, StagingTurn, StorageClass, Store, Tier, fsck,
};
use coldkeep_types::{BucketName, Id};
use parking_lot::Mutex;
use tokio::sync::{OwnedMutexGuard, oneshot};

use crate::body::{Body, data};
use crate::hooked::{At, Hooked};
use crate::vaults::{archive, archive_job, output};
use crate::world::{DAY_MS, MIB, World, copy_object, copy_to, drain, key, named, options, part};

/// A tape, with a drive for the folder of a pool: what is on it nothing else can see.
pub struct Tape {
    disk: Memory,
    kept: Memory,
    calls: Mutex<Vec<(StagedWork, usize)>>,
    /// Works nothing off, and says nothing.
    pub breaks: AtomicBool,
    /// Does what it is told, and its answers are lost.
    pub is_mute: AtomicBool,
    /// Cannot fetch the last one of those it is to fetch.
    pub jams: AtomicBool,
    /// Who has the arm, of all servers.
    arm: Arc<tokio::sync::Mutex<()>>,
    /// What the next call to take blobs away waits for when it has done half of its work.
    pub halts: Mutex<Option<oneshot::Receiver<()>>>,
    /// What its next answer waits for.
    pub late: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Tape {
    pub fn new(disk: &Memory) -> Arc<Self> {
        Self::with(disk, Memory::new())
    }

    /// The same tape, with a drive for another folder.
    pub fn at(&self, disk: &Memory) -> Arc<Self> {
        Self::with(disk, self.kept.clone())
    }

    fn with(disk: &Memory, kept: Memory) -> Arc<Self> {
        let (calls, arm, halts, late) = Default::default();
        let [breaks, is_mute, jams] = Default::default();
        Arc::new(Self { disk: disk.clone(), kept, calls, breaks, is_mute, jams, arm, halts, late })
    }

    /// The calls since this was last asked.
    pub fn calls(&self) -> Vec<(StagedWork, usize)> {
        std::mem::take(&mut self.calls.lock())
    }

    /// How many blobs are on tape.
    pub fn tapes(&self) -> usize {
        self.kept.blobs()
    }

    async fn one(&self, work: StagedWork, id: Id) -> StagedAnswer {
        match work {
            StagedWork::Migrate => {
                copy(&self.disk, &self.kept, id).await;
                self.disk.delete(id).await.unwrap();
                StagedAnswer::Done
            }
            StagedWork::Recall => match copy(&self.kept, &self.disk, id).await {
                true => StagedAnswer::Done,
                false => StagedAnswer::Failed("it is not on tape".into()),
            },
            StagedWork::Reclaim => {
                self.kept.delete(id).await.unwrap();
                StagedAnswer::Done
            }
            StagedWork::Status => match (self.disk.open(id).await.is_ok(), self.kept.open(id).await.is_ok()) {
                (true, _) => StagedAnswer::Resident,
                (false, true) => StagedAnswer::Migrated,
                (false, false) => StagedAnswer::Absent,
            },
        }
    }
}

/// Copies a blob as it is, unless it is there; whether there is one to copy.
async fn copy(from: &Memory, to: &Memory, id: Id) -> bool {
    let Ok(bytes) = coldkeep_blob::conformance::read(from, id).await else { return false };
    if to.open(id).await.is_err() {
        let mut draft = to.create(id, from.label(id).await.unwrap(), None).await.unwrap();
        draft.write(bytes).await.unwrap();
        draft.finish().await.unwrap();
    }
    true
}

/// A server's end of the tape.
pub struct Robot(pub Arc<Tape>);

#[async_trait]
impl StagingRobot for Robot {
    async fn turn(&self, pool: u8) -> Result<Box<dyn StagingTurn>, String> {
        assert_eq!(pool, 1);
        let arm = self.0.arm.clone().try_lock_owned().map_err(|_| "somebody has the arm".to_owned())?;
        Ok(Box::new(Turn(self.0.clone(), arm)))
    }
}

struct Turn(Arc<Tape>, OwnedMutexGuard<()>);

#[async_trait]
impl StagingTurn for Turn {
    /// As a program does, it goes on to its end whatever becomes of its server, and nobody else has the arm before.
    async fn work(self: Box<Self>, work: StagedWork, blobs: &[StagedBlob]) -> Result<Vec<(Id, StagedAnswer)>, String> {
        let (Self(tape, arm), blobs) = (*self, blobs.to_vec());
        let late = tape.late.lock().take();
        let program = tokio::spawn(async move {
            let answers = tape.work(work, &blobs).await;
            drop(arm);
            answers
        });
        let answers = program.await.unwrap();
        if let Some(go) = late {
            go.await.unwrap();
        }
        answers
    }
}

impl Tape {
    async fn work(&self, work: StagedWork, blobs: &[StagedBlob]) -> Result<Vec<(Id, StagedAnswer)>, String> {
        self.calls.lock().push((work, blobs.len()));
        if self.breaks.load(Ordering::Relaxed) {
            return Err("the arm is stuck".into());
        }
        let mut answers = Vec::new();
        for (at, blob) in blobs.iter().enumerate() {
            let halt =
                if work == StagedWork::Migrate && at == blobs.len() / 2 { self.halts.lock().take() } else { None };
            if let Some(go) = halt {
                go.await.unwrap();
            }
            answers.push((blob.id, self.one(work, blob.id).await));
        }
        if work == StagedWork::Recall && self.jams.load(Ordering::Relaxed) {
            self.disk.delete(blobs[blobs.len() - 1].id).await.unwrap();
            answers[blobs.len() - 1].1 = StagedAnswer::Failed("jammed".into());
        }
        if self.is_mute.load(Ordering::Relaxed) { Err("killed".into()) } else { Ok(answers) }
    }
}

/// A store whose class GLACIER lies in a staged pool, and DEEP_ARCHIVE in another that is not.
pub struct Vaulted {
    pub world: World,
    pub hooked: Arc<Hooked>,
    pub disk: Memory,
    pub deep: Memory,
    pub tape: Arc<Tape>,
    pub bucket: BucketName,
}

impl Vaulted {
    pub async fn new() -> Self {
        let world = World::new().await;
        let hooked = Arc::new(Hooked::new(world.meta.clone()));
        let (disk, deep, bucket) = (Memory::new(), Memory::new(), world.bucket().await);
        let tape = Tape::new(&disk);
        let mut it = Self { world, hooked, disk, deep, tape, bucket };
        it.world.store = it.open(1).await;
        it
    }

    pub async fn pools(&self) -> Pools {
        let (disk, deep): (Arc<dyn Blobs>, Arc<dyn Blobs>) = (Arc::new(self.disk.clone()), Arc::new(self.deep.clone()));
        let others = vec![(1, "tape".into(), disk), (2, "deep".into(), deep)];
        Pools::open(Arc::new(self.world.blobs.clone()), others).await.unwrap()
    }

    /// A server whose class GLACIER goes into this pool.
    async fn open(&self, glacier: u8) -> Store {
        let mut options = Options { staged_pools: BTreeSet::from([1]), ..options() };
        options.class_pools[StorageClass::Glacier as usize] = glacier;
        options.class_pools[StorageClass::DeepArchive as usize] = 2;
        let engine = Arc::new(self.pools().await);
        let store = Store::open(self.hooked.clone(), engine, self.world.clock.clone(), options).await.unwrap();
        store.stage_with(Arc::new(Robot(self.tape.clone())));
        store
    }

    /// Killed and started again, with GLACIER in this pool.
    pub async fn again(&mut self, glacier: u8) {
        self.world.store = self.open(glacier).await;
        self.world.store.sweep().await.unwrap();
    }

    pub async fn put(&self, at: &str, content: &Bytes) {
        let new = NewObject {
            access: ObjectAccess::default(),
            bucket: self.bucket.clone(),
            key: key(at),
            attributes: Default::default(),
            class: StorageClass::Glacier,
            lock: Default::default(),
            algorithm: ChecksumAlgorithm::Crc64Nvme,
            expected: Expected::default(),
            precondition: Precondition::default(),
            sealing: None,
        };
        self.world.store.put_object(new, &mut Body::of(content)).await.unwrap();
    }

    pub async fn put_parts(&self, at: &str, parts: &[Bytes]) {
        let new = NewUpload { class: StorageClass::Glacier, ..Default::default() };
        let upload = self.world.store.create_upload(&self.bucket, &key(at), new).await.unwrap();
        let mut names = Vec::new();
        for (number, content) in (1..).zip(parts) {
            part(&self.world.store, &upload, number, Body::of(content)).await.unwrap();
            names.push(named(number, content));
        }
        self.world.complete(&self.bucket, at, upload.id, &names).await.unwrap();
    }

    pub async fn restore(&self, at: &str, tier: Tier) {
        let asked = RestoreRequest { days: Some(1), tier };
        self.world.store.restore_object(&self.bucket, &key(at), None, asked).await.unwrap();
    }

    /// Everything that is due is done, and again what that made due.
    pub async fn settle(&self) {
        for _ in 0..3 {
            self.world.store.run_due().await.unwrap();
            self.world.store.run_staging().await.unwrap();
            self.world.store.run_moves().await.unwrap();
            while self.world.store.reclaim().await.unwrap().done > 0 {}
        }
    }

    /// Proves everything; the blobs on disk and on tape.
    pub async fn settled(&self) -> (usize, usize) {
        self.settle().await;
        self.proven().await;
        (self.disk.blobs(), self.tape.tapes())
    }

    pub async fn proven(&self) {
        let report = fsck(&*self.world.meta, &self.pools().await, true).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
    }

    pub async fn read(&self, at: &str) -> Result<Bytes, Error> {
        self.world.read(&self.bucket, at).await
    }

    pub async fn refuses(&self, at: &str) {
        assert!(matches!(self.read(at).await, Err(Error::MustBeRestored(_))), "{at}");
    }

    pub async fn is_under_way(&self, at: &str) -> bool {
        let object = self.world.store.head_object(&self.bucket, &key(at)).await.unwrap();
        matches!(object.restore, Some(Restore::Ongoing { .. }))
    }
}

#[tokio::test]
async fn what_nobody_wants_leaves_and_what_is_restored_comes_for_as_long() {
    let it = Vaulted::new().await;
    let (whole, parts) = (data(1, 20_000), [data(2, 5 * MIB), data(3, 9_000)]);
    it.put("whole", &whole).await;
    it.put_parts("parts", &parts).await;
    assert_eq!(it.settled().await, (0, 3));
    assert_eq!(it.tape.calls(), [(StagedWork::Migrate, 3)]);
    // Nothing that needs no bytes wakes it.
    it.refuses("whole").await;
    it.world.store.head_object(&it.bucket, &key("parts")).await.unwrap();
    assert_eq!(it.settled().await, (0, 3));
    assert_eq!(it.tape.calls(), []);
    for at in ["whole", "parts"] {
        it.restore(at, Tier::Standard).await;
        it.world.store.run_due().await.unwrap();
        assert!(it.is_under_way(at).await);
        it.refuses(at).await;
    }
    assert_eq!(it.settled().await, (3, 3));
    assert_eq!(it.tape.calls(), [(StagedWork::Recall, 3)]);
    assert_eq!(it.read("whole").await.unwrap(), whole);
    assert_eq!(it.read("parts").await.unwrap(), parts.concat());
    it.world.clock.advance(3 * DAY_MS);
    assert_eq!(it.settled().await, (0, 3), "true expiry");
    assert_eq!(it.tape.calls(), [(StagedWork::Migrate, 3)]);
    it.refuses("parts").await;
    for at in ["whole", "parts"] {
        it.world.store.delete_object(&it.bucket, &key(at), &Default::default()).await.unwrap();
    }
    assert_eq!(it.settled().await, (0, 0));
    assert_eq!(it.tape.calls(), [(StagedWork::Reclaim, 3)]);
    let staged = it.world.store.staged();
    assert_eq!(staged.of.map(|it| it.blobs), [0, 3, 3, 6]);
    assert_eq!((it.world.due_records().await, staged.oldest_ms), (0, 0));
}

#[tokio::test]
async fn a_copy_that_shares_keeps_it_elsewhere_and_a_reader_keeps_it_here() {
    let it = Vaulted::new().await;
    let content = data(1, 20_000);
    it.put("k", &content).await;
    assert_eq!(it.settled().await, (0, 1));
    it.restore("k", Tier::Expedited).await;
    assert_eq!(it.settled().await, (1, 1));
    let shares = coldkeep_store::CopyTarget { class: StorageClass::Glacier, ..copy_to(&it.bucket, "copy") };
    copy_object(&it.world.store, &it.bucket, &key("k"), &shares).await.unwrap();
    it.refuses("copy").await;
    let reader = it.world.store.open_object(&it.bucket, &key("k")).await.unwrap().read(0..20_000);
    it.world.clock.advance(3 * DAY_MS);
    assert_eq!(it.settled().await, (1, 1), "somebody reads it");
    assert_eq!(drain(reader).await.unwrap(), content);
    it.world.clock.advance(DAY_MS);
    assert_eq!(it.settled().await, (0, 1));
    it.world.store.delete_object(&it.bucket, &key("k"), &Default::default()).await.unwrap();
    assert_eq!(it.settled().await, (0, 1), "the copy has it");
    it.restore("copy", Tier::Bulk).await;
    assert_eq!(it.settled().await, (1, 1));
    assert_eq!(it.read("copy").await.unwrap(), content);
    // Deleted while it is restored: both go.
    it.world.store.delete_object(&it.bucket, &key("copy"), &Default::default()).await.unwrap();
    assert_eq!(it.settled().await, (0, 0));
}

#[tokio::test]
async fn who_is_faster_wins() {
    let it = Vaulted::new().await;
    let content = data(1, 20_000);
    // Restored just before it is written down that it leaves: it stays.
    it.put("stays", &content).await;
    let (store, bucket) = (it.world.store.clone(), it.bucket.clone());
    it.hooked.once(At::BeforeCommit(b'e'), async move {
        let asked = RestoreRequest { days: Some(1), tier: Tier::Standard };
        store.restore_object(&bucket, &key("stays"), None, asked).await.unwrap();
        store.run_due().await.unwrap();
    });
    assert_eq!(it.settled().await, (1, 0));
    assert!(it.hooked.done());
    assert_eq!((it.read("stays").await.unwrap(), it.tape.calls()), (content.clone(), vec![]));
    // Deleted there: nothing is on tape.
    it.put("goes", &content).await;
    let (store, bucket) = (it.world.store.clone(), it.bucket.clone());
    it.hooked.once(At::BeforeCommit(b'e'), async move {
        store.delete_object(&bucket, &key("goes"), &Default::default()).await.unwrap();
        while store.reclaim().await.unwrap().done > 0 {}
    });
    assert_eq!(it.settled().await, (1, 0));
    assert!(it.hooked.done());
    // Two that both think they lead: one has the arm.
    it.put("twice", &content).await;
    let other = it.open(1).await;
    it.hooked.once(At::BeforeCommit(b'e'), async move { other.run_staging().await.unwrap() });
    assert_eq!(it.settled().await, (1, 1));
    assert_eq!(it.tape.calls(), [(StagedWork::Migrate, 1)]);
}

#[tokio::test]
async fn archives_are_fetched_before_their_jobs_end() {
    let it = Vaulted::new().await;
    let vault = it.world.vault("v").await;
    let content = data(1, 20_000);
    let stored = archive(&it.world.store, &vault, &content).await.unwrap();
    assert_eq!(it.settled().await, (0, 1));
    let job = it.world.store.initiate_job(&vault, archive_job(stored.id, None)).await.unwrap();
    assert!(matches!(it.world.store.job_output(&vault, job.id).await, Err(Error::JobNotReady)));
    assert_eq!(it.settled().await, (1, 1));
    assert_eq!(output(&it.world, &vault, job.id).await, content);
    // Its output is kept for a day.
    it.world.clock.advance(2 * DAY_MS);
    assert_eq!(it.settled().await, (0, 1));
    it.world.store.delete_archive(&vault, stored.id).await.unwrap();
    assert_eq!(it.settled().await, (0, 0));
}
