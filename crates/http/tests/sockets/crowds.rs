//! Many connections and streams of nobody in particular: others are served on.

use raw_http2::{DATA, GOAWAY, HEADERS, RST_STREAM, get};

use super::*;

async fn is_served(server: &Server) -> String {
    let mut client = server.connect().await;
    client.send("GET /x HTTP/1.1\r\nHost: h\r\nAuthorization: none\r\n\r\n").await;
    client.response().await
}

#[tokio::test]
async fn answers_that_nobody_fetches_hold_no_places() {
    let server = Server::start(Limits { max_requests: 1_000, ..Limits::default() });
    let mut idle = Vec::new();
    for _ in 0..33 {
        let mut client = RawHttp2::open(&server, 0).await;
        for number in 0..125 {
            assert!(client.send(&get(2 * number + 1, "/x")).await);
        }
        // The last one is answered, but for its bytes.
        client.until(HEADERS, 249).await;
        idle.push(client);
    }
    assert!(is_served(&server).await.ends_with("refused"));
}

#[tokio::test]
async fn an_answer_that_nobody_fetches_is_reset_soon() {
    let mut server = Server::start(quick());
    let mut client = RawHttp2::open(&server, 0).await;
    client.send(&get(1, "/x")).await;
    client.until(HEADERS, 1).await;
    client.until(RST_STREAM, 1).await;
    assert_eq!(server.record().await.status.unwrap(), 403);
}

#[tokio::test]
async fn a_stream_that_stalls_is_reset_and_the_others_go_on() {
    let mut server = Server::start(quick());
    let mut client = RawHttp2::open(&server, 10).await;
    client.send(&get(1, "/large")).await;
    client.until(DATA, 1).await;
    for stream in (3..).step_by(2).take(6) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        client.send(&get(stream, "/x")).await;
        if client.next_of(stream).await == RST_STREAM {
            break;
        }
    }
    let record = server.record().await;
    assert!(record.uri.path() == "/x" && record.complete, "{record:?}");
    let mut records = Vec::new();
    while records.last() != Some(&("/large".to_owned(), false)) {
        let record = server.record().await;
        records.push((record.uri.path().to_owned(), record.complete));
    }
    client.send(&get(99, "/x")).await;
    assert_eq!(client.until(DATA, 99).await.3, b"refused");
}

impl RawHttp2 {
    /// The kind of the frame that ends a stream, or the large one before it.
    async fn next_of(&mut self, stream: u32) -> u8 {
        loop {
            let frame = self.next().await.expect("the connection lives");
            if frame.2 == stream && frame.0 == DATA || frame.0 == RST_STREAM {
                return frame.0;
            }
        }
    }
}

#[tokio::test]
async fn the_longest_silent_connection_gives_way() {
    let server = Server::start(Limits { max_connections: 2, ..Limits::default() });
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    first.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(first.response().await.ends_with("refused"));
    assert!(is_served(&server).await.ends_with("refused"));
    assert_eq!(second.rest().await, "", "it had never said anything");
    first.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(first.response().await.ends_with("refused"), "the others are served on");
}

#[tokio::test]
async fn strangers_of_one_address_give_way_to_each_other() {
    let server = Server::start(Limits { max_strangers_per_address: 10, ..Limits::default() });
    let mut clients = Vec::new();
    for _ in 0..50 {
        clients.push(server.connect().await);
    }
    assert!(is_served(&server).await.ends_with("refused"));
    let closed = futures_util::future::join_all(clients.iter_mut().take(40).map(Client::rest));
    assert!(closed.await.iter().all(String::is_empty));
}

#[tokio::test]
async fn a_stranger_that_costs_too_much_is_told_to_go() {
    let server = Server::start(Limits { stranger_bytes: 20_000, ..quick() });
    let mut client = RawHttp2::open(&server, 1 << 20).await;
    for number in 0..4 {
        client.send(&get(2 * number + 1, &format!("/{}", "k".repeat(2_000)))).await;
    }
    client.until(GOAWAY, 0).await;
    while client.next().await.is_some() {}
    assert!(is_served(&server).await.ends_with("refused"));
    let mut client = server.connect().await;
    for number in 0..100 {
        client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
        if client.response().await.contains("connection: close") {
            assert!(number > 10, "not before it costs something");
            return;
        }
    }
    panic!("it may ask for ever");
}

#[tokio::test]
async fn a_head_beyond_the_bound_is_refused() {
    let server = Server::start(Limits::default());
    let mut client = RawHttp2::open(&server, 1 << 20).await;
    client.send(&get(1, &format!("/{}", "k".repeat(50_000)))).await;
    let status_431 = [0x48, 0x83, 0x69, 0x90, 0xff];
    assert_eq!(client.until(HEADERS, 1).await.3, status_431);
    client.send(&get(3, "/x")).await;
    assert_eq!(client.until(DATA, 3).await.3, b"refused", "the connection lives on");
}
