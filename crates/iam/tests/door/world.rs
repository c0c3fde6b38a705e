//! A door over records in memory, and callers that sign.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_auth::{AccessKey, Caller, Verifier};
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_iam::Iam;
use coldkeep_identity::{Edit, Entity, EntityKind, Identity, RootKey, Unique};
use coldkeep_meta::{Memory, Meta, prefix_range};
use coldkeep_types::{AccountId, SystemClock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

/// 2026-02-03T04:05:06Z.
const NOW: Timestamp = Timestamp(1_770_091_506_000);
const STAMP: &str = "20260203T040506Z";

/// A door over records in memory.
pub struct World {
    pub meta: Arc<Memory>,
    pub identity: Identity,
    door: Iam,
}

/// The account of its root.
pub fn account() -> AccountId {
    AccountId::parse("012345678901").expect("12 digits")
}

impl World {
    pub async fn new() -> Self {
        let meta = Arc::new(Memory::default());
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
        let opened = Identity::open(meta.clone(), Arc::new(SystemClock), &RootKey::random(), root).await;
        let identity = opened.expect("it opens");
        let door = Iam::new(
            Verifier::new(Duration::from_secs(900)).with_witness(Arc::new(identity.clone())),
            identity.clone(),
        );
        Self { meta, identity, door }
    }

    /// A user with these inline policies: its key.
    pub async fn user(&self, name: &str, policies: &[String]) -> (String, String) {
        let mut edit: Edit = self.identity.edit(&account());
        let inline = policies.iter().enumerate().map(|(at, document)| (format!("p{at}"), document.clone()));
        let mut user = Entity {
            id: Unique::User.new_id(),
            name: name.into(),
            path: "/".into(),
            created: 0,
            tags: Vec::new(),
            attached: Vec::new(),
            inline: inline.collect(),
            boundary: None,
            groups: Vec::new(),
            keys: Vec::new(),
            trust: None,
            description: None,
            max_session_seconds: None,
        };
        let (key, secret) = edit.new_key(Some(&user.id)).await.expect("a key");
        user.keys.push(key.clone());
        edit.create(EntityKind::User, &user).await.expect("a user");
        assert!(edit.done().await.expect("a commit"));
        (key.id, secret)
    }

    /// Sends a form: the status, and the text of the answer.
    pub async fn send(&self, signer: Option<&(String, String)>, body: String) -> (u16, String) {
        let mut request =
            http::Request::builder().method("POST").uri("/").header("host", "iam").header("x-amz-date", STAMP);
        if let Some((key, secret)) = signer {
            request = request.header("authorization", authorization(key, secret, &body));
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        let id = RequestId::random(Dialect::Query);
        let (call, _) = Call::new(head, id, SocketAddr::from(([127, 0, 0, 1], 1)), false, NOW);
        let (head, body) = self.door.handle(call, Body::from_bytes(body)).await.into_parts();
        let text = String::from_utf8(body.collect().await.expect("a body").to_bytes().to_vec()).expect("text");
        (head.status.as_u16(), text)
    }

    /// All identity records.
    pub async fn records(&self) -> Vec<(Vec<u8>, coldkeep_meta::Entry)> {
        self.meta.scan(prefix_range(b"I"), 10_000).await.expect("read")
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn authorization(key: &str, secret: &str, body: &str) -> String {
    let hash = hex::encode(Sha256::digest(body));
    let canonical = format!("POST\n/\n\nhost:iam\nx-amz-date:{STAMP}\n\nhost;x-amz-date\n{hash}");
    let scope = "20260203/us-east-1/iam/aws4_request";
    let to_sign = format!("AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let signing_key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, piece| mac(&key, piece));
    let signature = hex::encode(mac(&signing_key, &to_sign));
    format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}")
}

/// The error code in an answer; empty: it is no error.
pub fn code(answer: &str) -> String {
    let code = answer.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or(String::new(), |(code, _)| code.to_owned())
}

/// The root user's key.
pub fn root() -> (String, String) {
    ("ROOT".to_owned(), "s".to_owned())
}
