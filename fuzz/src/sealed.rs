//! Sealed contents: whatever was done to the frames, what opens is what was sealed; and wrapped keys, of which no others open.
//!
//! The first byte chooses how many whole frames there are, two more the rest; two choose where a range begins, two where it ends;
//! what follows are changes, four bytes each: the frame, the place in it, and what is done there.

use coldkeep_seal::{DataKey, FRAME_BYTES, FRAME_PLAIN_BYTES, FrameOpener, FrameSealer, WrappingKey};

use crate::byte;

pub(crate) fn run(mut data: &[u8]) {
    let key = DataKey::from_bytes([3; 32]);
    let wrapping = key.wrapping().expect("a key");
    opens_none(&wrapping, data);
    let mut number = |most: usize| (usize::from(byte(&mut data)) << 8 | usize::from(byte(&mut data))) % most;
    let frames = number(4);
    let bytes = frames * FRAME_PLAIN_BYTES + number(FRAME_PLAIN_BYTES);
    let (a, b) = (number(bytes + 1), number(bytes + 1));
    let range = a.min(b)..a.max(b);
    let plain: Vec<u8> = (0..bytes).map(|at| (at / 7 + at) as u8).collect();
    let content = key.content(&[5; 16], 1).expect("a key");
    let mut sealed = Vec::new();
    FrameSealer::new(&content).and_then(|mut sealer| sealer.seal(&plain, true, &mut sealed)).expect("sealed");
    let mut changed = sealed.clone();
    for change in data.chunks_exact(4).take(16) {
        apply(&mut changed, change);
    }
    // What the record says of the length may be wrong too.
    let told = coldkeep_seal::plain_bytes(changed.len() as u64).unwrap_or(bytes as u64);
    let opener = FrameOpener::new(&content, told).expect("a key");
    let asked = range.start as u64..range.end as u64;
    let at = opener.sealed_range(&asked);
    let read = changed.get(at.start as usize..at.end as usize).unwrap_or_default();
    match opener.open(asked, read) {
        Ok(opened) => assert_eq!(opened, &plain[range], "what opens is what was sealed"),
        Err(_) => assert_ne!(changed, sealed, "what was not changed opens"),
    }
}

fn apply(sealed: &mut Vec<u8>, change: &[u8]) {
    let count = sealed.len() / FRAME_BYTES;
    let (frame, at) = (usize::from(change[0]), usize::from(change[1]) << 8 | usize::from(change[2]));
    match change[3] % 4 {
        0 if !sealed.is_empty() => {
            let at = (frame * FRAME_BYTES + at) % sealed.len();
            sealed[at] ^= change[3] | 1;
        }
        1 => sealed.truncate(sealed.len().saturating_sub(at)),
        2 if count > 1 => {
            let (one, other) = (frame % count, at % count);
            for n in 0..FRAME_BYTES {
                sealed.swap(one * FRAME_BYTES + n, other * FRAME_BYTES + n);
            }
        }
        _ => sealed.extend(std::iter::repeat_n(change[3], at)),
    }
}

/// Nobody but who has the key wraps anything.
fn opens_none(wrapping: &WrappingKey, data: &[u8]) {
    assert!(wrapping.unwrap(data, b"about").is_err());
    assert!(wrapping.unwrap_content(data, b"about").is_err());
}
