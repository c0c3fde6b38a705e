//! What goldens are played against: a door over a new store on the memory engines, a clock that stands still, and the callers that
//! `callers` has.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use coldkeep_auth::{SignatureV2, Verifier};
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Record, RequestId, ResponseBody, Unserved};
use coldkeep_identity::{RootKey, Sealer};
use coldkeep_keyring::Keyring;
use coldkeep_messages::{Messages, Place, Queue};
use coldkeep_meta::Meta;
use coldkeep_s3::{Encryption, S3, Websites};
use coldkeep_seal::ServerKey;
use coldkeep_store::{BucketAccess, NewAccessPoint, Options, PublicAccessBlock, Store};
use coldkeep_types::{AccessPointName, AccountId, BucketName, Clock, OutpostId, Region, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt;

use crate::callers::{Callers, ROOT, STRANGER, TwoAccounts};
use crate::forms::{self, Policy};
use crate::sign::{self, Signing};

pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// 2026-02-03T04:05:06.789Z.
const BEGIN_MS: i64 = 1_770_091_506_789;

/// The domain below which buckets are websites.
const WEBSITES: &str = "website.example";

/// How a request is sent: words behind its target.
#[derive(Clone, Debug, Default)]
pub struct How {
    /// `unsigned`, `presigned`, `v2`, `presigned-v2`; V4 in headers without one.
    pub signing: Signing,
    /// `stranger`: by the other account; `user`, `foreigner`: by a user of the one and of the other; `expired`: by a session that
    /// has ended; `nobody`: by a key that does not exist.
    pub key: &'static str,
    /// `forged`: the signature's first digit is changed.
    pub forged: bool,
    /// `payload=NAME`: instead of the body's SHA-256.
    pub payload: Option<String>,
    /// `host=NAME`.
    pub host: String,
    /// `service=NAME`: in the scope of Signature V4.
    pub service: String,
    /// `tls`, `tls=1.2`: over TLS.
    pub tls: bool,
    pub tls_version: Option<&'static str>,
    /// `length=N`, or `length=none`: another Content-Length than the body's.
    pub length: Option<String>,
    /// `signed-ago=SECONDS`, `expires=SECONDS`.
    pub signed_ago: i64,
    pub expires: String,
    /// `repeat=N`: the body so many times.
    pub repeat: usize,
    /// `times=N`: so often; the last answer is shown.
    pub times: usize,
    /// `unread`: the answer's body is left where it is until the order `gone`.
    pub unread: bool,
    /// `unsigned-header=NAME`: sent, but not signed.
    pub unsigned_header: Option<String>,
    /// `form`, `form=v4`, `form=v2`: the body is the fields of a form, see `forms`.
    pub form: Option<Policy>,
    /// `malformed`, `overloaded`: never gets to an operation.
    pub unserved: Option<Unserved>,
}

impl How {
    pub fn of<'t>(words: impl Iterator<Item = &'t str>) -> Self {
        let mut how = Self {
            key: "ROOT",
            host: "localhost:9000".into(),
            service: "s3".into(),
            expires: "600".into(),
            repeat: 1,
            times: 1,
            ..Self::default()
        };
        for word in words {
            match word.split_once('=').unwrap_or((word, "")) {
                ("unsigned", _) => how.signing = Signing::None,
                ("presigned", _) => how.signing = Signing::PresignedV4,
                ("v2", _) => how.signing = Signing::V2,
                ("presigned-v2", _) => how.signing = Signing::PresignedV2,
                ("stranger", _) => how.key = "STRANGER",
                ("user", _) => how.key = "USER",
                ("foreigner", _) => how.key = "FOREIGNER",
                ("expired", _) => how.key = "EXPIRED",
                ("suspended", _) => how.key = "SUSPENDED",
                ("nobody", _) => how.key = "NOBODY",
                ("forged", _) => how.forged = true,
                ("tls", version) => {
                    let known = ["1.2", "1.3"].into_iter().find(|known| *known == version);
                    (how.tls, how.tls_version) = (true, known.or(Some("1.3")));
                }
                ("malformed", _) => how.unserved = Some(Unserved::Malformed("as the golden says")),
                ("unreadable", _) => how.unserved = Some(Unserved::Unreadable { too_large: false }),
                ("too-large", _) => how.unserved = Some(Unserved::Unreadable { too_large: true }),
                ("overloaded", _) => how.unserved = Some(Unserved::Overloaded),
                ("form", value) => how.form = Some(Policy::of(value)),
                ("payload", value) => how.payload = Some(value.to_owned()),
                ("host", value) => how.host = value.to_owned(),
                ("service", value) => how.service = value.to_owned(),
                ("length", value) => how.length = Some(value.to_owned()),
                ("signed-ago", value) => how.signed_ago = value.parse().expect("seconds"),
                ("expires", value) => how.expires = value.to_owned(),
                ("times", value) => how.times = value.parse().expect("a number"),
                ("unread", _) => how.unread = true,
                ("repeat", value) => how.repeat = value.parse().expect("a number"),
                ("unsigned-header", value) => how.unsigned_header = Some(value.to_owned()),
                (other, _) => panic!("an unknown word: {other}"),
            }
        }
        how
    }
}

pub struct Ask {
    pub method: String,
    pub target: String,
    pub how: How,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl Ask {
    /// `request`: a method, a target, and the words of [`How`].
    pub fn of(request: &str, headers: &[(&str, &str)], body: &str) -> Self {
        let mut words = request.split_whitespace();
        let mut next = || words.next().expect("a method and a target").to_owned();
        let (method, target) = (next(), next());
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        Self { method, target, how: How::of(words), headers, body: body.into() }
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub request_id: String,
    pub host_id: String,
    pub operation: Option<&'static str>,
    pub error: Option<String>,
}

#[derive(Default)]
struct StillClock {
    gone_ms: AtomicI64,
    random: AtomicU32,
}

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp(BEGIN_MS + self.gone_ms.load(Ordering::Relaxed))
    }

    fn random_u32(&self) -> u32 {
        self.random.fetch_add(1, Ordering::Relaxed)
    }
}

pub struct World {
    door: S3,
    pub store: Store,
    pub messages: Messages,
    pub callers: Arc<Callers>,
    meta: Arc<coldkeep_meta::Memory>,
    clock: Arc<StillClock>,
    /// The aliases of access points, in the order in which they were made.
    pub aliases: Vec<String>,
    /// Bodies of answers that nobody has read.
    unread: Mutex<Vec<ResponseBody>>,
}

/// The key under which the server itself encrypts.
fn server_key() -> ServerKey {
    ServerKey::new([1, 2, 3, 4], &[5; 32]).expect("a key")
}

impl World {
    pub async fn new() -> Self {
        Self::with(Arc::default(), coldkeep_blob::Memory::new(), SignatureV2::On).await
    }

    /// The same, with keys of KMS.
    pub async fn with_keyring() -> (Self, Keyring) {
        let world = Self::new().await;
        let sealer = Sealer::new(&RootKey::from_bytes([3; 32]));
        let keyring = Keyring::open(world.meta.clone(), world.clock.clone(), sealer);
        let encryption = Encryption::new(server_key()).with_keyring(keyring.clone());
        (Self { door: world.door.with_encryption(encryption), ..world }, keyring)
    }

    async fn with(clock: Arc<StillClock>, blobs: coldkeep_blob::Memory, version_2: SignatureV2) -> Self {
        let meta = Arc::new(coldkeep_meta::Memory::new());
        // Its clock is as sure as it is still.
        let options = Options { confirm_ms: 0, ..Options::default() };
        let store = Store::open(meta.clone(), Arc::new(blobs), clock.clone(), options).await.expect("a store");
        let root = AccountId::parse(ROOT).expect("12 digits");
        let name = |name| BucketName::parse(name).expect("a bucket's name");
        let region = Region::parse("us-east-1").expect("a region");
        let stranger = AccountId::parse(STRANGER).expect("12 digits");
        store.create_bucket(&name("of-another"), &stranger, &region).await.expect("a bucket");
        let verifier = Verifier::new(Duration::from_secs(900)).with_signature_v2(version_2);
        let callers = Arc::new(Callers::new());
        let door = S3::new(store.clone(), verifier, callers.clone(), root, vec!["localhost".into()]);
        let encryption = Encryption::new(server_key());
        let messages = Messages::open(meta.clone(), clock.clone());
        let door = door.with_accounts(Arc::new(TwoAccounts)).with_encryption(encryption);
        // Two rows a file, so that a few objects are many files.
        let door = door.with_messages(messages.clone()).with_inventories(2);
        Self { door, store, messages, callers, meta, clock, aliases: Vec::new(), unread: Mutex::default() }
    }

    /// What a line with `*` orders.
    pub async fn order(&mut self, order: &str) {
        match order.split_once(' ').unwrap_or((order, "")) {
            ("clock", millis) => {
                self.clock.gone_ms.fetch_add(millis.parse().expect("milliseconds"), Ordering::Relaxed);
            }
            ("deliver", _) => self.door.deliver_logs(self.clock.now()).await.expect("logs are delivered"),
            ("gone", _) => self.unread.lock().expect("no panic").clear(),
            ("due", _) => drop(self.store.run_due().await.expect("what is due")),
            ("full", _) => {
                // Room for records, and for half a MiB.
                let blobs = coldkeep_blob::Memory::with_capacity(Options::default().reserve_bytes + (512 << 10));
                *self = Self::with(self.clock.clone(), blobs, SignatureV2::On).await;
            }
            ("signature-v2", mode) => {
                let mode = match mode {
                    "off" => SignatureV2::Off,
                    "presigned" => SignatureV2::Presigned,
                    _ => SignatureV2::On,
                };
                *self = Self::with(self.clock.clone(), coldkeep_blob::Memory::new(), mode).await;
            }
            ("kms", _) => *self = Self::with_keyring().await.0,
            ("point", words) => self.make_point(words).await,
            ("queue", name) => drop(self.make_queue(name, true).await),
            ("closed-queue", name) => drop(self.make_queue(name, false).await),
            ("topic", name) => {
                let place = place();
                let policy = coldkeep_messages::default_topic_policy(&place, name);
                let made = self.messages.create_topic(&place, name, (String::new(), policy, Vec::new()), |_| Ok(()));
                made.await.expect("a topic");
            }
            ("point-policy", words) => {
                let (name, json) = words.split_once(' ').expect("a name and a policy");
                let (json, account) = (json.to_owned(), AccountId::parse(ROOT).expect("12 digits"));
                let name = AccessPointName::parse(name).expect("a point's name");
                let put = move |point: &mut coldkeep_store::AccessPoint| point.policy = Some(json.clone());
                self.store.change_access_point(&account, &name, put).await.expect("an access point");
            }
            ("quota", words) => self.limit(words).await,
            ("annotate", words) => self.annotate(words).await,
            ("inventories", words) => self.take_inventory(words).await,
            ("account-block", state) => {
                let block = (state == "on").then_some(PublicAccessBlock::ALL);
                let account = AccountId::parse(ROOT).expect("12 digits");
                self.store.put_account_block(&account, block).await.expect("a block");
            }
            // As `--new-buckets open` has it.
            ("open", _) => {
                let world = Self::new().await;
                *self = Self { door: world.door.with_new_buckets(BucketAccess::open()), ..world };
            }
            ("user-may", json) => self.callers.allow("USER", json),
            ("foreigner-may", json) => self.callers.allow("FOREIGNER", json),
            other => panic!("an unknown order: {other:?}"),
        }
    }

    /// `BUCKET BYTES`: the bucket may have so many bytes.
    async fn limit(&mut self, words: &str) {
        let (bucket, bytes) = words.split_once(' ').expect("two words");
        let of = coldkeep_store::QuotaOf::Bucket(BucketName::parse(bucket).expect("a bucket's name"));
        let quota = coldkeep_store::Quota { hard_bytes: bytes.parse().ok(), ..Default::default() };
        self.store.set_quota(&of, quota).await.expect("a quota");
    }

    /// `BUCKET NUMBER`: the bucket has so many configurations more.
    async fn take_inventory(&mut self, words: &str) {
        let (bucket, number) = words.split_once(' ').expect("two words");
        let bucket = BucketName::parse(bucket).expect("a bucket's name");
        for number in 0..number.parse().expect("a number") {
            let inventory = coldkeep_store::Inventory {
                id: format!("i{number:03}"),
                enabled: false,
                all_versions: true,
                weekly: true,
                filter: None,
                fields: Vec::new(),
                target: bucket.to_string(),
                target_owner: None,
                prefix: None,
                sealing: None,
            };
            self.store.put_inventory(&bucket, inventory).await.expect("an inventory");
        }
    }

    /// `BUCKET KEY NUMBER`: the object has so many annotations.
    async fn annotate(&mut self, words: &str) {
        let [bucket, key, number] = words.split(' ').collect::<Vec<_>>()[..] else { panic!("three words") };
        let bucket = BucketName::parse(bucket).expect("a bucket's name");
        let key = coldkeep_types::ObjectKey::parse(key).expect("a key");
        let object = self.store.head_object(&bucket, &key).await.expect("an object");
        for number in 0..number.parse().expect("a number") {
            let new = coldkeep_store::NewAnnotation {
                bucket: bucket.clone(),
                key: key.clone(),
                version: None,
                name: format!("{number:04}"),
                algorithm: coldkeep_digest::ChecksumAlgorithm::Crc64Nvme,
                expected: Default::default(),
                precondition: Default::default(),
                data_key: None,
            };
            let mut body = coldkeep_http::Body::from_bytes("x");
            self.store.put_annotation(&object, new, &mut body).await.expect("an annotation");
        }
    }

    /// `NAME BUCKET` and words: `of=ACCOUNT`, `vpc`, `outpost`, `open`.
    async fn make_point(&mut self, words: &str) {
        let mut words = words.split(' ');
        let (name, bucket) = (words.next().expect("a name"), words.next().expect("a bucket"));
        let mut new = NewAccessPoint {
            account: AccountId::parse(ROOT).expect("12 digits"),
            name: AccessPointName::parse(name).expect("a point's name"),
            bucket: BucketName::parse(bucket).expect("a bucket's name"),
            vpc: None,
            outpost: None,
            block: PublicAccessBlock::ALL,
            tags: Vec::new(),
        };
        for word in words {
            match word.split_once('=').unwrap_or((word, "")) {
                ("of", id) => new.account = AccountId::parse(id).expect("12 digits"),
                ("vpc", _) => new.vpc = Some("vpc-1".to_owned()),
                ("outpost", _) => new.outpost = Some(OutpostId::parse("op-01ac").expect("an id")),
                ("open", _) => new.block = PublicAccessBlock::NONE,
                other => panic!("an unknown word: {other:?}"),
            }
        }
        self.aliases.push(self.store.create_access_point(&new).await.expect("an access point").alias.clone());
    }

    /// A queue of the root's, and whether the account's buckets may tell it something.
    pub async fn make_queue(&self, name: &str, open: bool) -> Queue {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Service":"s3.amazonaws.com"}},
            "Action":"sqs:SendMessage","Resource":"*","Condition":{{"ArnLike":{{"aws:SourceArn":"arn:aws:s3:::bkt"}},
            "StringEquals":{{"aws:SourceAccount":"{ROOT}"}}}}}}}}"#
        );
        let mut record = coldkeep_messages::defaults();
        record.policy = open.then_some(policy);
        self.messages.create_queue(&place(), name, record, |_| Ok(())).await.expect("a queue")
    }

    /// All that is recorded.
    pub async fn records(&self) -> Vec<(Vec<u8>, coldkeep_meta::Entry)> {
        self.meta.scan(Vec::new()..vec![u8::MAX], usize::MAX).await.expect("the records")
    }

    pub async fn send(&self, ask: &Ask) -> Answer {
        let now = self.clock.now();
        let at = Timestamp(now.0 - ask.how.signed_ago * 1000);
        let form = ask.how.form.map(|policy| forms::written(ask, policy, at, SECRET));
        let ask = form.as_ref().unwrap_or(ask);
        let signed = sign::signed(ask, at, SECRET);
        let mut headers = HeaderMap::new();
        for (name, value) in &signed.headers {
            let value = HeaderValue::from_bytes(value).expect("a header's value");
            headers.append(HeaderName::from_bytes(name.as_bytes()).expect("a header's name"), value);
        }
        match ask.how.length.as_deref() {
            Some("none") => {}
            other => {
                let length = other.map_or_else(|| ask.body.len().to_string(), str::to_owned);
                headers.insert("content-length", HeaderValue::try_from(length).expect("a number"));
            }
        }
        let mut builder = http::Request::builder().method(ask.method.as_str()).uri(&signed.target);
        *builder.headers_mut().expect("a valid request") = headers;
        let (head, ()) = builder.body(()).expect("a valid request").into_parts();
        let id = RequestId::random(Dialect::S3);
        let remote = SocketAddr::from(([127, 0, 0, 1], 1));
        let (mut call, malformed) = Call::new(head, id.clone(), remote, ask.how.tls, now);
        call.tls_version = ask.how.tls_version;
        let unserved = ask.how.unserved.or(malformed.map(Unserved::Malformed));
        let agent = call.headers.get("user-agent").cloned();
        let at = vec![WEBSITES.to_owned()];
        let door: Box<dyn Door> = match coldkeep_http::website_bucket(&call.host, &at) {
            Some(_) => Box::new(Websites::new(self.door.clone(), at)),
            None => Box::new(self.door.clone()),
        };
        let name = door.name();
        let response = match unserved {
            Some(why) => door.unserved(&call, why),
            None => door.handle(call, Body::from_bytes(ask.body.clone())).await,
        };
        let (mut head, body) = response.into_parts();
        let annotation = head.extensions.remove::<Annotation>().unwrap_or_default();
        let body = match ask.how.unread {
            true => {
                self.unread.lock().expect("no panic").push(body);
                Bytes::new()
            }
            false => body.collect().await.expect("a whole body").to_bytes(),
        };
        if let Some(ended) = &annotation.ended {
            let took = Duration::from_millis(7);
            ended.0(&Record {
                request_id: id.clone(),
                door: name,
                annotation: annotation.clone(),
                method: http::Method::GET,
                uri: http::Uri::default(),
                host: None,
                user_agent: agent,
                status: Some(head.status),
                bytes_in: 0,
                bytes_out: body.len() as u64,
                complete: true,
                received: now,
                to_response: Some(took),
                duration: took,
                remote,
            });
        }
        Answer {
            status: head.status.as_u16(),
            error: annotation.error.or_else(|| unserved.and_then(|_| code(&body))),
            operation: annotation.operation,
            headers: head.headers,
            body: body.to_vec(),
            request_id: id.as_str().to_owned(),
            host_id: id.host_id().to_owned(),
        }
    }
}

/// Where the root's queues and topics are.
fn place() -> Place {
    let account = AccountId::parse(ROOT).expect("12 digits");
    Place { account, region: Region::parse("us-east-1").expect("a region") }
}

fn code(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    Some(text.split_once("<Code>")?.1.split('<').next()?.to_owned())
}
