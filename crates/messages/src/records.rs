//! The records: CBOR maps of numbered fields behind one byte, the version, as the store's are. Times are milliseconds since 1970.

use coldkeep_identity::Tag;
pub(crate) use coldkeep_meta::Record;
use coldkeep_types::Id;
use minicbor::{Decode, Encode};

/// Where messages go that were received too often.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Redrive {
    /// The ARN of the dead-letter queue.
    #[n(0)]
    pub target: String,
    /// How often a message is received before it goes there.
    #[n(1)]
    pub max_receives: u32,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct QueueRecord {
    /// Never given twice; receipts name it.
    #[n(0)]
    pub id: Id,
    /// Where its messages are.
    #[n(1)]
    pub room: Id,
    /// When it was made.
    #[n(2)]
    pub created: i64,
    /// When its attributes were last changed.
    #[n(3)]
    pub changed: i64,
    /// Seconds for which a received message is not given to others.
    #[n(4)]
    pub visibility_s: u32,
    /// Seconds for which a sent message cannot be seen.
    #[n(5)]
    pub delay_s: u32,
    /// Seconds after which a message is dropped.
    #[n(6)]
    pub retention_s: u32,
    /// The most bytes of a message.
    #[n(7)]
    pub max_bytes: u32,
    /// Seconds that receiving waits for a message.
    #[n(8)]
    pub wait_s: u32,
    /// Its policy, as it was put.
    #[n(9)]
    pub policy: Option<String>,
    /// Its dead-letter queue.
    #[n(10)]
    pub redrive: Option<Redrive>,
    /// Which queues may name it as theirs, as it was put.
    #[n(11)]
    pub redrive_allow: Option<String>,
    /// Its tags, by key.
    #[n(12)]
    pub tags: Vec<Tag>,
    /// When it was last purged.
    #[n(13)]
    pub purged: Option<i64>,
}

impl Record for QueueRecord {}

/// How far a message is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct State {
    /// From when on it can be seen: where it lies under `v`.
    #[n(0)]
    pub seen_from: i64,
    /// How often it was received.
    #[n(1)]
    pub receives: u32,
    /// When it was first received.
    #[n(2)]
    pub first_received: Option<i64>,
}

impl Record for State {}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AttributeValue {
    /// Text, also of numbers.
    #[n(0)]
    Text(#[n(0)] String),
    /// Bytes.
    #[n(1)]
    Bytes(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
}

/// An attribute of a message.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Attribute {
    /// Its name.
    #[n(0)]
    pub name: String,
    /// `String`, `Number` or `Binary`, maybe with a label behind a dot.
    #[n(1)]
    pub data_type: String,
    /// Its value.
    #[n(2)]
    pub value: AttributeValue,
}

impl Attribute {
    /// What it counts towards the size of a message.
    pub fn bytes(&self) -> usize {
        let value = match &self.value {
            AttributeValue::Text(text) => text.len(),
            AttributeValue::Bytes(bytes) => bytes.len(),
        };
        self.name.len() + self.data_type.len() + value
    }
}

/// What was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Content {
    /// The text.
    #[n(0)]
    pub body: String,
    /// Its attributes, by name.
    #[n(1)]
    pub attributes: Vec<Attribute>,
    /// Who sent it, as `SenderId` tells.
    #[n(2)]
    pub sender: String,
    /// The group of messages that it is of, for consumers to tell.
    #[n(3)]
    pub group: Option<String>,
    /// The header of a trace.
    #[n(4)]
    pub trace: Option<String>,
    /// The ARN of the queue it came from, in a dead-letter queue.
    #[n(5)]
    pub came_from: Option<String>,
}

impl Record for Content {}

impl Content {
    /// The bytes that count: text and attributes.
    pub fn bytes(&self) -> usize {
        self.body.len() + self.attributes.iter().map(Attribute::bytes).sum::<usize>()
    }
}

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TopicRecord {
    /// Never given twice.
    #[n(0)]
    pub id: Id,
    /// When it was made.
    #[n(1)]
    pub created: i64,
    /// What it is called in what people read.
    #[n(2)]
    pub display_name: String,
    /// Its policy, as it was put.
    #[n(3)]
    pub policy: String,
    /// Its tags, by key.
    #[n(4)]
    pub tags: Vec<Tag>,
}

impl Record for TopicRecord {}

/// What a filter looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum FilterScope {
    /// The message's attributes.
    #[n(0)]
    Attributes,
    /// The message itself, which is JSON.
    #[n(1)]
    Body,
}

/// Who is told of what is published.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SubscriptionRecord {
    /// A UUID.
    #[n(0)]
    pub id: String,
    /// `sqs`, `http` or `https`.
    #[n(1)]
    pub protocol: String,
    /// The queue's ARN, or the URL.
    #[n(2)]
    pub endpoint: String,
    /// The account of who subscribed.
    #[n(3)]
    pub owner: String,
    /// What confirms it; `None`: it is confirmed.
    #[n(4)]
    pub token: Option<String>,
    /// Whether messages come as they were published, without envelope.
    #[n(5)]
    pub raw: bool,
    /// Which messages it wants, as it was put.
    #[n(6)]
    pub filter: Option<String>,
    /// What that is about.
    #[n(7)]
    pub scope: FilterScope,
    /// The ARN of the queue for what could not be delivered.
    #[n(8)]
    pub dead_letters: Option<String>,
    /// When it was made.
    #[n(9)]
    pub created: i64,
    /// Whether only who is signed in may end it.
    #[n(10)]
    pub guarded: bool,
    /// The ARN of who subscribed.
    #[n(11)]
    pub principal: String,
    /// Where links to this server lead: scheme and host by which the subscriber reached it.
    #[n(12)]
    pub base: String,
}

impl Record for SubscriptionRecord {}

/// What was published and is still to be handed to subscriptions.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Publication {
    /// Its id, which all subscriptions are told.
    #[n(0)]
    pub message: String,
    /// The topic's ARN.
    #[n(1)]
    pub topic: String,
    /// The subject.
    #[n(2)]
    pub subject: Option<String>,
    /// Texts by protocol, where they differ: `default`, `sqs`, `http`, `https`.
    #[n(3)]
    pub texts: Vec<(String, String)>,
    /// Attributes.
    #[n(4)]
    pub attributes: Vec<Attribute>,
    /// When it was published.
    #[n(5)]
    pub published: i64,
    /// The id of the last subscription that has it.
    #[n(6)]
    pub done: Option<String>,
    /// The group that queues are told.
    #[n(7)]
    pub group: Option<String>,
}

impl Record for Publication {}

/// A request to an endpoint that is still to be made.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Delivery {
    /// Where to.
    #[n(0)]
    pub url: String,
    /// Headers.
    #[n(1)]
    pub headers: Vec<(String, String)>,
    /// The text.
    #[n(2)]
    pub body: String,
    /// The ARN of the subscription.
    #[n(3)]
    pub subscription: String,
    /// How often it was tried.
    #[n(4)]
    pub tries: u32,
}

impl Record for Delivery {}
