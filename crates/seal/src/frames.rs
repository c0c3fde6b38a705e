//! Contents in frames: sealed in order, opened from any frame on.
//!
//! The nonce of a frame is the content's seven bytes, the frame's number in four, and one byte that is 1 for the last frame: no two
//! frames of a content share one, and no two contents share a key.

use std::fmt;
use std::ops::Range;

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};
use bytes::Bytes;

use crate::SealError;
use crate::keys::{ContentKey, PREFIX_BYTES};
use crate::layout::{FRAME_BYTES, FRAME_PLAIN_BYTES, TAG_BYTES, frames, sealed_range};

struct Cipher {
    key: LessSafeKey,
    prefix: [u8; PREFIX_BYTES],
}

impl Cipher {
    fn new(key: &ContentKey) -> Result<Self, SealError> {
        let (key, prefix) = key.cipher()?;
        Ok(Self { key, prefix })
    }

    fn nonce(&self, frame: u64, last: bool) -> Result<Nonce, SealError> {
        let mut nonce = [0; PREFIX_BYTES + 5];
        nonce[..PREFIX_BYTES].copy_from_slice(&self.prefix);
        let number = u32::try_from(frame).map_err(|_| SealError::TooLong)?;
        nonce[PREFIX_BYTES..PREFIX_BYTES + 4].copy_from_slice(&number.to_be_bytes());
        nonce[PREFIX_BYTES + 4] = last.into();
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

/// Seals a content, from its first byte to its last.
pub struct FrameSealer {
    cipher: Cipher,
    next: u64,
    ended: bool,
}

impl FrameSealer {
    /// Begins a content.
    pub fn new(key: &ContentKey) -> Result<Self, SealError> {
        Ok(Self { cipher: Cipher::new(key)?, next: 0, ended: false })
    }

    /// Appends the next bytes to `out`, sealed. Unless `last`, they must be whole frames: a multiple of [`FRAME_PLAIN_BYTES`]. The
    /// last ones may be none only if there were none before.
    pub fn seal(&mut self, plain: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), SealError> {
        let fits =
            if last { self.next == 0 || !plain.is_empty() } else { plain.len().is_multiple_of(FRAME_PLAIN_BYTES) };
        if self.ended || !fits {
            return Err(SealError::Misused);
        }
        self.ended = last;
        out.reserve(plain.len() + plain.len().div_ceil(FRAME_PLAIN_BYTES).max(1) * TAG_BYTES);
        let mut frames = plain.chunks(FRAME_PLAIN_BYTES).peekable();
        while let Some(frame) = frames.next() {
            self.frame(frame, last && frames.peek().is_none(), out)?;
        }
        if last && plain.is_empty() {
            self.frame(plain, true, out)?;
        }
        Ok(())
    }

    fn frame(&mut self, plain: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), SealError> {
        let nonce = self.cipher.nonce(self.next, last)?;
        self.next += 1;
        let start = out.len();
        out.extend_from_slice(plain);
        let tag = self.cipher.key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut out[start..]);
        out.extend_from_slice(tag.map_err(|_| SealError::Misused)?.as_ref());
        Ok(())
    }
}

/// Opens any range of a content.
pub struct FrameOpener {
    cipher: Cipher,
    bytes: u64,
}

impl FrameOpener {
    /// An opener of a content of so many bytes. A wrong number shows when the frame is opened that would be the last.
    pub fn new(key: &ContentKey, bytes: u64) -> Result<Self, SealError> {
        Ok(Self { cipher: Cipher::new(key)?, bytes })
    }

    /// The size of the content.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What must be read of the sealed form for a range of the content.
    pub fn sealed_range(&self, range: &Range<u64>) -> Range<u64> {
        sealed_range(self.bytes, range)
    }

    /// The bytes of a range, from what [`sealed_range`](Self::sealed_range) said must be read.
    pub fn open(&self, range: Range<u64>, sealed: &[u8]) -> Result<Bytes, SealError> {
        if range.start > range.end || range.end > self.bytes {
            return Err(SealError::Misused);
        }
        let wanted = self.sealed_range(&range);
        if sealed.len() as u64 != wanted.end - wanted.start {
            return Err(SealError::NotAuthentic);
        }
        let of_last = frames(self.bytes) - 1;
        let first = range.start / FRAME_PLAIN_BYTES as u64;
        let mut plain = Vec::with_capacity(sealed.len() - sealed.len().div_ceil(FRAME_BYTES) * TAG_BYTES);
        for (number, frame) in (first..).zip(sealed.chunks(FRAME_BYTES)) {
            let (text, tag) = frame.split_last_chunk::<TAG_BYTES>().ok_or(SealError::NotAuthentic)?;
            let nonce = self.cipher.nonce(number, number == of_last)?;
            // Zeroed frame by frame, not all at once: so the zeros are overwritten while they are near the processor.
            let start = plain.len();
            plain.resize(start + text.len(), 0);
            let opened = self.cipher.key.open_separate_gather(nonce, Aad::empty(), text, tag, &mut plain[start..]);
            opened.map_err(|_| SealError::NotAuthentic)?;
        }
        let skipped = (range.start - first * FRAME_PLAIN_BYTES as u64) as usize;
        Ok(Bytes::from(plain).slice(skipped..skipped + (range.end - range.start) as usize))
    }
}

impl fmt::Debug for FrameSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrameSealer(at frame {})", self.next)
    }
}

impl fmt::Debug for FrameOpener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrameOpener(of {} bytes)", self.bytes)
    }
}

#[cfg(test)]
mod tests;
