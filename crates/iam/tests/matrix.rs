//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.
//!
//! Each is asked by nobody, by a stranger, by a user without policy, by one with every permission but this, by one with exactly this,
//! and by one who is denied it; who is refused has changed nothing.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

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

/// All parameters that any operation needs, so that nothing is refused for want of one. What they name is mostly not there.
const FORM: &str = "&Version=2010-05-08&UserName=victim&GroupName=victim&RoleName=victim&PolicyName=p&AccessKeyId=AKIAIOSFODNN7EXAMPLE\
&PolicyArn=arn%3Aaws%3Aiam%3A%3A012345678901%3Apolicy%2Fvictim&VersionId=v1&Status=Active&AccountAlias=alias\
&PolicyDocument=%7B%7D&AssumeRolePolicyDocument=%7B%7D&Description=d&TagKeys.member.1=k&Tags.member.1.Key=k\
&Tags.member.1.Value=v&ActionNames.member.1=s3%3AGetObject&PolicyInputList.member.1=%7B%7D\
&PolicySourceArn=arn%3Aaws%3Aiam%3A%3A012345678901%3Auser%2Fvictim\
&PermissionsBoundary=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FAmazonS3FullAccess";

struct World {
    meta: Arc<Memory>,
    identity: Identity,
    door: Iam,
}

fn account() -> AccountId {
    AccountId::parse("012345678901").expect("12 digits")
}

impl World {
    async fn new() -> Self {
        let meta = Arc::new(Memory::default());
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
        let opened = Identity::open(meta.clone(), Arc::new(SystemClock), &RootKey::random(), root).await;
        let identity = opened.expect("it opens");
        let door = Iam::new(Verifier::new(Duration::from_secs(900)), identity.clone());
        Self { meta, identity, door }
    }

    /// A user with these inline policies: its key.
    async fn user(&self, name: &str, policies: &[String]) -> (String, String) {
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

    async fn ask(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, String) {
        let body = format!("Action={operation}{FORM}");
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
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        (head.status.as_u16(), code.map_or(String::new(), |(code, _)| code.to_owned()))
    }

    async fn records(&self) -> Vec<(Vec<u8>, coldkeep_meta::Entry)> {
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

fn statement(effect: &str, element: &str, operation: &str) -> String {
    let action = format!(r#""{element}":"iam:{operation}""#);
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}",{action},"Resource":"*"}}}}"#)
}

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let world = World::new().await;
    let without = world.user("without", &[]).await;
    let stranger = ("AKIAIOSFODNN7EXAMPLE".to_owned(), "s".to_owned());
    let root = ("ROOT".to_owned(), "s".to_owned());
    let mut answered = 0;
    for (operation, _) in coldkeep_iam::operations().filter(|(_, answered)| *answered) {
        answered += 1;
        let others = world.user(&format!("others-{operation}"), &[statement("Allow", "NotAction", operation)]).await;
        let exactly = world.user(&format!("exactly-{operation}"), &[statement("Allow", "Action", operation)]).await;
        let both = [statement("Allow", "Action", operation), statement("Deny", "Action", operation)];
        let denied = world.user(&format!("denied-{operation}"), &both).await;
        let before = world.records().await;
        for (who, signer, code) in [
            ("nobody", None, "MissingAuthenticationToken"),
            ("a stranger", Some(&stranger), "InvalidClientTokenId"),
            ("a user without policy", Some(&without), "AccessDenied"),
            ("one with every other permission", Some(&others), "AccessDenied"),
            ("one who is denied", Some(&denied), "AccessDenied"),
        ] {
            assert_eq!(world.ask(signer, operation).await, (403, code.to_owned()), "{operation} as {who}");
        }
        assert_eq!(world.records().await, before, "{operation}: who is refused changes nothing");
        for (who, signer) in [("one with exactly this", &exactly), ("root", &root)] {
            let (status, code) = world.ask(Some(signer), operation).await;
            let let_in = status != 403 && status < 500;
            assert!(let_in, "{operation} as {who}: {status} {code}");
        }
    }
    assert!(answered >= 84, "{answered}");
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    let root = ("ROOT".to_owned(), "s".to_owned());
    for (operation, _) in coldkeep_iam::operations().filter(|(_, answered)| !*answered) {
        assert_eq!(world.ask(Some(&root), operation).await, (501, "NotImplemented".to_owned()), "{operation}");
    }
    assert_eq!(world.ask(Some(&root), "Dance").await, (400, "InvalidAction".to_owned()));
}
