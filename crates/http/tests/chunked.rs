//! The aws-chunked machine against Amazon's published bodies, random splits, every truncation and malformed input.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::time::Duration;

use bytes::Bytes;
use coldkeep_auth::{AccessKey, Authentication, Caller, ChunkSigner, Keys, SignedRequest, Verifier};
use coldkeep_http::{Dechunker, Step, TrailerRules};
use coldkeep_store::source::SourceError;
use coldkeep_types::{AccountId, Timestamp};
use proptest::prelude::*;

struct Documented;

impl Keys for Documented {
    fn lookup(&self, access_key: &str) -> Option<AccessKey> {
        let account = AccountId::parse("123456789012").ok()?;
        let caller = Caller::root(account, access_key);
        Some(AccessKey { secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(), session_token: None, caller })
    }
}

/// The signer of one of the published examples.
fn published(trailer: bool) -> ChunkSigner {
    let (payload, last, signature) = if trailer {
        (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            ("x-amz-trailer", "x-amz-checksum-crc32c"),
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        )
    } else {
        (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            ("content-length", "66824"),
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        )
    };
    let mut headers = vec![
        ("content-encoding", "aws-chunked"),
        ("host", "s3.amazonaws.com"),
        ("x-amz-content-sha256", payload),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-decoded-content-length", "66560"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        last,
    ];
    headers.sort();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={},Signature={signature}",
        names.join(";")
    );
    headers.push(("authorization", &authorization));
    let headers = headers.into_iter().map(|(name, value)| (name, value.as_bytes())).collect();
    let request = SignedRequest {
        method: "PUT",
        raw_path: "/examplebucket/chunkObject.txt",
        raw_query: "",
        headers,
        hosted_bucket: None,
    };
    let verifier = Verifier::new(Duration::from_secs(900));
    match verifier.verify(&Documented, &request, Timestamp(1_369_353_600_000)).expect("as printed") {
        Authentication::Verified(verified) => verified.chunk_signer.expect("signed chunks"),
        Authentication::Pending(_) => panic!("S3 tells the payload hash"),
    }
}

fn published_body(trailer: bool) -> Vec<u8> {
    let [first, second, last] = if trailer {
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ]
    } else {
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ]
    };
    let trailer = if trailer {
        "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"
    } else {
        ""
    };
    format!(
        "10000;chunk-signature={first}\r\n{}\r\n400;chunk-signature={second}\r\n{}\r\n0;chunk-signature={last}\r\n{trailer}\r\n",
        "a".repeat(65_536),
        "a".repeat(1024)
    )
    .into_bytes()
}

fn rules() -> TrailerRules {
    TrailerRules::parse("x-amz-checksum-crc32c").expect("a checksum")
}

/// Feeds the body in slices that end at these places.
fn decode(mut machine: Dechunker, body: &[u8], ends: &[usize]) -> Result<(Vec<u8>, usize), SourceError> {
    let mut payload = Vec::new();
    let mut from = 0;
    let mut last = Step::More;
    for end in ends.iter().copied().chain([body.len()]) {
        let mut slice = Bytes::copy_from_slice(&body[from..end.max(from)]);
        from = end.max(from);
        loop {
            last = machine.next(&mut slice)?;
            match &last {
                Step::Data(data) => payload.extend_from_slice(data),
                Step::More | Step::End => break,
            }
        }
    }
    if last == Step::End { Ok((payload, machine.checksums().len())) } else { Err(machine.truncated()) }
}

#[test]
fn the_published_bodies_are_whole_and_any_changed_byte_is_refused() {
    for trailer in [false, true] {
        let machine = || Dechunker::new(66_560, Some(published(trailer)), trailer.then(rules));
        let body = published_body(trailer);
        if !trailer {
            assert_eq!(body.len(), 66_824, "as the example's Content-Length says");
        }
        assert_eq!(decode(machine(), &body, &[]), Ok((vec![b'a'; 66_560], usize::from(trailer))));
        for at in (0..200).chain(65_600..65_800).chain(66_640..body.len()) {
            let mut changed = body.clone();
            changed[at] ^= 1;
            assert!(decode(machine(), &changed, &[]).is_err(), "byte {at} of trailer={trailer}");
        }
    }
}

fn unsigned(declared: u64) -> Dechunker {
    Dechunker::new(declared, None, Some(rules()))
}

#[test]
fn malformed_bodies_are_refused_each_for_its_reason() {
    let end = "0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n";
    let framing = |error: SourceError| matches!(error, SourceError::Framing(_));
    let trailer = |error: SourceError| matches!(error, SourceError::Trailer(_));
    let refused = |body: &str| decode(unsigned(3), body.as_bytes(), &[]).expect_err(body);
    assert!(decode(unsigned(3), format!("3\r\nabc\r\n{end}").as_bytes(), &[]).is_ok());
    for body in [
        "-3\r\nabc\r\n",
        "+3\r\nabc\r\n",
        "0x3\r\nabc\r\n",
        " 3\r\nabc\r\n",
        "\r\nabc\r\n",
        ";x\r\n",
        "3\nabc\r\n",
        "3\r\nabcd\r\n",
        "3\r\nabc\n",
        "11111111111111111\r\n",
        &"3".repeat(2000),
        &format!("3\r\nabc\r\n{end}x"),
    ] {
        assert!(framing(refused(body)), "{body:?}");
    }
    assert_eq!(refused("4\r\nabcd\r\n"), SourceError::TooLong { declared: 3 });
    assert_eq!(refused("ffffffffffffffff\r\n"), SourceError::TooLong { declared: 3 });
    assert_eq!(refused(&format!("2\r\nab\r\n{end}")), SourceError::Truncated { received: 2, declared: 3 });
    // The last may be of any size; who is too small before it is told of with the number of the one that came after.
    let small = format!("{:x}\r\n{}\r\n1\r\na\r\n1\r\na\r\n", 8192, "a".repeat(8192));
    let machine = unsigned(8194);
    let small = decode(machine, small.as_bytes(), &[]).expect_err("the second is small");
    assert_eq!(small, SourceError::SmallChunk { following: 3, bytes: 1 });
    for lines in [
        "",
        "x-amz-checksum-crc32:sOO8/Q==\r\n",
        "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n",
        "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-meta-a:b\r\n",
        "x-amz-checksum-crc32c\r\n",
    ] {
        assert!(trailer(refused(&format!("3\r\nabc\r\n0\r\n{lines}\r\n"))), "{lines:?}");
    }
    for value in ["sOO8", "", "sOO8/Q", "????????", "sOO8/Q==\u{c}"] {
        let body = format!("3\r\nabc\r\n0\r\nx-amz-checksum-crc32c:{value}\r\n\r\n");
        assert_eq!(refused(&body), SourceError::TrailerValue("x-amz-checksum-crc32c"), "{value:?}");
    }
    for lines in ["x-amz-checksum-crc32c:sOO8/Q==\r\n\n", "x-amz-checksum-crc32c:sOO8/Q==\n\n", "\n"] {
        assert!(framing(refused(&format!("3\r\nabc\r\n0\r\n{lines}"))), "{lines:?}");
    }
    let no_trailer = decode(Dechunker::new(3, None, None), format!("3\r\nabc\r\n{end}").as_bytes(), &[]);
    assert!(trailer(no_trailer.expect_err("not declared")));
    let unsigned_trailer = published_body(true);
    let at = unsigned_trailer.windows(24).position(|part| part == b"x-amz-trailer-signature:").expect("it is there");
    let unsigned_trailer = [&unsigned_trailer[..at], b"\r\n"].concat();
    let machine = Dechunker::new(66_560, Some(published(true)), Some(rules()));
    assert!(trailer(decode(machine, &unsigned_trailer, &[]).expect_err("the trailer is not signed")));
}

/// As one widespread client writes them: each checksum's line ends with LF, and CRLF follows.
#[test]
fn trailer_lines_may_end_with_a_bare_line_feed() {
    let body = "3\r\nabc\r\n0\r\nx-amz-checksum-crc32c:sOO8/Q==\n\r\n";
    assert_eq!(decode(unsigned(3), body.as_bytes(), &[]), Ok((b"abc".to_vec(), 1)));
    for length in 0..body.len() {
        assert!(decode(unsigned(3), &body.as_bytes()[..length], &[]).is_err(), "cut after {length}");
    }
    assert!(decode(unsigned(3), format!("{body}\r\n").as_bytes(), &[]).is_err(), "more after the end");
    let signed = published_body(true);
    let at = signed.windows(2).rposition(|pair| pair == b"x-").expect("the signature's line");
    let signed = [&signed[..at - 2], b"\n\r\n", &signed[at..]].concat();
    let machine = || Dechunker::new(66_560, Some(published(true)), Some(rules()));
    assert_eq!(decode(machine(), &signed, &[]), Ok((vec![b'a'; 66_560], 1)));
    for length in at - 200..signed.len() {
        assert!(decode(machine(), &signed[..length], &[]).is_err(), "cut after {length}");
    }
    // Without the signature, the CRLF behind the checksum's line is no end.
    assert!(decode(machine(), &signed[..at + 1], &[]).is_err());
}

#[test]
fn only_checksums_may_be_declared_as_trailers() {
    assert!(TrailerRules::parse("").is_ok_and(|rules| rules.declared().is_empty()));
    assert!(TrailerRules::parse("x-amz-checksum-crc32, x-amz-checksum-sha256").is_ok());
    for bad in ["content-md5", "x-amz-checksum-crc99", "x-amz-checksum-crc32,x-amz-checksum-crc32"] {
        assert!(TrailerRules::parse(bad).is_err(), "{bad}");
    }
}

fn framed(chunks: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
    let payload: Vec<u8> = chunks.concat();
    let mut body = Vec::new();
    for chunk in chunks {
        body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\nx-amz-checksum-crc32c:sOO8/Q==\r\n\r\n");
    (payload, body)
}

/// All but the last have as many bytes as they must, or more.
fn chunks() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let whole = (any::<u8>(), 8192usize..8300).prop_map(|(byte, bytes)| vec![byte; bytes]);
    let last = prop::collection::vec(any::<u8>(), 1..300);
    (prop::collection::vec(whole, 0..4), last).prop_map(|(mut chunks, last)| {
        chunks.push(last);
        chunks
    })
}

proptest! {
    #[test]
    fn any_split_gives_the_same_bytes(chunks in chunks(), mut ends in prop::collection::vec(0usize..30_000, 0..40)) {
        let (payload, body) = framed(&chunks);
        ends.sort_unstable();
        ends.iter_mut().for_each(|end| *end = (*end).min(body.len()));
        let decoded = decode(unsigned(payload.len() as u64), &body, &ends);
        prop_assert_eq!(decoded, Ok((payload, 1)));
    }

    #[test]
    fn every_truncation_is_an_error(chunks in chunks()) {
        let (payload, body) = framed(&chunks);
        for length in (0..body.len()).step_by(97).chain(body.len().saturating_sub(400)..body.len()) {
            prop_assert!(decode(unsigned(payload.len() as u64), &body[..length], &[]).is_err());
        }
    }

    #[test]
    fn no_input_panics(body in prop::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'0'), Just(b'3'), Just(b';'), any::<u8>()], 0..200)) {
        let _ = decode(unsigned(3), &body, &[]);
    }
}
