//! A world for the tests of this door: a store and identities in memory, a bucket and an access point, and callers that sign by code
//! which the server does not share.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_auth::{AccessKey, Caller, Verifier};
use coldkeep_control::Control;
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_identity::{Identity, RootKey};
use coldkeep_meta::{Memory, Meta};
use coldkeep_store::{AccessPoint, NewAccessPoint, Options, PublicAccessBlock, Store};
use coldkeep_types::{AccessPointName, AccountId, BucketName, Region, SystemClock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

/// 2026-02-03T04:05:06Z.
const NOW: Timestamp = Timestamp(1_770_091_506_000);
const STAMP: &str = "20260203T040506Z";
pub const ROOT: &str = "012345678901";
pub const STRANGER: &str = "999999999999";

pub type Key = (String, String);

pub struct World {
    meta: Arc<Memory>,
    pub store: Store,
    pub identity: Identity,
    door: Control,
    /// The root of another account.
    pub stranger: Key,
}

pub fn account(id: &str) -> AccountId {
    AccountId::parse(id).expect("12 digits")
}

pub fn root() -> Key {
    ("ROOT".to_owned(), "s".to_owned())
}

pub struct Answer {
    pub status: u16,
    pub code: String,
    pub body: String,
}

impl World {
    /// A world with the bucket `bkt` and its access point `ann`.
    pub async fn new() -> Self {
        let (meta, clock) = (Arc::new(Memory::default()), Arc::new(SystemClock));
        let key = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(ROOT), "ROOT") };
        let identity = Identity::open(meta.clone(), clock.clone(), &RootKey::random(), key).await.expect("it opens");
        let blobs = Arc::new(coldkeep_blob::Memory::new());
        let store = Store::open(meta.clone(), blobs, clock, Options::default()).await.expect("it opens");
        let (bucket, region) = (BucketName::parse("bkt").unwrap(), Region::parse("us-east-1").unwrap());
        store.create_bucket(&bucket, &account(ROOT), &region).await.expect("a bucket");
        let mut edit = identity.edit(&account(STRANGER));
        let (made, secret) = edit.create_account("stranger", None).await.expect("an account");
        assert!(edit.done().await.expect("a commit"));
        let stranger = (made.keys[0].id.clone(), secret);
        let verifier = Verifier::new(Duration::from_secs(900));
        let door = Control::new(store.clone(), verifier, identity.clone(), vec!["s3.example.com".into()]);
        let new = NewAccessPoint {
            account: account(ROOT),
            name: AccessPointName::parse("ann").unwrap(),
            bucket,
            vpc: None,
            outpost: None,
            block: PublicAccessBlock::ALL,
            tags: vec![("team".into(), "blue".into())],
        };
        store.create_access_point(&new).await.expect("a point");
        let world = Self { meta, store, identity, door, stranger };
        world.put_policy(Some(OWN_POLICY.into())).await;
        world
    }

    pub async fn point(&self) -> Arc<AccessPoint> {
        let name = AccessPointName::parse("ann").unwrap();
        self.store.access_point(&account(ROOT), &name).await.expect("a point")
    }

    pub async fn put_policy(&self, policy: Option<String>) {
        let name = AccessPointName::parse("ann").unwrap();
        let put = move |point: &mut AccessPoint| point.policy = policy.clone();
        self.store.change_access_point(&account(ROOT), &name, put).await.expect("a change");
    }

    /// A user of the first account with these inline policies: its key.
    pub async fn user(&self, name: &str, policies: &[String]) -> Key {
        coldkeep_callers::user(&self.identity, &account(ROOT), name, policies).await
    }

    /// Sends a request for the first account.
    pub async fn ask(&self, signer: Option<&Key>, method: &str, target: &str, body: &str) -> Answer {
        self.ask_with(signer, method, target, &[], body).await
    }

    pub async fn ask_with(
        &self,
        signer: Option<&Key>,
        method: &str,
        target: &str,
        more: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let hash = hex::encode(Sha256::digest(body));
        let mut headers = vec![
            ("host", "control"),
            ("x-amz-account-id", ROOT),
            ("x-amz-content-sha256", hash.as_str()),
            ("x-amz-date", STAMP),
        ];
        headers.extend(more);
        headers.sort_unstable();
        let mut request = http::Request::builder().method(method).uri(target);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        if let Some((key, secret)) = signer {
            request = request.header("authorization", authorization(key, secret, method, target, &headers, &hash));
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        let id = RequestId::random(Dialect::S3);
        let (call, _) = Call::new(head, id, SocketAddr::from(([127, 0, 0, 1], 1)), false, NOW);
        let (head, answer) = self.door.handle(call, Body::from_bytes(body.to_owned())).await.into_parts();
        let body = String::from_utf8(answer.collect().await.expect("a body").to_bytes().to_vec()).expect("text");
        let code = element(&body, "Code").unwrap_or_default();
        Answer { status: head.status.as_u16(), code, body }
    }

    pub async fn records(&self) -> Vec<(Vec<u8>, coldkeep_meta::Entry)> {
        self.meta.scan(vec![]..vec![u8::MAX], 10_000).await.expect("read")
    }
}

/// The text of the first element of this name.
pub fn element(xml: &str, name: &str) -> Option<String> {
    let rest = xml.split_once(&format!("<{name}>"))?.1;
    Some(rest.split_once(&format!("</{name}>"))?.0.to_owned())
}

/// What the point's policy says unless a test says otherwise: nothing of this door.
const OWN_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"012345678901"},"Action":"s3:GetObject","Resource":"arn:aws:s3:us-east-1:012345678901:accesspoint/ann/object/*"}]}"#;

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn authorization(key: &str, secret: &str, method: &str, target: &str, headers: &[(&str, &str)], hash: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{hash}");
    let scope = "20260203/us-east-1/s3/aws4_request";
    let to_sign = format!("AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let signing_key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, piece| mac(&key, piece));
    let signature = hex::encode(mac(&signing_key, &to_sign));
    format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}")
}
