//! A store with a staged pool goes to other engines and back: what is away stays away and is found from there, nothing is fetched, and of what was on its way the program is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use coldkeep_blob::{Blobs, Pools};
use coldkeep_meta::{Fault, Memory};
use coldkeep_store::migrate::{MigrateError, Migration, Progress, Side, Staging, Told, open_filled, prepare};
use coldkeep_store::{NewUpload, StagedWork, StagingRobot, StorageClass, Tier, fsck};
use parking_lot::Mutex;

use crate::body::{Body, data};
use crate::hooked::Hooked;
use crate::migrate::{copied, heard, silent};
use crate::staging::{Robot, Tape, Vaulted};
use crate::vaults::{archive, archive_job, output};
use crate::world::{DAY_MS, MIB, World, key, named, part};

/// Longer than what failed is put off.
const RETRY_MS: i64 = 10 * 60 * 1000;

/// Engines that a store goes to, with a drive for the tape.
struct Place {
    meta: Arc<Memory>,
    warm: coldkeep_blob::Memory,
    disk: coldkeep_blob::Memory,
    deep: coldkeep_blob::Memory,
    tape: Arc<Tape>,
}

impl Place {
    fn beside(it: &Vaulted) -> Self {
        let [warm, disk, deep] = [(); 3].map(|()| coldkeep_blob::Memory::new());
        Self { meta: Arc::default(), warm, tape: it.tape.at(&disk), disk, deep }
    }

    async fn blobs(&self) -> Arc<Pools> {
        let (disk, deep): (Arc<dyn Blobs>, Arc<dyn Blobs>) = (Arc::new(self.disk.clone()), Arc::new(self.deep.clone()));
        let others = vec![(1, "tape".into(), disk), (2, "deep".into(), deep)];
        Arc::new(Pools::open(Arc::new(self.warm.clone()), others).await.unwrap())
    }

    async fn side(&self) -> Side {
        Side { meta: self.meta.clone(), blobs: self.blobs().await }
    }

    /// Moves a store here, as far as its blobs and records go.
    async fn take(&self, it: &Vaulted, told: Told) -> Result<(), MigrateError> {
        let from = Side { meta: it.world.meta.clone(), blobs: Arc::new(it.pools().await) };
        let names = BTreeMap::from([(1, "tape".to_owned())]);
        let [left, filled] =
            [&it.tape, &self.tape].map(|tape| -> Arc<dyn StagingRobot> { Arc::new(Robot(tape.clone())) });
        let migration = Migration::begin(from, self.side().await, told).await?;
        migration.staged_by(Some(Staging { names, left, filled })).copy().await?;
        Ok(())
    }

    async fn refuses(&self, it: &Vaulted) -> String {
        match self.take(it, silent()).await {
            Err(MigrateError::Refused(words)) => words,
            other => panic!("{other:?}"),
        }
    }

    /// Proves what is here, of which so many contents are away, and serves it.
    async fn serve(self, it: &Vaulted, away: u64) -> Vaulted {
        let report = fsck(&*self.meta, &*self.blobs().await, true).await.unwrap();
        assert_eq!((report.problems, report.staged), (Vec::<String>::new(), away));
        let store = self.warm.identity().await.unwrap().unwrap().store;
        open_filled(&*self.meta, store, None).await.unwrap();
        let Self { meta, warm, disk, deep, tape } = self;
        let hooked = Arc::new(Hooked::new(meta.clone()));
        let world = World { meta, blobs: warm, clock: it.world.clock.clone(), store: it.world.store.clone() };
        let mut new = Vaulted { world, hooked, disk, deep, tape, bucket: it.bucket.clone() };
        new.again(1).await;
        new
    }
}

fn count(heard: &Mutex<Vec<Progress>>, what: impl Fn(&Progress) -> bool) -> usize {
    heard.lock().iter().filter(|progress| what(progress)).count()
}

fn away(heard: &Mutex<Vec<Progress>>) -> usize {
    count(heard, |progress| matches!(progress, Progress::Away(_)))
}

/// Has these restored, and everything done that follows.
async fn restore(it: &Vaulted, names: &[&str]) {
    for at in names {
        it.restore(at, Tier::Standard).await;
    }
    it.settle().await;
}

#[tokio::test]
async fn what_is_away_stays_away_there_and_back() {
    let it = Vaulted::new().await;
    let (whole, parts) = (data(1, 20_000), [data(2, 5 * MIB), data(3, 9_000)]);
    for at in ["whole", "restored", "gone"] {
        it.put(at, &whole).await;
    }
    it.put_parts("parts", &parts).await;
    let new = NewUpload { class: StorageClass::Glacier, ..Default::default() };
    let upload = it.world.store.create_upload(&it.bucket, &key("open"), new).await.unwrap();
    part(&it.world.store, &upload, 1, Body::of(&parts[0])).await.unwrap();
    let vault = it.world.vault("v").await;
    let stored = archive(&it.world.store, &vault, &whole).await.unwrap();
    assert_eq!(it.settled().await, (0, 7));
    restore(&it, &["restored"]).await;
    // It is given up, but for the program, which does not answer.
    it.tape.breaks.store(true, Ordering::Relaxed);
    it.world.store.delete_object(&it.bucket, &key("gone"), &Default::default()).await.unwrap();
    assert_eq!(it.settled().await, (1, 7));
    it.tape.calls();
    let (there, (told, heard)) = (Place::beside(&it), heard());
    // Somebody gives it up still: a program that outlived its server.
    let works = Robot(it.tape.clone()).turn(1).await.unwrap();
    assert!(there.refuses(&it).await.contains("somebody has the arm"));
    drop(works);
    there.take(&it, told).await.unwrap();
    // Six have an owner; one of them is restored.
    assert_eq!((copied(&heard), away(&heard), there.disk.blobs()), (1, 5, 1));
    assert_eq!((it.tape.calls(), there.tape.calls()), (vec![], vec![(StagedWork::Status, 5)]));
    let there = there.serve(&it, 5).await;
    assert_eq!(there.read("restored").await.unwrap(), whole);
    there.refuses("whole").await;
    there.world.clock.advance(RETRY_MS);
    assert_eq!(there.settled().await, (1, 6), "what was given up is");
    restore(&there, &["whole", "parts"]).await;
    assert_eq!(there.read("whole").await.unwrap(), whole);
    assert_eq!(there.read("parts").await.unwrap(), parts.concat());
    let upload = there.world.store.upload(&there.bucket, &key("open"), upload.id).await.unwrap();
    part(&there.world.store, &upload, 2, Body::of(&parts[1])).await.unwrap();
    let names = [named(1, &parts[0]), named(2, &parts[1])];
    there.world.complete(&there.bucket, "open", upload.id, &names).await.unwrap();
    let job = there.world.store.initiate_job(&vault, archive_job(stored.id, None)).await.unwrap();
    assert_eq!(there.settled().await, (5, 7));
    assert_eq!(output(&there.world, &vault, job.id).await, whole);
    there.world.clock.advance(3 * DAY_MS);
    assert_eq!(there.settled().await, (0, 7));
    there.tape.calls();
    // And back, to engines of their own.
    let back = Place::beside(&there);
    back.take(&there, silent()).await.unwrap();
    assert_eq!((there.tape.calls(), back.tape.calls()), (vec![], vec![(StagedWork::Status, 7)]));
    let back = back.serve(&there, 7).await;
    restore(&back, &["whole", "restored", "parts", "open"]).await;
    for at in ["whole", "restored"] {
        assert_eq!(back.read(at).await.unwrap(), whole, "{at}");
    }
    for at in ["parts", "open"] {
        assert_eq!(back.read(at).await.unwrap(), parts.concat(), "{at}");
    }
    assert_eq!(back.settled().await, (6, 7));
}

/// A store whose server died in the middle of taking two away and of fetching two; of each two the program had done one.
async fn midway() -> (Vaulted, Bytes) {
    let (it, content) = (Vaulted::new().await, data(1, 20_000));
    for at in ["comes", "came"] {
        it.put(at, &content).await;
    }
    assert_eq!(it.settled().await, (0, 2));
    let dies = |flag: &std::sync::atomic::AtomicBool, is: bool| flag.store(is, Ordering::Relaxed);
    dies(&it.tape.breaks, true);
    it.put("leaves", &content).await;
    it.world.store.run_staging().await.unwrap();
    restore(&it, &["comes"]).await;
    dies(&it.tape.breaks, false);
    dies(&it.tape.is_mute, true);
    it.put("left", &content).await;
    it.world.store.run_staging().await.unwrap();
    restore(&it, &["came"]).await;
    dies(&it.tape.is_mute, false);
    assert_eq!((it.disk.blobs(), it.tape.tapes()), (2, 3));
    it.tape.calls();
    (it, content)
}

#[tokio::test]
async fn of_what_was_on_its_way_the_program_is_asked() {
    let (it, content) = midway().await;
    let (there, (told, heard)) = (Place::beside(&it), heard());
    // Nor is anything moved while it works on them.
    let works = Robot(it.tape.clone()).turn(1).await.unwrap();
    assert!(there.refuses(&it).await.contains("somebody has the arm"));
    drop(works);
    it.tape.breaks.store(true, Ordering::Relaxed);
    assert!(there.refuses(&it).await.contains("the arm is stuck"));
    it.tape.breaks.store(false, Ordering::Relaxed);
    it.tape.calls();
    there.take(&it, told).await.unwrap();
    assert_eq!((copied(&heard), away(&heard)), (2, 2));
    assert_eq!((it.tape.calls(), there.tape.calls()), (vec![(StagedWork::Status, 4)], vec![(StagedWork::Status, 2)]));
    let there = there.serve(&it, 4).await;
    there.world.clock.advance(RETRY_MS);
    assert_eq!(there.settled().await, (2, 4));
    for at in ["comes", "came"] {
        assert_eq!(there.read(at).await.unwrap(), content, "{at}");
    }
    restore(&there, &["leaves", "left"]).await;
    for at in ["leaves", "left"] {
        assert_eq!(there.read(at).await.unwrap(), content, "{at}");
    }
    assert_eq!(there.settled().await, (4, 4));
}

#[tokio::test]
async fn what_the_program_does_not_find_is_not_left() {
    let (it, _) = midway().await;
    // Whoever looks by something else than what it is told finds nothing from there.
    let there = Place::beside(&it);
    let forgets = Place { tape: Tape::new(&there.disk), ..there };
    let words = forgets.refuses(&it).await;
    assert!(words.contains("does not find the blob") && words.contains("staged pool tape"), "{words}");
    assert_eq!(forgets.disk.blobs(), 0, "it is asked before anything is copied");
    // What is neither in the folder nor elsewhere.
    for id in it.disk.list(it.world.store.run(), None, 10).await.unwrap() {
        it.disk.delete(id).await.unwrap();
    }
    let words = Place::beside(&it).refuses(&it).await;
    assert!(words.contains("was on its way") && words.contains("it said absent"), "{words}");
    // Without a program nobody could fetch anything.
    let from = Side { meta: it.world.meta.clone(), blobs: Arc::new(it.pools().await) };
    let unstaged = Migration::begin(from, Place::beside(&it).side().await, silent()).await.unwrap().copy().await;
    assert!(unstaged.unwrap_err().to_string().contains("not known as staged"));
}

#[tokio::test]
async fn what_changed_between_two_runs_is_as_it_is_now_wherever_the_first_was_cut() {
    let mut cuts = 0;
    for fault in [Fault::Lost, Fault::Applied] {
        for commits in 0.. {
            let (it, content) = (Vaulted::new().await, data(1, 20_000));
            for at in ["leaves", "comes", "goes"] {
                it.put(at, &content).await;
            }
            assert_eq!(it.settled().await, (0, 3));
            restore(&it, &["leaves", "goes"]).await;
            let there = Place::beside(&it);
            there.meta.fail_after(commits, fault);
            let is_whole = there.take(&it, silent()).await.is_ok();
            let there = Place { meta: Arc::new(there.meta.reopen()), ..there };
            // The old server goes on: one leaves, one comes, one goes, and is not given up yet.
            it.world.clock.advance(3 * DAY_MS);
            it.settle().await;
            restore(&it, &["comes"]).await;
            it.tape.breaks.store(true, Ordering::Relaxed);
            it.world.store.delete_object(&it.bucket, &key("goes"), &Default::default()).await.unwrap();
            assert_eq!(it.settled().await, (1, 3));
            let (told, heard) = heard();
            there.take(&it, told).await.unwrap();
            let dropped = count(&heard, |progress| *progress == Progress::Dropped);
            assert_eq!((copied(&heard), away(&heard), there.disk.blobs()), (1, 1, 1), "{fault:?} {commits}");
            if is_whole {
                assert_eq!(dropped, 2);
                let there = there.serve(&it, 1).await;
                assert_eq!(there.read("comes").await.unwrap(), content);
                there.world.clock.advance(RETRY_MS);
                restore(&there, &["leaves"]).await;
                assert_eq!(there.read("leaves").await.unwrap(), content);
                assert_eq!(there.settled().await, (2, 2));
                break;
            }
            cuts += 1;
        }
    }
    assert!(cuts >= 4, "{cuts}");
}

#[tokio::test]
async fn what_goes_ahead_leaves_staged_pools_alone() {
    let (it, content) = (Vaulted::new().await, data(1, 20_000));
    it.put("cold", &content).await;
    it.world.put(&it.bucket, "warm", Body::of(&content)).await.unwrap();
    restore(&it, &["cold"]).await;
    assert_eq!((it.disk.blobs(), it.world.blobs.blobs()), (1, 1));
    let (there, (told, heard)) = (Place::beside(&it), heard());
    let beside: Arc<dyn Blobs> = Arc::new(it.pools().await);
    prepare(&beside, &there.side().await, &BTreeSet::from([1]), &told).await.unwrap();
    assert_eq!((copied(&heard), there.disk.blobs(), there.warm.blobs()), (1, 0, 1));
    there.take(&it, silent()).await.unwrap();
    assert_eq!(there.disk.blobs(), 1);
    let there = there.serve(&it, 0).await;
    assert_eq!(there.read("cold").await.unwrap(), content);
}

#[tokio::test]
async fn nothing_of_what_is_away_is_opened() {
    let (it, content) = (Vaulted::new().await, data(1, 20_000));
    it.put("k", &content).await;
    let id = it.disk.list(it.world.store.run(), None, 1).await.unwrap()[0];
    assert_eq!(it.settled().await, (0, 1));
    // A stub in its place, which is something else.
    coldkeep_blob::conformance::write(&it.disk, id, &data(7, 100), 100).await;
    it.disk.damage(id);
    let (there, (told, heard)) = (Place::beside(&it), heard());
    there.take(&it, told).await.unwrap();
    assert_eq!((copied(&heard), away(&heard), there.disk.blobs()), (0, 1, 0));
    let there = there.serve(&it, 1).await;
    restore(&there, &["k"]).await;
    assert_eq!(there.read("k").await.unwrap(), content);
}
