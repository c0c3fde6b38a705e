//! From what an operation is on to the queue: it is found, and the caller's policies and the queue's are asked.
//!
//! Who may not learns nothing: that a queue is missing is told to those only whose own policies allow the operation on its ARN.

use coldkeep_auth::policy::{Context, Kind, Values};
use coldkeep_http::Call;
use coldkeep_messages::{Error, Messages, Named, Place, Queue};
use coldkeep_types::AccountId;

use crate::asked::Asked;
use crate::errors::SqsError;
use crate::urls;

/// What an operation is on.
#[derive(Clone, Debug)]
pub(crate) enum On {
    /// The account: all its queues.
    Account,
    /// A queue by its URL.
    Queue(String),
    /// A queue by its name, of this account or the caller's.
    Name(String, Option<String>),
    /// A queue that may not be there yet.
    New(String),
}

/// What an operation asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub on: On,
    /// The tags that the request gives: `aws:RequestTag/...`.
    tags: Vec<(String, String)>,
    /// The keys of tags that it names.
    tag_keys: Vec<String>,
}

impl Wanted {
    pub fn on(on: On) -> Self {
        Self { on, tags: Vec::new(), tag_keys: Vec::new() }
    }

    pub fn queue(url: &str) -> Self {
        Self::on(On::Queue(url.to_owned()))
    }

    pub fn tags<'a>(mut self, tags: impl IntoIterator<Item = (&'a String, &'a String)>) -> Self {
        self.tags = tags.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        self.tag_keys = self.tags.iter().map(|(key, _)| key.clone()).collect();
        self
    }

    pub fn tag_keys(mut self, keys: &[String]) -> Self {
        self.tag_keys = keys.to_vec();
        self
    }
}

struct Facts<'a> {
    call: &'a Call,
    asked: &'a Asked,
    wanted: &'a Wanted,
    queue: Option<&'a Queue>,
}

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        if let Some(value) = self.asked.caller.rights.value(key) {
            return value;
        }
        if let Some(name) = key.strip_prefix("aws:RequestTag/") {
            let tag = self.wanted.tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            return tag.map(|(_, value)| value.as_str()).into();
        }
        if let Some(name) = key.strip_prefix("aws:ResourceTag/") {
            let mut tags = self.queue.iter().flat_map(|queue| &queue.record.tags);
            return tags.find(|tag| tag.key.eq_ignore_ascii_case(name)).map(|tag| tag.value.as_str()).into();
        }
        match key {
            "aws:TagKeys" if self.wanted.tag_keys.is_empty() => Values::Absent,
            "aws:TagKeys" => Values::Many(self.wanted.tag_keys.iter().map(|key| key.as_str().into()).collect()),
            "aws:RequestedRegion" => Values::one(self.asked.home.region.as_str()),
            _ => coldkeep_http::circumstance(self.call, key).unwrap_or(Values::Absent),
        }
    }
}

/// Finds the queue that an operation is on, if the caller may do this with it.
pub(crate) async fn permit(
    messages: &Messages,
    call: &Call,
    asked: &Asked,
    action: &str,
    wanted: &Wanted,
) -> Result<Option<Queue>, SqsError> {
    let home = &asked.home;
    let named = match &wanted.on {
        On::Account => None,
        On::Queue(url) => Some(urls::parse(url, home).ok_or_else(SqsError::no_such_queue)?),
        On::Name(name, owner) => Some(Named { place: owned(home, owner.as_deref())?, name: name.clone() }),
        On::New(name) => Some(Named { place: home.clone(), name: name.clone() }),
    };
    let found = match &named {
        None => None,
        Some(named) => match messages.queue(&named.place, &named.name).await {
            Ok(queue) => Some(queue),
            Err(Error::NoSuchQueue) => None,
            Err(error) => return Err(error.into()),
        },
    };
    let arn = named.as_ref().map_or_else(|| "*".to_owned(), |named| named.place.queue_arn(&named.name));
    let account = named.as_ref().map_or(&home.account, |named| &named.place.account);
    let policy = match found.as_ref().and_then(|queue| queue.record.policy.as_deref()) {
        Some(text) => Some(messages.policy(Kind::Queue { arn: &arn }, &arn, text)?),
        None => None,
    };
    let facts = Facts { call, asked, wanted, queue: found.as_ref() };
    let (caller, mut action) = (&asked.caller, action.to_owned());
    let mut judged = messages.judge(caller, &action, &arn, account, policy.as_deref(), &facts);
    // Who gives tags to a new queue may set tags, too (the service authorization reference, CreateQueue).
    if judged.is_ok() && matches!(wanted.on, On::New(_)) && !wanted.tags.is_empty() && found.is_none() {
        action = "sqs:TagQueue".to_owned();
        judged = messages.judge(caller, &action, &arn, account, None, &facts);
    }
    if let Err(decision) = judged {
        let caller = &caller.arn;
        tracing::info!(caller = caller.as_str(), action, resource = arn, decision, "access denied");
        let message = format!("User: {caller} is not authorized to perform: {action} on resource: {arn}");
        return Err(SqsError::access_denied(message));
    }
    match wanted.on {
        On::Queue(_) | On::Name(..) if found.is_none() => Err(SqsError::no_such_queue()),
        _ => Ok(found),
    }
}

fn owned(home: &Place, owner: Option<&str>) -> Result<Place, SqsError> {
    let Some(owner) = owner else { return Ok(home.clone()) };
    let invalid = |_| SqsError::invalid_value("QueueOwnerAWSAccountId", owner, "it is not an account.");
    Ok(Place { account: AccountId::parse(owner).map_err(invalid)?, region: home.region.clone() })
}
