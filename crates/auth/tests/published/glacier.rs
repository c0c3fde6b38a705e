//! Amazon S3 Glacier Developer Guide, "Example Signature Calculation", with the values that reproduce its signatures.

use coldkeep_auth::Payload;
use coldkeep_types::Timestamp;
use sha2::{Digest, Sha256};

use crate::Example;

const HOST: (&str, &str) = ("host", "glacier.us-east-1.amazonaws.com");
const VERSION: (&str, &str) = ("x-amz-glacier-version", "2012-06-01");

fn create_vault() -> Example {
    let headers = [HOST, VERSION, ("x-amz-date", "20120525T002453Z")];
    let mut example = Example::new("PUT", "/-/vaults/examplevault", "", &headers).signed(
        "20120525/us-east-1/glacier",
        "host;x-amz-date;x-amz-glacier-version",
        "3ce5b2f2fffac9262b4da9256f8d086b4aaf42eba5f111c21681a65a127b7c2a",
    );
    example.now = Timestamp(1_337_905_493_000);
    example.body_sha256 = Some(Sha256::digest(b"").into());
    example
}

fn upload_archive() -> Example {
    let hash = "726e392cb4d09924dbad1cc0ba3b00c3643d03d14cb4b823e2f041cff612a628";
    let headers = [HOST, VERSION, ("x-amz-date", "20120507T000000Z"), ("x-amz-content-sha256", hash)];
    let mut example = Example::new("POST", "/-/vaults/examplevault/archives", "", &headers).signed(
        "20120507/us-east-1/glacier",
        "host;x-amz-content-sha256;x-amz-date;x-amz-glacier-version",
        "b092397439375d59119072764a1e9a144677c43d9906fd98a5742c57a2855de6",
    );
    example.now = Timestamp(1_336_348_800_000);
    example
}

#[test]
fn without_a_payload_header_the_body_is_signed() {
    create_vault().assert_every_byte_counts();
    let verified = create_vault().verify().expect("as printed");
    assert_eq!(verified.service, "glacier");
    assert_eq!(verified.payload, Payload::Signed(Sha256::digest(b"").into()));
}

#[test]
fn with_a_payload_header_its_value_is_signed() {
    upload_archive().assert_every_byte_counts();
    let hash: [u8; 32] = Sha256::digest("Welcome to Amazon Glacier.").into();
    assert_eq!(upload_archive().verify().expect("as printed").payload, Payload::Signed(hash));
}

#[test]
fn unsigned_amz_headers_are_no_offence_here() {
    let mut example = create_vault();
    example.set("x-amz-archive-description", "not signed");
    assert!(example.verify().is_ok());
}
