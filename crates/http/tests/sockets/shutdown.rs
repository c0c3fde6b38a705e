//! Stopping: what is in work is finished, idle connections are closed, a deadline holds.

use super::*;

#[tokio::test]
async fn work_is_finished_and_idle_connections_are_closed() {
    let server = Server::start(Limits::default());
    let (mut idle, mut fresh, mut busy) = (server.connect().await, server.connect().await, server.connect().await);
    idle.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n").await;
    idle.response().await;
    busy.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop.send(()).expect("it runs");
    assert_eq!(idle.rest().await, "");
    assert_eq!(fresh.rest().await, "");
    assert!(busy.rest().await.ends_with("slow"));
    assert_eq!(server.task.await.expect("no panic"), Stopped::Gracefully);
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn what_never_ends_is_cut_at_the_deadline() {
    let server = Server::start(Limits { shutdown_timeout: Duration::from_millis(200), ..Limits::default() });
    let mut client = server.connect().await;
    client.send("GET /never HTTP/1.1\r\nHost: h\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop.send(()).expect("it runs");
    assert_eq!(server.task.await.expect("no panic"), Stopped::Cut { connections: 1 });
    assert_eq!(client.rest().await, "");
}
