//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.
//!
//! Each is asked by nobody, by a stranger, by a user without policy, by one with every permission but this, by one with exactly this,
//! by one who is denied it, and by one of another account; who is refused has changed nothing. The key's policy is the default one.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_auth::Verifier;
use coldkeep_callers::{Callers, account, other, post, root, statement, stranger};
use coldkeep_keyring::{EncryptionContext, Keyring, Place};
use coldkeep_kms::Kms;
use coldkeep_types::{Clock, Region, SystemClock};
use serde_json::{Value, json};

struct World {
    callers: Callers,
    door: Kms,
    /// All parameters that any operation needs, so that nothing is refused for want of one.
    parameters: Value,
}

impl World {
    async fn new() -> Self {
        let callers = Callers::new().await;
        let sealer = callers.identity.sealer().clone();
        let keyring = Keyring::open(callers.meta.clone(), Arc::new(SystemClock), sealer);
        let verifier = Verifier::new(Duration::from_secs(900));
        let door = Kms::new(verifier, Arc::new(callers.identity.clone()), keyring.clone());
        let mut world = Self { callers, door, parameters: json!({}) };
        let (_, made) = world.ask(Some(&root()), "CreateKey").await;
        let id = made["KeyMetadata"]["KeyId"].as_str().expect("an id").to_owned();
        let place = Place { account: account(), region: Region::parse("us-east-1").expect("a region") };
        let key = keyring.find(&place, &id).await.expect("records").expect("the key");
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
        assert_eq!(world.ask(Some(&root()), "CreateAlias").await.0, 200);
        world
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
        let target = format!("TrentService.{operation}");
        let (status, body) = post(&self.door, signer, Some(&target), parameters.to_string()).await;
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn code(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, String) {
        let (status, body) = self.ask(signer, operation).await;
        (status, body["__type"].as_str().unwrap_or_default().to_owned())
    }
}

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let world = World::new().await;
    let without = world.callers.user(&account(), "without", &[]).await;
    let abroad = world.callers.user(&other(), "abroad", &[statement("Allow", "Action", &["kms:*".into()])]).await;
    let (stranger, root) = (stranger(), root());
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
        let others = world.callers.user(&account(), &name("others"), &[others]).await;
        let allow = statement("Allow", "Action", &permissions);
        let exactly = world.callers.user(&account(), &name("exactly"), std::slice::from_ref(&allow)).await;
        let both = [allow, statement("Deny", "Action", &permissions)];
        let denied = world.callers.user(&account(), &name("denied"), &both).await;
        let before = world.callers.records(b'K').await;
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
        assert_eq!(world.callers.records(b'K').await, before, "{operation}: who is refused changes nothing");
        for (who, signer) in [("one with exactly this", &exactly), ("root", &root)] {
            let (status, code) = world.code(Some(signer), operation).await;
            assert!(code != "AccessDeniedException" && status < 500, "{operation} as {who}: {status} {code}");
        }
    }
    assert_eq!(answered, 45);
    // Both halves of a permission are needed.
    for half in ["kms:ReEncryptFrom", "kms:ReEncryptTo"] {
        let user =
            world.callers.user(&account(), &half[4..], &[statement("Allow", "Action", &[half.to_owned()])]).await;
        assert_eq!(world.code(Some(&user), "ReEncrypt").await, (400, "AccessDeniedException".to_owned()), "{half}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    let root = root();
    for (operation, ..) in coldkeep_kms::operations().filter(|(.., answered)| !*answered) {
        let told = world.code(Some(&root), operation).await;
        assert_eq!(told, (501, "NotImplementedException".to_owned()), "{operation}");
    }
    assert_eq!(world.code(Some(&root), "Dance").await, (400, "UnknownOperationException".to_owned()));
}
