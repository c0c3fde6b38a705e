//! Memory under a crowd of strangers. Alone in its process, for it is measured there, clients included.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

#[path = "../sockets/raw_http2.rs"]
#[allow(dead_code)]
mod raw_http2;
#[path = "../sockets/server.rs"]
#[allow(dead_code)]
mod server;

use raw_http2::{RawHttp2, get};
use server::*;

/// What the process has in memory.
fn resident_bytes() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).expect("a number") * 4096
}

#[tokio::test]
async fn long_heads_that_nobody_waits_for_hold_little() {
    let mut server = Server::start(Limits::default());
    // What the test itself would keep.
    server.records.close();
    let before = resident_bytes();
    let path = format!("/{}", "k".repeat(30_000));
    let mut clients = Vec::new();
    let mut most = 0;
    for _ in 0..100 {
        let mut client = RawHttp2::open(&server, 0).await;
        for number in 0..125 {
            if !client.send(&get(2 * number + 1, &path)).await {
                break;
            }
        }
        most = most.max(resident_bytes().saturating_sub(before));
        clients.push(client);
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    most = most.max(resident_bytes().saturating_sub(before));
    assert!(most < 96 << 20, "{} MiB", most >> 20);
    let mut client = server.connect().await;
    client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(client.response().await.ends_with("refused"));
}
