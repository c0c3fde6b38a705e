//! A door to ask, a request to ask it with, signed by code that the server does not share, and the answer.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use bytes::Bytes;
use coldkeep_auth::policy::{Kind, Policy, Principal};
use coldkeep_auth::{AccessKey, Caller, Keys, Rights, Verifier, uri};
use coldkeep_digest::{LEAF_BYTES, tree_root};
use coldkeep_glacier::Glacier;
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_store::{Options, Store};
use coldkeep_types::{AccountId, Clock, SystemClock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderValue, Method};
use http_body_util::BodyExt;
use serde_json::Value;
use sha2::{Digest, Sha256};

pub const ACCOUNT: &str = "012345678901";
pub const MIB: usize = 1 << 20;
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The roots of two accounts, and a user of the first whose policies a test sets.
pub struct Callers(RwLock<HashMap<&'static str, Caller>>);

/// A policy of a user's, by its JSON.
pub fn policy(json: &str) -> Arc<Policy> {
    Arc::new(Policy::parse(json, Kind::Identity).expect("a policy of a user"))
}

impl Callers {
    pub fn new() -> Arc<Self> {
        let root = |id: &str, key| Caller::root(AccountId::parse(id).expect("12 digits"), key);
        let of_user = root(ACCOUNT, "USER");
        let arn = format!("arn:aws:iam::{ACCOUNT}:user/ann");
        let principal = Principal::User {
            account: of_user.rights.principal.account().expect("root has one").clone(),
            arn: arn.as_str().into(),
            id: "AIDAANN".into(),
            name: "ann".into(),
        };
        let user = Caller { arn, rights: Arc::new(Rights::of(principal, "ours")), ..of_user };
        let stranger = root("999999999999", "STRANGER");
        let arn = "arn:aws:iam::999999999999:user/gus";
        let principal = Principal::User {
            account: stranger.rights.principal.account().expect("root has one").clone(),
            arn: arn.into(),
            id: "AIDAGUS".into(),
            name: "gus".into(),
        };
        let rights = Arc::new(Rights::of(principal, "theirs"));
        let guest = Caller { arn: arn.to_owned(), rights, ..root("999999999999", "GUEST") };
        Arc::new(Self(RwLock::new(HashMap::from([
            ("ROOT", root(ACCOUNT, "ROOT")),
            ("GUEST", guest),
            ("STRANGER", stranger),
            ("USER", user),
        ]))))
    }

    pub fn change(&self, key: &str, change: impl FnOnce(&mut Rights)) {
        let mut callers = self.0.write().expect("no poison");
        let caller = callers.get_mut(key).expect("a caller");
        let mut rights = Rights::clone(&caller.rights);
        change(&mut rights);
        caller.rights = Arc::new(rights);
    }
}

impl Keys for Callers {
    fn lookup(&self, access_key: &str) -> Option<AccessKey> {
        let caller = self.0.read().expect("no poison").get(access_key)?.clone();
        Some(AccessKey { secret: SECRET.to_owned(), session_token: None, caller })
    }
}

/// A door over a new store.
pub async fn door() -> Glacier {
    door_with(Options::default()).await
}

pub async fn door_with(options: Options) -> Glacier {
    door_of_all(options, Callers::new(), Arc::new(SystemClock)).await
}

/// A door over a new store, for these callers.
pub async fn door_of(callers: Arc<Callers>) -> Glacier {
    door_of_all(Options::default(), callers, Arc::new(SystemClock)).await
}

/// The time of day, and some hours.
#[derive(Debug, Default)]
pub struct Ahead(AtomicI64);

impl Ahead {
    pub fn set(&self, hours: f64) {
        self.0.store((hours * 3_600_000.0) as i64, Ordering::Relaxed);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_millis(self.0.load(Ordering::Relaxed))
    }

    fn random_u32(&self) -> u32 {
        SystemClock.random_u32()
    }
}

/// A door over a new store whose clock goes ahead as told.
pub async fn door_ahead() -> (Glacier, Arc<Ahead>) {
    let clock = Arc::new(Ahead::default());
    (door_of_all(Options::default(), Callers::new(), clock.clone()).await, clock)
}

/// The same with its store, whose due work is done as told, by that clock.
pub async fn door_and_store_ahead() -> (Glacier, Store, Arc<Ahead>) {
    let clock = Arc::new(Ahead::default());
    let options = Options { confirm_ms: 0, ..Options::default() };
    let (door, store) = door_and_store(options, Callers::new(), clock.clone()).await;
    (door, store, clock)
}

async fn door_of_all(options: Options, callers: Arc<Callers>, clock: Arc<dyn Clock>) -> Glacier {
    door_and_store(options, callers, clock).await.0
}

async fn door_and_store(options: Options, callers: Arc<Callers>, clock: Arc<dyn Clock>) -> (Glacier, Store) {
    let meta = Arc::new(coldkeep_meta::Memory::new());
    let blobs = Arc::new(coldkeep_blob::Memory::new());
    let messages = coldkeep_messages::Messages::open(meta.clone(), clock.clone());
    let store = Store::open(meta, blobs, clock, options).await.expect("a store");
    let door = Glacier::new(store.clone(), Verifier::new(Duration::from_secs(900)), callers).with_messages(messages);
    (door, store)
}

/// A request, signed when it is sent.
#[derive(Clone)]
pub struct Ask {
    method: Method,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Bytes,
    /// What is signed in place of the body's SHA-256.
    payload: Option<String>,
    send_payload_hash: bool,
    access_key: &'static str,
    secret: &'static str,
    region: &'static str,
    signed: bool,
    version: Option<&'static str>,
    length: Option<Option<u64>>,
    age: i64,
}

/// `ask("GET", "/-/vaults?limit=1")`.
pub fn ask(method: &str, target: &str) -> Ask {
    Ask {
        method: method.parse().expect("a method"),
        target: target.to_owned(),
        headers: Vec::new(),
        body: Bytes::new(),
        payload: None,
        send_payload_hash: true,
        access_key: "ROOT",
        secret: SECRET,
        region: "us-east-1",
        signed: true,
        version: Some("2012-06-01"),
        length: None,
        age: 0,
    }
}

impl Ask {
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The body with its tree hash.
    pub fn upload(self, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        self.header("x-amz-sha256-tree-hash", tree(&body)).body(body)
    }

    pub fn payload(mut self, value: &str) -> Self {
        self.payload = Some(value.to_owned());
        self
    }

    /// Leaves `x-amz-content-sha256` out; the signature covers the body all the same.
    pub fn without_payload_hash(mut self) -> Self {
        self.send_payload_hash = false;
        self
    }

    pub fn by(mut self, access_key: &'static str, secret: &'static str) -> Self {
        (self.access_key, self.secret) = (access_key, secret);
        self
    }

    pub fn region(mut self, region: &'static str) -> Self {
        self.region = region;
        self
    }

    pub fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }

    pub fn version(mut self, version: Option<&'static str>) -> Self {
        self.version = version;
        self
    }

    /// Another `Content-Length` than the body's, or none.
    pub fn length(mut self, length: Option<u64>) -> Self {
        self.length = Some(length);
        self
    }

    pub fn made_minutes_ago(mut self, minutes: i64) -> Self {
        self.age = minutes * 60_000;
        self
    }

    pub async fn send(self, door: &Glacier) -> Answer {
        let now = SystemClock.now();
        let (raw_path, raw_query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let stamp = Timestamp(now.0 - self.age).iso_seconds().replace(['-', ':'], "");
        let mut headers: Vec<(String, Vec<u8>)> = self.headers.clone();
        headers.push(("host".to_owned(), b"localhost".to_vec()));
        headers.push(("x-amz-date".to_owned(), stamp.clone().into_bytes()));
        if let Some(version) = self.version {
            headers.push(("x-amz-glacier-version".to_owned(), version.into()));
        }
        let payload = self.payload.clone().unwrap_or_else(|| hex::encode(Sha256::digest(&self.body)));
        if self.send_payload_hash {
            headers.push(("x-amz-content-sha256".to_owned(), payload.clone().into_bytes()));
        }
        headers.sort();
        if self.signed {
            let authorization = self.authorization(raw_path, raw_query, &headers, &stamp, &payload);
            headers.push(("authorization".to_owned(), authorization.into_bytes()));
        }
        if let Some(length) = self.length.unwrap_or(Some(self.body.len() as u64)) {
            headers.push(("content-length".to_owned(), length.to_string().into_bytes()));
        }
        let mut request = http::Request::builder().method(&self.method).uri(&self.target);
        for (name, value) in &headers {
            request = request.header(name, HeaderValue::from_bytes(value).expect("a header's value"));
        }
        let head = request.body(()).expect("a request").into_parts().0;
        let remote = SocketAddr::from(([127, 0, 0, 1], 1));
        let (call, malformed) = Call::new(head, RequestId::random(Dialect::Glacier), remote, false, now);
        assert_eq!(malformed, None);
        let (head, body) = door.handle(call, Body::from_bytes(self.body)).await.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer { status: head.status.as_u16(), headers: head.headers, body }
    }

    fn authorization(
        &self,
        path: &str,
        query: &str,
        headers: &[(String, Vec<u8>)],
        stamp: &str,
        payload: &str,
    ) -> String {
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let mut pairs: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
        pairs.sort_unstable();
        let path: Vec<String> = path.split('/').map(|segment| uri::encode(segment.as_bytes())).collect();
        let mut canonical = format!("{}\n{}\n{}\n", self.method, path.join("/"), pairs.join("&")).into_bytes();
        for (name, value) in headers {
            let words: Vec<&[u8]> = value.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).collect();
            canonical.extend([name.as_bytes(), b":", &words.join(&b' '), b"\n"].concat());
        }
        canonical.extend(format!("\n{names}\n{payload}").into_bytes());
        let scope = format!("{}/{}/glacier/aws4_request", &stamp[..8], self.region);
        let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex::encode(Sha256::digest(&canonical)));
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for piece in scope.split('/') {
            key = mac(&key, piece);
        }
        let signature = hex::encode(mac(&key, &to_sign));
        format!("AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}", self.access_key)
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}")).to_str().expect("text")
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    /// A success without body has this status, and no content type.
    #[track_caller]
    pub fn is_bare(&self, status: u16) -> &Self {
        assert_eq!((self.status, self.body.as_ref()), (status, b"".as_slice()), "{self:?}");
        assert!(!self.headers.contains_key("content-type"), "{self:?}");
        self
    }

    /// An error: three members, and nothing else.
    #[track_caller]
    pub fn is_error(&self, status: u16, code: &str, message: &str) {
        let json = self.json();
        let kind = if status >= 500 { "Server" } else { "Client" };
        assert_eq!(json.as_object().map(serde_json::Map::len), Some(3), "{json}");
        assert_eq!(
            (self.status, json["code"].as_str(), json["type"].as_str()),
            (status, Some(code), Some(kind)),
            "{json}"
        );
        let said = json["message"].as_str().unwrap_or_default();
        assert!(
            said == message || (message.ends_with('…') && said.starts_with(message.trim_end_matches('…'))),
            "{json}"
        );
    }

    #[track_caller]
    pub fn is_invalid(&self, message: &str) {
        self.is_error(400, "InvalidParameterValueException", message);
    }

    #[track_caller]
    pub fn is_missing(&self, what: &str) {
        self.is_error(400, "MissingParameterValueException", &format!("Required parameter missing: {what}"));
    }

    #[track_caller]
    pub fn is_not_found(&self, message: &str) {
        self.is_error(404, "ResourceNotFoundException", message);
    }
}

/// The tree hash of some bytes, from plain SHA-256.
pub fn tree(data: &[u8]) -> String {
    let leaves: Vec<[u8; 32]> = data.chunks(LEAF_BYTES as usize).map(|leaf| Sha256::digest(leaf).into()).collect();
    hex::encode(tree_root(&leaves))
}

/// `byte[i] = i mod 251`.
pub fn pattern(bytes: usize) -> Bytes {
    (0..bytes).map(|at| (at % 251) as u8).collect::<Vec<u8>>().into()
}

pub fn arn(vault: &str) -> String {
    format!("arn:aws:glacier:us-east-1:{ACCOUNT}:vaults/{vault}")
}

/// A door with the vault `v`.
pub async fn door_with_vault() -> Glacier {
    let door = door().await;
    create_vault(&door, "v").await;
    door
}

pub async fn create_vault(door: &Glacier, name: &str) {
    ask("PUT", &format!("/-/vaults/{name}")).send(door).await.is_bare(201);
}

/// Uploads an archive to the vault `v` and gives its id.
pub async fn archive(door: &Glacier, body: impl Into<Bytes>) -> String {
    let answer = ask("POST", "/-/vaults/v/archives").upload(body).send(door).await;
    answer.is_bare(201).header("x-amz-archive-id").to_owned()
}

/// A document with a policy in it, of one statement on the vault `v`.
pub fn with_policy(statement: &str) -> String {
    let resource = arn("v");
    let json = format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement},"Resource":"{resource}"}}]}}"#);
    serde_json::json!({ "Policy": json }).to_string()
}

/// How many archives the vault `v` has.
pub async fn archives(door: &Glacier) -> i64 {
    ask("GET", "/-/vaults/v").send(door).await.json()["NumberOfArchives"].as_i64().expect("a number")
}

/// Begins a job of the vault `v` and gives its id.
pub async fn job(door: &Glacier, parameters: &str) -> String {
    let answer = ask("POST", "/-/vaults/v/jobs").body(parameters.to_owned()).without_payload_hash().send(door).await;
    let id = answer.is_bare(202).header("x-amz-job-id").to_owned();
    assert_eq!(answer.header("location"), format!("/{ACCOUNT}/vaults/v/jobs/{id}"));
    assert_eq!(id.len(), 92);
    id
}
