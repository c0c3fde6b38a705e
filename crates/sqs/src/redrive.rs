//! Dead-letter queues: which a queue names, and whether that lets itself be named. From the developer guide, "Using dead-letter queues".

use coldkeep_messages::{Error, Messages, Place, Redrive, parse_arn};
use serde_json::{Value, json};

use crate::errors::SqsError;

const POLICY: &str = "RedrivePolicy";
const ALLOW: &str = "RedriveAllowPolicy";

/// Reads a RedrivePolicy.
pub(crate) fn parse(text: &str) -> Result<Redrive, SqsError> {
    let invalid = |reason: &str| SqsError::invalid_value(POLICY, text, reason);
    let policy: Value = serde_json::from_str(text).map_err(|_| invalid("Redrive policy is not a valid JSON map."))?;
    let members = policy.as_object().ok_or_else(|| invalid("Redrive policy is not a valid JSON map."))?;
    if let Some(other) = members.keys().find(|key| !["deadLetterTargetArn", "maxReceiveCount"].contains(&key.as_str()))
    {
        return Err(invalid(&format!("Unknown member {other}.")));
    }
    let target = policy["deadLetterTargetArn"]
        .as_str()
        .ok_or_else(|| invalid("Redrive policy does not contain mandatory attribute: deadLetterTargetArn."))?;
    let number = match &policy["maxReceiveCount"] {
        Value::Null => return Err(invalid("Redrive policy does not contain mandatory attribute: maxReceiveCount.")),
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    let max_receives = number.and_then(|number| u32::try_from(number).ok()).filter(|it| (1..=1000).contains(it));
    let max_receives =
        max_receives.ok_or_else(|| invalid("Invalid value for maxReceiveCount, valid values are from 1 to 1000."))?;
    Ok(Redrive { target: target.to_owned(), max_receives })
}

/// As it is told.
pub(crate) fn text(redrive: &Redrive) -> String {
    json!({ "deadLetterTargetArn": redrive.target, "maxReceiveCount": redrive.max_receives }).to_string()
}

/// Reads a RedriveAllowPolicy: the queues that may name the one that has it; `None`: all.
pub(crate) fn parse_allow(text: &str) -> Result<Option<Vec<String>>, SqsError> {
    let invalid = |reason: &str| SqsError::invalid_value(ALLOW, text, reason);
    let policy: Value = serde_json::from_str(text).map_err(|_| invalid("it is not a valid JSON map."))?;
    let sources: Option<Vec<String>> = match &policy["sourceQueueArns"] {
        Value::Null => None,
        Value::Array(all) => all.iter().map(|arn| arn.as_str().map(str::to_owned)).collect(),
        _ => return Err(invalid("sourceQueueArns is no list.")),
    };
    match (policy["redrivePermission"].as_str(), sources) {
        (Some("allowAll"), None) => Ok(None),
        (Some("denyAll"), None) => Ok(Some(Vec::new())),
        (Some("byQueue"), Some(sources)) if (1..=10).contains(&sources.len()) => Ok(Some(sources)),
        _ => Err(invalid("redrivePermission is allowAll, denyAll, or byQueue with 1 to 10 sourceQueueArns.")),
    }
}

/// Refuses a dead-letter queue that is not there, is elsewhere, or does not let this queue name it.
pub(crate) async fn check(messages: &Messages, place: &Place, arn: &str, redrive: &Redrive) -> Result<(), SqsError> {
    let invalid = |reason: &str| SqsError::invalid_value(POLICY, text(redrive), reason);
    let target = parse_arn(&redrive.target, "sqs").filter(|named| named.place == *place);
    let target = target.ok_or_else(|| invalid("Dead letter target is no queue of this account and region."))?;
    let target = match messages.queue(&target.place, &target.name).await {
        Err(Error::NoSuchQueue) => return Err(invalid("Dead letter target does not exist.")),
        found => found?,
    };
    let allowed = target.record.redrive_allow.as_deref().map(parse_allow).transpose()?.flatten();
    match allowed {
        Some(sources) if !sources.iter().any(|source| source == arn) => {
            Err(invalid("The dead letter target's RedriveAllowPolicy does not let this queue name it."))
        }
        _ => Ok(()),
    }
}
