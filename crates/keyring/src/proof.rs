//! Whether the keyring's records can be read, and belong together: for `fsck`.

use coldkeep_meta::{Meta, prefix_range};

use crate::records::Record;
use crate::{AliasRecord, Error, GrantRecord, KeyRecord, keys};

/// Reads every record of the keyring: how many there are, and for each that cannot be understood a sentence, of the first thousand.
pub async fn prove(meta: &dyn Meta) -> Result<(u64, Vec<String>), Error> {
    const BATCH: usize = 1000;
    let (mut range, mut records, mut problems) = (prefix_range(&[keys::TAG]), 0, Vec::new());
    loop {
        let found = meta.scan(range.clone(), BATCH).await?;
        let Some((last, _)) = found.last() else { return Ok((records, problems)) };
        range.start = keys::behind(last.clone());
        for (key, entry) in &found {
            records += 1;
            if let Err(error) = decodes(key, &entry.value)
                && problems.len() < BATCH
            {
                problems.push(format!("the keyring's record {}: {error}", String::from_utf8_lossy(key).escape_debug()));
            }
        }
    }
}

fn decodes(key: &[u8], value: &[u8]) -> Result<(), Error> {
    let damaged = |what: &str| Err(Error::Damaged(what.to_owned()));
    match key.get(1) {
        Some(b'a') => drop(AliasRecord::from_value(value)?),
        Some(b'g') => drop(GrantRecord::from_value(value)?),
        Some(b'k') => {
            let record = KeyRecord::from_value(value)?;
            match keys::parse_key(key) {
                Some((_, id)) if id == record.id => {}
                _ => return damaged("its id is not the one it lies under"),
            }
        }
        Some(b'd') if keys::parse_due(key).is_some() && value.is_empty() => {}
        Some(b'b' | b'h' | b'r') if value.is_empty() => {}
        Some(b'b' | b'd' | b'h' | b'r') => return damaged("it has not the form it must have"),
        _ => return damaged("its kind is not known"),
    }
    Ok(())
}
