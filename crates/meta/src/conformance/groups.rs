//! Walks that are told of groups show what they show without: whether they leap over groups, over some, over parts or elsewhere.

use std::ops::Range;

use super::apply;
use super::walks::{Model, expected};
use crate::{Groups, Meta, Seen, Step, prefix_range};

const KEYS: usize = 1500;
const WALKS: usize = 400;
const PIECES: [&[u8]; 9] = [b"a", b"b", b"/", b"//", b"-", "é".as_bytes(), b"\0", b"\xff", b"0"];
const DELIMITERS: [&[u8]; 10] = [b"/", b"/", b"/", b"//", b"a/", "é".as_bytes(), b"-\xff", b"\xff\xff", b"/\0", b""];

/// Chance from a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % sides
    }
}

fn key(dice: &mut Dice) -> Vec<u8> {
    // Many begin alike, so that there are groups of hundreds.
    let begin: &[u8] = [b"a/b/".as_slice(), b"a/", b"b", b""][dice.below(4)];
    let mut key = begin.to_vec();
    (0..dice.below(7)).for_each(|_| key.extend_from_slice(PIECES[dice.below(PIECES.len())]));
    key
}

/// How a walk goes on after a key; one that has no `groups` leaps nowhere. Always the same after the same key.
fn step(kind: usize, groups: Groups<'_>, key: &[u8]) -> Step {
    let mut dice =
        Dice(key.iter().fold(kind as u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)));
    let leap = groups.end(key).map_or(Step::Next, Step::Seek);
    match kind {
        0 => leap,
        // Now and then it looks into a group.
        1 if dice.below(8) > 0 => leap,
        1 => Step::Next,
        2 => Step::Next,
        // Into the midst of what a group has, or back.
        3 if dice.below(4) == 0 => Step::Seek([key, &[b'/'][..dice.below(2)], &[dice.below(256) as u8]].concat()),
        3 if dice.below(4) == 0 => Step::Seek(key[..key.len() / 2].to_vec()),
        // Over more than a group.
        4 if dice.below(8) == 0 => Step::Seek(prefix_range(&key[..key.len().min(2)]).end),
        5 if dice.below(60) == 0 => Step::Stop,
        _ => leap,
    }
}

/// A hint changes nothing of what is shown.
pub async fn walks_with_groups_agree(meta: &dyn Meta) {
    let (mut dice, mut model) = (Dice(1), Model::new());
    for round in 0..10 {
        apply(meta, |c| {
            for nth in 0..KEYS / 10 {
                let (key, value) = (key(&mut dice), format!("{round}-{nth}").into_bytes());
                c.put(key.clone(), value.clone());
                model.insert(key, value);
            }
        })
        .await;
    }
    for nth in 0..WALKS {
        let groups = Groups { prefix_len: dice.below(5), delimiter: DELIMITERS[dice.below(DELIMITERS.len())] };
        let range = if dice.below(3) == 0 { key(&mut dice)..key(&mut dice) } else { Vec::new()..vec![u8::MAX; 9] };
        agrees(meta, &model, &range, (nth % 6, groups)).await;
    }
}

async fn agrees(meta: &dyn Meta, model: &Model, range: &Range<Vec<u8>>, (kind, groups): (usize, Groups<'_>)) {
    let what = format!("kind {kind} of {range:?} by {groups:?}");
    let mut shown = Vec::new();
    let mut visit = |seen: Seen<'_>| {
        assert_eq!(model.get(seen.key).map(Vec::as_slice), Some(seen.value), "{what}: {:?}", seen.key);
        shown.push(seen.key.to_vec());
        step(kind, groups, seen.key)
    };
    meta.walk_groups(range.clone(), groups, &mut visit).await.expect("walk");
    let wanted = expected(model, range, |_, key| step(kind, groups, key));
    assert_eq!(shown.iter().collect::<Vec<_>>(), wanted, "{what}");
}
