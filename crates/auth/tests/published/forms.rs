//! Forms that browsers post: the signatures that Amazon's pages print, and what is refused.

use std::time::Duration;

use coldkeep_auth::{
    AccessKey, Caller, FormSignature, Place, Refusal, SignatureV2, SignatureVersion, SignedForm, Verifier,
};
use coldkeep_types::{AccountId, Timestamp};

use crate::{ACCESS_KEY, Documented};

/// 2015-12-29T00:00:00Z.
const DECEMBER_29: Timestamp = Timestamp(1_451_347_200_000);
/// The policy of "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)".
const POLICY: &str = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
const SIGNATURE: &str = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";
const CREDENTIAL: &str = "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request";

/// The policy of "HTML forms (Amazon signature version 2)", of another key.
const POLICY_V2: &str = "eyAiZXhwaXJhdGlvbiI6ICIyMDA3LTEyLTAxVDEyOjAwOjAwLjAwMFoiLAogICJjb25kaXRpb25zIjogWwogICAgeyJidWNrZXQiOiAiam9obnNtaXRoIiB9LAogICAgWyJzdGFydHMtd2l0aCIsICIka2V5IiwgInVzZXIvZXJpYy8iXSwKICAgIHsiYWNsIjogInB1YmxpYy1yZWFkIiB9LAogICAgeyJyZWRpcmVjdCI6ICJodHRwOi8vam9obnNtaXRoLnMzLmFtYXpvbmF3cy5jb20vc3VjY2Vzc2Z1bF91cGxvYWQuaHRtbCIgfSwKICAgIFsic3RhcnRzLXdpdGgiLCAiJENvbnRlbnQtVHlwZSIsICJpbWFnZS8iXSwKICAgIHsieC1hbXotbWV0YS11dWlkIjogIjE0MzY1MTIzNjUxMjc0In0sCiAgICBbInN0YXJ0cy13aXRoIiwgIiR4LWFtei1tZXRhLXRhZyIsICIiXSwKICBdCn0K";

fn verifier() -> Verifier {
    Verifier::new(Duration::from_secs(900))
}

fn form<'a>(policy: &'a str, credential: &'a str, date: &'a str, signature: &'a str) -> SignedForm<'a> {
    let signature = FormSignature::V4 { algorithm: "AWS4-HMAC-SHA256", credential, date, signature };
    SignedForm { policy, signature, session_token: None }
}

fn refusal(form: &SignedForm<'_>, token: Option<&str>, now: Timestamp) -> Refusal {
    let keys = Documented { session_token: token.map(str::to_owned) };
    verifier().verify_form(&keys, form, now).expect_err("refused")
}

#[test]
fn the_example_is_accepted_as_printed() {
    let form = form(POLICY, CREDENTIAL, "20151229T000000Z", SIGNATURE);
    assert_eq!(form.signature.access_key(), ACCESS_KEY);
    let keys = Documented { session_token: None };
    // Days later too: until when it is good, the policy says.
    let now = DECEMBER_29.plus_millis(30 * 86_400_000);
    let verified = verifier().verify_form(&keys, &form, now).expect("as printed");
    assert_eq!((verified.signed_at, verified.place), (DECEMBER_29, Place::Form));
    assert_eq!((verified.version, verified.region.as_str()), (SignatureVersion::V4, "us-east-1"));
    assert_eq!(verified.caller.access_key, ACCESS_KEY);
}

#[test]
fn any_change_is_refused() {
    let date = "20151229T000000Z";
    let mismatch = |form: SignedForm<'_>| {
        assert!(matches!(refusal(&form, None, DECEMBER_29), Refusal::SignatureMismatch(_)), "{form:?}");
    };
    mismatch(form(&POLICY[..POLICY.len() - 4], CREDENTIAL, date, SIGNATURE));
    mismatch(form(POLICY, &CREDENTIAL.replace("us-east-1", "eu-west-1"), date, SIGNATURE));
    mismatch(form(POLICY, CREDENTIAL, date, ""));
    mismatch(form(POLICY, CREDENTIAL, date, &SIGNATURE.replace('8', "9")));
    for (credential, date) in [
        ("", date),
        ("AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/iam/aws4_request", date),
        ("AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws3_request", date),
        (CREDENTIAL, "20151230T000000Z"),
        (CREDENTIAL, "20151229"),
        (CREDENTIAL, ""),
    ] {
        let refusal = refusal(&form(POLICY, credential, date, SIGNATURE), None, DECEMBER_29);
        assert!(matches!(refusal, Refusal::Malformed { place: Place::Form, .. }), "{credential} {date}");
    }
    let whole = form(POLICY, CREDENTIAL, date, SIGNATURE);
    let early = DECEMBER_29.plus_millis(-901_000);
    assert!(matches!(refusal(&whole, None, early), Refusal::NotYetValid { .. }));
    let credential = CREDENTIAL.replace("AKIA", "ASIA");
    let unknown = refusal(&form(POLICY, &credential, date, SIGNATURE), None, DECEMBER_29);
    assert_eq!(unknown, Refusal::UnknownAccessKey("ASIAIOSFODNN7EXAMPLE".into()));
}

#[test]
fn a_temporary_key_comes_with_its_token_and_no_other_does() {
    let whole = form(POLICY, CREDENTIAL, "20151229T000000Z", SIGNATURE);
    let with_token = SignedForm { session_token: Some("token"), ..whole };
    let keys = Documented { session_token: Some("token".into()) };
    assert!(verifier().verify_form(&keys, &with_token, DECEMBER_29).is_ok());
    assert_eq!(refusal(&whole, Some("token"), DECEMBER_29), Refusal::InvalidToken);
    assert_eq!(refusal(&with_token, Some("another"), DECEMBER_29), Refusal::InvalidToken);
    assert_eq!(refusal(&with_token, None, DECEMBER_29), Refusal::InvalidToken);
}

#[test]
fn version_2_is_taken_where_presigned_urls_of_it_are() {
    let key = AccessKey {
        secret: "uV3F3YluFJax1cknvbcGwgjvx4QpvB+leU8dUj2o".into(),
        session_token: None,
        caller: Caller::root(AccountId::parse("123456789012").expect("12 digits"), "15B4D3461F177624206A"),
    };
    let of = |signature| SignedForm {
        policy: POLICY_V2,
        signature: FormSignature::V2 { access_key: "15B4D3461F177624206A", signature },
        session_token: None,
    };
    let form = of("2qCp0odXe7A9IYyUVqn0w2adtCA=");
    assert_eq!(verifier().verify_form(&key, &form, DECEMBER_29).err(), Some(Refusal::SignatureV2Off));
    for version_2 in [SignatureV2::Presigned, SignatureV2::On] {
        let verifier = verifier().with_signature_v2(version_2);
        let verified = verifier.verify_form(&key, &form, DECEMBER_29).expect("as printed");
        assert_eq!((verified.version, verified.place), (SignatureVersion::V2, Place::Form));
        let forged = verifier.verify_form(&key, &of("3qCp0odXe7A9IYyUVqn0w2adtCA="), DECEMBER_29);
        assert!(matches!(forged, Err(Refusal::SignatureMismatch(_))));
    }
}
