//! A chunk: the records that one query of a walk brings, in order.
//!
//! Where a walk leaps from group to group, a chunk has of each group the first record only: the query goes down the index once
//! for each, and is one round trip for all. Each record says where the next one was looked for, so a walk that wants what was
//! left out is noticed, and goes back for it.

use std::ops::Range;

use coldkeep_meta::{Groups, Seen, Step, Version, Visit, prefix_end};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};

use crate::hosts::Hosts;
use crate::session::Session;

/// How many records a walk asks for at first and after a leap; a chunk that was shown to its end makes the next one four times as long.
pub(crate) const FIRST: usize = 64;
const LONGEST: usize = 1024;
/// Where values are large, a chunk after the first is about this long.
const CHUNK_BYTES: usize = 8 << 20;

pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const ALL: &str = "SELECT version, value, key, NULL::bytea FROM kv WHERE key >= $1 AND key < $2 ORDER BY key";

/// A record, and where keys begin that lie behind its group: the delimiter ($5) is looked for from $4 on, and a zero byte before its end
/// rules it out; $6 is where keys begin that lie behind all that begin with it.
const ONE: &str = "SELECT version, value, key, beyond FROM kv, \
     LATERAL (SELECT position($5::bytea IN substring(key FROM $4::int4)) AS at) AS looked, \
     LATERAL (SELECT CASE WHEN at > 0 AND position('\\x00'::bytea IN substring(key FROM $4 FOR at + octet_length($5) - 1)) = 0 \
       THEN substring(key FOR $4 + at - 2) || $6::bytea END AS beyond) AS told";

/// Of each group the first record. Rows come in the order in which the recursion finds them, and it goes no further than the limit.
fn first_of_groups() -> String {
    format!(
        "WITH RECURSIVE found (version, value, key, beyond) AS ( \
           ({ONE} WHERE key >= $1 AND key < $2 ORDER BY key LIMIT 1) \
           UNION ALL \
           SELECT next.* FROM found, LATERAL ( \
             {ONE} WHERE key >= coalesce(found.beyond, found.key || '\\x00'::bytea) AND key < $2 ORDER BY key LIMIT 1 \
           ) AS next) \
         SELECT version, value, key, beyond FROM found LIMIT $3"
    )
}

/// Which way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
}

/// Which records are asked for.
pub(crate) struct Chunk<'a> {
    pub(crate) range: Range<Vec<u8>>,
    pub(crate) way: Way,
    pub(crate) limit: usize,
    /// Of each of these groups the first one only.
    pub(crate) groups: Option<Groups<'a>>,
}

/// How far a walk came through a chunk.
pub(crate) enum Shown {
    /// It ends.
    Stopped,
    /// To its end, and goes on behind it or, if that is further, here.
    All(Option<Vec<u8>>),
    /// To a group of which it wants more than the first record: it goes on here.
    Short(Vec<u8>),
}

/// The queries for chunks, prepared for a session.
pub(crate) struct Queries {
    up: Statement,
    down: Statement,
    groups: Statement,
}

impl Queries {
    pub(crate) async fn prepare(hosts: &Hosts, session: &Session) -> Result<Self, String> {
        Ok(Self {
            up: hosts.prepare(session, &format!("{ALL} LIMIT $3")).await?,
            down: hosts.prepare(session, &format!("{ALL} DESC LIMIT $3")).await?,
            groups: hosts.prepare(session, &first_of_groups()).await?,
        })
    }

    /// The records of `chunk`, or with `begin` the first ones of a transaction.
    pub(crate) async fn ask(
        &self,
        session: &Session,
        chunk: &Chunk<'_>,
        begin: bool,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let (range, limit) = (&chunk.range, chunk.limit as i64);
        let groups =
            chunk.groups.map(|groups| (groups, groups.prefix_len as i32 + 1, prefix_end(groups.delimiter.to_vec())));
        let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![&range.start, &range.end, &limit];
        let statement = match &groups {
            Some((groups, from, behind)) => {
                parameters.extend([from as &(dyn ToSql + Sync), &groups.delimiter, behind]);
                &self.groups
            }
            None if chunk.way == Way::Up => &self.up,
            None => &self.down,
        };
        let query = session.client.query(statement, &parameters);
        if !begin {
            return query.await;
        }
        // Both go out at once, in this order.
        let (began, rows) = tokio::join!(session.client.batch_execute(BEGIN), query);
        began.and(rows)
    }
}

impl<'a> Chunk<'a> {
    /// Shows what was brought.
    pub(crate) fn show(&self, rows: &[Row], visit: &mut Visit<'_>) -> Shown {
        let mut leap: Option<Vec<u8>> = None;
        for row in rows {
            let seen = Seen { key: row.get(2), value: row.get(1), version: Version(row.get::<_, i64>(0) as u64) };
            if !leap.as_deref().is_some_and(|to| self.way == Way::Up && seen.key < to) {
                leap = match visit(seen) {
                    Step::Next => None,
                    Step::Seek(to) => Some(to),
                    Step::Stop => return Shown::Stopped,
                };
            }
            if let Some(beyond) = row.get::<_, Option<&[u8]>>(3) {
                let on = leap.clone().filter(|to| to.as_slice() > seen.key).unwrap_or_else(|| after(seen.key));
                if on.as_slice() < beyond {
                    return Shown::Short(on);
                }
            }
        }
        Shown::All(leap)
    }

    /// The chunk after one that was shown; `hint` says what groups there are. They are made use of once a walk has left a chunk
    /// by a leap, until a chunk had none: walks that do not leap, and leap within a chunk, pay nothing for it.
    pub(crate) fn follow(&mut self, rows: &[Row], shown: Shown, hint: Option<Groups<'a>>) {
        let last = rows.last().map(|row| row.get::<_, &[u8]>(2)).unwrap_or_default();
        let (limit, groups) = (self.longer(rows), self.groups);
        match shown {
            Shown::Short(from) => {
                self.range.start = from;
                (self.limit, self.groups) = (FIRST, None);
            }
            Shown::All(Some(to)) if self.way == Way::Up && to.as_slice() > last => {
                self.range.start = to;
                (self.limit, self.groups) = (if groups.is_some() { limit } else { FIRST }, hint);
            }
            _ => {
                match self.way {
                    Way::Up => self.range.start = after(last),
                    Way::Down => self.range.end = last.to_vec(),
                }
                let had_some = rows.iter().any(|row| row.get::<_, Option<&[u8]>>(3).is_some());
                (self.limit, self.groups) = (limit, groups.filter(|_| had_some));
            }
        }
    }

    fn longer(&self, rows: &[Row]) -> usize {
        let bytes: usize = rows.iter().map(|row| row.get::<_, &[u8]>(1).len()).sum();
        let mean = bytes / rows.len().max(1);
        (self.limit * 4).min(LONGEST).min(CHUNK_BYTES / mean.max(1) + 1)
    }
}

fn after(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}
