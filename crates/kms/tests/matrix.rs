//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.
//!
//! Each is asked by nobody, by a stranger, by a user without policy, by one with every permission but this, by one with exactly this,
//! by one who is denied it, and by one of another account; who is refused has changed nothing. The key's policy is the default one.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_auth::{AccessKey, Caller, Verifier};
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_identity::{Edit, Entity, EntityKind, Identity, RootKey, Unique};
use coldkeep_keyring::{EncryptionContext, Keyring, Place};
use coldkeep_kms::Kms;
use coldkeep_meta::{Memory, Meta, prefix_range};
use coldkeep_types::{AccountId, Clock, Region, SystemClock, Timestamp};
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
    keyring: Keyring,
    door: Kms,
    /// All parameters that any operation needs, so that nothing is refused for want of one.
    parameters: Value,
}

fn account() -> AccountId {
    AccountId::parse("012345678901").expect("12 digits")
}

fn other() -> AccountId {
    AccountId::parse("998877665544").expect("12 digits")
}

impl World {
    async fn new() -> Self {
        let meta = Arc::new(Memory::default());
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
        let root_key = RootKey::random();
        let opened = Identity::open(meta.clone(), Arc::new(SystemClock), &root_key, root).await;
        let identity = opened.expect("it opens");
        let keyring = Keyring::open(meta.clone(), Arc::new(SystemClock), identity.sealer().clone());
        let verifier = Verifier::new(Duration::from_secs(900));
        let door = Kms::new(verifier, Arc::new(identity.clone()), keyring.clone());
        let mut world = Self { meta, identity, keyring, door, parameters: json!({}) };
        let root = ("ROOT".to_owned(), "s".to_owned());
        let (_, made) = world.ask(Some(&root), "CreateKey").await;
        let id = made["KeyMetadata"]["KeyId"].as_str().expect("an id").to_owned();
        let place = Place { account: account(), region: Region::parse("us-east-1").expect("a region") };
        let key = world.keyring.find(&place, &id).await.expect("records").expect("the key");
        let sealed = key.encrypt(SystemClock.now(), b"plain", &EncryptionContext::new()).expect("encrypted");
        let bytes = STANDARD.encode([1; 32]);
        world.parameters = json!({
            "KeyId": key.arn, "TargetKeyId": key.arn, "DestinationKeyId": key.arn, "AliasName": "alias/a",
            "Plaintext": bytes, "CiphertextBlob": STANDARD.encode(sealed), "NumberOfBytes": 32,
            "KeyPairSpec": "ECC_NIST_P256", "Message": bytes, "MacAlgorithm": "HMAC_SHA_256", "Mac": bytes,
            "SigningAlgorithm": "ECDSA_SHA_256", "Signature": bytes, "KeyAgreementAlgorithm": "ECDH", "PublicKey": bytes,
            "GranteePrincipal": "arn:aws:iam::012345678901:user/victim", "Operations": ["Decrypt"], "GrantId": "none",
            "RetiringPrincipal": "arn:aws:iam::012345678901:user/victim", "TagKeys": ["k"],
            "Tags": [{"TagKey": "k", "TagValue": "v"}], "Description": "d", "WrappingAlgorithm": "RSAES_OAEP_SHA_256",
            "WrappingKeySpec": "RSA_2048", "ImportToken": bytes, "EncryptedKeyMaterial": bytes,
        });
        assert_eq!(world.ask(Some(&root), "CreateAlias").await.0, 200);
        world
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

    async fn ask(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, Value) {
        let mut parameters = self.parameters.clone();
        if operation == "CreateKey" || operation.starts_with("List") {
            parameters = json!({"KeyId": parameters["KeyId"], "RetiringPrincipal": parameters["RetiringPrincipal"]});
        }
        if operation == "PutKeyPolicy" {
            parameters["Policy"] = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow",
                "Principal":{"AWS":"arn:aws:iam::012345678901:root"},"Action":"kms:*","Resource":"*"}}"#
                .into();
        }
        let (target, body) = (format!("TrentService.{operation}"), parameters.to_string());
        let mut request =
            http::Request::builder().method("POST").uri("/").header("host", "kms").header("x-amz-date", STAMP);
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
        (status, body["__type"].as_str().unwrap_or_default().to_owned())
    }

    async fn records(&self) -> Vec<(Vec<u8>, coldkeep_meta::Entry)> {
        self.meta.scan(prefix_range(b"K"), 10_000).await.expect("read")
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
    let canonical = format!("POST\n/\n\nhost:kms\nx-amz-date:{STAMP}\nx-amz-target:{target}\n\n{names}\n{hash}");
    let scope = "20260203/us-east-1/kms/aws4_request";
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

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let world = World::new().await;
    let without = world.user(&account(), "without", &[]).await;
    let mut edit = world.identity.edit(&other());
    edit.create_account("other", None).await.expect("an account");
    assert!(edit.done().await.expect("a commit"));
    let abroad = world.user(&other(), "abroad", &[statement("Allow", "Action", &["kms:*".into()])]).await;
    let stranger = ("AKIAIOSFODNN7EXAMPLE".to_owned(), "s".to_owned());
    let root = ("ROOT".to_owned(), "s".to_owned());
    /// Operations on the caller's own account, or on nothing.
    const OWN: [&str; 9] = [
        "CreateKey",
        "ListKeys",
        "ListAliases",
        "GenerateRandom",
        "ListRetirableGrants",
        "CreateAlias",
        "UpdateAlias",
        "DeleteAlias",
        "none",
    ];
    let mut answered = 0;
    // What ends the key for the others comes last.
    let (mut operations, last): (Vec<_>, Vec<_>) = coldkeep_kms::operations()
        .filter(|(_, _, answered)| *answered)
        .partition(|(name, ..)| !["DisableKey", "ScheduleKeyDeletion", "DeleteAlias"].contains(name));
    operations.extend(last);
    for (operation, permissions, _) in operations {
        answered += 1;
        let name = |kind: &str| format!("{kind}-{operation}");
        let others = statement("Allow", "NotAction", &permissions);
        let others = world.user(&account(), &name("others"), &[others]).await;
        let allow = statement("Allow", "Action", &permissions);
        let exactly = world.user(&account(), &name("exactly"), std::slice::from_ref(&allow)).await;
        let both = [allow, statement("Deny", "Action", &permissions)];
        let denied = world.user(&account(), &name("denied"), &both).await;
        let before = world.records().await;
        for (who, signer, code) in [
            ("nobody", None, "MissingAuthenticationTokenException"),
            ("a stranger", Some(&stranger), "UnrecognizedClientException"),
            ("a user without policy", Some(&without), "AccessDeniedException"),
            ("one with every other permission", Some(&others), "AccessDeniedException"),
            ("one who is denied", Some(&denied), "AccessDeniedException"),
        ] {
            assert_eq!(world.code(signer, operation).await, (400, code.to_owned()), "{operation} as {who}");
        }
        if !OWN.contains(&operation) {
            let told = world.code(Some(&abroad), operation).await;
            assert_eq!(told, (400, "AccessDeniedException".to_owned()), "{operation} from another account");
        }
        assert_eq!(world.records().await, before, "{operation}: who is refused changes nothing");
        for (who, signer) in [("one with exactly this", &exactly), ("root", &root)] {
            let (status, code) = world.code(Some(signer), operation).await;
            assert!(code != "AccessDeniedException" && status < 500, "{operation} as {who}: {status} {code}");
        }
    }
    assert_eq!(answered, 45);
    // Both halves of a permission are needed.
    for half in ["kms:ReEncryptFrom", "kms:ReEncryptTo"] {
        let user = world.user(&account(), &half[4..], &[statement("Allow", "Action", &[half.to_owned()])]).await;
        assert_eq!(world.code(Some(&user), "ReEncrypt").await, (400, "AccessDeniedException".to_owned()), "{half}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    let root = ("ROOT".to_owned(), "s".to_owned());
    for (operation, ..) in coldkeep_kms::operations().filter(|(.., answered)| !*answered) {
        let told = world.code(Some(&root), operation).await;
        assert_eq!(told, (501, "NotImplementedException".to_owned()), "{operation}");
    }
    assert_eq!(world.code(Some(&root), "Dance").await, (400, "UnknownOperationException".to_owned()));
}
