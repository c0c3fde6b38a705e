//! The bounds of the listener, with the reason for each.

use std::time::Duration;

use crate::{Memory, Rate};

/// Bounds on connections, headers, bodies and waits. [`Limits::default`] suits a server on the open network.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections open at once; for a further one, others give way that nobody waits for. 16,384: some 20 KiB each when
    /// idle.
    pub max_connections: usize,
    /// Of these, connections of one address (IPv6: one /64) on which no caller was proven; the oldest give way. 1,024.
    pub max_strangers_per_address: usize,
    /// Requests in work at once; further ones are refused as overload before their body. One whose answer is there whole is
    /// in work no more. Requests without an `Authorization` header get half of them. 4,096.
    pub max_requests: usize,
    /// Bytes of one HTTP/1.1 request's head, and the size of a connection's read buffer. 64 KiB.
    pub max_head_bytes: usize,
    /// Bytes of one HTTP/2 request's head, each field counted with 32 more. 32 KiB: S3 takes 8 KiB of headers.
    pub max_header_list_bytes: u32,
    /// What a connection may cost on which no caller was proven: the bytes of its requests' heads and answers. Past it the
    /// connection is told to close, past twice of it cut. 256 KiB.
    pub stranger_bytes: usize,
    /// The same of all such connections of one address; past it the costliest is cut. 16 MiB.
    pub stranger_bytes_per_address: usize,
    /// The same of all such connections. 64 MiB.
    pub stranger_bytes_in_all: usize,
    /// The longest that a client may refuse to take any byte of a response as long as no caller is verified. Also how long
    /// a document may take that must arrive before its caller can be verified. 10 s.
    pub stranger_stall_timeout: Duration,
    /// From the opening of a connection, or the end of a request, until the next head is complete. 60 s.
    pub head_timeout: Duration,
    /// For the TLS handshake. 10 s.
    pub handshake_timeout: Duration,
    /// A connection without any request in work is closed after this. 120 s (an HTTP/1.1 one after `head_timeout`).
    pub idle_timeout: Duration,
    /// The longest wait for the next bytes of a request body. 5 minutes.
    pub body_idle_timeout: Duration,
    /// The rate at which a request body must come. 1 KiB in a second, averaged over 30 s.
    pub body_rate: Rate,
    /// For documents (XML and JSON bodies), which are held whole. A request waits a while for it, then is refused as
    /// overload before its body. Shared by the listeners that get a clone. 64 MiB.
    pub documents: Memory,
    /// How long a document waits for memory. 5 s.
    pub document_patience: Duration,
    /// The longest a client may refuse to take any byte of a response. 2 minutes.
    pub write_stall_timeout: Duration,
    /// HTTP/2 streams of one connection at once. 128.
    pub max_streams: u32,
    /// HTTP/2 receive window of one stream. 256 KiB.
    pub stream_window_bytes: u32,
    /// HTTP/2 receive window of one connection, which bounds what it can make us hold. 1 MiB.
    pub connection_window_bytes: u32,
    /// HTTP/2 bytes of responses held for one stream. 256 KiB.
    pub stream_send_bytes: usize,
    /// The most of an unread body that is read and thrown away to keep the connection alive. 256 KiB.
    pub drain_bytes: u64,
    /// The most that is read and thrown away before a connection is closed, so that a client that is still sending
    /// sees the response. 8 MiB.
    pub linger_bytes: u64,
    /// The longest that either of these takes. 5 s.
    pub drain_timeout: Duration,
    /// From the request to stop until connections that are still busy are cut. 30 s.
    pub shutdown_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 16_384,
            max_strangers_per_address: 1_024,
            max_requests: 4_096,
            max_head_bytes: 64 << 10,
            max_header_list_bytes: 32 << 10,
            stranger_bytes: 256 << 10,
            stranger_bytes_per_address: 16 << 20,
            stranger_bytes_in_all: 64 << 20,
            stranger_stall_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(60),
            handshake_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(120),
            body_idle_timeout: Duration::from_secs(300),
            body_rate: Rate { bytes_per_second: 1 << 10, window: Duration::from_secs(30) },
            documents: Memory::new(64 << 20),
            document_patience: Duration::from_secs(5),
            write_stall_timeout: Duration::from_secs(120),
            max_streams: 128,
            stream_window_bytes: 256 << 10,
            connection_window_bytes: 1 << 20,
            stream_send_bytes: 256 << 10,
            drain_bytes: 256 << 10,
            linger_bytes: 8 << 20,
            drain_timeout: Duration::from_secs(5),
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}
