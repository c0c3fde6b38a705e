//! A received message as the client wants it: with the attributes that it names.

use std::collections::BTreeMap;

use coldkeep_messages::{Attribute, AttributeValue, Received};
use coldkeep_wire::sqs::{Message, MessageAttributeValue, ReceiveMessageRequest};

use crate::attribute_digest::{of_attributes, of_text};
use crate::errors::SqsError;

/// The attributes that the service gives to messages.
const SYSTEM: [&str; 10] = [
    "All",
    "SenderId",
    "SentTimestamp",
    "ApproximateReceiveCount",
    "ApproximateFirstReceiveTimestamp",
    "SequenceNumber",
    "MessageDeduplicationId",
    "MessageGroupId",
    "AWSTraceHeader",
    "DeadLetterQueueSourceArn",
];
/// Attributes of queues, which old clients name here and get nothing for.
const OF_QUEUES: [&str; 3] = ["Policy", "VisibilityTimeout", "MaximumMessageSize"];

/// Refuses names that no attribute has.
pub(crate) fn check_names(input: &ReceiveMessageRequest) -> Result<(), SqsError> {
    let names = input.attribute_names.iter().chain(&input.message_system_attribute_names);
    for name in names {
        if !SYSTEM.contains(&name.as_str()) && !OF_QUEUES.contains(&name.as_str()) {
            return Err(SqsError::unknown_attribute(name));
        }
    }
    Ok(())
}

/// A message, as it is asked for.
pub(crate) fn told(input: &ReceiveMessageRequest, message: Received) -> Message {
    let attributes: Vec<Attribute> =
        message.content.attributes.iter().filter(|attribute| wants(input, &attribute.name)).cloned().collect();
    Message {
        attributes: system(input, &message),
        md5_of_body: Some(of_text(&message.content.body)),
        md5_of_message_attributes: of_attributes(&attributes),
        body: Some(message.content.body),
        message_attributes: attributes.into_iter().map(as_wire).collect(),
        message_id: Some(message.id),
        receipt_handle: Some(message.receipt),
    }
}

fn system(input: &ReceiveMessageRequest, message: &Received) -> BTreeMap<String, String> {
    let content = &message.content;
    let all = [
        ("SenderId", Some(content.sender.clone())),
        ("SentTimestamp", Some(message.sent.0.to_string())),
        ("ApproximateReceiveCount", Some(message.receives.to_string())),
        ("ApproximateFirstReceiveTimestamp", Some(message.first_received.0.to_string())),
        ("MessageGroupId", content.group.clone()),
        ("AWSTraceHeader", content.trace.clone()),
        ("DeadLetterQueueSourceArn", content.came_from.clone()),
    ];
    let named = |name: &str| {
        let mut names = input.attribute_names.iter().chain(&input.message_system_attribute_names);
        names.any(|wanted| wanted == "All" || wanted == name)
    };
    let wanted = all.into_iter().filter(|(name, _)| named(name));
    wanted.filter_map(|(name, value)| value.map(|value| (name.to_owned(), value))).collect()
}

/// "All", "*", ".*", a name, or what names begin with and `.*` (ReceiveMessage's page).
fn wants(input: &ReceiveMessageRequest, name: &str) -> bool {
    input.message_attribute_names.iter().any(|wanted| match wanted.strip_suffix(".*") {
        Some(start) => name.starts_with(start),
        None => ["All", "*"].contains(&wanted.as_str()) || wanted == name,
    })
}

fn as_wire(attribute: Attribute) -> (String, MessageAttributeValue) {
    let mut value = MessageAttributeValue { data_type: attribute.data_type, ..MessageAttributeValue::default() };
    match attribute.value {
        AttributeValue::Text(text) => value.string_value = Some(text),
        AttributeValue::Bytes(bytes) => value.binary_value = Some(bytes.into()),
    }
    (attribute.name, value)
}
