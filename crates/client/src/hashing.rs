//! Hashes of parts, many at once side by side.

use bytes::Bytes;
use coldkeep_digest::{DigestSet, Digests, Hasher, LanePool};

use crate::Error;

/// The most bytes given to the pool at once: enough leaves for all its lanes.
const BLOCK_BYTES: usize = 16 << 20;

/// Makes hashes on a thread of its own, whose lanes are shared by the parts in flight.
pub struct Hashing(LanePool);

impl Hashing {
    pub fn new() -> Result<Self, Error> {
        LanePool::new(1)
            .map(Self)
            .map_err(|error| Error::File(format!("the system gives no thread to hash on: {error}")))
    }

    /// The tree hash of these bytes.
    pub async fn tree(&self, bytes: Bytes) -> [u8; 32] {
        self.digests(bytes, &DigestSet { tree: true, ..DigestSet::default() }).await.tree.expect("asked for").root
    }

    /// The SHA-256 of these bytes.
    pub async fn sha256(&self, bytes: Bytes) -> [u8; 32] {
        self.digests(bytes, &DigestSet { sha256: true, ..DigestSet::default() }).await.sha256.expect("asked for")
    }

    async fn digests(&self, bytes: Bytes, which: &DigestSet) -> Digests {
        let mut hasher = Hasher::new(which);
        let mut rest = bytes;
        while !rest.is_empty() {
            let block = rest.split_to(rest.len().min(BLOCK_BYTES));
            hasher = self.0.update(hasher, block).await;
        }
        hasher.finish()
    }
}

/// The tree hash that a header or a list says, in any case.
pub fn parse_hash(text: &str) -> Option<[u8; 32]> {
    hex::decode(text).ok()?.try_into().ok()
}

/// A tree hash as the API writes it.
pub fn hex(tree: &[u8; 32]) -> String {
    hex::encode(tree)
}
