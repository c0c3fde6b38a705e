//! Ordinary requests: ids, the choice of a door, bodies, streams.

use super::*;

#[tokio::test]
async fn each_door_has_its_own_ids_and_every_answer_has_a_length() {
    let mut server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let response = client.response().await;
    assert!(response.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{response}");
    for header in ["x-amz-request-id: ", "x-amz-id-2: ", "server: Coldkeep\r\n", "date: ", "content-length: 7\r\n"] {
        assert!(response.contains(header), "{header} in {response}");
    }
    let record = server.record().await;
    assert!(response.contains(record.request_id.as_str()) && record.complete && record.bytes_out == 7, "{record:?}");
    client.send("GET /-/vaults HTTP/1.1\r\nHost: h\r\nx-amz-glacier-version: 2012-06-01\r\n\r\n").await;
    let response = client.response().await;
    assert!(response.contains("x-amzn-requestid: ") && !response.contains("x-amz-id-2"), "{response}");
    assert_eq!(server.record().await.door, "glacier");
}

#[tokio::test]
async fn browsers_get_one_line_and_absent_services_a_501() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("GET / HTTP/1.1\r\nHost: h\r\nAccept: text/html,*/*\r\n\r\n").await;
    assert!(client.response().await.ends_with("\r\n\r\nThis is Coldkeep.\n"));
    let scope = "Credential=A/20130524/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0";
    client.send(format!("POST / HTTP/1.1\r\nHost: h\r\nAuthorization: AWS4-HMAC-SHA256 {scope}\r\n\r\n")).await;
    let response = client.response().await;
    assert!(response.starts_with("HTTP/1.1 501 ") && response.contains("The service iam is not"), "{response}");
    client.send("POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: TrentService.Encrypt\r\n\r\n").await;
    let response = client.response().await;
    assert!(response.starts_with("HTTP/1.1 501 ") && response.contains("{\"__type\":\"NotImplemented\""), "{response}");
}

#[tokio::test]
async fn bodies_arrive_whole_by_length_and_by_chunks() {
    let mut server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("PUT /read HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello").await;
    assert!(client.response().await.ends_with("read 5"));
    assert_eq!(server.record().await.bytes_in, 5);
    client.send("PUT /read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n").await;
    assert!(client.response().await.ends_with("read 5"));
}

/// Some clients wait for `100 Continue` before nothing at all, and would take the next answer for it.
#[tokio::test]
async fn an_empty_body_that_is_announced_closes_the_connection() {
    let server = Server::start(quick());
    for head in ["Content-Length: 0\r\n", ""] {
        let mut client = server.connect().await;
        client.send(format!("PUT /read HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n{head}\r\n")).await;
        let answer = client.rest().await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\r\nconnection: close\r\n"), "{answer}");
    }
    let mut client = server.connect().await;
    client.send("PUT /read HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").await;
    assert!(!client.response().await.contains("connection: close"));
}

#[tokio::test]
async fn undecodable_paths_never_reach_an_operation() {
    let server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("GET /b/%ff HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert!(client.response().await.contains("Malformed"));
}

#[tokio::test]
async fn a_stream_that_breaks_is_seen_as_truncated() {
    let mut server = Server::start(quick());
    let mut client = server.connect().await;
    client.send("GET /short HTTP/1.1\r\nHost: h\r\n\r\n").await;
    let all = client.rest().await;
    assert!(all.contains("content-length: 100\r\n") && all.ends_with("\r\n\r\n0123456789"), "{all}");
    let record = server.record().await;
    assert!(!record.complete && record.status.is_some_and(|status| status == 200), "{record:?}");
}
