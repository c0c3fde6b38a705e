//! The identifiers that Glacier clients see: opaque text of a fixed length that carries an id, its vault, and a MAC
//! under the store's secret. So an identifier that was issued and one that never was can be told apart without
//! keeping anything, and one of another vault is noticed.
//!
//! Layout: version, kind, id (16), vault (8), filler, MAC (16). Filler is derived from the rest. The version byte is
//! chosen so that no identifier begins with `-`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coldkeep_types::Id;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::{ContainerId, Store};

/// What an identifier stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpaqueKind {
    /// 138 characters.
    Archive,
    /// 92 characters.
    Upload,
    /// 92 characters.
    Job,
    /// Where an inventory goes on; as an archive.
    InventoryMarker,
}

/// What an identifier carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The id of the thing.
    pub id: Id,
    /// The vault it was issued for.
    pub vault: ContainerId,
}

const VERSION: u8 = 0x04;
const HEAD_BYTES: usize = 1 + 1 + 16 + 8;
const MAC_BYTES: usize = 16;

impl OpaqueKind {
    fn bytes(self) -> usize {
        match self {
            Self::Archive | Self::InventoryMarker => 103,
            Self::Upload | Self::Job => 69,
        }
    }

    fn tag(self) -> u8 {
        match self {
            Self::Archive => 1,
            Self::Upload => 2,
            Self::Job => 3,
            Self::InventoryMarker => 4,
        }
    }
}

impl Store {
    /// The identifier of a thing of a vault.
    pub fn seal_id(&self, kind: OpaqueKind, vault: ContainerId, id: Id) -> String {
        seal(&self.0.secret, kind, vault, id)
    }

    /// What an identifier carries; `None` if this store never issued it for that kind.
    pub fn open_id(&self, kind: OpaqueKind, text: &str) -> Option<Opened> {
        open(&self.0.secret, kind, text)
    }
}

fn seal(secret: &[u8; 32], kind: OpaqueKind, vault: ContainerId, id: Id) -> String {
    let mut bytes = Vec::with_capacity(kind.bytes());
    bytes.extend_from_slice(&[VERSION, kind.tag()]);
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend_from_slice(&vault);
    let filler = kind.bytes() - HEAD_BYTES - MAC_BYTES;
    let stream = [mac(secret, b"filler 1", &bytes), mac(secret, b"filler 2", &bytes)].concat();
    bytes.extend_from_slice(&stream[..filler]);
    let proof = mac(secret, b"proof", &bytes);
    bytes.extend_from_slice(&proof[..MAC_BYTES]);
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn open(secret: &[u8; 32], kind: OpaqueKind, text: &str) -> Option<Opened> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == kind.bytes())?;
    let (body, proof) = bytes.split_at(bytes.len() - MAC_BYTES);
    let right = mac(secret, b"proof", body)[..MAC_BYTES].ct_eq(proof);
    if !bool::from(right) || body[..2] != [VERSION, kind.tag()] {
        return None;
    }
    let vault = body[18..HEAD_BYTES].try_into().ok()?;
    Some(Opened { id: Id::from_slice(&body[2..18])?, vault })
}

fn mac(secret: &[u8; 32], purpose: &[u8], bytes: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| unreachable!("HMAC takes any key"));
    mac.update(purpose);
    mac.update(bytes);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_glaciers_lengths_and_open_only_as_issued() {
        let (secret, id, vault) = ([1; 32], Id::from_bytes([9; 16]), [5; 8]);
        for (kind, length) in [(OpaqueKind::Archive, 138), (OpaqueKind::Upload, 92), (OpaqueKind::Job, 92)] {
            let text = seal(&secret, kind, vault, id);
            assert_eq!(text.len(), length);
            assert!(text.starts_with('B'));
            assert_eq!(open(&secret, kind, &text), Some(Opened { id, vault }));
            assert_eq!(open(&[2; 32], kind, &text), None);
            assert_eq!(open(&secret, OpaqueKind::InventoryMarker, &text), None);
            let mut other = text.into_bytes();
            other[40] = if other[40] == b'A' { b'B' } else { b'A' };
            assert_eq!(open(&secret, kind, std::str::from_utf8(&other).unwrap()), None);
        }
    }
}
