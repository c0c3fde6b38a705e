//! Whether identity records can be read and fit each other, and making them so: for `fsck`.

use coldkeep_meta::{Commit, Meta, prefix_range};

use crate::records::{KeyOwner, Record};
use crate::wrongs::{Check, Tally, Wrong};
use crate::{Account, Entity, Error, LastUse, ManagedPolicy, Provider, keys};

const BATCH: usize = 1000;
/// How many sentences are told.
const TOLD: usize = 1000;
/// How many wrongs a walk gathers for mending; the others are met by the next.
const GATHERED: usize = 10_000;
/// Walks after which something is wrong with mending itself.
const MOST_WALKS: usize = 1000;

/// Reads every identity record: how many there are, and for each that is wrong a sentence, of the first thousand.
pub async fn prove(meta: &dyn Meta) -> Result<(u64, Vec<String>), Error> {
    let (records, wrongs) = walk(meta, TOLD).await?;
    Ok((records, wrongs.iter().map(told).collect()))
}

/// A record that is about to be changed or removed, as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Its key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
    /// What is wrong with it.
    pub why: String,
}

/// Keeps what is about to go. Durable when it returns.
pub type KeepReplaced<'a> = dyn FnMut(&Replaced) -> Result<(), Error> + Send + 'a;

/// Makes identity records fit each other: what cannot be read or leads to nothing goes, what has lost what leads to it gets that back.
/// `keep` has each before it goes. For each thing done a sentence.
pub async fn mend(meta: &dyn Meta, keep: &mut KeepReplaced<'_>) -> Result<Vec<String>, Error> {
    let mut done = Vec::new();
    for _ in 0..MOST_WALKS {
        let (_, wrongs) = walk(meta, GATHERED).await?;
        if wrongs.is_empty() {
            return Ok(done);
        }
        for wrong in wrongs {
            let sentence = told(&wrong);
            right(meta, wrong, keep).await?;
            done.push(sentence);
        }
    }
    Err(Error::Damaged(format!("after {MOST_WALKS} walks there is still something to mend")))
}

/// Nobody else writes meanwhile: the server is stopped.
async fn right(meta: &dyn Meta, wrong: Wrong, keep: &mut KeepReplaced<'_>) -> Result<(), Error> {
    if wrong.key == keys::sealed_check() {
        // Without it a start would make another one, and what was sealed would be lost for good.
        return Err(Error::Damaged("the key that seals secrets: put back a copy of the metadata".into()));
    }
    let is = meta.get(&wrong.key).await?;
    if let Some(entry) = &is {
        keep(&Replaced { key: wrong.key.clone(), value: entry.value.clone(), why: wrong.why })?;
    }
    let mut commit = Commit::default();
    commit.expect(wrong.key.clone(), is.map(|entry| entry.version));
    match wrong.value {
        Some(value) => commit.put(wrong.key, value),
        None => commit.delete(wrong.key),
    };
    Ok(meta.commit(commit).await?)
}

/// How many records there are, and what is wrong, at most so much.
async fn walk(meta: &dyn Meta, most: usize) -> Result<(u64, Vec<Wrong>), Error> {
    let (mut range, mut records) = (prefix_range(&[keys::TAG]), 0);
    let (mut tally, mut wrongs) = (Tally::default(), Vec::new());
    loop {
        let found = meta.scan(range.clone(), BATCH).await?;
        let Some((last, _)) = found.last() else { break };
        range.start = [last.as_slice(), &[0]].concat();
        for (key, entry) in &found {
            records += 1;
            wrongs.extend(Check { meta, key, value: &entry.value }.wrongs(&mut tally).await?);
            wrongs.truncate(most);
        }
    }
    // A counter that is missing counts nothing.
    for (key, count) in tally {
        let why = format!("it is missing, and there are {count}");
        wrongs.push(Wrong { why, key, value: Some(count.to_be_bytes().to_vec()) });
    }
    wrongs.truncate(most);
    Ok((records, wrongs))
}

fn told(wrong: &Wrong) -> String {
    format!("the identity record {}: {}", String::from_utf8_lossy(&wrong.key).escape_debug(), wrong.why)
}

pub(crate) fn decodes(key: &[u8], value: &[u8]) -> Result<(), Error> {
    let damaged = |what: &str| Err(Error::Damaged(what.to_owned()));
    match key.get(1) {
        Some(b'a') => drop(Account::from_value(value)?),
        Some(b'e') => drop(Entity::from_value(value)?),
        Some(b'o') => drop(Provider::from_value(value)?),
        Some(b'p') => drop(ManagedPolicy::from_value(value)?),
        Some(b'k') => drop(KeyOwner::from_value(value)?),
        Some(b'l') if LastUse::from_value(value).is_some() => {}
        Some(b'q') if value.len() == 8 => {}
        Some(b'm' | b't') if value.is_empty() => {}
        Some(b'b' | b'c' | b'f' | b'n') if std::str::from_utf8(value).is_ok() => {}
        Some(b's') if !value.is_empty() => {}
        Some(b'b' | b'c' | b'f' | b'l' | b'm' | b'n' | b'q' | b's' | b't') => {
            return damaged("its value has not the form it must have");
        }
        _ => return damaged("its kind is not known"),
    }
    Ok(())
}
