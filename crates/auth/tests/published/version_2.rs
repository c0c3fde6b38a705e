//! Signature V2: the examples of S3's developer guide, "Signing and authenticating REST requests", and what is refused.

use coldkeep_auth::{AccessKey, Keys, Place, Refusal, SignatureV2, SignatureVersion};
use coldkeep_types::Timestamp;

use crate::{ACCESS_KEY, Documented, Example};

/// 2007-03-27T19:36:42Z.
const MARCH_27: Timestamp = Timestamp(1_175_024_202_000);
const HOST: (&str, &str) = ("host", "johnsmith.s3.amazonaws.com");

fn example(method: &str, path: &str, query: &str, headers: &[(&str, &str)], signature: &str) -> Example {
    let mut example = Example::new(method, path, query, headers);
    example.set("authorization", &format!("AWS {ACCESS_KEY}:{signature}"));
    example.hosted_bucket = Some("johnsmith".into());
    example.now = MARCH_27;
    example.version_2 = SignatureV2::On;
    example
}

fn at(date: &str) -> Timestamp {
    let stamp = date.parse::<jiff::Timestamp>().expect("a date");
    Timestamp(stamp.as_millisecond())
}

#[test]
fn the_guides_examples_are_accepted_as_printed() {
    let put_headers = [
        HOST,
        ("date", "Tue, 27 Mar 2007 21:15:45 +0000"),
        ("content-type", "image/jpeg"),
        ("content-length", "94328"),
    ];
    let list_headers = [HOST, ("date", "Tue, 27 Mar 2007 19:42:41 +0000"), ("user-agent", "Mozilla/5.0")];
    let acl_headers = [HOST, ("date", "Tue, 27 Mar 2007 19:44:46 +0000")];
    let table = [
        (
            "2007-03-27T19:36:42Z",
            example(
                "GET",
                "/photos/puppy.jpg",
                "",
                &[HOST, ("date", "Tue, 27 Mar 2007 19:36:42 +0000")],
                "bWq2s1WEIj+Ydj0vQ697zp+IXMU=",
            ),
        ),
        ("2007-03-27T21:15:45Z", example("PUT", "/photos/puppy.jpg", "", &put_headers, "MyyxeRY7whkBe+bq8fHCL/2kKUg=")),
        (
            "2007-03-27T19:42:41Z",
            example(
                "GET",
                "/",
                "prefix=photos&max-keys=50&marker=puppy",
                &list_headers,
                "htDYFYduRNen8P9ZfE/s9SuKy0U=",
            ),
        ),
        ("2007-03-27T19:44:46Z", example("GET", "/", "acl", &acl_headers, "c2WLPFtWHVgbEmeEG93a4cG37dM=")),
    ];
    for (date, example) in table {
        let example = Example { now: at(date), ..example };
        let verified = example.verify().unwrap_or_else(|refusal| panic!("{date}: {refusal:?}"));
        assert_eq!((verified.version, verified.place), (SignatureVersion::V2, Place::Header));
        let presigned_only = Example { version_2: SignatureV2::Presigned, ..example.clone() };
        assert_eq!(presigned_only.verify().expect_err("headers are off"), Refusal::SignatureV2Off);
        let mut forged = example;
        forged.method = "DELETE".into();
        assert!(matches!(forged.verify(), Err(Refusal::SignatureMismatch(_))));
    }
}

#[test]
fn a_bucket_in_the_path_may_be_signed_with_a_slash() {
    let headers = [HOST, ("date", "Tue, 27 Mar 2007 19:44:46 +0000")];
    let mut example = example("GET", "/johnsmith", "acl", &headers, "c2WLPFtWHVgbEmeEG93a4cG37dM=");
    example.hosted_bucket = None;
    example.now = at("2007-03-27T19:44:46Z");
    assert!(example.verify().is_ok());
    example.path = "/johnsmit".into();
    assert!(matches!(example.verify(), Err(Refusal::SignatureMismatch(_))));
}

fn presigned(query: &str) -> Example {
    let mut example = Example::new("GET", "/photos/puppy.jpg", query, &[HOST]);
    example.hosted_bucket = Some("johnsmith".into());
    example.now = MARCH_27;
    example.version_2 = SignatureV2::Presigned;
    example
}

const PRESIGNED: &str =
    "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";

#[test]
fn presigned_urls_are_taken_until_they_expire() {
    let example = presigned(PRESIGNED);
    assert_eq!(example.verify().expect("as printed").place, Place::Query);
    let last = Example { now: Timestamp(1_175_139_620_000), ..example.clone() };
    assert!(last.verify().is_ok());
    let late = Example { now: Timestamp(1_175_139_620_001), ..example.clone() };
    assert!(matches!(late.verify(), Err(Refusal::Expired { expires_seconds: None, .. })));
    let off = Example { version_2: SignatureV2::Off, ..example };
    assert_eq!(off.verify().expect_err("off"), Refusal::SignatureV2Off);
}

#[test]
fn presigned_urls_are_whole_or_refused() {
    for name in ["AWSAccessKeyId", "Signature", "Expires"] {
        let refused = presigned(&PRESIGNED.replace(name, "x")).verify().expect_err("lacks a parameter");
        assert_eq!(refused, Refusal::IncompleteV2Query, "{name}");
    }
    let refused = presigned(&PRESIGNED.replace("1175139620", "soon")).verify().expect_err("no number");
    assert_eq!(refused, Refusal::InvalidExpires("soon".into()));
    // What changes the meaning is signed: the path, sub-resources, overrides, amz headers and parameters, content headers.
    for more in ["acl", "uploadId=x", "response-content-type=text/html", "x-amz-acl=public-read", "content-type=a"] {
        let refused = presigned(&format!("{PRESIGNED}&{more}")).verify();
        assert!(matches!(refused, Err(Refusal::SignatureMismatch(_))), "{more}: {refused:?}");
    }
    let mut typed = presigned(PRESIGNED);
    typed.set("content-type", "text/html");
    assert!(matches!(typed.verify(), Err(Refusal::SignatureMismatch(_))));
    // Without the bucket of the host the path is another.
    let bare = Example { hosted_bucket: None, ..presigned(PRESIGNED) };
    assert!(matches!(bare.verify(), Err(Refusal::SignatureMismatch(_))));
    let full = Example { path: "/johnsmith/photos/puppy.jpg".into(), ..bare };
    assert!(full.verify().is_ok(), "path style signs the same");
}

#[test]
fn chunks_cannot_be_signed_and_tokens_must_fit() {
    struct Stranger;
    impl Keys for Stranger {
        fn lookup(&self, _: &str) -> Option<AccessKey> {
            None
        }
    }
    let refused = presigned(PRESIGNED).verify_with(&Stranger).expect_err("no such key");
    assert_eq!(refused, Refusal::UnknownAccessKey(ACCESS_KEY.into()));
    let mut chunked = presigned(PRESIGNED);
    chunked.set("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
    assert!(matches!(chunked.verify(), Err(Refusal::InvalidPayloadHash(_))));
    let session = Documented { session_token: Some("t".into()) };
    assert_eq!(presigned(PRESIGNED).verify_with(&session).expect_err("no token"), Refusal::InvalidToken);
}
