//! Attributes of topics and subscriptions: which can be set, and how they are told.

use std::collections::BTreeMap;

use coldkeep_auth::policy::{Kind, Policy};
use coldkeep_messages::{Filter, FilterScope, Messages, Subscription, SubscriptionRecord, Topic, parse_arn};
use coldkeep_query::QueryError;
use serde_json::{Value, json};

use crate::errors::{invalid, refused};

/// An attribute of a topic that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OfTopic {
    DisplayName,
    Policy,
}

/// Which attribute of a topic this is, if it may have this value.
pub(crate) fn check_topic(name: &str, value: &str, arn: &str) -> Result<OfTopic, QueryError> {
    match name {
        "DisplayName" if value.chars().count() > 100 || value.chars().any(char::is_control) => {
            Err(invalid("DisplayName Reason: it has at most 100 printable characters"))
        }
        "DisplayName" => Ok(OfTopic::DisplayName),
        "Policy" => match Policy::parse(value, Kind::Topic { arn }) {
            Ok(_) => Ok(OfTopic::Policy),
            Err(error) => Err(invalid(format!("Policy Error: {error}"))),
        },
        "FifoTopic" if value == "false" => Err(invalid("Attributes Reason: FifoTopic is for FIFO topics")),
        "ArchivePolicy"
        | "ContentBasedDeduplication"
        | "DeliveryPolicy"
        | "FifoThroughputScope"
        | "FifoTopic"
        | "KmsMasterKeyId"
        | "SignatureVersion"
        | "TracingConfig" => Err(QueryError::not_implemented_parameter(name)),
        other if other.ends_with("FeedbackRoleArn") || other.ends_with("FeedbackSampleRate") => {
            Err(QueryError::not_implemented_parameter(other))
        }
        _ => Err(invalid("AttributeName")),
    }
}

/// How endpoints are tried, as `EffectiveDeliveryPolicy` tells: from 20 seconds on, doubling up to an hour, thirty times.
fn delivery_policy() -> Value {
    json!({ "http": { "defaultHealthyRetryPolicy": {
        "minDelayTarget": 20, "maxDelayTarget": 3600, "numRetries": 29, "numMaxDelayRetries": 0, "numNoDelayRetries": 0,
        "numMinDelayRetries": 0, "backoffFunction": "exponential",
    }, "disableSubscriptionOverrides": true } })
}

/// All attributes of a topic.
pub(crate) async fn of_topic(messages: &Messages, topic: &Topic) -> Result<BTreeMap<String, String>, QueryError> {
    let (mut confirmed, mut pending, mut after) = (0u32, 0u32, None::<String>);
    loop {
        let page = messages.subscriptions_of(topic, after.as_deref(), 1000).await.map_err(refused)?;
        let waiting = page.items.iter().filter(|it| it.record.token.is_some()).count();
        pending += u32::try_from(waiting).unwrap_or(u32::MAX);
        confirmed += u32::try_from(page.items.len() - waiting).unwrap_or(u32::MAX);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let record = &topic.record;
    let all = [
        ("DisplayName", record.display_name.clone()),
        ("EffectiveDeliveryPolicy", delivery_policy().to_string()),
        ("Owner", topic.place.account.to_string()),
        ("Policy", record.policy.clone()),
        ("SubscriptionsConfirmed", confirmed.to_string()),
        ("SubscriptionsDeleted", "0".to_owned()),
        ("SubscriptionsPending", pending.to_string()),
        ("TopicArn", topic.arn()),
    ];
    Ok(all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Sets an attribute of a subscription. What is wrong is told behind `where_in`.
pub(crate) fn set_of_subscription(
    record: &mut SubscriptionRecord,
    name: &str,
    value: &str,
    where_in: &str,
) -> Result<(), QueryError> {
    let wrong = |what: &str| invalid(format!("{where_in}{name}: {what}"));
    let json = || {
        serde_json::from_str(value).map_err(|error: serde_json::Error| wrong(&format!("failed to parse JSON. {error}")))
    };
    match name {
        "RawMessageDelivery" => {
            record.raw = match value.to_ascii_lowercase().as_str() {
                "true" => true,
                "false" => false,
                _ => return Err(wrong(&format!("Invalid value [{value}]. Must be true or false."))),
            };
        }
        "FilterPolicy" if ["", "{}"].contains(&value.trim()) => record.filter = None,
        "FilterPolicy" => {
            let _: Value = json()?;
            Filter::parse(value).and_then(|filter| filter.check_limits()).map_err(|what| wrong(&what))?;
            record.filter = Some(value.to_owned());
        }
        "FilterPolicyScope" => {
            record.scope = match value {
                "MessageAttributes" | "" => FilterScope::Attributes,
                "MessageBody" => FilterScope::Body,
                _ => {
                    let what = format!("Invalid value [{value}]. Please use either MessageBody or MessageAttributes");
                    return Err(wrong(&what));
                }
            };
        }
        "RedrivePolicy" if value.is_empty() => record.dead_letters = None,
        "RedrivePolicy" => {
            let policy: Value = json()?;
            let target = policy["deadLetterTargetArn"].as_str().filter(|arn| parse_arn(arn, "sqs").is_some());
            let target = target.ok_or_else(|| wrong("deadLetterTargetArn is an invalid arn"))?;
            record.dead_letters = Some(target.to_owned());
        }
        "DeliveryPolicy" | "ReplayPolicy" | "SubscriptionRoleArn" => {
            return Err(QueryError::not_implemented_parameter(name));
        }
        _ => return Err(invalid("AttributeName")),
    }
    Ok(())
}

/// Refuses a filter that its scope cannot have, once both are set.
pub(crate) fn check_scope(record: &SubscriptionRecord, where_in: &str) -> Result<(), QueryError> {
    let filter = record.filter.as_deref().filter(|_| record.scope == FilterScope::Attributes);
    match filter.and_then(|filter| Filter::kept(filter).ok()) {
        Some(filter) if filter.nests() => Err(invalid(format!(
            "{where_in}Filter policy scope MessageAttributes does not support nested filter policy"
        ))),
        _ => Ok(()),
    }
}

/// All attributes of a subscription.
pub(crate) fn of_subscription(subscription: &Subscription) -> BTreeMap<String, String> {
    let record = &subscription.record;
    let scope = match record.scope {
        FilterScope::Attributes => "MessageAttributes",
        FilterScope::Body => "MessageBody",
    };
    let redrive = record.dead_letters.as_ref().map(|arn| json!({ "deadLetterTargetArn": arn }).to_string());
    let all = [
        ("ConfirmationWasAuthenticated", Some(record.guarded.to_string())),
        ("Endpoint", Some(record.endpoint.clone())),
        ("FilterPolicy", record.filter.clone()),
        ("FilterPolicyScope", record.filter.as_ref().map(|_| scope.to_owned())),
        ("Owner", Some(record.owner.clone())),
        ("PendingConfirmation", Some(record.token.is_some().to_string())),
        ("Protocol", Some(record.protocol.clone())),
        ("RawMessageDelivery", Some(record.raw.to_string())),
        ("RedrivePolicy", redrive),
        ("SubscriptionArn", Some(subscription.arn())),
        ("SubscriptionPrincipal", Some(record.principal.clone())),
        ("TopicArn", Some(subscription.place.topic_arn(&subscription.topic))),
    ];
    all.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value))).collect()
}
