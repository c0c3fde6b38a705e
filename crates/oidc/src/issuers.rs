//! Providers' keys, fetched and remembered.
//!
//! A stranger's token can make the server fetch, so fetching is bounded whatever tokens say: only what somebody with a key registered
//! is asked, one fetch at a time for each provider and [`AT_ONCE`] in all, none sooner than [`PAUSE`] after the one before, none longer
//! than [`LONGEST`]. Keys are good for [`MAX_AGE`]; a token that names another key has them fetched sooner, which is how a provider
//! changes them. A fetch that began is brought to its end though the client goes away: who hangs up does not undo the pause.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_types::{Clock, Timestamp};
use lru::LruCache;
use parking_lot::Mutex;
use thiserror::Error;
use tokio::sync::{Mutex as Turn, Semaphore};

use crate::keys::{Keys, Outcome};
use crate::{Fetch, FetchError, Issuer, Token};

/// How long keys are believed. Who takes back a key at the provider waits so long.
pub const MAX_AGE: Duration = Duration::from_secs(15 * 60);
/// The least time between two fetches from one provider.
pub const PAUSE: Duration = Duration::from_secs(10);
/// The longest that one fetch of both documents may take.
pub const LONGEST: Duration = Duration::from_secs(4);
/// Fetches at once.
pub const AT_ONCE: usize = 8;
/// How many providers' keys are kept: 64 MiB at the very most, some kilobytes each.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// Why a token is not proven.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unproven {
    /// The provider could not be reached: the same token may be good later.
    #[error("the identity provider cannot be reached")]
    Unreachable,
    /// What the provider answers has no keys, or not the one that the token names.
    #[error("the identity provider has no such key")]
    NoKey,
    /// The key that it names did not sign it.
    #[error("the signature does not match")]
    Forged,
}

/// Providers and their keys.
pub struct Issuers(Arc<Inner>);

struct Inner {
    fetch: Arc<dyn Fetch>,
    clock: Arc<dyn Clock>,
    at_once: Semaphore,
    known: Mutex<LruCache<Provider, Arc<Slot>>>,
}

/// URL and thumbprints: whom one account trusts does not count for another's.
type Provider = (Issuer, Vec<String>);

/// What is known of one provider.
#[derive(Default)]
struct Slot {
    known: Mutex<Known>,
    /// Whose turn it is to fetch. Who needs nothing fetched waits for nobody.
    turn: Arc<Turn<()>>,
}

#[derive(Default)]
struct Known {
    /// Keys, and when they were fetched.
    keys: Option<(Arc<Keys>, Timestamp)>,
    /// When a fetch was last tried, and why it failed if it did.
    tried: Option<(Timestamp, Option<Unproven>)>,
}

impl Slot {
    /// What can be said of a token without a fetch; `None`: one is to be made.
    fn at_hand(&self, token: &Token, now: Timestamp) -> Option<Result<(), Unproven>> {
        let younger = |at: Timestamp, than: Duration| {
            now.0.checked_sub(at.0).is_some_and(|age| (0..than.as_millis() as i64).contains(&age))
        };
        let (keys, tried) = {
            let known = self.known.lock();
            (known.keys.clone(), known.tried.clone())
        };
        if let Some((keys, _)) = keys.filter(|(_, fetched)| younger(*fetched, MAX_AGE)) {
            match keys.check(token) {
                Outcome::Signed => return Some(Ok(())),
                Outcome::Forged => return Some(Err(Unproven::Forged)),
                Outcome::UnknownKey => {}
            }
        }
        let (_, failure) = tried.filter(|(tried, _)| younger(*tried, PAUSE))?;
        Some(Err(failure.unwrap_or(Unproven::NoKey)))
    }

    /// Notes what a fetch brought. One that failed leaves the keys that are known.
    fn fetched(&self, keys: &Result<Arc<Keys>, Unproven>, now: Timestamp) {
        let mut known = self.known.lock();
        known.tried = Some((now, keys.as_ref().err().cloned()));
        if let Ok(keys) = keys {
            known.keys = Some((keys.clone(), now));
        }
    }
}

impl Issuers {
    /// Providers whose documents this fetches.
    pub fn new(fetch: Arc<dyn Fetch>, clock: Arc<dyn Clock>) -> Self {
        let (at_once, known) = (Semaphore::new(AT_ONCE), Mutex::new(LruCache::new(KEPT)));
        Self(Arc::new(Inner { fetch, clock, at_once, known }))
    }

    /// Proves that a key of the issuer signed the token. What the token says of issuer, audience and time is the caller's to compare.
    pub async fn prove(&self, issuer: &Issuer, thumbprints: &[String], token: &Token) -> Result<(), Unproven> {
        let slot = {
            let mut known = self.0.known.lock();
            known.get_or_insert((issuer.clone(), thumbprints.to_vec()), Arc::default).clone()
        };
        if let Some(said) = slot.at_hand(token, self.0.clock.now()) {
            return said;
        }
        let turn = slot.turn.clone().lock_owned().await;
        if let Some(said) = slot.at_hand(token, self.0.clock.now()) {
            return said;
        }
        let (inner, issuer, thumbprints) = (self.0.clone(), issuer.clone(), thumbprints.to_vec());
        let fetching = tokio::spawn(async move {
            let keys = inner.fetch(&issuer, &thumbprints).await;
            slot.fetched(&keys, inner.clock.now());
            drop(turn);
            keys
        });
        let keys = fetching.await.unwrap_or(Err(Unproven::Unreachable))?;
        match keys.check(token) {
            Outcome::Signed => Ok(()),
            Outcome::Forged => Err(Unproven::Forged),
            Outcome::UnknownKey => Err(Unproven::NoKey),
        }
    }
}

impl Inner {
    /// The issuer's keys, in time or not at all.
    async fn fetch(&self, issuer: &Issuer, thumbprints: &[String]) -> Result<Arc<Keys>, Unproven> {
        let fetched = tokio::time::timeout(LONGEST, async {
            let _permit = self.at_once.acquire().await;
            self.keys(issuer, thumbprints).await
        });
        let late = || Err(FetchError::Unreachable(format!("no answer within {} s", LONGEST.as_secs())));
        fetched.await.unwrap_or_else(|_| late()).map(Arc::new).map_err(|error| {
            tracing::warn!(issuer = issuer.as_str(), %error, "the keys of an identity provider could not be fetched");
            match error {
                FetchError::Unreachable(_) => Unproven::Unreachable,
                FetchError::Refused(_) => Unproven::NoKey,
            }
        })
    }

    async fn keys(&self, issuer: &Issuer, thumbprints: &[String]) -> Result<Keys, FetchError> {
        let refused = |what: &str| FetchError::Refused(what.to_owned());
        let document = self.fetch.get(&issuer.discovery(), thumbprints).await?;
        let document: serde_json::Value =
            serde_json::from_slice(&document).map_err(|_| refused("the discovery document is not JSON"))?;
        let text = |name: &str| document.get(name).and_then(serde_json::Value::as_str);
        if text("issuer") != Some(issuer.as_str()) {
            return Err(refused("the discovery document is of another issuer"));
        }
        let url = text("jwks_uri").ok_or_else(|| refused("the discovery document names no jwks_uri"))?;
        let set = self.fetch.get(url, thumbprints).await?;
        Keys::parse(&set).ok_or_else(|| refused("what jwks_uri names is no set of keys"))
    }
}
