//! The door, asked with signed forms.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_auth::{AccessKey, Caller, Verifier};
use coldkeep_http::{Body, Call, Dialect, Door, RequestId};
use coldkeep_identity::{Identity, RootKey};
use coldkeep_meta::Memory;
use coldkeep_sts::Sts;
use coldkeep_types::{AccountId, SystemClock, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

/// 2026-02-03T04:05:06Z.
const NOW: Timestamp = Timestamp(1_770_091_506_000);
const STAMP: &str = "20260203T040506Z";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

async fn identity() -> Identity {
    let account = AccountId::parse("012345678901").expect("12 digits");
    let root = AccessKey { secret: SECRET.into(), session_token: None, caller: Caller::root(account, "ROOT") };
    let (meta, clock) = (Arc::new(Memory::default()), Arc::new(SystemClock));
    Identity::open(meta, clock, &RootKey::random(), root).await.expect("it opens")
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Signs over the body, without telling its hash, as the SDKs do for this service.
fn authorization(key: &str, body: &str) -> String {
    let canonical =
        format!("POST\n/\n\nhost:sts\nx-amz-date:{STAMP}\n\nhost;x-amz-date\n{}", hex::encode(Sha256::digest(body)));
    let scope = "20260203/us-east-1/sts/aws4_request";
    let to_sign = format!("AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{}", hex::encode(Sha256::digest(canonical)));
    let mut signing_key = format!("AWS4{SECRET}").into_bytes();
    for piece in scope.split('/') {
        signing_key = mac(&signing_key, piece);
    }
    let signature = hex::encode(mac(&signing_key, &to_sign));
    format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}")
}

async fn ask(authorization: Option<String>, body: &str) -> (u16, String) {
    let mut request =
        http::Request::builder().method("POST").uri("/").header("host", "sts").header("x-amz-date", STAMP);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let (head, ()) = request.body(()).expect("a request").into_parts();
    let id = RequestId::random(Dialect::Query);
    let (call, _) = Call::new(head, id.clone(), SocketAddr::from(([127, 0, 0, 1], 1)), false, NOW);
    let door = Sts::new(Verifier::new(Duration::from_secs(900)), identity().await);
    let (head, body) = door.handle(call, Body::from_bytes(body.to_owned())).await.into_parts();
    assert_eq!(head.headers["content-type"], "text/xml");
    let body = body.collect().await.expect("a body").to_bytes();
    let text = String::from_utf8(body.to_vec()).expect("text");
    (head.status.as_u16(), text.replace(id.as_str(), "ID"))
}

const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

#[tokio::test]
async fn the_root_is_told_who_it_is() {
    let answer = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
                  <GetCallerIdentityResult><UserId>012345678901</UserId><Account>012345678901</Account>\
                  <Arn>arn:aws:iam::012345678901:root</Arn></GetCallerIdentityResult><ResponseMetadata><RequestId>ID</RequestId>\
                  </ResponseMetadata></GetCallerIdentityResponse>";
    assert_eq!(ask(Some(authorization("ROOT", IDENTITY)), IDENTITY).await, (200, answer.to_owned()));
}

#[tokio::test]
async fn everything_else_is_refused_by_its_name() {
    for (key, signed, sent, status, code) in [
        (None, "", IDENTITY, 403, "MissingAuthenticationToken"),
        (Some("NOBODY"), IDENTITY, IDENTITY, 403, "InvalidClientTokenId"),
        (Some("ROOT"), "Action=Other", IDENTITY, 403, "SignatureDoesNotMatch"),
        (Some("ROOT"), "Action=AssumeRoleWithSAML", "Action=AssumeRoleWithSAML", 501, "NotImplemented"),
        (Some("ROOT"), "Action=%3CDance%3E", "Action=%3CDance%3E", 400, "InvalidAction"),
        (Some("ROOT"), "", "", 400, "MissingAction"),
    ] {
        let (came, text) = ask(key.map(|key| authorization(key, signed)), sent).await;
        assert_eq!(came, status, "{text}");
        assert!(text.contains(&format!("<Code>{code}</Code>")), "{text}");
        assert!(!text.contains("<Dance>"), "{text}");
    }
    let long = format!("Action=GetCallerIdentity&x={}", "x".repeat(40_000));
    assert_eq!(ask(Some(authorization("ROOT", &long)), &long).await.0, 400);
    let (status, text) = ask(Some("AWS ROOT:signature".into()), IDENTITY).await;
    assert!(status == 400 && text.contains("IncompleteSignature"), "{text}");
}
