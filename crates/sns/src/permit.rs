//! From what an operation is on to the topic: it is found, and the caller's policies and the topic's are asked.
//!
//! Who may not learns nothing: that a topic is missing is told to those only whose own policies allow the operation on its ARN.

use coldkeep_auth::policy::{Context, Kind, Values};
use coldkeep_http::Call;
use coldkeep_messages::{Error, Messages, Named, Topic, parse_arn};
use coldkeep_query::QueryError;

use crate::Asked;
use crate::errors::{denied, invalid, invalid_arn, no_such_topic, refused};

/// What is said to be missing where neither of the two is there.
pub(crate) const EITHER: &str = "TopicArn or TargetArn";

/// What an operation is on.
#[derive(Clone, Debug)]
pub(crate) enum On {
    /// The account: all its topics and subscriptions.
    Account,
    /// A topic by its ARN, in the parameter of this name.
    Topic(&'static str, String),
    /// The same, which need not be there.
    MaybeTopic(String),
    /// A topic that may not be there yet, by its name.
    New(String),
}

/// What an operation asks for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    on: On,
    tags: Vec<(String, String)>,
    tag_keys: Vec<String>,
    facts: Vec<(&'static str, String)>,
}

impl Wanted {
    pub fn on(on: On) -> Self {
        Self { on, tags: Vec::new(), tag_keys: Vec::new(), facts: Vec::new() }
    }

    pub fn topic(arn: &str) -> Self {
        Self::on(On::Topic("TopicArn", arn.to_owned()))
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

    /// The value of a condition key, from the operation's parameters.
    pub fn fact(mut self, key: &'static str, value: Option<&str>) -> Self {
        self.facts.extend(value.map(|value| (key, value.to_owned())));
        self
    }
}

struct Facts<'a> {
    call: &'a Call,
    asked: &'a Asked,
    wanted: &'a Wanted,
    topic: Option<&'a Topic>,
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
            let mut tags = self.topic.iter().flat_map(|topic| &topic.record.tags);
            return tags.find(|tag| tag.key.eq_ignore_ascii_case(name)).map(|tag| tag.value.as_str()).into();
        }
        if let Some((_, value)) = self.wanted.facts.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
            return Values::one(value);
        }
        match key {
            "aws:TagKeys" if self.wanted.tag_keys.is_empty() => Values::Absent,
            "aws:TagKeys" => Values::Many(self.wanted.tag_keys.iter().map(|key| key.as_str().into()).collect()),
            "aws:RequestedRegion" => Values::one(self.asked.home.region.as_str()),
            _ => coldkeep_http::circumstance(self.call, key).unwrap_or(Values::Absent),
        }
    }
}

/// Finds the topic that an operation is on, if the caller may do this with it.
pub(crate) async fn permit(
    messages: &Messages,
    call: &Call,
    asked: &Asked,
    action: &str,
    wanted: &Wanted,
) -> Result<Option<Topic>, QueryError> {
    let home = &asked.home;
    let of_arn = |parameter: &str, arn: &str| {
        let named = parse_arn(arn, "sns").filter(|named| named.place.region == home.region);
        named.filter(|named| !named.name.contains([':', '/'])).ok_or_else(|| match parameter {
            EITHER => invalid(format!("{EITHER} Reason: no value for required parameter")),
            // Of telephones and mobile applications there are none here.
            "TargetArn" if arn.contains(":endpoint/") => {
                invalid("TargetArn Reason: No endpoint found for the target arn specified")
            }
            _ => invalid_arn(parameter, arn),
        })
    };
    let named = match &wanted.on {
        On::Account => None,
        On::Topic(parameter, arn) => Some(of_arn(parameter, arn)?),
        On::MaybeTopic(arn) => Some(of_arn("TopicArn", arn)?),
        On::New(name) => Some(Named { place: home.clone(), name: name.clone() }),
    };
    let found = match &named {
        None => None,
        Some(named) => match messages.topic(&named.place, &named.name).await {
            Ok(topic) => Some(topic),
            Err(Error::NoSuchTopic) => None,
            Err(error) => return Err(refused(error)),
        },
    };
    let arn = named.as_ref().map_or_else(|| "*".to_owned(), |named| named.place.topic_arn(&named.name));
    let account = named.as_ref().map_or(&home.account, |named| &named.place.account);
    let policy = match &found {
        Some(topic) => Some(messages.policy(Kind::Topic { arn: &arn }, &arn, &topic.record.policy).map_err(refused)?),
        None => None,
    };
    let facts = Facts { call, asked, wanted, topic: found.as_ref() };
    let (caller, mut action) = (&asked.caller, action.to_owned());
    let mut judged = messages.judge(caller, &action, &arn, account, policy.as_deref(), &facts);
    // Who gives tags to a new topic may set tags, too (the service authorization reference, CreateTopic).
    if judged.is_ok() && matches!(wanted.on, On::New(_)) && !wanted.tags.is_empty() && found.is_none() {
        action = "sns:TagResource".to_owned();
        judged = messages.judge(caller, &action, &arn, account, None, &facts);
    }
    if let Err(decision) = judged {
        let caller = &caller.arn;
        tracing::info!(caller = caller.as_str(), action, resource = arn, decision, "access denied");
        let name = action.strip_prefix("sns:").unwrap_or(&action);
        return Err(denied(format!("User: {caller} is not authorized to perform: SNS:{name} on resource: {arn}")));
    }
    match wanted.on {
        On::Topic(..) if found.is_none() => Err(no_such_topic()),
        _ => Ok(found),
    }
}
