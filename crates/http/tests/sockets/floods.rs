//! Floods of frames that ask for nothing: the connection is cut.

use raw_http2::{CONTINUATION, HEADERS, PING, PRIORITY, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame, get};

use super::*;

/// Sends the flood until the server closes.
async fn is_cut(flood: impl Fn(u32) -> Vec<u8>) -> bool {
    let server = Server::start(Limits::default());
    let client = RawHttp2::open(&server, 1 << 20).await;
    let (mut read, mut write) = client.0.into_split();
    tokio::spawn(async move { while read.read(&mut [0; 4096]).await.is_ok_and(|bytes| bytes > 0) {} });
    for number in 0..40 {
        let many: Vec<u8> = (0..1_000).flat_map(|step| flood(number * 1_000 + step)).collect();
        if write.write_all(&many).await.is_err() {
            return true;
        }
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    write.write_all(&[0; 9]).await.is_err() || write.write_all(&[0; 9]).await.is_err()
}

#[tokio::test]
async fn floods_of_frames_that_move_nothing_are_cut() {
    assert!(is_cut(|_| frame(PING, 0, 0, &[0; 8])).await, "PING");
    assert!(is_cut(|_| frame(SETTINGS, 0, 0, &[])).await, "SETTINGS");
    assert!(is_cut(|_| frame(SETTINGS, 1, 0, &[])).await, "SETTINGS, acknowledged");
    assert!(is_cut(|_| frame(PRIORITY, 0, 1, &[0, 0, 0, 3, 1])).await, "PRIORITY");
    assert!(is_cut(|_| frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1])).await, "WINDOW_UPDATE");
    assert!(is_cut(|_| frame(0x42, 0, 0, b"unknown")).await, "an unknown kind");
}

#[tokio::test]
async fn floods_of_streams_that_are_reset_are_cut() {
    let reset = |number: u32| frame(RST_STREAM, 0, 2 * number + 1, &[0, 0, 0, 8]);
    assert!(is_cut(|number| [get(2 * number + 1, "/x"), reset(number)].concat()).await);
}

#[tokio::test]
async fn a_head_without_end_is_cut() {
    assert!(is_cut(|number| frame(if number == 0 { HEADERS } else { CONTINUATION }, 0, 1, &[])).await, "empty ones");
    let field = [&[0, 1, b'a', 100][..], &[b'b'; 100]].concat();
    assert!(is_cut(|number| frame(if number == 0 { HEADERS } else { CONTINUATION }, 0, 1, &field)).await, "full ones");
}

#[tokio::test]
async fn an_hour_of_pings_and_a_busy_client_are_no_flood() {
    let server = Server::start(Limits::default());
    let mut client = RawHttp2::open(&server, 1 << 20).await;
    for _ in 0..1_000 {
        assert!(client.send(&frame(PING, 0, 0, &[0; 8])).await);
    }
    client.send(&get(1, "/x")).await;
    client.until(raw_http2::DATA, 1).await;
}
