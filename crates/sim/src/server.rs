//! A whole server in one thread: engines on the simulated disk, store, keyring, messages, jobs, and the doors of objects, vaults, keys and
//! queues.

use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use coldkeep_auth::{AccessKey, Caller, Keys, Verifier};
use coldkeep_blob::Files;
use coldkeep_disk::simulated::{Dice, SimulatedDisk};
use coldkeep_glacier::Glacier;
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_identity::{RootKey, Sealer};
use coldkeep_jobs::{KeyWork, Leading};
use coldkeep_keyring::Keyring;
use coldkeep_kms::Kms;
use coldkeep_messages::Messages;
use coldkeep_meta::{Embedded, Run};
use coldkeep_s3::{Encryption, S3};
use coldkeep_seal::ServerKey;
use coldkeep_sqs::Sqs;
use coldkeep_store::Store;
use coldkeep_types::{AccountId, Clock};
use http_body_util::BodyExt;

use crate::clock::SimulatedClock;
use crate::jitter::Jitter;
use crate::request::{ACCOUNT, Answer, KEYS, Request, Service};

/// Where the metadata engine lives.
pub const META: &str = "/data/meta";
/// Where the journal lies in it.
pub const JOURNAL: &str = "/data/meta/journal";
/// Where the blob engine lives.
pub const BLOBS: &str = "/data/blobs";

/// What the store keeps free.
pub const RESERVE_BYTES: u64 = 4 << 20;

/// How long an upload to a vault may idle: less than by default, so that a day shows it.
const VAULT_UPLOAD_IDLE_MS: i64 = 24 * 3_600_000;

/// The longest that an answer may take, in the simulation's time.
const PATIENCE: Duration = Duration::from_secs(3600);
/// The longest that work may take which outlives its request.
const LAST_WORK: Duration = Duration::from_secs(600);

struct OneKey;

impl Keys for OneKey {
    fn lookup(&self, access_key: &str) -> Option<AccessKey> {
        let account = AccountId::parse(ACCOUNT).ok()?;
        let caller = Caller::root(account, access_key);
        (access_key == KEYS.0).then(|| AccessKey { secret: KEYS.1.to_owned(), session_token: None, caller })
    }
}

/// Whom clients ask: one server, or several.
#[async_trait]
pub trait Serves: Send + Sync {
    /// Asks and waits for the whole answer; `Err` if there never is one, or if something is wrong.
    async fn ask(&self, request: &Request) -> Result<Answer, String>;

    /// The power is off: nothing is to be expected any more.
    fn is_off(&self) -> bool;
}

/// A server, and the disk that it stands on.
pub struct OnDisk {
    /// The server.
    pub server: Arc<Server>,
    /// The disk.
    pub disk: SimulatedDisk,
}

#[async_trait]
impl Serves for OnDisk {
    async fn ask(&self, request: &Request) -> Result<Answer, String> {
        self.server.ask(request).await
    }

    fn is_off(&self) -> bool {
        self.disk.is_dead()
    }
}

/// A server that runs.
pub struct Server {
    /// Its store.
    pub store: Store,
    s3: S3,
    glacier: Glacier,
    kms: Kms,
    sqs: Sqs,
    jobs: coldkeep_jobs::Runner,
    clock: Arc<dyn Clock>,
}

/// Both engines, opened as the server opens them.
fn engines(disk: &SimulatedDisk) -> Result<(Embedded, Files), String> {
    let disk = Arc::new(disk.clone());
    // Small, so that all of it is met often.
    let options = coldkeep_meta::Options {
        cache_bytes: 1 << 20,
        checkpoint_bytes: 48 << 10,
        segment_bytes: 128 << 10,
        ballast_bytes: 1 << 20,
        run: Run::Task,
    };
    let meta = Embedded::open(disk.clone(), Path::new(META), options).map_err(|error| error.to_string())?;
    let blobs = Files::open(disk, Path::new(BLOBS), coldkeep_blob::Options::INLINE);
    Ok((meta, blobs.map_err(|error| error.to_string())?))
}

impl Server {
    /// Opens the data on a disk and starts the jobs.
    pub async fn open(disk: &SimulatedDisk, clock: &Arc<SimulatedClock>, mut dice: Dice) -> Result<Self, String> {
        // In some lives the operator has new archives sealed, in others not; what is sealed opens in all.
        let seals_archives = dice.once_in(2);
        let (meta, blobs) = engines(disk)?;
        let history_cut = meta.recovery().cut.is_some();
        let meta = Arc::new(Jitter::new(Arc::new(meta), dice));
        let options = coldkeep_store::Options {
            reserve_bytes: RESERVE_BYTES,
            hash_threads: 0,
            vault_upload_idle_ms: VAULT_UPLOAD_IDLE_MS,
            // Those to buckets are the model's, and stay while the clock jumps over the weeks that a key's deletion takes.
            upload_idle_ms: None,
            history_cut,
            ..coldkeep_store::Options::default()
        };
        let store = Store::open(meta, Arc::new(blobs), clock.clone(), options).await;
        Self::over(store.map_err(|error| error.to_string())?, clock.clone(), seals_archives)
    }

    /// The doors of a store, and its jobs, which begin.
    pub fn over(store: Store, clock: Arc<dyn Clock>, seals_archives: bool) -> Result<Self, String> {
        let verifier = Verifier::new(Duration::from_secs(900));
        let root = AccountId::parse(ACCOUNT).map_err(|error| error.to_string())?;
        let keys: Arc<dyn Keys> = Arc::new(OneKey);
        let server_key = ServerKey::new([1; 4], &[2; 32]).map_err(|error| error.to_string())?;
        let messages = match store.is_shared() {
            true => Messages::open_shared(store.metadata().clone(), clock.clone()),
            false => Messages::open(store.metadata().clone(), clock.clone()),
        };
        let sealer = Sealer::new(&RootKey::from_bytes([3; 32]));
        let keyring = Keyring::open(store.metadata().clone(), clock.clone(), sealer);
        let mut jobs = coldkeep_jobs::all(&store, &Arc::default());
        jobs.push(Box::new(Leading::new(&store, KeyWork::new(keyring.clone()))));
        let encryption = Encryption::new(server_key.clone()).with_keyring(keyring.clone());
        let encryption = encryption.with_customer_keys_over_http(true);
        let s3 =
            S3::new(store.clone(), verifier.clone(), keys.clone(), root, Vec::new()).with_messages(messages.clone());
        Ok(Self {
            s3: s3.with_encryption(encryption),
            kms: Kms::new(verifier.clone(), keys.clone(), keyring),
            sqs: Sqs::new(verifier.clone(), keys.clone(), messages),
            glacier: Glacier::new(store.clone(), verifier, keys).with_encryption(server_key, seals_archives),
            jobs: coldkeep_jobs::Runner::start(jobs, &clock),
            clock,
            store,
        })
    }

    /// Asks and waits for the whole answer; `Err` if there never is one.
    pub async fn ask(&self, request: &Request) -> Result<Answer, String> {
        let answer = tokio::time::timeout(PATIENCE, self.answer(request));
        let Some(waits) = request.gone_after else {
            return answer.await.map_err(|_| "no answer within an hour".to_owned());
        };
        let (mut answer, mut waited) = (pin!(answer), 0);
        std::future::poll_fn(|context| match answer.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(answer.map_err(|_| "no answer within an hour".to_owned())),
            Poll::Pending if waited == waits => Poll::Ready(Ok(Answer::default())),
            Poll::Pending => {
                waited += 1;
                Poll::Pending
            }
        })
        .await
    }

    async fn answer(&self, request: &Request) -> Answer {
        let (door, dialect): (&dyn Door, _) = match request.service {
            Service::S3 => (&self.s3, Dialect::S3),
            Service::Glacier => (&self.glacier, Dialect::Glacier),
            Service::Kms => (&self.kms, Dialect::Json),
            Service::Sqs => (&self.sqs, Dialect::Json),
        };
        let (now, remote) = (self.clock.now(), ([127, 0, 0, 1], 1).into());
        let (call, malformed) = Call::new(request.head(now), RequestId::random(dialect), remote, false, now);
        assert_eq!(malformed, None, "clients of the simulation make valid requests");
        let (head, mut body) = door.handle(call, Body::from_bytes(request.body.clone())).await.into_parts();
        let mut answer = Answer { status: head.status.as_u16(), headers: head.headers, ..Answer::default() };
        let mut bytes = BytesMut::new();
        loop {
            if request.rest_ms > 0 {
                tokio::time::sleep(Duration::from_millis(request.rest_ms)).await;
            }
            match body.frame().await {
                Some(Ok(frame)) => bytes.extend_from_slice(&frame.into_data().unwrap_or_else(|_| Bytes::new())),
                Some(Err(error)) => {
                    answer.broken = Some(error.to_string());
                    break;
                }
                None => break,
            }
        }
        answer.body = bytes.freeze();
        answer
    }

    /// Stops as a server stops that is asked to: no request is under way any more.
    pub async fn stop(self) -> Result<(), String> {
        let metrics = tokio::runtime::Handle::current().metrics();
        // The metadata engine's own task is left.
        self.end(|_| metrics.num_alive_tasks() > 1).await
    }

    /// The same, where other servers go on.
    pub async fn leave(self) -> Result<(), String> {
        self.end(|store| store.unfinished() > 0).await
    }

    async fn end(self, is_working: impl Fn(&Store) -> bool) -> Result<(), String> {
        self.jobs.stop().await;
        let last = async {
            while is_working(&self.store) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(LAST_WORK, last).await.map_err(|_| "work never ends after the last request".to_owned())?;
        self.store.close().await.map_err(|error| format!("the store does not close: {error}"))
    }
}
