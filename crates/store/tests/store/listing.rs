//! Listings against a model that sorts: random names, prefixes, delimiters, starts and page sizes.

use std::collections::BTreeSet;

use coldkeep_store::{Item, NewUpload, Page, Start, VersionStart, Versioning};
use coldkeep_types::Id;

use crate::body::{Body, Dice, data};
use crate::world::{World, key};

const PIECES: [&str; 14] = ["a", "b", "ab", "/", "//", "--", "-", "é", "日本", "\u{10ffff}", "\u{1}", "0", "a/", "z"];
const DELIMITERS: [&str; 6] = ["", "/", "--", "a", "日", "/a"];

fn text(dice: &mut Dice, most: usize) -> String {
    (0..dice.below(most + 1)).map(|_| PIECES[dice.below(PIECES.len())]).collect()
}

/// One entry of a listing: a name with its upload if there is one, or a common prefix.
type Line = (String, Option<Id>, bool);

fn group(name: &str, prefix: &str, delimiter: &str) -> Option<String> {
    let rest = name.strip_prefix(prefix)?;
    let at = (!delimiter.is_empty()).then(|| rest.find(delimiter))??;
    Some(format!("{prefix}{}", &rest[..at + delimiter.len()]))
}

/// What a listing shall give, all of it: `names` in order, filtered, grouped.
fn model(names: &BTreeSet<(String, Option<Id>)>, prefix: &str, delimiter: &str, start: &Start) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // A page that begins within a group begins behind all of it.
    let passed = match start {
        Start::First => None,
        Start::After(after) | Start::AfterUpload(after, _) => group(after, prefix, delimiter),
    };
    for (name, id) in names.iter().filter(|(name, _)| name.starts_with(prefix)) {
        let group = group(name, prefix, delimiter);
        let begun = match start {
            Start::First => true,
            Start::After(after) => name > after,
            Start::AfterUpload(after, upload) => (name, *id) > (after, Some(*upload)),
        };
        let begun = begun && (group.is_none() || group != passed);
        let line = match group {
            Some(group) => (group, None, true),
            None => (name.clone(), *id, false),
        };
        if begun && lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines
}

fn lines<T>(page: Page<T>, id: impl Fn(&T) -> Option<Id>) -> (Vec<Line>, bool) {
    let line = |item: &Item<T>| match item {
        Item::Entry(name, entry) => (name.clone(), id(entry), false),
        Item::Prefix(name) => (name.clone(), None, true),
    };
    (page.items.iter().map(line).collect(), page.truncated)
}

fn start_after(last: &Line) -> Start {
    match last {
        (name, Some(id), _) => Start::AfterUpload(name.clone(), *id),
        (name, None, _) => Start::After(name.clone()),
    }
}

#[tokio::test]
async fn objects_and_uploads_are_listed_as_the_model_says() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let world = World::new().await;
        let bucket = world.bucket().await;
        let (mut objects, mut uploads) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..dice.below(60) {
            let name = text(&mut dice, 6);
            if name.is_empty() {
                continue;
            }
            world.put(&bucket, &name, Body::of(&data(1, 3))).await.unwrap();
            objects.insert((name.clone(), None));
            for _ in 0..dice.below(3) {
                let upload = world.store.create_upload(&bucket, &key(&name), NewUpload::default()).await.unwrap();
                uploads.insert((name.clone(), Some(upload.id)));
            }
        }
        for round in 0..60 {
            let (prefix, delimiter) = (text(&mut dice, 2), DELIMITERS[dice.below(DELIMITERS.len())]);
            let of_uploads = dice.chance(2);
            let names = if of_uploads { &uploads } else { &objects };
            let first = match dice.below(4) {
                0 => Start::First,
                1 => Start::After(text(&mut dice, 4)),
                2 => Start::After(prefix.clone() + &text(&mut dice, 2) + delimiter),
                _ => match names.iter().nth(dice.below(names.len().max(1))) {
                    Some((name, Some(id))) => Start::AfterUpload(name.clone(), *id),
                    Some((name, None)) => Start::After(name.clone()),
                    None => Start::First,
                },
            };
            let what = format!("seed {seed}.{round}: {prefix:?} {delimiter:?} {first:?}");
            let expected = model(names, &prefix, delimiter, &first);
            let limit = 1 + dice.below(expected.len() + 2);
            let (mut all, mut start) = (Vec::new(), first);
            loop {
                let (page, truncated) = match of_uploads {
                    true => {
                        let page = world.store.list_uploads(&bucket, &prefix, delimiter, &start, limit).await.unwrap();
                        lines(page, |upload| Some(upload.id))
                    }
                    false => {
                        let page = world.store.list_objects(&bucket, &prefix, delimiter, &start, limit).await.unwrap();
                        lines(page, |_| None)
                    }
                };
                assert!(page.len() <= limit && (!truncated || page.len() == limit), "{what}");
                all.extend(page);
                assert_eq!(truncated, all.len() < expected.len(), "{what}");
                if !truncated {
                    break;
                }
                start = start_after(all.last().unwrap());
            }
            assert_eq!(all, expected, "{what}");
        }
    }
}

#[tokio::test]
async fn large_groups_and_many_names_fill_whole_pages() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    for number in 0..2500 {
        let name = if number % 2 == 0 { format!("g{}/{number:05}", number / 1000) } else { format!("k{number:05}") };
        world.put(&bucket, &name, Body::of(&data(1, 3))).await.unwrap();
    }
    let list = async |prefix: &str, delimiter: &str, start: Start, limit| {
        lines(world.store.list_objects(&bucket, prefix, delimiter, &start, limit).await.unwrap(), |_| None)
    };
    let (all, truncated) = list("", "", Start::First, 3000).await;
    assert_eq!((all.len(), truncated), (2500, false));
    let (grouped, truncated) = list("", "/", Start::First, 1000).await;
    assert_eq!((grouped.len(), truncated), (1000, true));
    assert_eq!(grouped[..3].iter().map(|line| line.0.as_str()).collect::<Vec<_>>(), ["g0/", "g1/", "g2/"]);
    let (rest, truncated) = list("", "/", start_after(grouped.last().unwrap()), 1000).await;
    assert_eq!((rest.len(), truncated), (253, false));
    let (inside, _) = list("g1/", "/", Start::First, 1000).await;
    assert_eq!(inside.len(), 500);
}

/// Versions and delete markers, in groups that are larger than what an engine reads at once, and between them.
#[tokio::test]
async fn versions_in_large_groups_are_listed_once() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    let mut wanted = Vec::new();
    for group in ["a", "b", "c"] {
        let names =
            (0..50).map(|number| format!("{group}--{number:02}")).chain([format!("{group}-"), format!("{group}x")]);
        for name in names {
            world.put(&bucket, &name, Body::of(&data(1, 3))).await.unwrap();
            world.put(&bucket, &name, Body::of(&data(2, 3))).await.unwrap();
            if name.ends_with('5') || name.ends_with('x') {
                world.store.delete_object(&bucket, &key(&name), &Default::default()).await.unwrap();
            }
        }
        let alone = |name: &str, versions| vec![(format!("{group}{name}"), false); versions];
        wanted.extend([alone("-", 2), vec![(format!("{group}--"), true)], alone("x", 3)].concat());
    }
    for limit in [1, 4, 1000] {
        let (mut found, mut start) = (Vec::new(), VersionStart::default());
        loop {
            let page = world.store.list_versions(&bucket, "", "--", &start, limit).await.unwrap();
            for item in &page.items {
                let version = if let Item::Entry(_, version) = item { Some(version.id) } else { None };
                start = VersionStart { key: Some(item.name().to_owned()), version };
                found.push((item.name().to_owned(), version.is_none()));
            }
            if !page.truncated {
                break;
            }
        }
        assert_eq!(found, wanted, "{limit} a page");
    }
}
