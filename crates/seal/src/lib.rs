//! Sealing: data keys, how they are wrapped, and contents sealed in frames that can be read by range. Pure: no I/O, no records.
//!
//! The whole form, with its reasons and test vectors, is in `docs/format/sealed.md`. In short:
//! - Each object has one random [`DataKey`]. An [`Envelope`] is what is kept of it: the key, wrapped, and who can unwrap it.
//! - Each content (a part, or an object put whole) has a [`ContentKey`] of its own, derived from the data key, the content's id and
//!   the part's number. So what was sealed for one place opens in no other.
//! - A content is a row of frames, each under AES-256-GCM, whose nonces count the frames and mark the last one: the STREAM
//!   construction, as Tink builds it. Frames that are changed, dropped, added or moved do not open.
//!
//! Nothing here shows a key: `Debug` prints none, and memory that held one is overwritten when it is given up.

mod envelope;
mod frames;
mod keys;
mod layout;
mod server;

pub use envelope::{Envelope, KmsKey, Scheme, Sealing};
pub use frames::{FrameOpener, FrameSealer};
pub use keys::{ContentKey, DataKey, WrappingKey};
pub use layout::{FRAME_BYTES, FRAME_PLAIN_BYTES, TAG_BYTES, plain_bytes, sealed_bytes, sealed_range};
pub use server::ServerKey;

use thiserror::Error;

/// Why something is not sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// It is not what was sealed, or another key sealed it, or it was sealed for another place.
    #[error("what is sealed does not open: it is damaged, or not what was sealed under this key for this place")]
    NotAuthentic,
    /// The server has no key, or not this one.
    #[error("the server has not the key that it was wrapped under")]
    NoServerKey,
    /// It is longer than any content can be.
    #[error("a content of more than 2^32 frames cannot be sealed")]
    TooLong,
    /// The caller broke the rule that only the last frame may be short, or asked for bytes outside the content.
    #[error("frames were asked for that there are not")]
    Misused,
}
