//! Digests that headers declare for bodies which were read whole. Streamed bodies are proven by the store.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_auth::Payload;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::Call;

/// The body is not the one that was signed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the body's SHA-256 is {computed}, but x-amz-content-sha256 says {declared}")]
pub struct Sha256Mismatch {
    /// What the header says, in hexadecimal.
    pub declared: String,
    /// What the body has, in hexadecimal.
    pub computed: String,
}

/// Compares a whole body with its signed SHA-256. Payloads that declare none pass.
pub fn prove_sha256(body: &[u8], payload: &Payload) -> Result<(), Sha256Mismatch> {
    let Payload::Signed(declared) = payload else { return Ok(()) };
    let computed: [u8; 32] = Sha256::digest(body).into();
    if computed == *declared {
        Ok(())
    } else {
        Err(Sha256Mismatch { declared: hex::encode(declared), computed: hex::encode(computed) })
    }
}

/// `Content-MD5` is not Base64 of 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the Content-MD5 is not valid")]
pub struct InvalidMd5;

/// The declared `Content-MD5`, if any.
pub fn content_md5(call: &Call) -> Result<Option<[u8; 16]>, InvalidMd5> {
    let Some(value) = call.headers.get("content-md5") else { return Ok(None) };
    let bytes = STANDARD.decode(value.as_bytes()).map_err(|_| InvalidMd5)?;
    bytes.try_into().map(Some).map_err(|_| InvalidMd5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::tests::call;

    #[test]
    fn a_changed_body_is_refused_with_both_values() {
        let payload = Payload::Signed(Sha256::digest("signed").into());
        assert_eq!(prove_sha256(b"signed", &payload), Ok(()));
        assert_eq!(prove_sha256(b"anything", &Payload::Unsigned), Ok(()));
        let mismatch = prove_sha256(b"changed", &payload).expect_err("changed");
        assert_eq!(mismatch.declared, payload.to_string());
        assert_eq!(mismatch.computed, hex::encode(Sha256::digest("changed")));
    }

    #[test]
    fn content_md5_is_sixteen_bytes_or_refused() {
        let md5 = |value: &str| content_md5(&call("PUT", "/", &[("content-md5", value)]).0);
        assert!(md5("XUFAKrxLKna5cZ2REBfFkg==").is_ok_and(|md5| md5.is_some()));
        assert_eq!(content_md5(&call("PUT", "/", &[]).0), Ok(None));
        for bad in ["", "x", "aGVsbG8="] {
            assert_eq!(md5(bad), Err(InvalidMd5), "{bad}");
        }
    }
}
