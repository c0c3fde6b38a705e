//! PutBucketNotificationConfiguration and GetBucketNotificationConfiguration.

use coldkeep_http::{Body, Response};
use coldkeep_messages::{Deaf, Messages};
use coldkeep_store::{Bucket, Destination, EventRule};
use coldkeep_types::AccountId;
use coldkeep_wire::s3::{
    GetBucketNotificationConfigurationRequest, PutBucketNotificationConfigurationOutput,
    PutBucketNotificationConfigurationRequest,
};

use super::teller::SUBJECT;
use super::{acting, bucket_arn, rules, told};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// PutBucketNotificationConfiguration: in place of all rules there are; an empty document ends notifications. Each destination must be
/// there and take what the bucket tells, and gets a test event, unless that is to be skipped.
pub(crate) async fn put_notification(
    door: &S3,
    call: &S3Call,
    input: PutBucketNotificationConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let rules = rules::kept(input.notification_configuration)?;
    let bucket = call.found()?;
    let skips = input.skip_destination_validation == Some(true);
    let owner = AccountId::parse(&bucket.owner).map_err(|_| S3Error::internal())?;
    let arn = bucket_arn(bucket.name.as_str(), &bucket.region);
    let listeners = destinations(&rules);
    let messages = match &door.messages {
        Some(messages) => messages,
        None if rules.is_empty() => return put(door, bucket, rules).await,
        None => return Err(S3Error::not_implemented("This server has no queues and topics to notify.")),
    };
    if !skips {
        must_listen(messages, &arn, &owner, &listeners).await?;
    }
    let answer = put(door, bucket, rules).await?;
    if !skips {
        let id = &call.call.id;
        let text = told::test_message(bucket.name.as_str(), call.call.received, id.as_str(), id.host_id());
        for destination in listeners {
            let (acting, texts) = (acting(&arn, &owner), vec![text.clone()]);
            let told = messages.tell_all(&acting, destination.arn(), Some(SUBJECT), texts).await;
            if !matches!(told, Ok(Ok(_))) {
                tracing::warn!(destination = destination.arn(), "a test event was not delivered");
            }
        }
    }
    Ok(answer)
}

async fn put(door: &S3, bucket: &Bucket, rules: Vec<EventRule>) -> Result<Response, S3Error> {
    door.store.put_event_rules(&bucket.name, rules).await?;
    Ok(respond(PutBucketNotificationConfigurationOutput::default().encode()))
}

/// Each destination once.
fn destinations(rules: &[EventRule]) -> Vec<Destination> {
    let mut all: Vec<Destination> = Vec::new();
    for rule in rules {
        if !all.contains(&rule.destination) {
            all.push(rule.destination.clone());
        }
    }
    all
}

/// Refuses all destinations that would not take what the bucket tells.
async fn must_listen(
    messages: &Messages,
    arn: &str,
    owner: &AccountId,
    destinations: &[Destination],
) -> Result<(), S3Error> {
    let mut deaf: Vec<(&str, String)> = Vec::new();
    for destination in destinations {
        let kind = if matches!(destination, Destination::Queue(_)) { "queue" } else { "topic" };
        let why = match messages.listens(&acting(arn, owner), destination.arn()).await {
            Ok(Ok(())) => continue,
            Ok(Err(Deaf::NotThere)) => format!("The destination {kind} does not exist"),
            Ok(Err(Deaf::Forbids)) => {
                format!(
                    "Permissions on the destination {kind} do not allow S3 to publish notifications from this bucket"
                )
            }
            Err(error) => return Err(coldkeep_store::Error::Unavailable(error.to_string()).into()),
        };
        deaf.push((destination.arn(), why));
    }
    if deaf.is_empty() {
        return Ok(());
    }
    let error = S3Error::invalid_argument("Unable to validate the following destination configurations");
    Err(deaf.into_iter().zip(1..).fold(error, |error, ((arn, why), nth)| {
        error.with(format!("ArgumentName{nth}"), arn).with(format!("ArgumentValue{nth}"), why)
    }))
}

/// GetBucketNotificationConfiguration: an empty document where there are none.
pub(crate) async fn get_notification(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketNotificationConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    Ok(respond(rules::shown(&call.found()?.events).encode()))
}
