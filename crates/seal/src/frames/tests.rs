use proptest::prelude::*;

use super::*;
use crate::{DataKey, plain_bytes, sealed_bytes};

const FRAME: usize = FRAME_PLAIN_BYTES;

fn key(part: u32) -> ContentKey {
    DataKey::from_bytes([7; 32]).content(b"the content's id", part).unwrap()
}

fn text(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at * 31 + at / 251) as u8).collect()
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    let (mut sealer, mut out) = (FrameSealer::new(&key(1)).unwrap(), Vec::new());
    sealer.seal(plain, true, &mut out).unwrap();
    assert_eq!(out.len() as u64, sealed_bytes(plain.len() as u64));
    out
}

fn open(bytes: usize, range: Range<usize>, sealed: &[u8]) -> Result<Bytes, SealError> {
    let opener = FrameOpener::new(&key(1), bytes as u64)?;
    let range = range.start as u64..range.end as u64;
    let at = opener.sealed_range(&range);
    opener.open(range, sealed.get(at.start as usize..at.end as usize).ok_or(SealError::NotAuthentic)?)
}

#[test]
fn contents_come_back_at_every_limit_of_frames() {
    for bytes in [0, 1, 15, 16, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME - 1, 2 * FRAME, 2 * FRAME + 1] {
        let plain = text(bytes);
        let sealed = sealed(&plain);
        assert_eq!(open(bytes, 0..bytes, &sealed).unwrap(), plain, "{bytes}");
        for at in (0..bytes).step_by(FRAME / 2 - 3) {
            let end = bytes.min(at + FRAME);
            assert_eq!(open(bytes, at..end, &sealed).unwrap(), plain[at..end], "{at} of {bytes}");
        }
    }
}

#[test]
fn blocks_make_what_the_whole_makes() {
    let plain = text(3 * FRAME + 5);
    let (mut sealer, mut out) = (FrameSealer::new(&key(1)).unwrap(), Vec::new());
    sealer.seal(&plain[..2 * FRAME], false, &mut out).unwrap();
    assert_eq!(
        sealer.seal(&plain[2 * FRAME..], false, &mut out),
        Err(SealError::Misused),
        "a short frame before the last"
    );
    sealer.seal(&plain[2 * FRAME..], true, &mut out).unwrap();
    assert_eq!(sealer.seal(&[], true, &mut out), Err(SealError::Misused), "it has ended");
    assert_eq!(out, sealed(&plain));
}

#[test]
fn what_was_sealed_for_one_place_opens_in_no_other() {
    let plain = text(100);
    let sealed = sealed(&plain);
    let other_part = FrameOpener::new(&key(2), 100).unwrap();
    assert_eq!(other_part.open(0..100, &sealed), Err(SealError::NotAuthentic));
    let other_content = DataKey::from_bytes([7; 32]).content(b"another one's id", 1).unwrap();
    assert_eq!(FrameOpener::new(&other_content, 100).unwrap().open(0..100, &sealed), Err(SealError::NotAuthentic));
}

#[test]
fn frames_cannot_be_dropped_added_or_moved() {
    let plain = text(3 * FRAME);
    let whole = sealed(&plain);
    let frame = |n: usize| &whole[n * FRAME_BYTES..(n + 1) * FRAME_BYTES];
    // Another order, one twice, one from elsewhere in place of another.
    for order in [[1, 0, 2], [0, 2, 1], [2, 1, 0], [0, 0, 2], [0, 1, 1]] {
        let moved: Vec<u8> = order.iter().flat_map(|n| frame(*n)).copied().collect();
        assert_eq!(open(3 * FRAME, 0..3 * FRAME, &moved), Err(SealError::NotAuthentic), "{order:?}");
    }
    // Shorter, whatever the record says.
    assert_eq!(open(3 * FRAME, 0..3 * FRAME, &whole[..2 * FRAME_BYTES]), Err(SealError::NotAuthentic));
    assert_eq!(open(2 * FRAME, 0..2 * FRAME, &whole[..2 * FRAME_BYTES]), Err(SealError::NotAuthentic));
    assert_eq!(open(3 * FRAME - 1, 0..3 * FRAME - 1, &whole[..3 * FRAME_BYTES - 1]), Err(SealError::NotAuthentic));
    // Longer.
    let longer = [&whole[..], frame(2)].concat();
    assert_eq!(open(4 * FRAME, 2 * FRAME..4 * FRAME, &longer), Err(SealError::NotAuthentic));
    // A content that is another's beginning.
    assert_eq!(open(0, 0..0, &whole[..16]), Err(SealError::NotAuthentic));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_range_of_any_length(frames in 0usize..4, rest in 0usize..40, less in any::<bool>(), a in any::<u32>(), b in any::<u32>()) {
        let bytes = if less { (frames * FRAME).saturating_sub(rest) } else { frames * FRAME + rest };
        let plain = text(bytes);
        let sealed = sealed(&plain);
        prop_assert_eq!(plain_bytes(sealed.len() as u64), Some(bytes as u64));
        let (a, b) = (a as usize % (bytes + 1), b as usize % (bytes + 1));
        let range = a.min(b)..a.max(b);
        if !range.is_empty() {
            prop_assert_eq!(open(bytes, range.clone(), &sealed).unwrap(), &plain[range]);
        }
    }

    #[test]
    fn any_flip_is_found(rest in 0usize..40, frame in 0usize..3, at in 0usize..FRAME_BYTES, in_tag in any::<bool>(), bit in 0u8..8) {
        let bytes = 2 * FRAME + rest;
        let mut sealed = sealed(&text(bytes));
        let end = sealed.len().min((frame + 1) * FRAME_BYTES);
        let start = (frame * FRAME_BYTES).min(end - TAG_BYTES);
        let at = if in_tag { end - 1 - at % TAG_BYTES } else { start + at % (end - start) };
        sealed[at] ^= 1 << bit;
        prop_assert_eq!(open(bytes, 0..bytes, &sealed), Err(SealError::NotAuthentic));
        // The frames that were left alone still open.
        let whole = (0..bytes.div_ceil(FRAME)).filter(|n| *n != at / FRAME_BYTES);
        for n in whole {
            prop_assert!(open(bytes, n * FRAME..bytes.min((n + 1) * FRAME), &sealed).is_ok());
        }
    }
}

#[test]
fn two_layers_open_with_both_keys_only_and_show_nothing_of_the_inner_one() {
    let dual = DataKey::random_dual();
    let secret = dual.secret();
    let (first, second) = secret.split_at(secret.len() - 32);
    let inner = DataKey::from_secret(first).unwrap();
    let half = |first: &[u8], second: &[u8]| DataKey::from_secret(&[first, second].concat()).unwrap();
    let others = [inner.clone(), half(first, &[0; 32]), half(DataKey::from_bytes([0; 32]).secret().as_slice(), second)];
    for bytes in [0, 1, 100, FRAME, 2 * FRAME + 1, 3 * FRAME] {
        let plain = text(bytes);
        let of = |key: &DataKey| key.content(&[1; 16], 1).unwrap();
        let made = |key: &DataKey| {
            let (mut sealer, mut out) = (FrameSealer::new(&of(key)).unwrap(), b"before".to_vec());
            let whole = (bytes / FRAME).saturating_sub(1) * FRAME;
            sealer.seal(&plain[..whole], false, &mut out).unwrap();
            sealer.seal(&plain[whole..], true, &mut out).unwrap();
            out.split_off(6)
        };
        let open = |key: &DataKey, range: Range<u64>, sealed: &[u8]| {
            let opener = FrameOpener::new(&of(key), bytes as u64).unwrap();
            let at = opener.sealed_range(&range);
            opener.open(range, &sealed[at.start as usize..at.end as usize])
        };
        let (sealed, one) = (made(&dual), made(&inner));
        assert_eq!(sealed.len() as u64, sealed_bytes(bytes as u64));
        // Every sixteen bytes differ from the inner layer's: there is no frame, nor end of one, that lacks the outer.
        for (at, (outer, inner)) in sealed.chunks(16).zip(one.chunks(16)).enumerate() {
            assert!(outer != inner || outer.len() < 4, "block {at} of {bytes} bytes");
        }
        for start in (0..=bytes).step_by(FRAME / 2 - 3) {
            let end = bytes.min(start + FRAME);
            assert_eq!(
                open(&dual, start as u64..end as u64, &sealed).unwrap(),
                plain[start..end],
                "{start} of {bytes}"
            );
        }
        for other in &others {
            assert_eq!(open(other, 0..bytes as u64, &sealed).unwrap_err(), SealError::NotAuthentic, "{bytes}");
        }
        assert_eq!(open(&dual, 0..bytes as u64, &one).unwrap_err(), SealError::NotAuthentic, "a layer lacks");
        for at in [0, sealed.len() / 2, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&dual, 0..bytes as u64, &changed).unwrap_err(), SealError::NotAuthentic, "byte {at}");
        }
    }
}
