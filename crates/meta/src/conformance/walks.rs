//! Walks: shown is what a sorted map would show, and nothing that a jump leaps over.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{apply, get};
use crate::{Meta, Seen, Step, prefix_range};

/// What an engine holds.
pub type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// How a walk goes on after a key, the number of keys shown before it being given.
type Rule = fn(usize, &[u8]) -> Step;

/// Rules with all kinds of steps. The keys are those of [`fill`].
const RULES: [(&str, Rule); 8] = [
    ("all", |_, _| Step::Next),
    ("one", |_, _| Step::Stop),
    ("a few", |nth, _| if nth < 4 { Step::Next } else { Step::Stop }),
    ("groups", |_, key| Step::Seek(prefix_range(&key[..key.len().min(2)]).end)),
    ("groups of groups", |_, key| Step::Seek(prefix_range(&key[..key.len().min(1)]).end)),
    ("every other group", |nth, key| match nth % 3 {
        0 => Step::Seek(prefix_range(&key[..key.len().min(2)]).end),
        _ => Step::Next,
    }),
    ("nowhere", |nth, key| match nth % 3 {
        0 => Step::Seek(key.to_vec()),
        1 => Step::Seek(Vec::new()),
        _ => Step::Seek([key, &[0]].concat()),
    }),
    ("past the end", |nth, _| if nth < 2 { Step::Next } else { Step::Seek(vec![u8::MAX; 9]) }),
];

/// Writes groups of one to a hundred keys, in several commits that replace and delete what came before; a part of
/// `model` is left out and a part replaced, so that a second filling lies over the first.
pub async fn fill(meta: &dyn Meta, model: &mut Model, round: usize) {
    for (group, size) in [1usize, 2, 3, 5, 9, 40, 100, 1, 1].into_iter().enumerate() {
        let keys = (0..size).map(|number| format!("{}{group}/{number:03}", ['a', 'b'][group % 2]).into_bytes());
        let keys: Vec<_> = keys.enumerate().filter(|(nth, _)| (nth + group + round) % 4 != 3).collect();
        apply(meta, |c| {
            for (nth, key) in keys {
                if (nth + group) % 3 == round % 3 && round > 0 {
                    c.delete(key.clone());
                    model.remove(&key);
                } else {
                    let value = format!("{round}-{nth}").into_bytes();
                    c.put(key.clone(), value.clone());
                    model.insert(key, value);
                }
            }
        })
        .await;
    }
}

/// Walks over an engine that holds exactly `model` show what they shall show.
pub async fn walks_agree(meta: &dyn Meta, model: &Model) {
    let edges = ["", "a", "a0/000", "a2/", "a4/003", "a4/003\0", "a9", "b5/010", "b7/", "z"];
    for (from, to) in edges.iter().flat_map(|from| edges.iter().map(move |to| (*from, *to))) {
        let range = from.as_bytes().to_vec()..to.as_bytes().to_vec();
        for (name, rule) in RULES {
            let what = format!("{name} of {from:?}..{to:?}");
            let mut shown = Vec::new();
            let mut visit = |seen: Seen<'_>| {
                shown.push((seen.key.to_vec(), seen.value.to_vec(), seen.version));
                rule(shown.len() - 1, seen.key)
            };
            meta.walk(range.clone(), &mut visit).await.expect("walk");
            let keys: Vec<_> = shown.iter().map(|(key, ..)| key).collect();
            assert_eq!(keys, expected(model, &range, rule), "{what}");
            for (key, value, version) in &shown {
                assert_eq!(model.get(key), Some(value), "{what}: {key:?}");
                assert_eq!(get(meta, key).await.map(|entry| entry.version), Some(*version), "{what}: {key:?}");
            }
        }
    }
}

/// What a walk by `rule` shows of `range`.
pub(super) fn expected<'a>(
    model: &'a Model,
    range: &Range<Vec<u8>>,
    rule: impl Fn(usize, &[u8]) -> Step,
) -> Vec<&'a Vec<u8>> {
    let (mut shown, mut from) = (Vec::new(), range.start.clone());
    for key in model.keys().filter(|key| **key < range.end) {
        if *key < from {
            continue;
        }
        shown.push(key);
        match rule(shown.len() - 1, key) {
            Step::Next => {}
            Step::Seek(to) => from = to,
            Step::Stop => break,
        }
    }
    shown
}

/// Walks go in byte order, without the end of the range, go on where they are told, and stop when they are told.
pub async fn walks_go_where_they_are_told(meta: &dyn Meta) {
    let mut model = Model::new();
    walks_agree(meta, &model).await;
    for round in 0..3 {
        fill(meta, &mut model, round).await;
        walks_agree(meta, &model).await;
    }
}
