//! Whether identity records can be read: for `fsck`.

use coldkeep_meta::{Meta, prefix_range};

use crate::records::{KeyOwner, Record};
use crate::{Account, Entity, Error, LastUse, ManagedPolicy, Provider, keys};

/// Reads every identity record: how many there are, and for each that cannot be understood a sentence, of the first thousand.
pub async fn prove(meta: &dyn Meta) -> Result<(u64, Vec<String>), Error> {
    const BATCH: usize = 1000;
    let (mut range, mut records, mut problems) = (prefix_range(&[keys::TAG]), 0, Vec::new());
    loop {
        let found = meta.scan(range.clone(), BATCH).await?;
        let Some((last, _)) = found.last() else { return Ok((records, problems)) };
        range.start = [last.as_slice(), &[0]].concat();
        for (key, entry) in &found {
            records += 1;
            if let Err(error) = decodes(key, &entry.value)
                && problems.len() < BATCH
            {
                problems.push(format!("the identity record {}: {error}", String::from_utf8_lossy(key).escape_debug()));
            }
        }
    }
}

fn decodes(key: &[u8], value: &[u8]) -> Result<(), Error> {
    let damaged = |what: &str| Err(Error::Damaged(what.to_owned()));
    match key.get(1) {
        Some(b'a') => Account::from_value(value).map(drop),
        Some(b'e') => Entity::from_value(value).map(drop),
        Some(b'o') => Provider::from_value(value).map(drop),
        Some(b'p') => ManagedPolicy::from_value(value).map(drop),
        Some(b'k') => KeyOwner::from_value(value).map(drop),
        Some(b'l') if LastUse::from_value(value).is_some() => Ok(()),
        Some(b'q') if value.len() == 8 => Ok(()),
        Some(b'm' | b't') if value.is_empty() => Ok(()),
        Some(b'b' | b'c' | b'f' | b'n') if std::str::from_utf8(value).is_ok() => Ok(()),
        Some(b's') if !value.is_empty() => Ok(()),
        Some(b'b' | b'c' | b'f' | b'l' | b'm' | b'n' | b'q' | b's' | b't') => {
            damaged("its value has not the form it must have")
        }
        _ => damaged("its kind is not known"),
    }
}
