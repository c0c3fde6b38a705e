//! What an event is to those who read it. From the user guide, "Event message structure".

use std::fmt::Write;

use coldkeep_auth::canonical_user_id;
use coldkeep_store::{Event, EventType};
use coldkeep_types::{AccountId, Timestamp};
use serde_json::{Value, json};

use super::{SERVICE, bucket_arn};

/// An event as a message.
pub(super) fn message(event: &Event) -> String {
    let (principal, address, request, host) = match &event.cause {
        Some(cause) => (&*cause.principal, &*cause.address, cause.request.clone(), &*cause.host),
        // No request was made: Amazon names itself.
        None => (SERVICE, SERVICE, event.sequencer.to_string(), ""),
    };
    let mut object = json!({ "key": encoded(&event.key), "sequencer": event.sequencer.to_string() });
    let mut known = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object[name] = value;
        }
    };
    known("size", event.bytes.map(Value::from));
    known("eTag", event.etag.clone().map(Value::from));
    // The null one is not told.
    known("versionId", event.version.clone().filter(|version| version != "null").map(Value::from));
    let mut record = json!({
        "eventVersion": version(event.event),
        "eventSource": "aws:s3",
        "awsRegion": event.region,
        "eventTime": event.time().iso_millis(),
        "eventName": event.event.name(),
        "userIdentity": { "principalId": principal },
        "requestParameters": { "sourceIPAddress": address },
        "responseElements": { "x-amz-request-id": request, "x-amz-id-2": host },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": event.rule,
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": { "principalId": owner(&event.owner) },
                "arn": bucket_arn(&event.bucket, &event.region),
            },
            "object": object,
        },
    });
    if let Some(tier) = event.tier {
        record["intelligentTieringEventData"] = json!({ "destinationAccessTier": tier.name() });
    }
    if let Some(copy) = &event.copy {
        record["glacierEventData"] = json!({ "restoreEventData": {
            "lifecycleRestorationExpiryTime": Timestamp(copy.until_ms).iso_millis(),
            "lifecycleRestoreStorageClass": copy.class.name(),
        }});
    }
    json!({ "Records": [record] }).to_string()
}

/// What is sent to each destination of a new configuration.
pub(super) fn test_message(bucket: &str, now: Timestamp, request: &str, host: &str) -> String {
    json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": now.iso_millis(),
        "Bucket": bucket,
        "RequestId": request,
        "HostId": host,
    })
    .to_string()
}

/// Which version of the structure Amazon used for events of a kind until it gave all the same; later ones only add members.
fn version(event: EventType) -> &'static str {
    use EventType as E;
    match event {
        E::TaggingPut | E::TaggingDelete | E::AclPut | E::RestoreDelete => "2.3",
        E::ExpirationDelete | E::ExpirationMarker | E::Transition | E::IntelligentTiering | E::RetentionPut => "2.3",
        E::CreatedPut | E::CreatedPost | E::CreatedCopy | E::CreatedComplete => "2.1",
        E::RemovedDelete | E::RemovedMarker | E::RestorePost | E::RestoreCompleted => "2.1",
        // There were none before.
        E::AnnotationPut | E::AnnotationDelete => "2.5",
    }
}

fn owner(account: &str) -> String {
    AccountId::parse(account).map_or_else(|_| account.to_owned(), |account| canonical_user_id(&account))
}

/// "The object key name value is URL encoded": as forms are, a space is a `+`; slashes stay.
fn encoded(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'*' | b'/' => text.push(char::from(byte)),
            b' ' => text.push('+'),
            other => _ = write!(text, "%{other:02X}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_encoded_as_in_forms() {
        assert_eq!(encoded("red flower/ä+b~c.jpg"), "red+flower/%C3%A4%2Bb%7Ec.jpg");
    }
}
