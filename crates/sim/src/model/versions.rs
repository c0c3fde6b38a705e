//! Versions as clients know them. The bytes of a version never change: all that does is whether it is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Object;
use crate::register::{Register, Tick};

/// A version whose id is known.
#[derive(Clone, Debug)]
pub struct Version {
    /// What it is; `None`: a delete marker.
    pub object: Option<Arc<Object>>,
    /// When it was asked for, and when its id was answered: what was asked for after that is newer. Unknown where it was only found.
    pub made: Option<(Tick, Tick)>,
    /// Whether it is there.
    pub present: Register<bool>,
}

/// A version in a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its key.
    pub key: String,
    /// Its id.
    pub id: String,
    /// ETag without quotes, and size; `None`: a delete marker.
    pub object: Option<(String, String)>,
    /// It is the newest of its key.
    pub is_latest: bool,
}

/// All versions of the bucket that keeps them.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    /// By key and id.
    pub known: BTreeMap<(String, String), Version>,
    /// Those that were asked for and never answered: key, and what they are.
    pub lost: Vec<(String, Option<Arc<Object>>)>,
}

impl Versions {
    /// A version was asked for and answered with its id.
    pub fn made(&mut self, key: &str, id: &str, object: Option<Arc<Object>>, made: (Tick, Tick)) -> Result<(), String> {
        let mut present = Register::new(false);
        let ticket = present.begin(true, made.0);
        present.done(ticket, made.1);
        self.enter(key, id, Version { object, made: Some(made), present })
    }

    /// Takes in a version. Its id must be new, and in the order of what happened.
    pub fn enter(&mut self, key: &str, id: &str, version: Version) -> Result<(), String> {
        if let Some((began, answered)) = version.made {
            for ((of, other), known) in &self.known {
                let Some((other_began, other_answered)) = known.made.filter(|_| of == key) else { continue };
                // Nothing is promised about what was deleted, if the clock went back since.
                let is_there = known.present.only(began) == Some(&true);
                let is_wrong = (is_there && other_answered < began && other.as_str() >= id)
                    || (answered < other_began && id >= other.as_str());
                if is_wrong {
                    return Err(format!(
                        "the versions {id} and {other} of {key:?} are not in the order of their making"
                    ));
                }
            }
        }
        match self.known.insert((key.to_owned(), id.to_owned()), version) {
            None => Ok(()),
            Some(_) => Err(format!("the version {id} of {key:?} was given twice")),
        }
    }

    /// What the versions of a key may be that somebody asked for.
    pub fn version(&mut self, key: &str, id: &str) -> Result<&mut Version, String> {
        let known = self.known.get_mut(&(key.to_owned(), id.to_owned()));
        known.ok_or_else(|| format!("no version {id} of {key:?} is known"))
    }

    /// Judges a list of all versions that was asked for at `began`. At rest the model learns which there are.
    pub fn judge(&mut self, rows: &[Row], began: Tick, now: Tick, at_rest: bool) -> Result<(), String> {
        for row in rows {
            let is = |object: &Option<Arc<Object>>| match (object, &row.object) {
                (None, None) => true,
                (Some(object), Some((etag, size))) => object.etag == *etag && object.bytes.len().to_string() == *size,
                _ => false,
            };
            if let Some(known) = self.known.get(&(row.key.clone(), row.id.clone())) {
                if !is(&known.object) || !known.present.may(began, |is| *is) {
                    return Err(format!("the list shows {row:?}, which cannot be there like that"));
                }
                continue;
            }
            let Some(at) = self.lost.iter().position(|(key, object)| *key == row.key && is(object)) else {
                return Err(format!("the list shows {row:?}, which nobody made"));
            };
            if at_rest {
                let (key, object) = self.lost.remove(at);
                self.enter(&key, &row.id, Version { object, made: None, present: Register::new(true) })?;
            }
        }
        for ((key, id), known) in &mut self.known {
            let is_listed = rows.iter().any(|row| row.key == *key && row.id == *id);
            if !is_listed && known.present.only(began) == Some(&true) {
                return Err(format!("the list lacks the version {id} of {key:?}"));
            }
            if at_rest {
                known.present.saw(&is_listed, began, now);
            }
        }
        if at_rest {
            // What did not come to be never will.
            self.lost.clear();
        }
        Ok(())
    }
}

/// Each key has its versions newest first, on whatever pages they were, and the newest of both kinds is said to be that.
pub fn in_order(rows: &[Row]) -> Result<(), String> {
    let mut newest: BTreeMap<&str, &Row> = BTreeMap::new();
    for row in rows {
        let first = newest.entry(&row.key).or_insert(row);
        if row.id > first.id {
            *first = row;
        }
    }
    for row in rows {
        let is_newest = newest.get(row.key.as_str()).is_some_and(|newest| newest.id == row.id);
        if is_newest != row.is_latest {
            return Err(format!("the list says wrongly whether this is the newest version: {row:?}"));
        }
    }
    for is_marker in [false, true] {
        let of_kind: Vec<_> = rows.iter().filter(|row| row.object.is_none() == is_marker).collect();
        let falling =
            |pair: &[&Row]| pair[0].key < pair[1].key || (pair[0].key == pair[1].key && pair[0].id > pair[1].id);
        if let Some(pair) = of_kind.windows(2).find(|pair| !falling(pair)) {
            return Err(format!("the list has {:?} before {:?}", pair[0], pair[1]));
        }
    }
    Ok(())
}
