//! What a use of a key reads: each request pays for it, so nothing is read twice, or for nobody.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use coldkeep_auth::policy::NoContext;
use coldkeep_identity::{RootKey, Sealer};
use coldkeep_keyring::{Ask, Keyring};
use coldkeep_meta::{Commit, Entry, Error, Memory, Meta, Visit};

use crate::world::{OWNER, World, context, root};

/// Metadata whose reads are counted.
#[derive(Default)]
struct Counted {
    engine: Arc<Memory>,
    reads: AtomicUsize,
}

impl Counted {
    /// The reads since it was last asked.
    fn reads(&self) -> usize {
        self.reads.swap(0, Ordering::SeqCst)
    }

    fn count(&self) -> &Memory {
        self.reads.fetch_add(1, Ordering::SeqCst);
        &self.engine
    }
}

#[async_trait]
impl Meta for Counted {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.count().get(key).await
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        self.count().scan_back(range, limit).await
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.count().walk(range, visit).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.engine.commit(commit).await
    }

    fn health(&self) -> Result<(), Error> {
        self.engine.health()
    }
}

#[tokio::test]
async fn a_use_of_the_services_key_reads_its_alias_and_its_record_once_each() {
    let world = World::new();
    let meta = Arc::new(Counted { engine: world.meta.clone(), ..Counted::default() });
    let keyring = Keyring::open(meta.clone(), world.clock.clone(), Sealer::new(&RootKey::from_bytes([3; 32])));
    keyring.service_key(&world.place).await.expect("made");
    meta.reads();
    let key = keyring.service_key(&world.place).await.expect("found");
    assert_eq!(meta.reads(), 2);
    let (caller, none) = (root(OWNER), context(&[]));
    let via = Some("s3.us-east-1.amazonaws.com");
    let ask = Ask { action: "kms:DescribeKey", key: &key, named: None, context: &none, via, circumstances: &NoContext };
    keyring.permit(&caller, &ask).await.expect("records").expect("it may");
    assert_eq!(meta.reads(), 0, "no policy asks for anything that is kept elsewhere");
    let sealed = key.encrypt(keyring.now(), b"a data key", &none).expect("sealed");
    keyring.decrypt(&sealed, &none).await.expect("opened");
    assert_eq!(meta.reads(), 1, "its state counts at once");
}
