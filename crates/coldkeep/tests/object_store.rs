//! The tests that the `object_store` crate has for stores of objects, run by its own S3 client against the binary, with its default settings and
//! with others.

#![allow(clippy::disallowed_methods, reason = "tests reach the server as they need")]

mod running;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum, S3CopyIfNotExists};
use object_store::integration::*;
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{Error, ObjectStoreExt, PutPayload};
use running::Running;

const KEYS: [&str; 4] =
    ["--root-access-key", "AKIDOBJECTSTORE00001", "--root-secret-key", "a-secret-for-the-object-store-crate"];

/// A client of a bucket.
fn client(server: &Running, bucket: &str) -> AmazonS3Builder {
    AmazonS3Builder::new()
        .with_endpoint(format!("http://{}", server.address("S3")))
        .with_allow_http(true)
        .with_access_key_id(KEYS[1])
        .with_secret_access_key(KEYS[3])
        .with_bucket_name(bucket)
}

/// Makes the bucket by a presigned request: the crate itself makes none.
async fn make(client: &AmazonS3, server: &Running) {
    let url = client.signed_url(http::Method::PUT, &Path::default(), Duration::from_secs(60)).await.unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap());
    let mut connection = TcpStream::connect(server.address("S3")).unwrap();
    let host = url.authority();
    write!(connection, "PUT {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_integration_tests_pass() {
    let data = tempfile::tempdir().unwrap();
    let server = Running::start(data.path(), &KEYS);
    let store = client(&server, "bucket").build().unwrap();
    make(&store, &server).await;
    put_get_delete_list(&store).await;
    list_with_offset_exclusivity(&store).await;
    get_opts(&store).await;
    list_uses_directories_correctly(&store).await;
    list_with_delimiter(&store).await;
    rename_and_copy(&store).await;
    stream_get(&store).await;
    multipart(&store, &store).await;
    multipart_with_opts(&store, &store).await;
    multipart_put_part_out_of_order(&store, &store).await;
    multipart_race_condition(&store, true).await;
    multipart_out_of_order(&store).await;
    put_get_attributes(&store).await;
    list_paginated(&store, &store).await;
    for way in [S3CopyIfNotExists::Multipart, S3CopyIfNotExists::Header("if-none-match".into(), "*".into())] {
        copy_if_not_exists(&client(&server, "bucket").with_copy_if_not_exists(way).build().unwrap()).await;
    }
    put_opts(&store, true).await;
    for other in [
        client(&server, "bucket").with_unsigned_payload(true),
        client(&server, "bucket").with_checksum_algorithm(Checksum::SHA256),
    ] {
        put_get_delete_list(&other.build().unwrap()).await;
    }
    let absent = Path::from("absent");
    assert!(matches!(get_nonexistent_object(&store, Some(absent.clone())).await, Err(Error::NotFound { .. })));
    store.delete(&absent).await.unwrap();
    let nowhere = client(&server, "absent-bucket").build().unwrap();
    assert!(matches!(nowhere.get(&absent).await, Err(Error::NotFound { .. })));
    assert!(matches!(nowhere.put(&absent, PutPayload::from("x")).await, Err(Error::NotFound { .. })));
    assert!(matches!(nowhere.delete(&absent).await, Err(Error::NotFound { .. })));
    assert_eq!(server.stop(), 0);
}
