//! What is refused, and as which fact.

use coldkeep_auth::{Place, Refusal};
use coldkeep_types::Timestamp;

use crate::s3::{get_object, presigned};
use crate::{ACCESS_KEY, Documented, Example, MAY_24};

fn refusal(example: &Example) -> Refusal {
    example.verify().expect_err("must be refused")
}

fn malformed(example: &Example, expected: Place) -> bool {
    matches!(refusal(example), Refusal::Malformed { place, .. } if place == expected)
}

fn with_authorization(change: impl Fn(String) -> String) -> Example {
    let mut example = get_object();
    let (_, value) = example.headers.iter().find(|(name, _)| name == "authorization").expect("signed");
    let value = change(String::from_utf8(value.clone()).expect("text"));
    example.set("authorization", &value);
    example
}

#[test]
fn credentials_come_once_and_by_one_mechanism() {
    let unsigned = Example::new("GET", "/", "", &[("host", "h")]);
    assert_eq!(refusal(&unsigned), Refusal::NoCredentials);
    let mut both = presigned();
    both.set("authorization", "AWS4-HMAC-SHA256 Credential=x");
    assert_eq!(refusal(&both), Refusal::SeveralCredentials);
    let mut twice = get_object();
    twice.headers.push(("authorization".into(), b"AWS4-HMAC-SHA256 Credential=x".to_vec()));
    assert_eq!(refusal(&twice), Refusal::SeveralCredentials);
    let authorization = |header| refusal(&Example::new("GET", "/", "", &[("host", "h"), ("authorization", header)]));
    for header in ["Basic eA==", "AWS4-ECDSA-P256-SHA256 x=y", "aws4-hmac-sha256 Credential=x"] {
        assert_eq!(authorization(header), Refusal::UnsupportedMechanism(header.into()));
    }
    assert_eq!(authorization("garbage"), Refusal::NoScheme("garbage".into()));
    let version_2 = Example::new("GET", "/", "AWSAccessKeyId=A&Expires=1&Signature=x", &[("host", "h")]);
    for refused in [refusal(&version_2), authorization("AWS AKIA:c2ln")] {
        assert_eq!(refused, Refusal::SignatureV2Off);
    }
    let twice = presigned();
    let twice = Example { query: format!("{}&X-Amz-Date=20130524T000000Z", twice.query), ..twice };
    assert!(malformed(&twice, Place::Query));
}

#[test]
fn the_scope_must_fit() {
    for (from, to) in [
        ("aws4_request", "aws4_reques"),
        ("20130524/", "20130525/"),
        ("20130524/", "2013052/"),
        ("Credential=", "Credentials="),
        ("SignedHeaders=host;", "SignedHeaders="),
        ("SignedHeaders=host;", "SignedHeaders=host;host;"),
        ("SignedHeaders=host;", "SignedHeaders=Host;"),
        (",Signature=", ",Signature=0,Signature="),
        (ACCESS_KEY, ""),
    ] {
        assert!(malformed(&with_authorization(|value| value.replace(from, to)), Place::Header), "{from} -> {to}");
    }
    let unknown = with_authorization(|value| value.replace(ACCESS_KEY, "AKIA"));
    assert_eq!(refusal(&unknown), Refusal::UnknownAccessKey("AKIA".into()));
    // A region of any spelling is taken; then the signature does not fit.
    for region in ["127.0.0.1", "us east", ""] {
        let other = with_authorization(|value| value.replace("us-east-1", region));
        assert!(matches!(refusal(&other), Refusal::SignatureMismatch(_)), "{region}");
    }
    // Spaces between the fields are usual.
    assert!(with_authorization(|value| value.replace(',', ", ")).verify().is_ok());
}

#[test]
fn amz_headers_must_be_signed_and_signed_headers_sent() {
    let mut example = get_object();
    example.set("x-amz-acl", "public-read");
    example.set("x-amz-meta-a", "b");
    assert_eq!(refusal(&example), Refusal::UnsignedHeaders(vec!["x-amz-acl".into(), "x-amz-meta-a".into()]));
    let mut example = presigned();
    example.set("x-amz-acl", "public-read");
    assert_eq!(refusal(&example), Refusal::UnsignedHeaders(vec!["x-amz-acl".into()]));
    let mut example = get_object();
    example.headers.retain(|(name, _)| name != "range");
    assert_eq!(refusal(&example), Refusal::MissingSignedHeader("range".into()));
    let mut example = get_object();
    example.headers.push(("x-amzn-trace-id".into(), b"Root=1".to_vec()));
    assert!(example.verify().is_ok(), "not an x-amz- header");
}

#[test]
fn clocks_may_differ_by_fifteen_minutes() {
    let at = |millis: i64| Example { now: Timestamp(MAY_24.0 + millis), ..get_object() };
    assert!(at(900_000).verify().is_ok() && at(-900_000).verify().is_ok());
    for millis in [900_001, -900_001, i64::MAX - MAY_24.0] {
        assert!(matches!(refusal(&at(millis)), Refusal::Skewed { .. }), "{millis}");
    }
    let mut example = get_object();
    example.headers.retain(|(name, _)| name != "x-amz-date");
    assert_eq!(refusal(&example), Refusal::MissingDate);
}

#[test]
fn presigned_urls_live_as_long_as_they_say() {
    let at = |millis: i64| Example { now: Timestamp(MAY_24.0 + millis), ..presigned() };
    assert!(at(86_400_000).verify().is_ok());
    let expired = Refusal::Expired {
        expires_seconds: Some(86_400),
        expired_at: Timestamp(MAY_24.0 + 86_400_000),
        server_time: Timestamp(MAY_24.0 + 86_400_001),
    };
    assert_eq!(refusal(&at(86_400_001)), expired);
    assert!(matches!(refusal(&at(-900_001)), Refusal::NotYetValid { .. }));
    for life in ["604801", "-1", "", "9999999999", "1e3"] {
        let example = presigned();
        let example = Example { query: example.query.replace("Expires=86400", &format!("Expires={life}")), ..example };
        assert!(malformed(&example, Place::Query), "{life}");
    }
    for name in
        ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"]
    {
        let example = presigned();
        let example = Example { query: example.query.replace(name, "x"), ..example };
        assert!(malformed(&example, Place::Query), "{name}");
    }
}

#[test]
fn the_payload_header_is_understood_or_refused() {
    let with = |value: &str| {
        let mut example = get_object();
        example.set("x-amz-content-sha256", value);
        refusal(&example)
    };
    assert_eq!(with("abc"), Refusal::InvalidPayloadHash("abc".into()));
    let v4a = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER";
    assert_eq!(with(v4a), Refusal::UnsupportedPayload(v4a));
    let mut example = get_object();
    example.headers.retain(|(name, _)| name != "x-amz-content-sha256");
    assert_eq!(refusal(&example), Refusal::MissingPayloadHash);
}

#[test]
fn session_tokens_need_a_session() {
    let mut example = presigned();
    example.query.push_str("&X-Amz-Security-Token=t");
    assert_eq!(refusal(&example), Refusal::InvalidToken);
    let session = Documented { session_token: Some("t".into()) };
    assert_eq!(presigned().verify_with(&session).expect_err("no token"), Refusal::InvalidToken);
    let other = Documented { session_token: Some("u".into()) };
    assert_eq!(example.verify_with(&other).expect_err("another token"), Refusal::InvalidToken);
    assert!(
        matches!(example.verify_with(&session), Err(Refusal::SignatureMismatch(_))),
        "the right token, but not signed"
    );
}

#[test]
fn a_mismatch_says_what_was_computed() {
    let Refusal::SignatureMismatch(mismatch) = refusal(&with_authorization(|value| value.replace("f0e8", "f0e9")))
    else {
        panic!("must be a mismatch");
    };
    assert!(
        mismatch
            .canonical_request
            .starts_with(b"GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n")
    );
    assert_eq!(
        mismatch.string_to_sign,
        "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n\
         7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972"
    );
    assert!(mismatch.signature_provided.starts_with("f0e9") && mismatch.access_key == ACCESS_KEY);
}
