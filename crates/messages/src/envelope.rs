//! What subscribers get: the JSON around a message, and the headers of requests to endpoints. From the SNS developer guide, "HTTP/HTTPS
//! notification JSON format".
//!
//! Amazon signs what it sends with a certificate of its own. There is none here: the members of the signature are left out, so that who
//! verifies refuses, rather than believe what nothing proves.

use coldkeep_types::Timestamp;
use serde_json::{Map, Value, json};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::records::{AttributeValue, Publication, SubscriptionRecord};

/// A notification with its envelope.
pub(crate) fn notification(published: &Publication, text: &str, subscription: &SubscriptionRecord) -> String {
    let mut members = Map::new();
    members.insert("Type".into(), "Notification".into());
    members.insert("MessageId".into(), published.message.clone().into());
    members.insert("TopicArn".into(), published.topic.clone().into());
    if let Some(subject) = &published.subject {
        members.insert("Subject".into(), subject.clone().into());
    }
    members.insert("Message".into(), text.into());
    members.insert("Timestamp".into(), Timestamp(published.published).iso_millis().into());
    let arn = format!("{}:{}", published.topic, subscription.id);
    let link = format!("{}/?Action=Unsubscribe&SubscriptionArn={arn}", subscription.base);
    members.insert("UnsubscribeURL".into(), link.into());
    if !published.attributes.is_empty() {
        let attributes = published.attributes.iter().map(|attribute| {
            let value = match &attribute.value {
                AttributeValue::Text(text) => text.clone(),
                AttributeValue::Bytes(bytes) => STANDARD.encode(bytes),
            };
            (attribute.name.clone(), json!({ "Type": attribute.data_type, "Value": value }))
        });
        members.insert("MessageAttributes".into(), Value::Object(attributes.collect()));
    }
    Value::Object(members).to_string()
}

/// What asks an endpoint to confirm.
pub(crate) fn confirmation(
    topic: &str,
    subscription: &SubscriptionRecord,
    token: &str,
    id: &str,
    now: Timestamp,
) -> String {
    let link = format!("{}/?Action=ConfirmSubscription&TopicArn={topic}&Token={token}", subscription.base);
    let words = format!(
        "You have chosen to subscribe to the topic {topic}.\nTo confirm the subscription, visit the SubscribeURL included in \
         this message."
    );
    json!({
        "Type": "SubscriptionConfirmation", "MessageId": id, "Token": token, "TopicArn": topic, "Message": words,
        "SubscribeURL": link, "Timestamp": now.iso_millis(),
    })
    .to_string()
}

/// The headers of a request to an endpoint.
pub(crate) fn headers(kind: &str, message: &str, topic: &str, subscription: Option<&str>) -> Vec<(String, String)> {
    let mut headers = vec![
        ("x-amz-sns-message-type", kind),
        ("x-amz-sns-message-id", message),
        ("x-amz-sns-topic-arn", topic),
        ("content-type", "text/plain; charset=UTF-8"),
        ("user-agent", "Amazon Simple Notification Service Agent"),
    ];
    headers.extend(subscription.map(|arn| ("x-amz-sns-subscription-arn", arn)));
    headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
