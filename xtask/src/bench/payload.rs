//! What all bodies are made of: one buffer whose digests are computed once, so that sending costs the client little.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use coldkeep_digest::{ChecksumAlgorithm, DigestSet, Digests, Hasher};

/// 64 MiB: the longest body.
pub const MAX_BYTES: usize = 64 << 20;

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(MAX_BYTES);
    while bytes.len() < MAX_BYTES {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes
});

static DIGESTS: LazyLock<Mutex<HashMap<usize, Arc<Digests>>>> = LazyLock::new(Mutex::default);

/// The first bytes of the buffer, which do not compress.
///
/// # Panics
/// Beyond [`MAX_BYTES`].
pub fn bytes(len: usize) -> &'static [u8] {
    &BYTES[..len]
}

/// All digests of [`bytes`] of this length.
pub fn digests(len: usize) -> Arc<Digests> {
    let mut known = DIGESTS.lock().expect("no holder panics");
    known.entry(len).or_insert_with(|| Arc::new(compute(len))).clone()
}

fn compute(len: usize) -> Digests {
    let checksums = ChecksumAlgorithm::ALL.to_vec();
    let mut hasher = Hasher::new(&DigestSet { md5: true, sha256: true, tree: true, checksums });
    hasher.update(bytes(len));
    hasher.finish()
}

/// Digits of a hash.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
