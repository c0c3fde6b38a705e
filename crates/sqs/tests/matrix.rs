//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.
//!
//! Each is asked by nobody, by a stranger, by a user without policy, by one with every permission but this, by one with exactly this,
//! by one who is denied it, and by one of another account, with and without the queue's consent; who is refused has changed nothing.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_auth::{AccessKey, Caller, Verifier};
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_identity::{Edit, Entity, EntityKind, Identity, RootKey, Unique};
use coldkeep_messages::{Messages, Place, defaults};
use coldkeep_meta::{Memory, Meta, prefix_range};
use coldkeep_sqs::Sqs;
use coldkeep_types::{AccountId, Region, SystemClock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// 2026-02-03T04:05:06Z.
const NOW: Timestamp = Timestamp(1_770_091_506_000);
const STAMP: &str = "20260203T040506Z";

struct World {
    meta: Arc<Memory>,
    identity: Identity,
    messages: Messages,
    door: Sqs,
}

fn account() -> AccountId {
    AccountId::parse("012345678901").expect("12 digits")
}

fn other() -> AccountId {
    AccountId::parse("998877665544").expect("12 digits")
}

fn place() -> Place {
    Place { account: account(), region: Region::parse("us-east-1").expect("a region") }
}

fn root() -> (String, String) {
    ("ROOT".to_owned(), "s".to_owned())
}

impl World {
    async fn new() -> Self {
        let meta = Arc::new(Memory::default());
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
        let opened = Identity::open(meta.clone(), Arc::new(SystemClock), &RootKey::random(), root).await;
        let identity = opened.expect("it opens");
        let mut edit = identity.edit(&other());
        edit.create_account("other", None).await.expect("an account");
        assert!(edit.done().await.expect("a commit"));
        let messages = Messages::open(meta.clone(), Arc::new(SystemClock));
        let verifier = Verifier::new(Duration::from_secs(900));
        let door = Sqs::new(verifier, Arc::new(identity.clone()), messages.clone());
        Self { meta, identity, messages, door }
    }

    /// A user with these inline policies: its key.
    async fn user(&self, account: &AccountId, name: &str, policies: &[String]) -> (String, String) {
        let mut edit: Edit = self.identity.edit(account);
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

    /// The queue, made anew with this policy, which is none if it is empty.
    async fn queue(&self, policy: &str) {
        if let Ok(queue) = self.messages.queue(&place(), "q").await {
            self.messages.delete_queue(&queue).await.expect("deleted");
        }
        let mut record = defaults();
        record.policy = (!policy.is_empty()).then(|| policy.to_owned());
        self.messages.create_queue(&place(), "q", record, |_| Ok(())).await.expect("a queue");
    }

    /// Asks for an operation with all parameters that any needs.
    async fn ask(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, Value) {
        let entry = json!({"Id": "a", "MessageBody": "m", "ReceiptHandle": "x", "VisibilityTimeout": 1});
        let parameters = json!({
            "QueueUrl": "http://h/012345678901/q", "QueueName": "q", "QueueOwnerAWSAccountId": "012345678901",
            "Attributes": {"DelaySeconds": "0"}, "MessageBody": "m", "ReceiptHandle": "x", "VisibilityTimeout": 1,
            "Entries": [entry], "Label": "l", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"],
            "Tags": {"k": "v"}, "TagKeys": ["k"],
        });
        let (target, body) = (format!("AmazonSQS.{operation}"), parameters.to_string());
        let mut request =
            http::Request::builder().method("POST").uri("/").header("host", "sqs").header("x-amz-date", STAMP);
        request = request.header("x-amz-target", &target);
        if let Some((key, secret)) = signer {
            request = request.header("authorization", authorization(key, secret, &body, &target));
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        let id = RequestId::random(Dialect::Json);
        let (call, _) = Call::new(head, id, SocketAddr::from(([127, 0, 0, 1], 1)), false, NOW);
        let (head, body) = self.door.handle(call, Body::from_bytes(body)).await.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        (head.status.as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn code(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, String) {
        let (status, body) = self.ask(signer, operation).await;
        let kind = body["__type"].as_str().unwrap_or_default();
        (status, kind.strip_prefix("com.amazonaws.sqs#").unwrap_or_default().to_owned())
    }

    async fn records(&self) -> Vec<(Vec<u8>, coldkeep_meta::Entry)> {
        self.meta.scan(prefix_range(b"M"), 10_000).await.expect("read")
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn authorization(key: &str, secret: &str, body: &str, target: &str) -> String {
    let hash = hex::encode(Sha256::digest(body));
    let names = "host;x-amz-date;x-amz-target";
    let canonical = format!("POST\n/\n\nhost:sqs\nx-amz-date:{STAMP}\nx-amz-target:{target}\n\n{names}\n{hash}");
    let scope = "20260203/us-east-1/sqs/aws4_request";
    let to_sign = format!("AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let signing_key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, piece| mac(&key, piece));
    let signature = hex::encode(mac(&signing_key, &to_sign));
    format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}")
}

fn statement(effect: &str, element: &str, permissions: &[String]) -> String {
    let policy =
        json!({"Version": "2012-10-17", "Statement": {"Effect": effect, element: permissions, "Resource": "*"}});
    policy.to_string()
}

const DENIED: &str = "AccessDeniedException";

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let world = World::new().await;
    let without = world.user(&account(), "without", &[]).await;
    let abroad = world.user(&other(), "abroad", &[statement("Allow", "Action", &["sqs:*".into()])]).await;
    let stranger = ("AKIAIOSFODNN7EXAMPLE".to_owned(), "s".to_owned());
    let root = root();
    let mut answered = 0;
    for (operation, permission, _) in coldkeep_sqs::operations().filter(|(.., answered)| *answered) {
        answered += 1;
        let permissions = [permission.clone()];
        let name = |kind: &str| format!("{kind}-{operation}");
        let others = world.user(&account(), &name("others"), &[statement("Allow", "NotAction", &permissions)]).await;
        let allow = statement("Allow", "Action", &permissions);
        let exactly = world.user(&account(), &name("exactly"), std::slice::from_ref(&allow)).await;
        let both = [allow, statement("Deny", "Action", &permissions)];
        let denied = world.user(&account(), &name("denied"), &both).await;
        world.queue("").await;
        let before = world.records().await;
        for (who, signer, code) in [
            ("nobody", None, "MissingAuthenticationTokenException"),
            ("a stranger", Some(&stranger), "UnrecognizedClientException"),
            ("a user without policy", Some(&without), DENIED),
            ("one with every other permission", Some(&others), DENIED),
            ("one who is denied", Some(&denied), DENIED),
        ] {
            assert_eq!(world.code(signer, operation).await, (403, code.to_owned()), "{operation} as {who}");
        }
        if !["CreateQueue", "ListQueues"].contains(&operation) {
            assert_eq!(world.code(Some(&abroad), operation).await, (403, DENIED.to_owned()), "{operation} from abroad");
        }
        assert_eq!(world.records().await, before, "{operation}: who is refused changes nothing");
        for (who, signer) in [("one with exactly this", &exactly), ("root", &root)] {
            world.queue("").await;
            let (status, code) = world.code(Some(signer), operation).await;
            assert!(code != DENIED && status < 500, "{operation} as {who}: {status} {code}");
        }
    }
    assert_eq!(answered, 20);
}

#[tokio::test]
async fn a_queues_policy_lets_in_whom_it_names_and_keeps_out_whom_it_denies() {
    let world = World::new().await;
    let abroad = world.user(&other(), "abroad", &[statement("Allow", "Action", &["sqs:*".into()])]).await;
    let unable = world.user(&other(), "unable", &[]).await;
    let arn = place().queue_arn("q");
    let says = |effect: &str, who: &str| {
        let statement =
            json!({"Effect": effect, "Principal": {"AWS": who}, "Action": "SQS:SendMessage", "Resource": arn});
        json!({"Version": "2012-10-17", "Statement": statement}).to_string()
    };
    world.queue(&says("Allow", "998877665544")).await;
    assert_eq!(world.code(Some(&abroad), "SendMessage").await.0, 200);
    assert_eq!(world.code(Some(&abroad), "SendMessageBatch").await.0, 200);
    assert_eq!(world.code(Some(&abroad), "ReceiveMessage").await, (403, DENIED.to_owned()));
    assert_eq!(world.code(Some(&unable), "SendMessage").await, (403, DENIED.to_owned()));
    world.queue(&says("Deny", "*")).await;
    assert_eq!(world.code(Some(&root()), "SendMessage").await, (403, DENIED.to_owned()));
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    for (operation, ..) in coldkeep_sqs::operations().filter(|(.., answered)| !*answered) {
        let told = world.code(Some(&root()), operation).await;
        assert_eq!(told, (501, "NotImplementedException".to_owned()), "{operation}");
    }
    assert_eq!(world.code(Some(&root()), "Dance").await, (400, "UnknownOperationException".to_owned()));
    assert_eq!(world.code(Some(&root()), "SendMessage").await, (400, "QueueDoesNotExist".to_owned()));
}
