//! The ids of blobs of a shared store, made a second time, from the store's secret.

use coldkeep_meta::Meta;
use coldkeep_types::Id;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The id of a number of a run, in a pool.
pub async fn numbered(meta: &dyn Meta, run: u32, pool: u8, number: u64) -> Id {
    let secret = meta.get(b"ssecret").await.unwrap().unwrap().value;
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&number.to_be_bytes()[2..]);
    bytes[6..9].copy_from_slice(&run.to_be_bytes()[1..]);
    bytes[0] = pool << 2;
    let mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
    let mac = mac.chain_update([b"blob".as_slice(), &bytes[..12]].concat()).finalize().into_bytes();
    bytes[12..].copy_from_slice(&mac[..4]);
    Id::from_bytes(bytes)
}
