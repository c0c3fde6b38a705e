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
//! | 20 | salt of the series |
//! | 12 | nonce |
//! | n + 16 | AES-256-GCM |
//!
//! Ciphertexts of a series share a key that HKDF-SHA-256 derives from the material and the salt (`series`); everything before the GCM part
//! is authenticated, with the encryption context's canonical form. Version 1 had 32 bytes of salt in place of salt and nonce, and derived
//! both from them for each ciphertext: it is read, and not written. `docs/format/ciphertext.md`.

use aws_lc_rs::aead::{Aad, NONCE_LEN, Nonce};
use coldkeep_types::{AccountId, Region};
use zeroize::{Zeroize, Zeroizing};

use crate::context::bound;
use crate::series::{self, SALT_BYTES, Series};
use crate::{EncryptionContext, Error, Place};

const VERSION: u8 = 2;
/// The version that derived key and nonce of each ciphertext.
const EACH_ITS_OWN: u8 = 1;
/// What tells a ciphertext from all others of its key: in both versions as long.
const OWN_BYTES: usize = SALT_BYTES + NONCE_LEN;
const TAG_BYTES: usize = 16;
/// Where the length of the region stands behind the version: after kind, id and account.
const REGION_LENGTH_AT: usize = 1 + 16 + 8;
/// What a ciphertext has more than its plaintext, at most.
pub const MAX_OVERHEAD_BYTES: usize = 1 + 1 + 16 + 8 + 1 + 63 + 4 + OWN_BYTES + TAG_BYTES;

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
    let (version, rest) = ciphertext.split_first()?;
    let number = rest.strip_prefix(head.get(1..)?)?.first_chunk()?;
    if !is_version(*version) {
        return None;
    }
    Some((u32::from_be_bytes(*number), head.len() + number.len()))
}

/// What all ciphertexts of the key that made this one have in common: the [`head`] but its first byte, the version.
pub fn common(ciphertext: &[u8]) -> Option<&[u8]> {
    let (version, rest) = ciphertext.split_first()?;
    let region_bytes = *rest.get(REGION_LENGTH_AT)?;
    rest.get(..REGION_LENGTH_AT + 1 + usize::from(region_bytes)).filter(|_| is_version(*version))
}

fn is_version(byte: u8) -> bool {
    [EACH_ITS_OWN, VERSION].contains(&byte)
}

impl Origin {
    /// Reads where a ciphertext is from, and how long that part of it is. Nothing is proven.
    pub fn read(ciphertext: &[u8]) -> Option<(Self, usize)> {
        let (head, rest) = ciphertext.split_first_chunk::<2>()?;
        let [version, is_multi @ 0..=1] = *head else { return None };
        if !is_version(version) {
            return None;
        }
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

/// Encrypts under this secret, the material of this number, of the key whose [`head`] and series these are.
pub fn seal(
    series: &Series,
    secret: &[u8],
    (head, material): (&[u8], u32),
    plain: &[u8],
    context: &EncryptionContext,
) -> Result<Vec<u8>, Error> {
    let failed = || Error::Damaged("the crypto library failed to encrypt".to_owned());
    let (salt, key) = series.to_write(material, secret).ok_or_else(failed)?;
    let nonce: [u8; NONCE_LEN] = crate::secret::random();
    let mut out = Vec::with_capacity(head.len() + 4 + OWN_BYTES + plain.len() + TAG_BYTES);
    out.extend_from_slice(head);
    out.extend_from_slice(&material.to_be_bytes());
    out.extend_from_slice(&salt);
    out.extend_from_slice(&nonce);
    let aad = bound(&out, context);
    let start = out.len();
    out.extend_from_slice(plain);
    let nonce = Nonce::assume_unique_for_key(nonce);
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

/// Opens what [`seal`] made with this secret. The number of the material and `header_bytes` are what [`material`] or [`Origin::read`]
/// said.
pub fn open(
    series: &Series,
    secret: &[u8],
    ciphertext: &[u8],
    (material, header_bytes): (u32, usize),
    context: &EncryptionContext,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (head, sealed) = ciphertext.split_at_checked(header_bytes + OWN_BYTES).ok_or(Error::InvalidCiphertext)?;
    let own = head.last_chunk::<OWN_BYTES>().ok_or(Error::InvalidCiphertext)?;
    let (key, nonce) = match (head.first(), own.split_first_chunk()) {
        (Some(&EACH_ITS_OWN), _) => series::of_one(secret, own).map(|(key, nonce)| (key.into(), nonce)),
        (_, Some((salt, nonce))) => {
            series.to_read(material, secret, salt).zip(Nonce::try_assume_unique_for_key(nonce).ok())
        }
        _ => None,
    }
    .ok_or(Error::InvalidCiphertext)?;
    let mut plain = Zeroizing::new(sealed.to_vec());
    let opened = key.open_in_place(nonce, Aad::from(bound(head, context)), &mut plain);
    let length = opened.map_err(|_| Error::InvalidCiphertext)?.len();
    plain.truncate(length);
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
    use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};

    use super::*;

    const IDS: [&str; 2] = ["1234abcd-12ab-34cd-56ef-1234567890ab", "mrk-1234abcd12ab34cd56ef1234567890ab"];
    const SECRET: [u8; 32] = [9; 32];

    fn place() -> Place {
        Place {
            account: AccountId::parse("011122223333").expect("12 digits"),
            region: Region::parse("eu-west-1").expect("a region"),
        }
    }

    fn context() -> EncryptionContext {
        [("a".to_owned(), "b".to_owned())].into()
    }

    /// As somebody opens it who has this secret, and the series if they were kept.
    fn opened(
        series: &Series,
        secret: &[u8],
        ciphertext: &[u8],
        context: &EncryptionContext,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let (origin, header_bytes) = Origin::read(ciphertext)?;
        open(series, secret, ciphertext, (origin.material, header_bytes), context).ok()
    }

    /// What must be true of a ciphertext of "plain text" under material 7, in the context, that this series knows or not.
    fn opens_only_as_it_is(series: &Series, id: &str, sealed: &[u8]) {
        let head = head(&place(), id).expect("a head");
        let (read, header) = Origin::read(sealed).expect("its header");
        assert_eq!(read, Origin { place: place(), id: id.into(), material: 7 });
        assert_eq!(material(&head, sealed), Some((7, header)));
        assert_eq!(material(&head, &sealed[..header - 1]), None);
        assert_eq!(material(&head[..head.len() - 1], sealed).map(|(number, _)| number == 7), Some(false));
        assert_eq!((common(sealed), common(&sealed[..head.len() - 1])), (Some(&head[1..]), None));
        assert!(sealed.len() <= MAX_OVERHEAD_BYTES + 10);
        for series in [series, &Series::default()] {
            assert_eq!(opened(series, &SECRET, sealed, &context()).expect("opens").as_slice(), b"plain text");
            assert!(opened(series, &SECRET, sealed, &EncryptionContext::new()).is_none());
            for at in 0..sealed.len() {
                let mut changed = sealed.to_vec();
                changed[at] ^= 1;
                assert!(opened(series, &SECRET, &changed, &context()).is_none(), "byte {at}");
                changed[at] ^= 1 ^ EACH_ITS_OWN ^ VERSION;
                assert!(opened(series, &SECRET, &changed, &context()).is_none(), "byte {at}");
                assert!(opened(series, &SECRET, &sealed[..at], &context()).is_none(), "{at} bytes");
            }
        }
        assert!(opened(&Series::default(), &[8; 32], sealed, &context()).is_none());
    }

    #[test]
    fn a_ciphertext_opens_only_as_it_is_and_in_its_context() {
        for id in IDS {
            let (series, head) = (Series::default(), head(&place(), id).expect("a head"));
            let make = || seal(&series, &SECRET, (&head, 7), b"plain text", &context()).expect("sealed");
            let sealed = make();
            opens_only_as_it_is(&series, id, &sealed);
            assert_ne!(make(), sealed);
        }
    }

    struct Derived;

    impl KeyType for Derived {
        fn len(&self) -> usize {
            32 + NONCE_LEN
        }
    }

    #[test]
    fn a_ciphertext_of_the_first_version_opens() {
        for id in IDS {
            let (salt, mut bytes) = ([5; 32], [0; 32 + NONCE_LEN]);
            let prk = Salt::new(HKDF_SHA256, &salt).extract(&SECRET);
            let derived = prk.expand(&[b"coldkeep kms ciphertext 1"], Derived).expect("derived");
            derived.fill(&mut bytes).expect("as long");
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &bytes[..32]).expect("a key"));
            let nonce = Nonce::try_assume_unique_for_key(&bytes[32..]).expect("a nonce");
            let mut sealed = [&head(&place(), id).expect("a head"), &[0, 0, 0, 7][..], &salt].concat();
            sealed[0] = 1;
            let aad = bound(&sealed, &context());
            let mut text = b"plain text".to_vec();
            key.seal_in_place_append_tag(nonce, Aad::from(aad), &mut text).expect("sealed");
            sealed.extend(text);
            opens_only_as_it_is(&Series::default(), id, &sealed);
        }
    }

    #[test]
    fn strangers_bytes_are_no_ciphertext() {
        for bytes in [&[][..], &[1], &[2; 200], &[1; 200], &[0; 64], &[255; 300]] {
            assert!(opened(&Series::default(), &SECRET, bytes, &context()).is_none(), "{bytes:?}");
        }
    }
}
