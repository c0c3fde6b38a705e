//! Whether the records of queues and topics can be read, and belong together: for `fsck`.

use coldkeep_meta::{Meta, prefix_range};

use crate::records::{Delivery, Publication, QueueRecord, Record, State, SubscriptionRecord, TopicRecord};
use crate::{Error, keys};

/// Reads every record: how many there are, and for each that cannot be understood or is alone a sentence, of the first thousand.
pub async fn prove(meta: &dyn Meta) -> Result<(u64, Vec<String>), Error> {
    const BATCH: usize = 1000;
    let (mut range, mut records, mut problems) = (prefix_range(&[keys::TAG]), 0, Vec::new());
    loop {
        let found = meta.scan(range.clone(), BATCH).await?;
        let Some((last, _)) = found.last() else { return Ok((records, problems)) };
        range.start = keys::behind(last.clone());
        for (key, entry) in &found {
            records += 1;
            if let Err(error) = fits(meta, key, &entry.value).await
                && problems.len() < BATCH
            {
                problems.push(format!("the messages' record {}: {error}", key.escape_ascii()));
            }
        }
    }
}

async fn fits(meta: &dyn Meta, key: &[u8], value: &[u8]) -> Result<(), Error> {
    let damaged = |what: &str| Err(Error::Damaged(what.to_owned()));
    match key.get(1) {
        Some(b'q') if keys::parse_named(key).is_some() => drop(QueueRecord::from_value(value)?),
        Some(b't') if keys::parse_named(key).is_some() => drop(TopicRecord::from_value(value)?),
        Some(b'u') if keys::parse_named(key).is_some() => drop(SubscriptionRecord::from_value(value)?),
        Some(b'o') if key.len() == 18 => drop(Publication::from_value(value)?),
        Some(b'h') if keys::parse_delivery(key).is_some() => drop(Delivery::from_value(value)?),
        Some(b'n') if value.len() == 8 => {}
        Some(b'x') if key.len() == 18 && value.is_empty() => {}
        // The pieces of a message are read with its state.
        Some(b'b') if key.len() == 35 => {}
        Some(b's') if key.len() == 34 => message(meta, key, value).await?,
        Some(b'v') => match keys::parse_seen(key) {
            Some((time, id)) => {
                let state = [&[keys::TAG, b's'], &key[2..18], id.as_bytes()].concat();
                match meta.get(&state).await? {
                    Some(entry) if State::from_value(&entry.value)?.seen_from == time => {}
                    _ => return damaged("the message it shows is not there, or not at this time"),
                }
            }
            None => return damaged("it has not the form it must have"),
        },
        Some(b'b' | b'h' | b'n' | b'o' | b'q' | b's' | b't' | b'u' | b'x') => {
            return damaged("it has not the form it must have");
        }
        _ => return damaged("its kind is not known"),
    }
    Ok(())
}

/// A message's state: its content and the time from which it can be seen must be there.
async fn message(meta: &dyn Meta, key: &[u8], value: &[u8]) -> Result<(), Error> {
    let state = State::from_value(value)?;
    let seen = [&[keys::TAG, b'v'], &key[2..18], &state.seen_from.max(0).to_be_bytes(), &key[18..]].concat();
    if meta.get(&seen).await?.is_none() {
        return Err(Error::Damaged("the message would never be seen".into()));
    }
    let pieces = [&[keys::TAG, b'b'], &key[2..]].concat();
    let found = meta.scan(prefix_range(&pieces), crate::send::MAX_PIECES).await?;
    let whole: Vec<u8> = found.iter().flat_map(|(_, entry)| entry.value.iter().copied()).collect();
    crate::records::Content::from_value(&whole)?;
    Ok(())
}
