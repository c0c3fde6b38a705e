//! The signatures inside an `aws-chunked` body: each one signs the one before it, beginning with the request's own.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::signing_key::SigningKey;

/// Checks the chain of chunk signatures of one request, in the order of the chunks.
#[derive(Clone)]
pub struct ChunkSigner {
    key: SigningKey,
    amz_date: String,
    scope: String,
    previous: String,
}

impl ChunkSigner {
    pub(crate) fn new(key: SigningKey, amz_date: String, scope: String, seed_signature: String) -> Self {
        Self { key, amz_date, scope, previous: seed_signature }
    }

    /// Whether `signature` (64 hexadecimal digits) is that of the next chunk, whose data has this SHA-256.
    pub fn verify_chunk(&mut self, data_sha256: &[u8; 32], signature: &str) -> bool {
        let empty = hex::encode(Sha256::digest(b""));
        let hashes = format!("{empty}\n{}", hex::encode(data_sha256));
        self.verify("AWS4-HMAC-SHA256-PAYLOAD", &hashes, signature)
    }

    /// Whether `signature` is that of the trailer. `canonical_trailer` is `name:value\n` for each line, names in lower case.
    pub fn verify_trailer(&mut self, canonical_trailer: &[u8], signature: &str) -> bool {
        let hash = hex::encode(Sha256::digest(canonical_trailer));
        self.verify("AWS4-HMAC-SHA256-TRAILER", &hash, signature)
    }

    fn verify(&mut self, algorithm: &str, hashes: &str, signature: &str) -> bool {
        let string = format!("{algorithm}\n{}\n{}\n{}\n{hashes}", self.amz_date, self.scope, self.previous);
        self.previous = self.key.sign(string.as_bytes());
        self.previous.as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChunkSigner").field("scope", &self.scope).finish_non_exhaustive()
    }
}
