//! Attributes of queues: read from requests within Amazon's bounds, and told. From SetQueueAttributes' page.

use std::collections::BTreeMap;

use coldkeep_auth::policy::{Kind, Policy};
use coldkeep_messages::{Counts, Queue, QueueRecord};

use crate::errors::SqsError;
use crate::redrive;

/// The attributes that can be set.
const SETTABLE: [&str; 8] = [
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "Policy",
    "ReceiveMessageWaitTimeSeconds",
    "RedriveAllowPolicy",
    "RedrivePolicy",
    "VisibilityTimeout",
];
/// Those that are told only.
const TOLD: [&str; 6] = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
];
/// Those of what is not here; they are asked for all the same.
const ABSENT: [&str; 7] = [
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "SqsManagedSseEnabled",
];

/// Sets attributes of the queue with this ARN.
pub(crate) fn apply(record: &mut QueueRecord, arn: &str, given: &BTreeMap<String, String>) -> Result<(), SqsError> {
    given.iter().try_for_each(|(name, value)| apply_one(record, arn, name, value))
}

/// The first of these attributes that a queue has differently.
pub(crate) fn differs(record: &QueueRecord, arn: &str, given: &BTreeMap<String, String>) -> Result<(), &'static str> {
    for (name, value) in given {
        let mut changed = record.clone();
        let known = SETTABLE.iter().find(|known| *known == name).copied().unwrap_or("Attributes");
        if apply_one(&mut changed, arn, name, value).is_err() || changed != *record {
            return Err(known);
        }
    }
    Ok(())
}

fn apply_one(record: &mut QueueRecord, arn: &str, name: &str, value: &str) -> Result<(), SqsError> {
    let number = |least: u32, most: u32| {
        let number = value.parse().ok().filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| SqsError::invalid_attribute(name, ""))
    };
    match name {
        "DelaySeconds" => record.delay_s = number(0, 900)?,
        "MaximumMessageSize" => record.max_bytes = number(1024, 1 << 20)?,
        "MessageRetentionPeriod" => record.retention_s = number(60, 1_209_600)?,
        "ReceiveMessageWaitTimeSeconds" => record.wait_s = number(0, 20)?,
        "VisibilityTimeout" => record.visibility_s = number(0, 43_200)?,
        "Policy" if value.is_empty() => record.policy = None,
        "Policy" => {
            Policy::parse(value, Kind::Queue { arn })
                .map_err(|error| SqsError::invalid_attribute(name, &error.to_string()))?;
            record.policy = Some(value.to_owned());
        }
        "RedrivePolicy" if value.is_empty() => record.redrive = None,
        "RedrivePolicy" => record.redrive = Some(redrive::parse(value)?),
        "RedriveAllowPolicy" if value.is_empty() => record.redrive_allow = None,
        "RedriveAllowPolicy" => {
            redrive::parse_allow(value)?;
            record.redrive_allow = Some(value.to_owned());
        }
        "SqsManagedSseEnabled" if value == "false" => {}
        "KmsMasterKeyId" if value.is_empty() => {}
        "DeduplicationScope" | "FifoThroughputLimit" => {
            let message = format!("You can specify the {name} only when FifoQueue is set to true.");
            return Err(SqsError::new("InvalidAttributeName", "InvalidAttributeName", message));
        }
        "KmsMasterKeyId" | "KmsDataKeyReusePeriodSeconds" | "SqsManagedSseEnabled" => {
            return Err(SqsError::unsupported(format!("The attribute {name} is not implemented by this server.")));
        }
        _ => return Err(SqsError::unknown_attribute(name)),
    }
    Ok(())
}

/// Refuses names that no attribute has.
pub(crate) fn check_names(names: &[String]) -> Result<(), SqsError> {
    let known =
        |name: &str| name == "All" || SETTABLE.contains(&name) || TOLD.contains(&name) || ABSENT.contains(&name);
    match names.iter().find(|name| !known(name)) {
        Some(name) => Err(SqsError::unknown_attribute(name)),
        None => Ok(()),
    }
}

/// Whether any of these needs the messages counted.
pub(crate) fn needs_counts(names: &[String]) -> bool {
    names.iter().any(|name| name == "All" || name.starts_with("ApproximateNumber"))
}

/// The attributes of these names.
pub(crate) fn told(queue: &Queue, counts: Counts, names: &[String]) -> BTreeMap<String, String> {
    let record = &queue.record;
    let seconds = |millis: i64| Some(millis.div_euclid(1000).to_string());
    let all = [
        ("ApproximateNumberOfMessages", Some(counts.visible.to_string())),
        ("ApproximateNumberOfMessagesDelayed", Some(counts.delayed.to_string())),
        ("ApproximateNumberOfMessagesNotVisible", Some(counts.in_flight.to_string())),
        ("CreatedTimestamp", seconds(record.created)),
        ("DelaySeconds", Some(record.delay_s.to_string())),
        ("LastModifiedTimestamp", seconds(record.changed)),
        ("MaximumMessageSize", Some(record.max_bytes.to_string())),
        ("MessageRetentionPeriod", Some(record.retention_s.to_string())),
        ("Policy", record.policy.clone()),
        ("QueueArn", Some(queue.arn())),
        ("ReceiveMessageWaitTimeSeconds", Some(record.wait_s.to_string())),
        ("RedriveAllowPolicy", record.redrive_allow.clone()),
        ("RedrivePolicy", record.redrive.as_ref().map(redrive::text)),
        // Said as it is: messages lie in the metadata as they were sent.
        ("SqsManagedSseEnabled", Some("false".to_owned())),
        ("VisibilityTimeout", Some(record.visibility_s.to_string())),
    ];
    let wanted = |name: &str| names.iter().any(|wanted| wanted == "All" || wanted == name);
    let wanted = all.into_iter().filter(|(name, _)| wanted(name));
    wanted.filter_map(|(name, value)| value.map(|value| (name.to_owned(), value))).collect()
}
