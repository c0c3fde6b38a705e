//! What must be told of changes: each at least once, in the order of a key's changes, and nothing of what did not happen.

use std::collections::{BTreeMap, BTreeSet};

use crate::clients::Wrong;

/// What happened, to which key and version.
type Change = (String, String, String);

/// What happens to a version once at most.
const ONCE: [&str; 3] = ["ObjectCreated", "ObjectRemoved", "LifecycleExpiration"];

/// What was told, and what is to be.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Changes that were made, each with its place in their order; none where only a list told of it, later.
    made: BTreeMap<Change, Option<usize>>,
    /// Of several changes of one version one was made: which, only being told tells.
    either: Vec<Vec<Change>>,
    /// What may have happened just before something else that hides whether it did.
    perhaps: BTreeSet<Change>,
    /// What may have happened to versions of a key that nobody has ever seen.
    unseen: BTreeSet<(String, String)>,
    /// What was told, by its sequencer.
    heard: BTreeMap<(String, String), Change>,
}

impl Told {
    /// This happened, after all that is known to have happened to the key.
    pub fn surely(&mut self, what: &str, key: &str, id: &str) {
        let place = Some(self.made.len());
        self.made.insert((what.to_owned(), key.to_owned(), id.to_owned()), place);
    }

    /// This happened, as a list told after others were answered that came after it perhaps.
    pub fn at_some_time(&mut self, what: &str, key: &str, id: &str) {
        self.made.insert((what.to_owned(), key.to_owned(), id.to_owned()), None);
    }

    /// One of these happened to the version.
    pub fn either(&mut self, key: &str, id: &str, whats: &[&str]) {
        self.either.push(whats.iter().map(|what| ((*what).to_owned(), key.to_owned(), id.to_owned())).collect());
    }

    /// This may have happened to the version before it went.
    pub fn perhaps(&mut self, what: &str, key: &str, id: &str) {
        self.perhaps.insert((what.to_owned(), key.to_owned(), id.to_owned()));
    }

    /// This may have happened to a version of the key whose id nobody knows.
    pub fn perhaps_unseen(&mut self, what: &str, key: &str) {
        self.unseen.insert((what.to_owned(), key.to_owned()));
    }

    /// An event was received, perhaps not for the first time.
    pub fn hear(&mut self, what: &str, key: &str, id: &str, sequencer: &str) -> Result<(), Wrong> {
        let change = (what.to_owned(), key.to_owned(), id.to_owned());
        let mut heard = self.heard.iter();
        let other = heard.find(|((of, before), it)| of == key && before != sequencer && **it == change);
        if ONCE.iter().any(|once| what.starts_with(once))
            && let Some(((_, before), _)) = other
        {
            return Err(format!("{change:?} was told as two events, {before} and {sequencer}: it was done twice"));
        }
        match self.heard.insert((key.to_owned(), sequencer.to_owned()), change.clone()) {
            Some(before) if before != change => {
                Err(format!("{before:?} and {change:?} have the same sequencer {sequencer}"))
            }
            _ => Ok(()),
        }
    }

    /// All was handed over: what happened was told, nothing else was, and what clients did in the order in which they did it.
    pub fn judge(&self) -> Result<(), Wrong> {
        let heard: BTreeSet<&Change> = self.heard.values().collect();
        if let Some(missing) = self.made.keys().find(|change| !heard.contains(change)) {
            return Err(format!("nothing was told of {missing:?}"));
        }
        if let Some(missing) = self.either.iter().find(|changes| !changes.iter().any(|it| heard.contains(it))) {
            return Err(format!("nothing was told of any of {missing:?}"));
        }
        let known = |change: &Change| {
            let may = self.made.contains_key(change) || self.perhaps.contains(change);
            let is_unseen = || self.unseen.contains(&(change.0.clone(), change.1.clone()));
            may || is_unseen() || self.either.iter().flatten().any(|it| it == change)
        };
        if let Some(strange) = heard.iter().find(|change| !known(change)) {
            return Err(format!("{strange:?} was told, which did not happen"));
        }
        self.in_order()
    }

    /// Sequencers of one key rise with the order of its changes. What the server did by itself was seen later than it happened.
    fn in_order(&self) -> Result<(), Wrong> {
        let mut last: BTreeMap<&str, (usize, &Change)> = BTreeMap::new();
        for ((key, _), change) in &self.heard {
            let is_a_clients = change.0.starts_with("ObjectCreated") || change.0.starts_with("ObjectRemoved");
            let Some(Some(place)) = self.made.get(change).copied().filter(|_| is_a_clients) else { continue };
            if let Some((before, earlier)) = last.insert(key, (place, change))
                && before > place
            {
                return Err(format!("{earlier:?} was told before {change:?}, which came first"));
            }
        }
        Ok(())
    }
}
