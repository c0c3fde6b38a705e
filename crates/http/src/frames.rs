//! HTTP/2 frames that move nothing: each costs the server work, and none of them ends a flood by itself.
//!
//! A connection has a stock of such frames (PRIORITY, RST_STREAM, SETTINGS, PING, WINDOW_UPDATE, CONTINUATION, unknown ones).
//! Bytes moved in either direction fill it up again, more than any client needs to acknowledge them. A connection whose
//! stock is used up is flooding.

/// The stock of frames: more than a client sends that acknowledges all of a window in the smallest steps.
const STOCK: u64 = 8_192;
/// One frame for so many bytes moved. A PING and its answer have 34.
const BYTES_A_FRAME: u64 = 256;
/// The first bytes of an HTTP/2 connection, which are no frame.
pub(crate) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;

/// Counts the frames of one connection as their bytes come.
pub(crate) struct Frames {
    stock: u64,
    moved: u64,
    head: [u8; 9],
    head_bytes: usize,
    /// What is still to come of the current frame's payload.
    payload: usize,
}

impl Frames {
    pub(crate) fn new() -> Self {
        Self { stock: STOCK, moved: 0, head: [0; 9], head_bytes: 0, payload: 0 }
    }

    /// Takes bytes as they came; false once the connection floods.
    pub(crate) fn received(&mut self, mut bytes: &[u8]) -> bool {
        self.moved(bytes.len());
        while !bytes.is_empty() {
            let skip = self.payload.min(bytes.len());
            self.payload -= skip;
            bytes = &bytes[skip..];
            let take = (self.head.len() - self.head_bytes).min(bytes.len());
            self.head[self.head_bytes..self.head_bytes + take].copy_from_slice(&bytes[..take]);
            self.head_bytes += take;
            bytes = &bytes[take..];
            if self.head_bytes == self.head.len() {
                self.head_bytes = 0;
                self.payload =
                    usize::from(self.head[0]) << 16 | usize::from(self.head[1]) << 8 | usize::from(self.head[2]);
                if !matches!(self.head[3], DATA | HEADERS) {
                    match self.stock.checked_sub(1) {
                        Some(left) => self.stock = left,
                        None => return false,
                    }
                }
            }
        }
        true
    }

    /// Bytes went in either direction.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.moved += bytes as u64;
        self.stock = (self.stock + self.moved / BYTES_A_FRAME).min(STOCK);
        self.moved %= BYTES_A_FRAME;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, length: usize) -> Vec<u8> {
        let size = (length as u32).to_be_bytes();
        [&size[1..], &[kind, 0, 0, 0, 0, 1], &vec![7; length]].concat()
    }

    #[test]
    fn floods_are_known_however_they_are_split() {
        for (kind, length) in [(2, 5), (3, 4), (4, 0), (4, 6), (6, 8), (8, 4), (9, 0), (0x42, 3)] {
            let flood = frame(kind, length).repeat(20_000);
            for size in [1, 7, 4096] {
                let mut frames = Frames::new();
                assert!(!flood.chunks(size).all(|bytes| frames.received(bytes)), "{kind} in slices of {size}");
            }
        }
    }

    #[test]
    fn acknowledging_every_kilobyte_is_no_flood() {
        let mut frames = Frames::new();
        let updates = frame(8, 4).repeat(2);
        for _ in 0..100_000 {
            frames.moved(1024);
            assert!(frames.received(&updates));
        }
        let mut frames = Frames::new();
        let upload = [frame(0, 16_384), frame(6, 8)].concat();
        assert!((0..10_000).all(|_| frames.received(&upload)));
    }
}
