//! Deadlines and bounds on connections.

use super::*;

#[tokio::test]
async fn slow_heads_are_given_up_at_any_point() {
    let server = Server::start(quick());
    for part in ["", "GET", "PRI * HTTP/2.0", "GET /read HTTP/1.1\r\nHost: example\r\nX-Slow: "] {
        let mut client = server.connect().await;
        client.send(part).await;
        let all = client.rest().await;
        assert!(all.is_empty() || all.starts_with("HTTP/1.1 4"), "{part:?} gave {all:?}");
    }
}

#[tokio::test]
async fn idle_connections_are_closed() {
    let server = Server::start(Limits { idle_timeout: Duration::from_millis(200), ..Limits::default() });
    let mut client = server.connect().await;
    client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(client.rest().await.ends_with("refused"));
}

#[tokio::test]
async fn a_request_in_work_is_not_idle() {
    let server = Server::start(Limits { idle_timeout: Duration::from_millis(50), ..quick() });
    let mut client = server.connect().await;
    client.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(client.response().await.ends_with("slow"));
}

#[tokio::test]
async fn enormous_heads_are_refused() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    let head = format!("GET /x HTTP/1.1\r\nHost: h\r\nX-Large: {}", "a".repeat(100_000));
    let _ = client.0.write_all(head.as_bytes()).await;
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with("Unreadable { too_large: true }"), "{answer}");
}

#[tokio::test]
async fn requests_beyond_the_bound_are_refused_as_overload() {
    let server = Server::start(Limits { max_requests: 1, ..quick() });
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    first.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    second.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(second.response().await.ends_with("Overloaded"));
    assert!(first.response().await.ends_with("slow"));
    second.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(second.response().await.ends_with("refused"));
}

#[tokio::test]
async fn half_of_the_places_are_for_those_who_sign_in_a_header() {
    let server = Server::start(Limits { max_requests: 2, ..quick() });
    let mut clients = [server.connect().await, server.connect().await, server.connect().await];
    let mut ask = async |index: usize, more: &str| {
        clients[index].send(format!("GET /slow HTTP/1.1\r\nHost: h\r\n{more}\r\n")).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    ask(0, "").await;
    ask(1, "").await;
    ask(2, "Authorization: none\r\n").await;
    let [first, second, third] = &mut clients;
    assert!(second.response().await.ends_with("Overloaded"));
    assert!(first.response().await.ends_with("slow") && third.response().await.ends_with("slow"));
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut() {
    let mut server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let record = server.record().await;
    assert!(!record.complete && record.bytes_out < 64 << 20, "{record:?}");
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_request() {
    let mut server = Server::start(Limits::default());
    let mut client = server.connect().await;
    client.send("GET /never HTTP/1.1\r\nHost: h\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(client);
    assert_eq!(server.record().await.status, None);
}
