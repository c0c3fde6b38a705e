//! Queues, topics, subscriptions and messages, as records over the metadata engine.
//!
//! - [`Messages::queue`] finds a queue; [`Messages::send`], [`Messages::receive`], [`Messages::delete`] and
//!   [`Messages::change_visibility`] are what is done with its messages.
//! - [`Messages::topic`] finds a topic; [`Messages::publish`] hands a message to all that subscribed.
//! - [`Messages::hand_over`] and [`Messages::deliver`] bring what was published to queues and endpoints, [`Messages::drop_old`]
//!   drops what is past its time: work of the background.
//! - [`Messages::judge`] asks the policy of a queue or topic.
//!
//! Invariants: what was answered is in one durable commit; a message is given to one receiver at a time, until its visibility ends,
//! and is there until it is deleted or past its retention; claims are conditional commits, so several servers may share the records;
//! what is published is written down before it is answered, and reaches each confirmed subscription at least once.
//!
//! Nothing here knows HTTP, XML or status codes, and nothing checks a caller but [`Messages::judge`]: doors ask it. First in, first
//! out is not here.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod conditions;
mod deliver;
mod envelope;
mod error;
mod filter;
mod filter_limits;
mod hand_over;
mod heads;
mod ids;
mod keys;
mod place;
mod policy;
mod proof;
mod publish;
mod queues;
mod receive;
mod records;
mod send;
mod services;
mod settle;
mod statements;
mod subscriptions;
mod topics;
mod upkeep;
mod waiting;

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use coldkeep_auth::policy::Policy;
use coldkeep_meta::{Commit, Meta};
use coldkeep_types::{Clock, Id, Timestamp};
use lru::LruCache;
use parking_lot::Mutex;
use tokio::sync::Notify;

pub use deliver::{Post, PostError};
pub use error::Error;
pub use filter::{Filter, MAX_FILTER_BYTES};
pub use place::{Named, Place, is_name, parse_arn};
pub use policy::{Acting, default_topic_policy};
pub use proof::prove;
pub use publish::{MAX_MESSAGE_BYTES as MAX_PUBLISHED_BYTES, NewPublication};
pub use queues::{Counts, MAX_REDRIVE_SOURCES, Owned, Page, Queue, defaults};
pub use receive::{Ask, MAX_AT_ONCE, MAX_IN_FLIGHT, Received};
pub use records::{
    Attribute, AttributeValue, Content, FilterScope, QueueRecord, Redrive, SubscriptionRecord, TopicRecord,
};
pub use send::NewMessage;
pub use services::Deaf;
pub use statements::{with_statement, without_statement};
pub use subscriptions::{NewSubscription, Subscription};
pub use topics::Topic;
pub use upkeep::Due;

/// How often an operation is tried again when records change under it: each time means that another one succeeded.
const MAX_TRIES: usize = 1000;
/// How many policies stay parsed, and of how many queues it is remembered how many messages are in flight and where they begin.
const KEPT: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

/// How often who waits for a message looks for what came through another server.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The queues and topics of one store. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Messages(Arc<Inner>);

struct Inner {
    meta: Arc<dyn Meta>,
    clock: Arc<dyn Clock>,
    waiting: waiting::Waiting,
    /// Messages that somebody here is about to claim, so that others look further.
    claims: Mutex<HashSet<Id>>,
    /// Of a room: when its messages in flight were counted, and how many they were, with those claimed since.
    in_flight: Mutex<LruCache<Id, (i64, u64)>>,
    heads: heads::Heads,
    /// Parsed policies by the ARN of what has them and their text.
    policies: Mutex<LruCache<(String, String), Arc<Policy>>>,
    /// When the next message is past its time, as far as is known; `i64::MAX`: none is there.
    next_old: AtomicI64,
    /// Rings when a message comes that is past its time before all others.
    aging: Notify,
    /// Rings when something was published.
    published: Notify,
    /// Rings when there is a request to an endpoint.
    outgoing: Notify,
    /// How long who waits for a message is content with what rings here; `None`: for ever.
    look_again: Option<Duration>,
}

impl Messages {
    /// The queues and topics in these records.
    pub fn open(meta: Arc<dyn Meta>, clock: Arc<dyn Clock>) -> Self {
        Self::with(meta, clock, None)
    }

    /// The same, where other servers have these records too: what comes through them rings nothing here, so who waits for a message looks each
    /// second.
    pub fn open_shared(meta: Arc<dyn Meta>, clock: Arc<dyn Clock>) -> Self {
        Self::with(meta, clock, Some(LOOK_AGAIN))
    }

    fn with(meta: Arc<dyn Meta>, clock: Arc<dyn Clock>, look_again: Option<Duration>) -> Self {
        Self(Arc::new(Inner {
            meta,
            clock,
            look_again,
            waiting: waiting::Waiting::default(),
            claims: Mutex::default(),
            in_flight: Mutex::new(LruCache::new(KEPT)),
            heads: heads::Heads::default(),
            policies: Mutex::new(LruCache::new(KEPT)),
            next_old: AtomicI64::new(i64::MAX),
            aging: Notify::new(),
            published: Notify::new(),
            outgoing: Notify::new(),
        }))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Makes writes happen. `false`: what they rest on has changed.
    async fn commit(&self, commit: Commit) -> Result<bool, Error> {
        match self.0.meta.commit(commit).await {
            Ok(()) => Ok(true),
            Err(coldkeep_meta::Error::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
