//! The form of ciphertexts under symmetric keys, and their sealing. Pure.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version: 1 |
//! | 1 | 1 if the key's id is one of a multi-Region key, else 0 |
//! | 16 | the key's id |
//! | 8 | the account, as a number |
//! | 1, n | the region, behind its length |
//! | 4 | the number of the key material |
//! | 32 | salt |
//! | n + 16 | AES-256-GCM |
//!
//! Key and nonce of each ciphertext are its own: HKDF-SHA-256 of the material with the salt (so a key may encrypt without counting),
//! and everything before the GCM part with the encryption context's canonical form is authenticated. `docs/format/ciphertext.md`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use coldkeep_types::{AccountId, Region};
use zeroize::{Zeroize, Zeroizing};

use crate::context::canonical;
use crate::{EncryptionContext, Error, Place};

const VERSION: u8 = 1;
const SALT_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
const INFO: &[u8] = b"coldkeep kms ciphertext 1";
/// What a ciphertext has more than its plaintext, at most.
pub const MAX_OVERHEAD_BYTES: usize = 1 + 1 + 16 + 8 + 1 + 63 + 4 + SALT_BYTES + TAG_BYTES;

/// Which key made a ciphertext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where the key is.
    pub place: Place,
    /// Its id.
    pub id: String,
    /// The number of its material.
    pub material: u32,
}

/// What all ciphertexts of a key begin with: everything before the number of the material.
pub fn head(place: &Place, id: &str) -> Option<Vec<u8>> {
    let (is_multi, hex_id) = match id.strip_prefix("mrk-") {
        Some(digits) => (1, digits.to_owned()),
        None => (0, id.replace('-', "")),
    };
    let id: [u8; 16] = hex::decode_to_array(hex_id).ok()?;
    let account: u64 = place.account.as_str().parse().ok()?;
    let region = place.region.as_str().as_bytes();
    let mut head = vec![VERSION, is_multi];
    head.extend_from_slice(&id);
    head.extend_from_slice(&account.to_be_bytes());
    head.push(u8::try_from(region.len()).ok()?);
    head.extend_from_slice(region);
    Some(head)
}

/// The number of the material that made a ciphertext of the key whose [`head`] this is, and how long its header is. `None`: it begins
/// in another way.
pub fn material(head: &[u8], ciphertext: &[u8]) -> Option<(u32, usize)> {
    let number = ciphertext.strip_prefix(head)?.first_chunk()?;
    Some((u32::from_be_bytes(*number), head.len() + number.len()))
}

impl Origin {
    /// Reads where a ciphertext is from, and how long that part of it is. Nothing is proven.
    pub fn read(ciphertext: &[u8]) -> Option<(Self, usize)> {
        let (head, rest) = ciphertext.split_first_chunk::<2>()?;
        let [VERSION, is_multi @ 0..=1] = *head else { return None };
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (account, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first()?;
        let (region, rest) = rest.split_at_checked(usize::from(*length))?;
        let (material, rest) = rest.split_first_chunk::<4>()?;
        let account = AccountId::parse(&format!("{:012}", u64::from_be_bytes(*account))).ok()?;
        let region = Region::parse(std::str::from_utf8(region).ok()?).ok()?;
        let id = if is_multi == 1 { format!("mrk-{}", hex::encode(id)) } else { crate::ids::uuid(*id) };
        let origin = Self { place: Place { account, region }, id, material: u32::from_be_bytes(*material) };
        Some((origin, ciphertext.len() - rest.len()))
    }
}

struct Derived;

impl KeyType for Derived {
    fn len(&self) -> usize {
        32 + NONCE_LEN
    }
}

fn derive(secret: &[u8], salt: &[u8]) -> Option<(LessSafeKey, Nonce)> {
    let mut bytes = Zeroizing::new([0; 32 + NONCE_LEN]);
    let prk = Salt::new(HKDF_SHA256, salt).extract(secret);
    prk.expand(&[INFO], Derived).ok()?.fill(&mut *bytes).ok()?;
    let (key, nonce) = bytes.split_at(32);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    Some((key, Nonce::try_assume_unique_for_key(nonce).ok()?))
}

/// Encrypts under this secret, the material of this number, of the key whose [`head`] this is.
pub fn seal(
    secret: &[u8],
    (head, material): (&[u8], u32),
    plain: &[u8],
    context: &EncryptionContext,
) -> Result<Vec<u8>, Error> {
    let failed = || Error::Damaged("the crypto library failed to encrypt".to_owned());
    let mut out = Vec::with_capacity(head.len() + 4 + SALT_BYTES + plain.len() + TAG_BYTES);
    out.extend_from_slice(head);
    out.extend_from_slice(&material.to_be_bytes());
    let salt: [u8; SALT_BYTES] = crate::secret::random();
    out.extend_from_slice(&salt);
    let (key, nonce) = derive(secret, &salt).ok_or_else(failed)?;
    let aad = [&out, canonical(context).as_slice()].concat();
    let start = out.len();
    out.extend_from_slice(plain);
    match key.seal_in_place_separate_tag(nonce, Aad::from(aad), &mut out[start..]) {
        Ok(tag) => {
            out.extend_from_slice(tag.as_ref());
            Ok(out)
        }
        Err(_) => {
            out.zeroize();
            Err(failed())
        }
    }
}

/// Opens what [`seal`] made with this secret. `header_bytes` is what [`material`] or [`Origin::read`] said.
pub fn open(
    secret: &[u8],
    ciphertext: &[u8],
    header_bytes: usize,
    context: &EncryptionContext,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let head_bytes = header_bytes + SALT_BYTES;
    let (head, sealed) = ciphertext.split_at_checked(head_bytes).ok_or(Error::InvalidCiphertext)?;
    let (key, nonce) = derive(secret, &head[header_bytes..]).ok_or(Error::InvalidCiphertext)?;
    let aad = [head, canonical(context).as_slice()].concat();
    let mut plain = Zeroizing::new(sealed.to_vec());
    let opened = key.open_in_place(nonce, Aad::from(aad), &mut plain);
    let length = opened.map_err(|_| Error::InvalidCiphertext)?.len();
    plain.truncate(length);
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ciphertext_opens_only_as_it_is_and_in_its_context() {
        let place = Place {
            account: AccountId::parse("011122223333").expect("12 digits"),
            region: Region::parse("eu-west-1").expect("a region"),
        };
        let context: EncryptionContext = [("a".to_owned(), "b".to_owned())].into();
        for id in ["1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab"] {
            let origin = Origin { place: place.clone(), id: id.into(), material: 7 };
            let head = head(&place, id).expect("a head");
            let sealed = seal(&[9; 32], (&head, 7), b"plain text", &context).expect("sealed");
            let (read, header) = Origin::read(&sealed).expect("its header");
            assert_eq!(read, origin);
            assert_eq!(material(&head, &sealed), Some((7, header)));
            assert_eq!(material(&head, &sealed[..header - 1]), None);
            assert_eq!(material(&head[..head.len() - 1], &sealed).map(|(number, _)| number == 7), Some(false));
            assert!(sealed.len() <= MAX_OVERHEAD_BYTES + 10);
            assert_eq!(open(&[9; 32], &sealed, header, &context).expect("opens").as_slice(), b"plain text");
            assert!(open(&[8; 32], &sealed, header, &context).is_err());
            assert!(open(&[9; 32], &sealed, header, &EncryptionContext::new()).is_err());
            for at in 0..sealed.len() {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                let opened = Origin::read(&changed).map(|(_, header)| open(&[9; 32], &changed, header, &context));
                assert!(!matches!(opened, Some(Ok(_))), "byte {at}");
                let cut =
                    Origin::read(&sealed[..at]).map(|(_, header)| open(&[9; 32], &sealed[..at], header, &context));
                assert!(!matches!(cut, Some(Ok(_))), "{at} bytes");
            }
            assert_ne!(seal(&[9; 32], (&head, 7), b"plain text", &context).expect("sealed"), sealed);
        }
    }

    #[test]
    fn strangers_bytes_are_no_ciphertext() {
        for bytes in [&[][..], &[1], &[2; 200], &[1; 200], &[0; 64], &[255; 300]] {
            let opened =
                Origin::read(bytes).map(|(_, header)| open(&[9; 32], bytes, header, &EncryptionContext::new()));
            assert!(!matches!(opened, Some(Ok(_))), "{bytes:?}");
        }
    }
}
