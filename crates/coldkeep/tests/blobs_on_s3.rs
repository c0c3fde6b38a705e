//! The engine over object stores keeps the contract over an S3, which is another Coldkeep.

#![allow(clippy::disallowed_methods, reason = "tests reach the server as they need")]

mod running;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use coldkeep_blob::conformance::{self, id};
use coldkeep_blob::{Blobs, Error};
use coldkeep_blob_pieces::{Keys, Location, Options, PieceStore, Pieces, S3, StoreError};
use futures_util::{StreamExt, stream};
use hyper::body::Bytes;
use running::Running;

const KEYS: [&str; 2] = ["AKIDBLOBSONS30000001", "a-secret-for-the-blobs-below-it"];

fn store(server: &Running, place: &str, secret: &str) -> S3 {
    let url = format!("s3://{place}?endpoint=http://{}", server.address("S3"));
    S3::new(Location::parse(&url).unwrap(), Keys { access_key: KEYS[0].into(), secret_key: secret.into() })
}

fn below(data: &tempfile::TempDir) -> Running {
    let words = ["--root-access-key", KEYS[0], "--root-secret-key", KEYS[1], "--buckets", "below"];
    Running::start(data.path(), &words)
}

async fn open(server: &Running, place: &str) -> Result<Pieces, Error> {
    Pieces::open(Arc::new(store(server, place, KEYS[1])), Options::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    let data = tempfile::tempdir().unwrap();
    let server = below(&data);
    let made = AtomicU32::new(0);
    conformance::all(async || {
        let place = format!("below/some/place/{}", made.fetch_add(1, Ordering::Relaxed));
        Arc::new(open(&server, &place).await.unwrap()) as Arc<dyn Blobs>
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_mean_what_the_engine_takes_them_for() {
    let data = tempfile::tempdir().unwrap();
    let server = below(&data);
    let s3 = store(&server, "below/p", KEYS[1]);
    let text = || bytes("text");
    assert_eq!(s3.read("a/1", 0..9).await, Err(StoreError::NotFound));
    s3.put_new("a/1", text()).await.unwrap();
    assert_eq!(s3.put_new("a/1", bytes("other")).await, Err(StoreError::Exists));
    for (range, found) in [(0..9, "text"), (1..3, "ex"), (2..u64::MAX, "xt"), (4..9, ""), (9..12, "")] {
        assert_eq!(s3.read("a/1", range.clone()).await, Ok(bytes(found)), "{range:?}");
    }
    // More than one page.
    let more = stream::iter(2..1005).map(|number| {
        let s3 = &s3;
        async move { s3.put_new(&format!("a/{number}"), bytes("")).await.unwrap() }
    });
    more.buffer_unordered(16).collect::<Vec<_>>().await;
    s3.put_new("b/1", text()).await.unwrap();
    let all = s3.list("a/", "", 5000).await.unwrap();
    assert!(all.len() == 1004 && all.is_sorted_by(|one, next| one.name < next.name));
    assert_eq!((all[0].name.as_str(), all[0].bytes), ("a/1", 4));
    assert_eq!(s3.list("a/", &all[999].name, 3).await.unwrap(), all[1000..1003]);
    assert_eq!(s3.folders("").await.unwrap(), ["a", "b"]);
    s3.delete("a/1").await.unwrap();
    s3.delete("a/1").await.unwrap();
    assert_eq!(s3.read("a/1", 0..9).await, Err(StoreError::NotFound));
    for refused in [store(&server, "below/p", "wrong"), store(&server, "nowhere", KEYS[1])] {
        assert!(matches!(refused.put_new("a/1", text()).await, Err(StoreError::Refused(_))));
        assert!(matches!(refused.read("a/1", 0..9).await, Err(StoreError::Refused(_))));
    }
    // The place above is something else.
    let above = open(&server, "below").await.err().unwrap().to_string();
    assert!(above.contains("something else"), "{above}");
    // Without an answer nothing is known.
    let blobs = open(&server, "below/q").await.unwrap();
    assert_eq!(server.stop(), 0);
    assert!(matches!(s3.put_new("a/1", text()).await, Err(StoreError::Unknown(_))));
    assert!(matches!(blobs.open(id(1, 1)).await, Err(Error::Io(_))));
}

fn bytes(text: &'static str) -> Bytes {
    text.into()
}
