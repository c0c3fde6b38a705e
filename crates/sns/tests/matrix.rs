//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.
//!
//! Each is asked by nobody, by a stranger, by a user without policy, by one with every permission but this, by one with exactly this,
//! by one who is denied it, and by one of another account, with and without the topic's consent; who is refused has changed nothing.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_auth::{AccessKey, Caller, Verifier};
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_identity::{Edit, Entity, EntityKind, Identity, RootKey, Unique};
use coldkeep_messages::{Messages, Place, default_topic_policy};
use coldkeep_meta::{Memory, Meta, prefix_range};
use coldkeep_sns::{Reach, Sns};
use coldkeep_types::{AccountId, Region, SystemClock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

/// 2026-02-03T04:05:06Z.
const NOW: Timestamp = Timestamp(1_770_091_506_000);
const STAMP: &str = "20260203T040506Z";

struct World {
    meta: Arc<Memory>,
    identity: Identity,
    messages: Messages,
    door: Sns,
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
        let door = Sns::new(verifier, Arc::new(identity.clone()), messages.clone(), Reach::Public);
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

    /// The topic, made anew with this policy, or the default one.
    async fn topic(&self, policy: Option<String>) {
        if let Ok(topic) = self.messages.topic(&place(), "t").await {
            self.messages.delete_topic(&topic).await.expect("deleted");
        }
        let policy = policy.unwrap_or_else(|| default_topic_policy(&place(), "t"));
        let what = (String::new(), policy, Vec::new());
        self.messages.create_topic(&place(), "t", what, |_| Ok(())).await.expect("a topic");
    }

    /// Asks for an operation with all parameters that any needs: the status, and the code of the error.
    async fn code(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, String) {
        let mut body = format!("Action={operation}{FORM}");
        if operation == "TagResource" {
            body.push_str("&Tags.member.1.Key=k&Tags.member.1.Value=v");
        }
        let mut request =
            http::Request::builder().method("POST").uri("/").header("host", "sns").header("x-amz-date", STAMP);
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
        self.meta.scan(prefix_range(b"M"), 10_000).await.expect("read")
    }
}

/// What they name is mostly not there.
const FORM: &str = "&Version=2010-03-31&Name=t&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A012345678901%3At\
&ResourceArn=arn%3Aaws%3Asns%3Aus-east-1%3A012345678901%3At&AttributeName=DisplayName&AttributeValue=d\
&SubscriptionArn=arn%3Aaws%3Asns%3Aus-east-1%3A012345678901%3At%3Anone&Token=none&Protocol=sqs\
&Endpoint=arn%3Aaws%3Asqs%3Aus-east-1%3A012345678901%3Aq&Message=m&Label=l&AWSAccountId.member.1=111122223333\
&ActionName.member.1=Publish&TagKeys.member.1=k&PublishBatchRequestEntries.member.1.Id=a\
&PublishBatchRequestEntries.member.1.Message=m";

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn authorization(key: &str, secret: &str, body: &str) -> String {
    let hash = hex::encode(Sha256::digest(body));
    let canonical = format!("POST\n/\n\nhost:sns\nx-amz-date:{STAMP}\n\nhost;x-amz-date\n{hash}");
    let scope = "20260203/us-east-1/sns/aws4_request";
    let to_sign = format!("AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let signing_key = scope.split('/').fold(format!("AWS4{secret}").into_bytes(), |key, piece| mac(&key, piece));
    let signature = hex::encode(mac(&signing_key, &to_sign));
    format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}")
}

fn statement(effect: &str, element: &str, permissions: &[String]) -> String {
    let actions = permissions.join("\",\"");
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","{element}":["{actions}"],"Resource":"*"}}}}"#
    )
}

const DENIED: &str = "AuthorizationError";
/// Nobody need sign these: a token, or the subscription itself, lets them.
const LINKS: [&str; 2] = ["ConfirmSubscription", "Unsubscribe"];
/// On no topic, or on none that need be there.
const OWN: [&str; 6] = [
    "CreateTopic",
    "GetSubscriptionAttributes",
    "ListSubscriptions",
    "ListTopics",
    "SetSubscriptionAttributes",
    "Unsubscribe",
];

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let world = World::new().await;
    let without = world.user(&account(), "without", &[]).await;
    let abroad = world.user(&other(), "abroad", &[statement("Allow", "Action", &["sns:*".into()])]).await;
    let stranger = ("AKIAIOSFODNN7EXAMPLE".to_owned(), "s".to_owned());
    let root = root();
    let mut answered = 0;
    for (operation, permission, _) in coldkeep_sns::operations().filter(|(.., answered)| *answered) {
        answered += 1;
        let permissions = [permission.clone()];
        let name = |kind: &str| format!("{kind}-{operation}");
        let others = world.user(&account(), &name("others"), &[statement("Allow", "NotAction", &permissions)]).await;
        let allow = statement("Allow", "Action", &permissions);
        let exactly = world.user(&account(), &name("exactly"), std::slice::from_ref(&allow)).await;
        let both = [allow, statement("Deny", "Action", &permissions)];
        let denied = world.user(&account(), &name("denied"), &both).await;
        world.topic(None).await;
        let before = world.records().await;
        for (who, signer, code) in [
            ("a stranger", Some(&stranger), "InvalidClientTokenId"),
            ("a user without policy", Some(&without), DENIED),
            ("one with every other permission", Some(&others), DENIED),
            ("one who is denied", Some(&denied), DENIED),
        ] {
            assert_eq!(world.code(signer, operation).await, (403, code.to_owned()), "{operation} as {who}");
        }
        let (status, code) = world.code(None, operation).await;
        match LINKS.contains(&operation) {
            false => assert_eq!((status, code.as_str()), (403, "MissingAuthenticationToken"), "{operation} by nobody"),
            true => assert!(status == 400 || status == 404, "{operation} by nobody: {status} {code}"),
        }
        if !OWN.contains(&operation) {
            assert_eq!(world.code(Some(&abroad), operation).await, (403, DENIED.to_owned()), "{operation} from abroad");
        }
        assert_eq!(world.records().await, before, "{operation}: who is refused changes nothing");
        for (who, signer) in [("one with exactly this", &exactly), ("root", &root)] {
            world.topic(None).await;
            let (status, code) = world.code(Some(signer), operation).await;
            assert!(status != 403 && status < 500, "{operation} as {who}: {status} {code}");
        }
    }
    assert_eq!(answered, 19);
}

#[tokio::test]
async fn a_topics_policy_lets_in_whom_it_names() {
    let world = World::new().await;
    let abroad = world.user(&other(), "abroad", &[statement("Allow", "Action", &["sns:*".into()])]).await;
    let unable = world.user(&other(), "unable", &[]).await;
    let arn = place().topic_arn("t");
    let says = |effect: &str, who: &str| {
        Some(format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{{"AWS":"{who}"}},"Action":"SNS:Publish","Resource":"{arn}"}}}}"#
        ))
    };
    world.topic(says("Allow", "998877665544")).await;
    assert_eq!(world.code(Some(&abroad), "Publish").await.0, 200);
    assert_eq!(world.code(Some(&abroad), "Subscribe").await, (403, DENIED.to_owned()));
    assert_eq!(world.code(Some(&unable), "Publish").await, (403, DENIED.to_owned()));
    world.topic(says("Deny", "*")).await;
    assert_eq!(world.code(Some(&root()), "Publish").await, (403, DENIED.to_owned()));
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    for (operation, ..) in coldkeep_sns::operations().filter(|(.., answered)| !*answered) {
        assert_eq!(world.code(Some(&root()), operation).await, (501, "NotImplemented".to_owned()), "{operation}");
    }
    assert_eq!(world.code(Some(&root()), "Dance").await, (400, "InvalidAction".to_owned()));
    assert_eq!(world.code(Some(&root()), "Publish").await, (404, "NotFound".to_owned()));
}
