//! Refusals before the body, and bodies that are not what they said.

use super::*;

const EXPECT: &str = "Expect: 100-continue\r\n";

#[tokio::test]
async fn continue_is_sent_when_the_body_is_read() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    client.send(format!("PUT /read HTTP/1.1\r\nHost: h\r\n{EXPECT}Content-Length: 5\r\n\r\n")).await;
    assert!(client.response().await.starts_with("HTTP/1.1 100 Continue"));
    client.send("hello").await;
    assert!(client.response().await.ends_with("read 5"));
    client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(client.response().await.ends_with("refused"), "the connection lives on");
}

#[tokio::test]
async fn a_refusal_sends_no_continue_and_closes() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    client.send(format!("PUT /x HTTP/1.1\r\nHost: h\r\n{EXPECT}Content-Length: 5\r\n\r\n")).await;
    let response = client.response().await;
    assert!(response.starts_with("HTTP/1.1 403 ") && response.contains("connection: close\r\n"), "{response}");
    assert_eq!(client.0.read(&mut [0; 1]).await.expect("an orderly end"), 0);
}

#[tokio::test]
async fn a_client_that_does_not_wait_still_sees_the_refusal() {
    for expect in ["", EXPECT] {
        let server = Server::start(quick());
        let mut client = server.connect().await;
        let length = 6 << 20;
        client.send(format!("PUT /x HTTP/1.1\r\nHost: h\r\n{expect}Content-Length: {length}\r\n\r\n")).await;
        client.send(vec![0; length]).await;
        let all = client.rest().await;
        assert!(all.starts_with("HTTP/1.1 403 ") && all.ends_with("refused"), "{all}");
        assert!(all.contains("connection: close\r\n"), "{all}");
    }
}

#[tokio::test]
async fn reading_for_a_refused_client_is_bounded() {
    let server = Server::start(Limits { drain_timeout: Duration::from_millis(300), ..Limits::default() });
    let mut client = server.connect().await;
    client.send("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n").await;
    let sending = tokio::time::timeout(Duration::from_secs(5), async {
        while client.0.write_all(&[0; 64 << 10]).await.is_ok() {}
    });
    sending.await.expect("the server stops reading in the end");
}

#[tokio::test]
async fn after_refusing_a_short_body_the_connection_lives_on() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    let put = format!("PUT /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n{}", "a".repeat(1000));
    client.send(format!("{put}{put}GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")).await;
    assert!(client.response().await.ends_with("refused"));
    assert!(client.response().await.ends_with("refused"));
    assert!(client.response().await.ends_with("slow"));
}

#[tokio::test]
async fn a_truncated_body_is_known_as_such() {
    let mut server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("PUT /read HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n0123456789").await;
    client.0.shutdown().await.expect("half closed");
    assert!(client.rest().await.ends_with("broken"), "the client that half closed gets its answer");
    let error = server.record().await.annotation.error;
    assert_eq!(error.as_deref(), Some("Truncated { received: 10, declared: 100 }"));
}

#[tokio::test]
async fn bytes_beyond_the_declared_length_are_not_part_of_the_body() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("PUT /read HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello, \x01 world\r\n\r\n").await;
    let all = client.rest().await;
    assert!(all.contains("read 5") && all.contains("HTTP/1.1 400 Bad Request"), "{all}");
}

#[tokio::test]
async fn what_is_no_http_gets_its_doors_answer_and_is_recorded() {
    let mut server = Server::start(quick());
    let scope =
        "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/glacier/aws4_request, SignedHeaders=host, Signature=0";
    for (head, door, id) in [
        ("GET /b/k\x01 HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(), "s3", "x-amz-request-id: "),
        ("GET / HTTP/1.1\r\nHost: h\r\nAccept: text/html\r\nBad\x7fName: v\r\n\r\n".into(), "s3", "x-amz-request-id: "),
        ("NONSENSE\r\n\r\n".into(), "s3", "x-amz-request-id: "),
        ("GET /b/k HTTP/9.1\r\n\r\n".into(), "s3", "x-amz-request-id: "),
        (
            format!("POST /-/vaults/v HTTP/1.1\r\nX: a\x7fb\r\nAuthorization: {scope}\r\n\r\n"),
            "glacier",
            "x-amzn-requestid: ",
        ),
        ("PUT /-/vaults/v HTTP/1.1\r\nX: a\x7fb\r\n\r\n".into(), "glacier", "x-amzn-requestid: "),
    ] {
        // Alone, and after a request that was served.
        for before in [0, 1] {
            let mut client = server.connect().await;
            for _ in 0..before {
                client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
                assert!(client.response().await.ends_with("refused"));
                server.record().await;
            }
            client.send(&head).await;
            let answer = client.rest().await;
            let ends = answer.ends_with("Unreadable { too_large: false }");
            assert!(answer.starts_with("HTTP/1.1 400 ") && ends, "{head:?}: {answer}");
            assert!(
                answer.contains(id) && answer.contains("connection: close") && answer.contains("date: "),
                "{answer}"
            );
            let record = server.record().await;
            assert_eq!((record.door, record.status.map(|status| status.as_u16())), (door, Some(400)), "{head:?}");
        }
    }
}

#[tokio::test]
async fn an_object_that_looks_like_a_bare_refusal_comes_as_it_is() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    let get = "GET /bare HTTP/1.1\r\nHost: h\r\n\r\n";
    for _ in 0..3 {
        client.send(get).await;
        assert!(client.response().await.ends_with(BARE));
    }
    client.send(&format!("{get}{get}NONSENSE\r\n\r\n")).await;
    let all = client.rest().await;
    assert_eq!(all.matches(BARE).count(), 2, "{all}");
    assert!(all.ends_with("Unreadable { too_large: false }"), "{all}");
}

#[tokio::test]
async fn broken_framing_of_chunks_is_the_doors_to_answer() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("PUT /read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n").await;
    assert!(client.rest().await.ends_with("broken"));
}

#[tokio::test]
async fn a_body_that_stops_coming_is_given_up() {
    let mut server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("PUT /read HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n0123456789").await;
    assert!(client.response().await.starts_with("HTTP/1.1 400 "));
    assert_eq!(server.record().await.annotation.error.as_deref(), Some("Idle { seconds: 0 }"));
}
