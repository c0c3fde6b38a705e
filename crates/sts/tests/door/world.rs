//! A door over records in memory, and callers that sign.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use coldkeep_auth::{AccessKey, Caller, Verifier};
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_identity::{Entity, EntityKind, Identity, Provider as Registered, RootKey, Session, Unique};
use coldkeep_meta::{Memory, Meta, prefix_range};
use coldkeep_oidc::Issuers;
use coldkeep_sts::Sts;
use coldkeep_types::{AccountId, Clock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

use crate::provider::Provider;

/// 2026-02-03T04:05:06Z.
pub const NOW: i64 = 1_770_091_506_000;
const STAMP: &str = "20260203T040506Z";

/// A clock that tests set.
pub struct Hands(pub AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn random_u32(&self) -> u32 {
        4
    }
}

/// Who signs.
#[derive(Clone, Debug)]
pub struct Signer {
    pub key: String,
    pub secret: String,
    pub token: Option<String>,
}

impl Signer {
    pub fn new(key: &str, secret: &str) -> Self {
        Self { key: key.to_owned(), secret: secret.to_owned(), token: None }
    }

    /// The operator's root user.
    pub fn root() -> Self {
        Self::new("ROOT", "s")
    }
}

/// A door over records in memory.
pub struct World {
    pub meta: Arc<Memory>,
    pub clock: Arc<Hands>,
    pub identity: Identity,
    pub provider: Arc<Provider>,
    pub door: Sts,
}

/// The operator's account.
pub fn account() -> AccountId {
    AccountId::parse("012345678901").expect("12 digits")
}

/// Another account, which [`World::new`] makes.
pub fn other_account() -> AccountId {
    AccountId::parse("999999999999").expect("12 digits")
}

/// A user or role that has nothing.
pub fn entity(unique: Unique, name: &str) -> Entity {
    Entity {
        id: unique.new_id(),
        name: name.into(),
        path: "/".into(),
        created: 0,
        tags: Vec::new(),
        attached: Vec::new(),
        inline: Default::default(),
        boundary: None,
        groups: Vec::new(),
        keys: Vec::new(),
        trust: None,
        description: None,
        max_session_seconds: None,
    }
}

impl World {
    pub async fn new() -> Self {
        let (meta, clock) = (Arc::new(Memory::default()), Arc::new(Hands(AtomicI64::new(NOW))));
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
        let identity = Identity::open(meta.clone(), clock.clone(), &RootKey::random(), root).await.expect("it opens");
        let mut edit = identity.edit(&other_account());
        edit.create_account("other", None).await.expect("it is new");
        assert!(edit.done().await.expect("a commit"));
        let provider = Arc::new(Provider::new());
        let issuers = Issuers::new(provider.clone(), clock.clone());
        let door = Sts::new(Verifier::new(Duration::from_secs(900)), identity.clone(), issuers);
        Self { meta, clock, identity, provider, door }
    }

    /// A user of an account with these inline policies.
    pub async fn user(&self, account: &AccountId, name: &str, policies: &[String]) -> Signer {
        let mut edit = self.identity.edit(account);
        let mut user = entity(Unique::User, name);
        user.inline = policies.iter().enumerate().map(|(at, json)| (format!("p{at}"), json.clone())).collect();
        let (key, secret) = edit.new_key(Some(&user.id)).await.expect("a key");
        user.keys.push(key.clone());
        edit.create(EntityKind::User, &user).await.expect("a user");
        assert!(edit.done().await.expect("a commit"));
        Signer { key: key.id, secret, token: None }
    }

    /// A role of the operator's account with this trust policy and these inline ones.
    pub async fn role(&self, name: &str, trust: &str, policies: &[String]) -> Entity {
        let mut edit = self.identity.edit(&account());
        let mut role = entity(Unique::Role, name);
        role.trust = Some(trust.to_owned());
        role.inline = policies.iter().enumerate().map(|(at, json)| (format!("p{at}"), json.clone())).collect();
        edit.create(EntityKind::Role, &role).await.expect("a role");
        assert!(edit.done().await.expect("a commit"));
        role
    }

    /// Registers the provider, with these audiences.
    pub async fn register(&self, client_ids: &[&str]) {
        let mut edit = self.identity.edit(&account());
        let client_ids = client_ids.iter().map(|id| (*id).to_owned()).collect();
        let url = Provider::URL.to_owned();
        edit.put_provider(&Registered { url, client_ids, thumbprints: Vec::new(), created: 0, tags: Vec::new() });
        assert!(edit.done().await.expect("a commit"));
    }

    /// Who signs with the keys of a session.
    pub fn signer(&self, session: &Session) -> Signer {
        let token = Some(self.identity.token(session).expect("sealed"));
        Signer { key: session.access_key.clone(), secret: session.secret.clone(), token }
    }

    /// Sends a form, in which a space separates parameters: the status, and the text of the answer.
    pub async fn ask(&self, signer: Option<&Signer>, form: &str) -> (u16, String) {
        let body = form.replace(' ', "&");
        let authorization = signer.map(|signer| authorization(&signer.key, &signer.secret, &body));
        let token = signer.and_then(|signer| signer.token.as_deref());
        self.send(authorization.as_deref(), token, body).await
    }

    /// The same with any authorization.
    pub async fn send(&self, authorization: Option<&str>, token: Option<&str>, body: String) -> (u16, String) {
        let mut request =
            http::Request::builder().method("POST").uri("/").header("host", "sts").header("x-amz-date", STAMP);
        for (name, value) in [("authorization", authorization), ("x-amz-security-token", token)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        let id = RequestId::random(Dialect::Query);
        let (remote, received) = (SocketAddr::from(([127, 0, 0, 1], 1)), self.clock.now());
        let (call, _) = Call::new(head, id.clone(), remote, false, received);
        let (head, body) = self.door.handle(call, Body::from_bytes(body)).await.into_parts();
        assert_eq!(head.headers["content-type"], "text/xml");
        let text = String::from_utf8(body.collect().await.expect("a body").to_bytes().to_vec()).expect("text");
        (head.status.as_u16(), text.replace(id.as_str(), "ID"))
    }

    /// All identity records.
    pub async fn records(&self) -> Vec<(Vec<u8>, coldkeep_meta::Entry)> {
        self.meta.scan(prefix_range(b"I"), 10_000).await.expect("read")
    }
}

/// What stands in an element of an answer; empty: there is none.
pub fn element<'a>(answer: &'a str, name: &str) -> &'a str {
    let inside = answer.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
    inside.map_or("", |(inside, _)| inside)
}

/// The session in an answer.
pub fn session(answer: &str) -> Signer {
    let text = |name: &str| element(answer, name).to_owned();
    Signer { key: text("AccessKeyId"), secret: text("SecretAccessKey"), token: Some(text("SessionToken")) }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Signs over the body, without telling its hash, as the SDKs do for this service.
pub fn authorization(key: &str, secret: &str, body: &str) -> String {
    let hash = hex::encode(Sha256::digest(body));
    let canonical = format!("POST\n/\n\nhost:sts\nx-amz-date:{STAMP}\n\nhost;x-amz-date\n{hash}");
    let scope = "20260203/us-east-1/sts/aws4_request";
    let to_sign = format!("AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let signing_key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, piece| mac(&key, piece));
    let signature = hex::encode(mac(&signing_key, &to_sign));
    format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}")
}
