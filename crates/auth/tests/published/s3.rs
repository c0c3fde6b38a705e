//! Amazon S3 API Reference: "Authenticating Requests (AWS Signature Version 4)" and its streaming pages.

use coldkeep_auth::{ChunkSigner, Payload, Place};
use sha2::{Digest, Sha256};

use crate::{EMPTY, Example, MAY_24};

const SCOPE: &str = "20130524/us-east-1/s3";
const HOST: (&str, &str) = ("host", "examplebucket.s3.amazonaws.com");
const DATE: (&str, &str) = ("x-amz-date", "20130524T000000Z");

fn get(query: &str, signature: &str) -> Example {
    Example::new("GET", "/", query, &[HOST, DATE, ("x-amz-content-sha256", EMPTY)]).signed(
        SCOPE,
        "host;x-amz-content-sha256;x-amz-date",
        signature,
    )
}

pub(crate) fn get_object() -> Example {
    let headers = [HOST, DATE, ("x-amz-content-sha256", EMPTY), ("range", "bytes=0-9")];
    Example::new("GET", "/test.txt", "", &headers).signed(
        SCOPE,
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    )
}

#[test]
fn get_object_with_a_range() {
    get_object().assert_every_byte_counts();
    let verified = get_object().verify().expect("as printed");
    assert_eq!((verified.service.as_str(), verified.region.as_str()), ("s3", "us-east-1"));
    assert_eq!((verified.signed_at, verified.place), (MAY_24, Place::Header));
    assert!(verified.chunk_signer.is_none());
}

#[test]
fn put_object() {
    let hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    let headers = [
        HOST,
        DATE,
        ("date", "Fri, 24 May 2013 00:00:00 GMT"),
        ("x-amz-content-sha256", hash),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ];
    let example = Example::new("PUT", "/test%24file.text", "", &headers).signed(
        SCOPE,
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    );
    example.assert_every_byte_counts();
    let signed: [u8; 32] = Sha256::digest("Welcome to Amazon S3.").into();
    assert_eq!(example.verify().expect("as printed").payload, Payload::Signed(signed));
    // The same path, not escaped by the client.
    assert!(Example { path: "/test$file.text".into(), ..example }.verify().is_ok());
}

#[test]
fn get_bucket_lifecycle_and_list_objects() {
    get("lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543").assert_every_byte_counts();
    let list = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7";
    get("max-keys=2&prefix=J", list).assert_every_byte_counts();
    assert!(get("prefix=J&max-keys=2", list).verify().is_ok());
}

pub(crate) fn presigned() -> Example {
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256\
                 &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
                 &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
                 &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    Example::new("GET", "/test.txt", query, &[HOST])
}

#[test]
fn presigned_url() {
    presigned().assert_every_byte_counts();
    let verified = presigned().verify().expect("as printed");
    assert_eq!((verified.payload, verified.place), (Payload::Unsigned, Place::Query));
}

fn chunked(payload: &str, trailer: bool, signed_headers: &str, signature: &str) -> ChunkSigner {
    let mut headers = vec![
        ("host", "s3.amazonaws.com"),
        DATE,
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("x-amz-content-sha256", payload),
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "66560"),
    ];
    headers.push(if trailer { ("x-amz-trailer", "x-amz-checksum-crc32c") } else { ("content-length", "66824") });
    let example = Example::new("PUT", "/examplebucket/chunkObject.txt", "", &headers);
    let example = example.signed(SCOPE, signed_headers, signature);
    example.assert_every_byte_counts();
    let verified = example.verify().expect("as printed");
    assert_eq!(verified.payload, Payload::Streaming { signed: true, trailer });
    verified.chunk_signer.expect("chunks are signed")
}

fn sha256_of_as(count: usize) -> [u8; 32] {
    Sha256::digest(vec![b'a'; count]).into()
}

#[test]
fn chunked_upload() {
    let mut signer = chunked(
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        false,
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    );
    let first = "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
    assert!(!signer.clone().verify_chunk(&sha256_of_as(65_535), first), "other data");
    assert!(signer.verify_chunk(&sha256_of_as(65_536), first));
    let second = "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
    let last = "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";
    assert!(!signer.clone().verify_chunk(&sha256_of_as(0), last), "out of order");
    assert!(signer.verify_chunk(&sha256_of_as(1024), second));
    assert!(signer.verify_chunk(&sha256_of_as(0), last));
}

#[test]
fn chunked_upload_with_a_trailer() {
    let mut signer = chunked(
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        true,
        "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
        "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    );
    let chunks = [
        (65_536, "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2"),
        (1024, "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7"),
        (0, "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992"),
    ];
    for (length, signature) in chunks {
        assert!(signer.verify_chunk(&sha256_of_as(length), signature), "{length}");
    }
    let signature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
    assert!(!signer.clone().verify_trailer(b"x-amz-checksum-crc32c:sOO8/A==\n", signature));
    assert!(signer.verify_trailer(b"x-amz-checksum-crc32c:sOO8/Q==\n", signature));
}
