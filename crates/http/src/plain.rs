//! HTTP that comes to a port which speaks TLS: a sentence instead of a broken handshake, since all that is wrong is a missing
//! letter in a URL. Nothing of the request is read but to throw it away.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The whole answer.
const ANSWER: &str = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 66\r\n\
    Connection: close\r\nServer: Coldkeep\r\n\r\nThis port speaks TLS, and a request came without. Use https://...\n";

/// 64 KiB: what is read of a request, so that the answer is not lost with a reset connection.
const MOST_READ: u64 = 64 << 10;

/// Waits for the first byte: whether it begins a method. TLS begins with a byte that is no letter.
pub(crate) async fn is_spoken(stream: &TcpStream) -> bool {
    let mut first = [0];
    matches!(stream.peek(&mut first).await, Ok(1) if first[0].is_ascii_alphabetic())
}

/// Says so, and ends the connection. Takes as long as the client does.
pub(crate) async fn refuse(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(ANSWER.as_bytes()).await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut (&mut stream).take(MOST_READ), &mut tokio::io::sink()).await.map(drop)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_length_is_right() {
        let (head, body) = super::ANSWER.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{}", body.len());
    }
}
