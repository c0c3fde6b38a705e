//! Callers for the tests of doors: two accounts in memory, their users, and the requests that these sign. Nothing but tests needs it.
//!
//! [`Callers`] is what a door's world is made of; [`post`] asks a door of the JSON or the query protocol as one of them, or as nobody.

#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "what cannot be arranged fails the test")]

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use coldkeep_auth::{AccessKey, Caller};
use coldkeep_http::{Body, Call, Door, RequestId};
use coldkeep_identity::{Entity, EntityKind, Identity, RootKey, Unique};
use coldkeep_meta::{Entry, Memory, Meta, prefix_range};
use coldkeep_types::{AccountId, SystemClock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use serde_json::json;
use sha2::{Digest, Sha256};

/// 2026-02-03T04:05:06Z: when requests are signed and received.
pub const NOW: Timestamp = Timestamp(1_770_091_506_000);
/// The same, as signatures have it.
pub const STAMP: &str = "20260203T040506Z";

/// An access key: its id and its secret.
pub type Key = (String, String);

/// Two accounts in memory.
pub struct Callers {
    /// Where all records are.
    pub meta: Arc<Memory>,
    /// Who there is.
    pub identity: Identity,
}

impl Callers {
    /// The root's account and another one, without users.
    pub async fn new() -> Self {
        let meta = Arc::new(Memory::default());
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
        let opened = Identity::open(meta.clone(), Arc::new(SystemClock), &RootKey::random(), root).await;
        let identity = opened.expect("it opens");
        let mut edit = identity.edit(&other());
        edit.create_account("other", None).await.expect("an account");
        assert!(edit.done().await.expect("a commit"));
        Self { meta, identity }
    }

    /// A user with these inline policies: its key.
    pub async fn user(&self, account: &AccountId, name: &str, policies: &[String]) -> Key {
        user(&self.identity, account, name, policies).await
    }

    /// All records under a tag.
    pub async fn records(&self, tag: u8) -> Vec<(Vec<u8>, Entry)> {
        self.meta.scan(prefix_range(&[tag]), 10_000).await.expect("read")
    }
}

/// The account of the root.
pub fn account() -> AccountId {
    AccountId::parse("012345678901").expect("12 digits")
}

/// The other account.
pub fn other() -> AccountId {
    AccountId::parse("998877665544").expect("12 digits")
}

/// The root's key.
pub fn root() -> Key {
    ("ROOT".to_owned(), "s".to_owned())
}

/// A key that nobody has.
pub fn stranger() -> Key {
    ("AKIAIOSFODNN7EXAMPLE".to_owned(), "s".to_owned())
}

/// A user with these inline policies: its key.
pub async fn user(identity: &Identity, account: &AccountId, name: &str, policies: &[String]) -> Key {
    let mut edit = identity.edit(account);
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

/// A policy of one statement about everything: `element` is `Action` or `NotAction`.
pub fn statement(effect: &str, element: &str, permissions: &[String]) -> String {
    let statement = json!({"Effect": effect, element: permissions, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": statement}).to_string()
}

/// Posts a body to a door, which names its operation or is asked for it by `X-Amz-Target`: the status and the answer.
pub async fn post(door: &dyn Door, signer: Option<&Key>, target: Option<&str>, body: String) -> (u16, Bytes) {
    let headers = [("host", door.name()), ("x-amz-date", STAMP)].into_iter();
    let headers: Vec<_> = headers.chain(target.map(|target| ("x-amz-target", target))).collect();
    let mut request = http::Request::builder().method("POST").uri("/");
    for (name, value) in &headers {
        request = request.header(*name, *value);
    }
    if let Some(key) = signer {
        request = request.header("authorization", authorization(key, door.name(), &headers, &body));
    }
    let (head, ()) = request.body(()).expect("a request").into_parts();
    let id = RequestId::random(door.dialect());
    let (call, _) = Call::new(head, id, SocketAddr::from(([127, 0, 0, 1], 1)), false, NOW);
    let (head, answer) = door.handle(call, Body::from_bytes(body)).await.into_parts();
    (head.status.as_u16(), answer.collect().await.expect("a body").to_bytes())
}

/// Signature V4 over these headers, which are in order, and a body whose SHA-256 is not told.
fn authorization((key, secret): &Key, service: &str, headers: &[(&str, &str)], body: &str) -> String {
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = format!("POST\n/\n\n{lines}\n{names}\n{}", hex::encode(Sha256::digest(body)));
    let scope = format!("20260203/us-east-1/{service}/aws4_request");
    let to_sign = format!("AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let signing_key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, piece| mac(&key, piece));
    let signature = hex::encode(mac(&signing_key, &to_sign));
    format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The error code in an XML answer; empty: it is no error.
pub fn xml_code(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    code.map_or(String::new(), |(code, _)| code.to_owned())
}
