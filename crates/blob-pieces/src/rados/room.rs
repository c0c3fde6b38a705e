//! How much room the pool has, as the monitors say: `ceph df`, asked at most once a second, since it is asked for before every larger write.
//!
//! What they say is some seconds old by itself. While they do not answer, or may not be asked, the last answer counts, or any room at all: a pool
//! that is full refuses by itself.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_blob::Space;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::time::Instant;

use super::connection::Connection;

const FRESH: Duration = Duration::from_secs(1);
const ASK: &str = r#"{"prefix": "df", "detail": "detail", "format": "json"}"#;
/// Nothing is known of it.
const ANY: Space = Space { free_bytes: i64::MAX as u64, total_bytes: i64::MAX as u64 };

/// What was last heard.
#[derive(Default)]
pub(super) struct Room(Mutex<Option<(Instant, Space)>>);

impl Room {
    /// The pool's room. One asks; others are told what was heard before.
    pub async fn ask(&self, connection: &Arc<Connection>, pool: &str) -> Space {
        let before = {
            let mut last = self.0.lock();
            let before = last.map_or(ANY, |(_, space)| space);
            if last.is_some_and(|(at, _)| at.elapsed() < FRESH) {
                return before;
            }
            *last = Some((Instant::now(), before));
            before
        };
        let asked = connection.clone();
        let told = tokio::task::spawn_blocking(move || asked.command(ASK)).await;
        let told = told.ok().and_then(Result::ok).and_then(|answer| read(&answer, pool));
        let space = told.unwrap_or(before);
        *self.0.lock() = Some((Instant::now(), space));
        space
    }
}

/// What an answer says of a pool: what may still be written, by the fullest of its OSDs and by its quota.
fn read(answer: &[u8], pool: &str) -> Option<Space> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let of = answer["pools"].as_array()?.iter().find(|one| one["name"] == pool)?;
    let stats = &of["stats"];
    let (stored, available) = (stats["stored"].as_u64()?, stats["max_avail"].as_u64()?);
    let quota = stats["quota_bytes"].as_u64().filter(|bytes| *bytes > 0).map(|bytes| bytes.saturating_sub(stored));
    let free_bytes = available.min(quota.unwrap_or(u64::MAX));
    Some(Space { free_bytes, total_bytes: stored.saturating_add(free_bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_what_the_pool_and_its_quota_have() {
        let of = |quota: u64| {
            let pool =
                format!(r#"{{"name": "p", "stats": {{"stored": 100, "max_avail": 900, "quota_bytes": {quota}}}}}"#);
            let answer = format!(r#"{{"pools": [{{"name": "o", "stats": {{}}}}, {pool}]}}"#);
            read(answer.as_bytes(), "p").map(|space| (space.free_bytes, space.total_bytes))
        };
        assert_eq!((of(0), of(300), of(50)), (Some((900, 1000)), Some((200, 300)), Some((0, 100))));
        assert_eq!(read(br#"{"pools": []}"#, "p").map(|space| space.free_bytes), None);
        assert!(read(b"", "p").is_none());
    }
}
