//! Bodies that cost more than they are worth: trickled ones, and documents that are held whole.

use coldkeep_http::{Memory, Rate};

use super::*;

async fn put(server: &Server, path: &str, declared: usize, sent: usize) -> Client {
    let mut client = server.connect().await;
    client.send(format!("PUT {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {declared}\r\n\r\n")).await;
    client.send(vec![b'x'; sent]).await;
    client
}

#[tokio::test]
async fn a_trickled_body_is_given_up() {
    let body_rate = Rate { bytes_per_second: 1_000, window: Duration::from_millis(500) };
    let limits = Limits { body_rate, ..Limits::default() };
    let mut server = Server::start(limits);
    let mut client = put(&server, "/read", 100_000, 1).await;
    let trickle = async {
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if client.0.write_all(b"y").await.is_err() {
                break;
            }
        }
    };
    let (record, ()) = tokio::join!(server.record(), trickle);
    assert_eq!(record.annotation.error.as_deref(), Some("Slow { bytes_per_second: 1000 }"));
    assert!(client.rest().await.contains("connection: close"), "what comes next is the rest of the body");
}

#[tokio::test]
async fn a_slow_body_that_moves_is_taken() {
    let body_rate = Rate { bytes_per_second: 1_000, window: Duration::from_millis(200) };
    let server = Server::start(Limits { body_rate, ..Limits::default() });
    let mut client = put(&server, "/read", 2_000, 500).await;
    for _ in 0..15 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.send([b'y'; 100]).await;
    }
    assert!(client.response().await.ends_with("read 2000"));
}

#[tokio::test]
async fn documents_share_memory_and_one_too_many_is_refused_unread() {
    let limits = || Limits {
        documents: Memory::new(1 << 20),
        document_patience: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = Server::start(limits());
    let _slow = put(&server, "/document", 1 << 20, 0).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut client = server.connect().await;
    client.send("PUT /document HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 100\r\n\r\n").await;
    assert!(client.response().await.starts_with("HTTP/1.1 503 "), "before any byte");
    let server = Server::start(Limits { document_patience: Duration::from_secs(5), ..limits() });
    let mut slow = put(&server, "/document", 1 << 20, 1_000).await;
    let mut client = put(&server, "/document", 100, 100).await;
    slow.send(vec![0; (1 << 20) - 1_000]).await;
    assert!(client.response().await.ends_with("read 100"), "it waits for its turn");
    assert!(slow.response().await.ends_with("read 1048576"));
}

#[tokio::test]
async fn a_document_of_a_stranger_must_come_at_once_and_costs() {
    let server = Server::start(quick());
    let mut client = put(&server, "/claim", 1_000, 999).await;
    assert!(client.response().await.contains("Idle"));
    let server = Server::start(Limits { stranger_bytes: 100_000, ..Limits::default() });
    let mut client = server.connect().await;
    let request = format!("PUT /claim HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n{}", "x".repeat(60_000));
    client.send(&request).await;
    assert!(client.response().await.ends_with("read 60000"));
    client.send(&request).await;
    assert!(client.response().await.contains("connection: close"), "it costs too much");
}
