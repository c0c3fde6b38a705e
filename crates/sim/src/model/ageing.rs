//! What ages: versions that rules remove, hide or move, that locks keep, and that are restored for a while; uploads that rules abort.
//!
//! One client writes, so all is known but for two things: at which moment the server did what was due, and what became of a request that
//! was not answered. So of each thing there is a time before which it must not go, and one at which it must be gone.

mod fates;
mod judged;
mod times;

use std::collections::BTreeSet;

pub use times::{DAY_MS, Reading, Span};

use super::told::Told;
use crate::clients::Wrong;

/// What is told of a version that goes: by a client, or by a rule.
const DELETED: [&str; 2] = ["ObjectRemoved:Delete", "LifecycleExpiration:Delete"];
/// What is told of an object that a client puts.
pub const CREATED: &str = "ObjectCreated:Put";
/// What is told of a delete marker that it puts.
pub const HIDDEN: &str = "ObjectRemoved:DeleteMarkerCreated";
/// What is told of an object that becomes cold.
const COOLED: &str = "LifecycleTransition";

/// A rule of lifecycle; what is `None` it says nothing of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rule {
    /// Of keys that begin with this.
    pub prefix: &'static str,
    /// Current objects expire after so many days.
    pub days: Option<i64>,
    /// Delete markers go that are all that is left.
    pub markers: bool,
    /// Noncurrent versions go after so many days, but for so many of the newest.
    pub noncurrent: Option<(i64, usize)>,
    /// Current objects become cold after so many days.
    pub cold: Option<i64>,
    /// Uploads are aborted after so many days.
    pub abort: Option<i64>,
}

/// What keeps a version.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lock {
    /// Until when; in compliance mode, if it is true.
    pub retained: Option<(Span, bool)>,
    /// A legal hold.
    pub held: bool,
    /// Until an event, and so many days from it, in compliance mode.
    pub event: Option<i64>,
}

impl Lock {
    /// Whether it surely holds at this time, for who may bypass what can be bypassed.
    pub fn holds(&self, now: i64, bypasses: bool) -> bool {
        let retains = |(until, complies): (Span, bool)| until.from > now && (complies || !bypasses);
        self.held || self.event.is_some() || self.retained.is_some_and(retains)
    }

    /// Whether it surely holds no more.
    pub fn is_over(&self, now: i64) -> bool {
        !self.held && self.event.is_none() && self.retained.is_none_or(|(until, _)| until.to <= now)
    }

    /// Whether nothing is kept, and nothing was.
    pub fn is_none(&self) -> bool {
        !self.held && self.event.is_none() && self.retained.is_none()
    }
}

/// An object's bytes and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The number they were made from, and how many.
    pub bytes: (u64, usize),
    /// Its ETag, without quotes.
    pub etag: String,
    /// It must be restored to be read.
    pub is_cold: bool,
    /// It is restored until then.
    pub restored: Option<Span>,
}

/// A version that is there.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its key.
    pub key: String,
    /// Its id.
    pub id: String,
    /// `None`: a delete marker.
    pub content: Option<Content>,
    /// When it was made.
    pub made: Span,
    /// What keeps it.
    pub lock: Lock,
    /// Since when it was seen to be there though it may go.
    since: Option<i64>,
    /// It was made since the last look.
    is_new: bool,
}

/// A version as a list shows it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its key.
    pub key: String,
    /// Its id.
    pub id: String,
    /// ETag, and whether it is cold; `None`: a delete marker.
    pub object: Option<(String, bool)>,
    /// It is the newest of its key.
    pub is_latest: bool,
}

/// What was asked for and not answered.
#[derive(Clone, Debug)]
pub enum Perhaps {
    /// A version may have been made, locked like this; `None`: a delete marker.
    Made(String, Option<Content>, Span, Lock),
    /// This one may have been deleted.
    Deleted(String),
}

/// The bucket in which things age.
#[derive(Clone, Debug, Default)]
pub struct Ageing {
    /// Versions, in the order of their making.
    pub versions: Vec<Version>,
    /// Open uploads: id, key, when begun.
    pub uploads: Vec<(String, String, Span)>,
    /// The rules in force.
    pub rules: Vec<Rule>,
    /// Those that were in force since the last look, and are no more.
    pub former: Vec<Rule>,
    /// What may have happened since the last look.
    pub perhaps: Vec<Perhaps>,
    /// What is told of it all.
    pub told: Told,
    /// Versions that have gone since the last look: a rule may have gone by them.
    lately: Vec<Version>,
    /// Ids of versions that have gone.
    dead: BTreeSet<String>,
    /// What clocks have shown since the last look.
    clock: Option<Reading>,
    /// The latest that the clock has ever shown.
    ever: i64,
    /// What it showed when something was changed last. Versions of keys are looked at again at the midnight after that.
    touched: i64,
    /// New rules may still be on their way to what is there.
    is_walked: bool,
}

impl Ageing {
    /// Whether nothing has happened yet.
    pub fn is_new(&self) -> bool {
        self.ever == 0
    }

    /// The clocks show this.
    pub fn clock(&mut self, now: Reading) {
        self.clock = Some(self.clock.map_or(now, |before| before.and(now)));
        self.ever = self.ever.max(now.to);
    }

    /// Other rules are in force from now on, which new due records were written for by then. Where the server was sure of the time, it may
    /// have done something by those before.
    pub fn rule(&mut self, rules: Vec<Rule>, now: i64, was_sure: bool) {
        let former = std::mem::replace(&mut self.rules, rules);
        self.former.extend(former.into_iter().filter(|_| was_sure));
        self.touched = self.touched.max(now);
        self.is_walked = true;
    }

    /// Rules that are new have surely reached all there is by now, and perhaps not before.
    pub fn settled(&mut self, now: i64) {
        if std::mem::take(&mut self.is_walked) {
            self.touched = self.touched.max(now);
        }
    }

    /// A version was made.
    pub fn made(&mut self, key: &str, id: &str, content: Option<Content>, made: Span, lock: Lock) -> Result<(), Wrong> {
        if self.dead.contains(id) || self.versions.iter().any(|version| version.id == id) {
            return Err(format!("the version {id} of {key} was given twice"));
        }
        let (key, id) = (key.to_owned(), id.to_owned());
        self.versions.push(Version { key, id, content, made, lock, since: None, is_new: true });
        Ok(())
    }

    /// A client deleted this version, unless a rule did just before.
    pub fn deleted(&mut self, id: &str) {
        let Some(version) = self.versions.iter().find(|version| version.id == id).cloned() else { return };
        let is_there = |id: &str| self.versions.iter().any(|version| version.id == id);
        match self.may_go(&version, is_there) {
            true => self.told.either(&version.key, id, &DELETED),
            false => self.told.surely(DELETED[0], &version.key, id),
        }
        self.gone(id);
    }

    /// Whether a rule, or a request that was not answered, may have removed this version.
    pub fn may_be_gone(&self, id: &str) -> bool {
        let is_there = |id: &str| self.versions.iter().any(|version| version.id == id);
        let version = self.versions.iter().find(|version| version.id == id);
        self.may_be_deleted(id) || version.is_some_and(|version| self.may_go(version, is_there))
    }

    /// Whether somebody asked for this version to be deleted and was not answered.
    pub fn may_be_deleted(&self, id: &str) -> bool {
        self.perhaps.iter().any(|it| matches!(it, Perhaps::Deleted(of) if of == id))
    }

    /// A legal hold is on this version: whatever was asked for before and not answered does not remove it any more.
    pub fn held(&mut self, id: &str) {
        self.perhaps.retain(|it| !matches!(it, Perhaps::Deleted(of) if of == id));
        self.versions.iter_mut().filter(|version| version.id == id).for_each(|version| version.lock.held = true);
    }

    /// This version has gone. What a rule or time did to it before was not seen.
    fn gone(&mut self, id: &str) {
        let Some(at) = self.versions.iter().position(|version| version.id == id) else { return };
        let version = self.versions.remove(at);
        if version.content.as_ref().is_some_and(|content| self.may_be_over(content)) {
            self.told.perhaps("ObjectRestore:Delete", &version.key, id);
        }
        if self.may_cool(&version, |_| false) {
            self.told.perhaps(COOLED, &version.key, id);
        }
        self.dead.insert(id.to_owned());
        self.lately.push(version);
    }

    /// A version was restored, or is for longer.
    pub fn restored(&mut self, id: &str, until: Span) -> Result<(), Wrong> {
        let version = self.versions.iter().find(|version| version.id == id).cloned().ok_or("a version is lost")?;
        let content = version.content.as_ref().ok_or("a delete marker is restored")?;
        if self.may_be_over(content) {
            self.told.perhaps("ObjectRestore:Delete", &version.key, id);
        }
        if content.restored.is_none() {
            self.told.surely("ObjectRestore:Post", &version.key, id);
            // A rule may remove it before it is restored.
            self.told.perhaps("ObjectRestore:Completed", &version.key, id);
        }
        let known = self.versions.iter_mut().find(|known| known.id == id);
        if let Some(content) = known.and_then(|known| known.content.as_mut()) {
            content.restored = Some(until);
        }
        Ok(())
    }

    /// Whether the restored copy may have gone.
    fn may_be_over(&self, content: &Content) -> bool {
        content.restored.is_some_and(|until| until.from <= self.latest())
    }

    /// The latest that the clock has shown since the last look.
    fn latest(&self) -> i64 {
        self.clock.map_or(0, |clock| clock.latest)
    }

    /// All was looked at: what is seen from now on happens from now on. But for what is still under way, unless all is at rest.
    pub fn looked(&mut self, is_at_rest: bool) {
        if is_at_rest {
            for perhaps in std::mem::take(&mut self.perhaps) {
                if let Perhaps::Made(key, content, ..) = perhaps {
                    let what = if content.is_some() { CREATED } else { HIDDEN };
                    [what, DELETED[1]].into_iter().for_each(|what| self.told.perhaps_unseen(what, &key));
                }
            }
        }
        self.former.clear();
        self.lately.clear();
        self.versions.iter_mut().for_each(|version| version.is_new = false);
        self.touched = self.clock.take().map_or(self.touched, |clock| clock.to);
    }
}
