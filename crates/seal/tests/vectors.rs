//! What another implementation of `docs/format/sealed.md` made (`docs/format/sealed_vectors.py`) is what this one makes and opens.

use aws_lc_rs::digest::{SHA256, digest};
use coldkeep_seal::{ContentKey, DataKey, FrameOpener, FrameSealer, WrappingKey};

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    bytes(text).try_into().unwrap()
}

/// Whether two keys are one: what one seals the other opens.
fn are_one(one: &ContentKey, other: &ContentKey) -> bool {
    let mut sealed = Vec::new();
    FrameSealer::new(one).unwrap().seal(b"text", true, &mut sealed).unwrap();
    FrameOpener::new(other, 4).unwrap().open(0..4, &sealed).is_ok()
}

#[test]
fn vectors() {
    let (mut contents, mut keys) = (0, 0);
    for row in include_str!("vectors.txt").lines().filter(|row| !row.starts_with('#')) {
        let fields: Vec<&str> = row.split(' ').collect();
        match fields[..] {
            ["content" | "dual", secret, id, part, length, sha256, first, last] => {
                let length: usize = length.parse().unwrap();
                let plain: Vec<u8> = (0..length).map(|at| (at * 31 + at / 251) as u8).collect();
                let key = DataKey::from_secret(&bytes(secret)).unwrap().content(&array(id), part.parse().unwrap());
                let key = key.unwrap();
                let mut sealed = Vec::new();
                FrameSealer::new(&key).unwrap().seal(&plain, true, &mut sealed).unwrap();
                assert_eq!(sealed[..16], bytes(first), "{row}");
                assert_eq!(sealed[sealed.len() - 16..], bytes(last), "{row}");
                assert_eq!(digest(&SHA256, &sealed).as_ref(), bytes(sha256), "{row}");
                let opener = FrameOpener::new(&key, length as u64).unwrap();
                assert_eq!(opener.open(0..length as u64, &sealed).unwrap(), plain, "{row}");
                contents += 1;
            }
            ["wrapped", wrapping, about, key, wrapped] => {
                let wrapping = WrappingKey::new(&array(wrapping)).unwrap();
                let opened = wrapping.unwrap(&bytes(wrapped), &bytes(about)).unwrap();
                assert_eq!(opened.secret()[..], bytes(key), "{row}");
                keys += 1;
            }
            ["shared", wrapping, about, key, id, part, wrapped] => {
                let wrapping = DataKey::from_bytes(array(wrapping)).wrapping().unwrap();
                let opened = wrapping.unwrap_content(&bytes(wrapped), &bytes(about)).unwrap();
                let key =
                    DataKey::from_secret(&bytes(key)).unwrap().content(&array(id), part.parse().unwrap()).unwrap();
                assert!(are_one(&opened, &key), "{row}");
                keys += 1;
            }
            _ => panic!("{row}"),
        }
    }
    assert_eq!((contents, keys), (22, 4));
}
