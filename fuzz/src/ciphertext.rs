//! Ciphertexts of keys: whatever a client hands in, only what the key made opens, in the context it was made in, and as it is.
//!
//! The first byte chooses how many bytes of plaintext there are, the second how many pairs the context has; what follows are changes,
//! three bytes each: the place, twice, and what is done there. All of it is also taken for a ciphertext as it came.

use coldkeep_keyring::{CiphertextOrigin, EncryptionContext, Place, fuzzing};
use coldkeep_types::{AccountId, Region};

use crate::byte;

const SECRET: [u8; 32] = [9; 32];

pub(crate) fn run(mut data: &[u8]) {
    let none = EncryptionContext::new();
    if let Some((origin, header_bytes)) = CiphertextOrigin::read(data) {
        assert!(header_bytes <= data.len());
        assert!(
            fuzzing::open(&SECRET, data, (origin.material, header_bytes), &none).is_err(),
            "nobody but the key makes any: {origin:?}"
        );
    }
    let plain = vec![7; byte(&mut data).into()];
    let pairs = byte(&mut data) % 4;
    let context: EncryptionContext = (0..pairs).map(|n| (format!("k{n}"), format!("v{n}"))).collect();
    let place = Place {
        account: AccountId::parse("011122223333").expect("12 digits"),
        region: Region::parse("eu-west-1").expect("a region"),
    };
    let id = if pairs == 3 { "mrk-1234abcd12ab34cd56ef1234567890ab" } else { "1234abcd-12ab-34cd-56ef-1234567890ab" };
    let origin = CiphertextOrigin { place, id: id.to_owned(), material: 3 };
    let sealed = fuzzing::seal(&SECRET, &origin, &plain, &context).expect("sealed");
    let mut changed = sealed.clone();
    for change in data.chunks_exact(3).take(16) {
        apply(&mut changed, usize::from(change[0]) << 8 | usize::from(change[1]), change[2]);
    }
    let opened = CiphertextOrigin::read(&changed).map(|(read, header_bytes)| {
        let head = (read.material, header_bytes);
        let opened = fuzzing::open(&SECRET, &changed, head, &context);
        (read, opened, fuzzing::open(&SECRET, &changed, head, &[("k".into(), "v".into())].into()))
    });
    match opened {
        Some((read, Ok(opened), other)) => {
            assert!(changed == sealed && read == origin && *opened == plain, "what opens is what was sealed");
            assert!(other.is_err(), "in another context");
        }
        _ => assert_ne!(changed, sealed, "what was not changed opens"),
    }
}

fn apply(sealed: &mut Vec<u8>, at: usize, how: u8) {
    match how % 4 {
        0 | 1 if !sealed.is_empty() => {
            let at = at % sealed.len();
            sealed[at] ^= how | 1;
        }
        2 => sealed.truncate(sealed.len().saturating_sub(at)),
        _ => sealed.extend(std::iter::repeat_n(how, at % 256)),
    }
}
