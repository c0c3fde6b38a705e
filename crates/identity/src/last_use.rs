//! When, for which service and in which region access keys were last used: told of proven signatures only. Kept in memory, and written
//! at most now and then: never for a request.

use std::collections::HashMap;

use coldkeep_meta::Commit;
use coldkeep_types::Timestamp;
use parking_lot::Mutex;

use crate::{Error, Identity, keys};

/// A use is noted to the minute, as roughly as Amazon tells it.
const ROUGHLY_MILLIS: i64 = 60_000;
/// How many keys are remembered between two writings.
const MOST: usize = 100_000;
/// Bytes of the service's or region's name that are kept: a signer may write anything there.
const MOST_NAME: usize = 32;

/// When and where a key was last used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// The service, as the signature named it; empty where it was not kept yet.
    pub service: String,
    /// The region, likewise.
    pub region: String,
}

impl LastUse {
    /// Eight bytes of milliseconds since 1970, and behind them, since there was more to tell, service, 0 and region.
    fn to_value(&self) -> Vec<u8> {
        [&self.at.0.to_be_bytes(), self.service.as_bytes(), &[0], self.region.as_bytes()].concat()
    }

    pub(crate) fn from_value(value: &[u8]) -> Option<Self> {
        let (at, names) = value.split_first_chunk::<8>()?;
        let (service, region) = std::str::from_utf8(names).ok()?.split_once('\0').unwrap_or_default();
        let at = Timestamp(i64::from_be_bytes(*at));
        Some(Self { at, service: service.to_owned(), region: region.to_owned() })
    }
}

#[derive(Default)]
pub(crate) struct LastUses(Mutex<HashMap<String, LastUse>>);

impl LastUses {
    pub fn note(&self, access_key: &str, now: Timestamp, service: &str, region: &str) {
        if access_key.starts_with("ASIA") {
            return;
        }
        let mut uses = self.0.lock();
        let used = || LastUse { at: now, service: name(service), region: name(region) };
        let room = uses.len() < MOST;
        match uses.get_mut(access_key) {
            Some(known) if known.at.0 + ROUGHLY_MILLIS > now.0 => {}
            Some(known) => *known = used(),
            None if room => drop(uses.insert(access_key.to_owned(), used())),
            None => {}
        }
    }
}

/// A name without the byte that separates names.
fn name(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_graphic()).take(MOST_NAME).collect()
}

impl Identity {
    /// When a key was last used, as far as is known.
    pub async fn last_use(&self, access_key: &str) -> Result<Option<LastUse>, Error> {
        let in_memory = self.0.last_uses.0.lock().get(access_key).cloned();
        let entry = self.0.meta.get(&keys::last_use(access_key)).await?;
        let written = entry.and_then(|entry| LastUse::from_value(&entry.value));
        Ok(in_memory.into_iter().chain(written).max_by_key(|used| used.at))
    }

    /// Writes what memory knows of uses: for the server to call now and then, and when it stops.
    pub async fn write_last_uses(&self) -> Result<(), Error> {
        let uses: Vec<(String, LastUse)> = self.0.last_uses.0.lock().drain().collect();
        for some in uses.chunks(BATCH) {
            let mut commit = Commit::default();
            for (access_key, used) in some {
                // A key that is gone leaves nothing behind.
                let owner = keys::access_key(access_key);
                if let Some(entry) = self.0.meta.get(&owner).await? {
                    commit.expect(owner, Some(entry.version));
                    commit.put(keys::last_use(access_key), used.to_value());
                }
            }
            match self.0.meta.commit(commit).await {
                // A key went at this moment: the others are noted by their next use.
                Ok(()) | Err(coldkeep_meta::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Uses written at once.
const BATCH: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_of_yesterday_are_read_and_names_are_bounded() {
        let old = LastUse::from_value(&7_i64.to_be_bytes()).expect("eight bytes");
        assert_eq!((old.at, old.service.as_str()), (Timestamp(7), ""));
        assert_eq!(LastUse::from_value(&[0; 7]), None);
        let uses = LastUses::default();
        uses.note("AKIA", Timestamp(1), "s\0\u{e9}3", &"r".repeat(99));
        uses.note("AKIA", Timestamp(2), "iam", "r");
        uses.note("ASIA", Timestamp(2), "iam", "r");
        let kept = uses.0.lock();
        assert_eq!((kept["AKIA"].service.as_str(), kept["AKIA"].region.len(), kept.len()), ("s3", MOST_NAME, 1));
        assert_eq!(LastUse::from_value(&kept["AKIA"].to_value()).as_ref(), Some(&kept["AKIA"]));
    }
}
