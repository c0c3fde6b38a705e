//! HTTP/2 frames written by hand, as no well-meaning client sends them.

use super::{AsyncReadExt, AsyncWriteExt, Duration, Server, TcpStream};

/// One connection.
pub struct RawHttp2(pub TcpStream);

/// A frame: its kind, flags, stream and payload.
pub type Frame = (u8, u8, u32, Vec<u8>);

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

/// The bytes of a frame.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A header block: literals that are not indexed.
fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    fn text(out: &mut Vec<u8>, text: &str) {
        let mut length = text.len();
        if length < 127 {
            out.push(length as u8);
        } else {
            out.push(127);
            length -= 127;
            while length >= 128 {
                out.push(128 | (length % 128) as u8);
                length /= 128;
            }
            out.push(length as u8);
        }
        out.extend_from_slice(text.as_bytes());
    }
    let mut out = Vec::new();
    for (name, value) in fields {
        out.push(0);
        text(&mut out, name);
        text(&mut out, value);
    }
    out
}

/// The frames of a GET.
pub fn get(stream: u32, path: &str) -> Vec<u8> {
    let block = block(&[(":method", "GET"), (":scheme", "http"), (":authority", "h"), (":path", path)]);
    let (end_stream, end_headers) = (1, 4);
    let mut frames = Vec::new();
    let last = block.chunks(16_384).count() - 1;
    for (index, piece) in block.chunks(16_384).enumerate() {
        let kind = if index == 0 { HEADERS } else { CONTINUATION };
        let flags = u8::from(index == 0) * end_stream + u8::from(index == last) * end_headers;
        frames.extend(frame(kind, flags, stream, piece));
    }
    frames
}

impl RawHttp2 {
    /// A connection whose streams may be sent so many bytes each.
    pub async fn open(server: &Server, window: u32) -> Self {
        let mut stream = TcpStream::connect(server.address).await.expect("it listens");
        let window = [&[0, 4][..], &window.to_be_bytes()].concat();
        let hello = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, &window)].concat();
        stream.write_all(&hello).await.expect("the server reads");
        Self(stream)
    }

    /// Sends bytes; false when the server has closed.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).await.is_ok()
    }

    /// The next frame; `None` when the server has closed.
    pub async fn next(&mut self) -> Option<Frame> {
        let read = async {
            let mut head = [0; 9];
            self.0.read_exact(&mut head).await.ok()?;
            let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
            self.0.read_exact(&mut payload).await.ok()?;
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            Some((head[3], head[4], stream, payload))
        };
        tokio::time::timeout(Duration::from_secs(20), read).await.expect("a frame or the end")
    }

    /// Frames up to the first one of this kind on this stream.
    pub async fn until(&mut self, kind: u8, stream: u32) -> Frame {
        loop {
            let frame = self.next().await.expect("the connection lives");
            if (frame.0, frame.2) == (kind, stream) {
                return frame;
            }
        }
    }
}
