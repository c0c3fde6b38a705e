//! Rules of events as documents have them. From the API reference, "NotificationConfiguration", and the user guide, "Configuring event
//! notifications using object key name filtering".

use coldkeep_store::{Destination, EventRule, overlap};
use coldkeep_wire::s3::{
    FilterRule, NotificationConfiguration, NotificationConfigurationFilter, QueueConfiguration, S3KeyFilter,
    TopicConfiguration,
};

use crate::errors::S3Error;

/// "Each bucket can have up to 100 event notification configurations."
const MAX_RULES: usize = 100;
const MAX_ID_CHARS: usize = 255;
/// "Size of filter rule value cannot exceed 1024 bytes."
const MAX_FILTER_BYTES: usize = 1024;

/// What may be asked for. Some never happens here, as it does not in most buckets at Amazon: there is no replication, and nothing is
/// lost by reduced redundancy.
const EVENTS: [&str; 31] = [
    "s3:ReducedRedundancyLostObject",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Post",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationReplicatedAfterThreshold",
    "s3:LifecycleTransition",
    "s3:IntelligentTiering",
    "s3:ObjectAcl:Put",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Put",
    "s3:ObjectTagging:Delete",
    "s3:ObjectRetention:Put",
    "s3:ObjectAnnotation:*",
    "s3:ObjectAnnotation:Put",
    "s3:ObjectAnnotation:Delete",
];

/// What a document says.
pub(super) fn kept(document: NotificationConfiguration) -> Result<Vec<EventRule>, S3Error> {
    if !document.lambda_function_configurations.is_empty() {
        return Err(S3Error::not_implemented(
            "Notifications of functions (AWS Lambda) are not implemented: there are none.",
        ));
    }
    if document.event_bridge_configuration.is_some() {
        return Err(S3Error::not_implemented(
            "Notifications of Amazon EventBridge are not implemented: there is none.",
        ));
    }
    let topics = document.topic_configurations.into_iter().map(|it| {
        let TopicConfiguration { id, topic_arn, events, filter } = it;
        rule(id, Destination::Topic(topic_arn), events, filter)
    });
    let queues = document.queue_configurations.into_iter().map(|it| {
        let QueueConfiguration { id, queue_arn, events, filter } = it;
        rule(id, Destination::Queue(queue_arn), events, filter)
    });
    let rules = topics.chain(queues).collect::<Result<Vec<_>, _>>()?;
    if rules.len() > MAX_RULES {
        return Err(S3Error::invalid_argument("A bucket can have at most 100 notification configurations."));
    }
    for (at, rule) in rules.iter().enumerate() {
        for other in &rules[..at] {
            if rule.id == other.id {
                let message = "Same ID used for multiple configurations. IDs must be unique";
                return Err(S3Error::invalid_argument(message).about("Id", &rule.id));
            }
            if overlap(rule, other) {
                return Err(S3Error::invalid_argument(ambiguous(rule, other)));
            }
        }
    }
    Ok(rules)
}

/// Amazon's words, which depend on what the rules have.
fn ambiguous(one: &EventRule, other: &EventRule) -> &'static str {
    let has = |filter: fn(&EventRule) -> bool| filter(one) || filter(other);
    match (has(|rule| rule.prefix.is_some()), has(|rule| rule.suffix.is_some())) {
        (false, false) => "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        (true, false) => {
            "Configuration is ambiguously defined. Cannot have overlapping prefixes in two rules for the same event type."
        }
        (_, true) => {
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the \
             same event type."
        }
    }
}

fn rule(
    id: Option<String>,
    destination: Destination,
    events: Vec<String>,
    filter: Option<NotificationConfigurationFilter>,
) -> Result<EventRule, S3Error> {
    if let Some(event) = events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
        return Err(
            S3Error::invalid_argument("A specified event is not supported for notifications.").about("Event", event)
        );
    }
    if events.is_empty() {
        return Err(S3Error::malformed_xml());
    }
    let service = match destination {
        Destination::Queue(_) => "sqs",
        Destination::Topic(_) => "sns",
    };
    if coldkeep_messages::parse_arn(destination.arn(), service).is_none() {
        let name = if service == "sqs" { "Queue" } else { "Topic" };
        return Err(S3Error::invalid_argument("The ARN could not be parsed").about(name, destination.arn()));
    }
    let (prefix, suffix) = filters(filter)?;
    let mut rule = EventRule { id: String::new(), destination, events, prefix, suffix };
    rule.id = match id.filter(|id| !id.is_empty()) {
        Some(id) if id.chars().count() > MAX_ID_CHARS => {
            return Err(S3Error::invalid_argument("ID length should not exceed 255 characters").about("Id", id));
        }
        Some(id) => id,
        None => rule.own_id(),
    };
    Ok(rule)
}

/// Prefix and suffix.
fn filters(filter: Option<NotificationConfigurationFilter>) -> Result<(Option<String>, Option<String>), S3Error> {
    let (mut prefix, mut suffix) = (None, None);
    for FilterRule { name, value } in filter.and_then(|filter| filter.key).unwrap_or_default().filter_rules {
        let (Some(name), Some(value)) = (name, value) else { return Err(S3Error::malformed_xml()) };
        let (place, message) = match name.to_ascii_lowercase().as_str() {
            "prefix" => (&mut prefix, "Cannot specify more than one prefix rule in a filter."),
            "suffix" => (&mut suffix, "Cannot specify more than one suffix rule in a filter."),
            _ => {
                let message = "filter rule name must be either prefix or suffix";
                return Err(S3Error::invalid_argument(message).about("FilterRule.Name", name));
            }
        };
        if value.len() > MAX_FILTER_BYTES {
            let message = "Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation";
            return Err(S3Error::invalid_argument(message).about("FilterRule.Value", value));
        }
        if place.replace(value).is_some() {
            return Err(S3Error::invalid_argument(message).about("FilterRule.Name", name));
        }
    }
    Ok((prefix, suffix))
}

/// The rules, shown.
pub(super) fn shown(rules: &[EventRule]) -> NotificationConfiguration {
    let mut document = NotificationConfiguration::default();
    for rule in rules {
        let (id, events, filter) = (Some(rule.id.clone()), rule.events.clone(), shown_filter(rule));
        match &rule.destination {
            Destination::Queue(arn) => {
                document.queue_configurations.push(QueueConfiguration { id, queue_arn: arn.clone(), events, filter });
            }
            Destination::Topic(arn) => {
                document.topic_configurations.push(TopicConfiguration { id, topic_arn: arn.clone(), events, filter });
            }
        }
    }
    document
}

fn shown_filter(rule: &EventRule) -> Option<NotificationConfigurationFilter> {
    let one = |name: &str, value: &Option<String>| {
        value.clone().map(|value| FilterRule { name: Some(name.to_owned()), value: Some(value) })
    };
    let filter_rules: Vec<FilterRule> =
        one("Prefix", &rule.prefix).into_iter().chain(one("Suffix", &rule.suffix)).collect();
    (!filter_rules.is_empty()).then_some(NotificationConfigurationFilter { key: Some(S3KeyFilter { filter_rules }) })
}
