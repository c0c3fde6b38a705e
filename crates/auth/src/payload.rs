//! What `x-amz-content-sha256` says about the body.

use std::fmt;

use thiserror::Error;

/// How the body takes part in the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// `UNSIGNED-PAYLOAD`: not at all.
    Unsigned,
    /// The SHA-256 of the whole body. Whoever reads the body must compare it.
    Signed([u8; 32]),
    /// `STREAMING-…`: the body is aws-chunked.
    Streaming {
        /// Each chunk (and the trailer) is signed.
        signed: bool,
        /// The last chunk is followed by a trailer.
        trailer: bool,
    },
    /// The header is absent, which only an unsigned request may do.
    Absent,
}

/// A value of `x-amz-content-sha256` that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidPayload {
    /// A Signature V4A variant, by its name.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// Neither a known name nor 64 hexadecimal digits.
    #[error("{0:?} is not a valid x-amz-content-sha256")]
    Unknown(String),
}

impl Payload {
    /// Parses the header's value; `None` when the header is absent.
    pub fn parse(value: Option<&str>) -> Result<Self, InvalidPayload> {
        let Some(value) = value else { return Ok(Self::Absent) };
        Ok(match value {
            "UNSIGNED-PAYLOAD" => Self::Unsigned,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Self::Streaming { signed: true, trailer: false },
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Self::Streaming { signed: true, trailer: true },
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Self::Streaming { signed: false, trailer: true },
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" => {
                return Err(InvalidPayload::Unsupported("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"));
            }
            "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER" => {
                return Err(InvalidPayload::Unsupported("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"));
            }
            _ => {
                let mut digest = [0; 32];
                hex::decode_to_slice(value, &mut digest).map_err(|_| InvalidPayload::Unknown(value.to_owned()))?;
                Self::Signed(digest)
            }
        })
    }

    /// Whether the body is aws-chunked.
    pub fn is_streaming(&self) -> bool {
        matches!(self, Self::Streaming { .. })
    }
}

impl fmt::Display for Payload {
    /// The value as the header has it; nothing for [`Payload::Absent`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str("UNSIGNED-PAYLOAD"),
            Self::Signed(digest) => f.write_str(&hex::encode(digest)),
            Self::Streaming { signed: true, trailer: false } => f.write_str("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            Self::Streaming { signed: true, trailer: true } => {
                f.write_str("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
            }
            Self::Streaming { signed: false, .. } => f.write_str("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            Self::Absent => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_value_round_trips_and_v4a_is_refused_by_name() {
        for value in [
            "UNSIGNED-PAYLOAD",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ] {
            assert_eq!(Payload::parse(Some(value)).map(|payload| payload.to_string()).as_deref(), Ok(value));
        }
        let v4a = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD";
        assert_eq!(Payload::parse(Some(v4a)), Err(InvalidPayload::Unsupported(v4a)));
        for bad in ["", "unsigned-payload", "e3b0", "STREAMING-UNSIGNED-PAYLOAD"] {
            assert_eq!(Payload::parse(Some(bad)), Err(InvalidPayload::Unknown(bad.into())));
        }
        assert_eq!(Payload::parse(None), Ok(Payload::Absent));
    }
}
