//! Contents in frames: sealed in order, opened from any frame on.
//!
//! The nonce of a frame is the content's seven bytes, the frame's number in four, and one byte that is 1 for the last frame: no two
//! frames of a content share one, and no two contents share a key.
//!
//! A content of two layers is encrypted once more as it lies there, tags and all, with AES-256 in counter mode under a key of its own. That
//! adds no byte, so that everything lies where it lies in one layer; what is changed in the outer layer does not open in the inner.

use std::fmt;
use std::ops::Range;

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};
use aws_lc_rs::cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use bytes::Bytes;

use crate::SealError;
use crate::keys::{ContentKey, PREFIX_BYTES};
use crate::layout::{FRAME_BYTES, FRAME_PLAIN_BYTES, TAG_BYTES, frames, sealed_range};

/// Bytes for which the outer layer's counter counts one.
const COUNTED_BYTES: usize = 16;

struct Cipher {
    key: LessSafeKey,
    prefix: [u8; PREFIX_BYTES],
    outer: Option<EncryptingKey>,
}

impl Cipher {
    fn new(key: &ContentKey) -> Result<Self, SealError> {
        let outer = key.outer().map(|key| UnboundCipherKey::new(&AES_256, key).and_then(EncryptingKey::ctr));
        let outer = outer.transpose().map_err(|_| SealError::NotAuthentic)?;
        let (key, prefix) = key.cipher()?;
        Ok(Self { key, prefix, outer })
    }

    /// Puts the outer layer, if there is one, on a sealed frame, or takes it off: in counter mode these are one.
    fn cross(&self, frame: u64, sealed: &mut [u8]) -> Result<(), SealError> {
        let Some(outer) = &self.outer else { return Ok(()) };
        let block = u128::from(frame) * (FRAME_BYTES / COUNTED_BYTES) as u128;
        let context = EncryptionContext::Iv128(block.to_be_bytes().into());
        outer.less_safe_encrypt(sealed, context).map(drop).map_err(|_| SealError::NotAuthentic)
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
        let number = self.next;
        let nonce = self.cipher.nonce(number, last)?;
        self.next += 1;
        let start = out.len();
        out.extend_from_slice(plain);
        let tag = self.cipher.key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut out[start..]);
        out.extend_from_slice(tag.map_err(|_| SealError::Misused)?.as_ref());
        self.cipher.cross(number, &mut out[start..])
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
            let mut inner = Vec::new();
            let frame = if self.cipher.outer.is_some() {
                inner.extend_from_slice(frame);
                self.cipher.cross(number, &mut inner)?;
                &inner[..]
            } else {
                frame
            };
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
