//! Publishing, one message or up to ten.

use std::collections::HashSet;

use coldkeep_messages::MAX_PUBLISHED_BYTES;
use coldkeep_query::QueryError;
use coldkeep_wire::sns::{
    PublishBatchInput, PublishBatchResponse, PublishBatchResultEntry, PublishInput, PublishResponse,
};
use http::StatusCode;

use crate::SnsCall;
use crate::errors::refused;
use crate::permit::{EITHER, On, Wanted};
use crate::published::{Given, check};

operations! {
    Publish(PublishInput) "sns:Publish" |input| match (&input.topic_arn, &input.target_arn) {
        (Some(arn), _) => Wanted::topic(arn),
        (None, Some(arn)) => Wanted::on(On::Topic("TargetArn", arn.clone())),
        (None, None) => Wanted::on(On::Topic(EITHER, String::new())),
    }, publish;
    PublishBatch(PublishBatchInput) "sns:Publish" |input| Wanted::topic(&input.topic_arn), publish_batch;
}

/// The most messages of a batch.
const MAX_ENTRIES: usize = 10;

async fn publish(sns: &SnsCall<'_>, input: &PublishInput) -> Result<PublishResponse, QueryError> {
    if input.phone_number.is_some() {
        return Err(QueryError::not_implemented_parameter("PhoneNumber"));
    }
    let (message, _) = check(&Given {
        message: &input.message,
        subject: input.subject.as_ref(),
        structure: input.message_structure.as_ref(),
        attributes: &input.message_attributes,
        group: input.message_group_id.as_ref(),
        deduplication: input.message_deduplication_id.as_ref(),
    })?;
    let sent = sns.messages.publish(sns.topic()?, vec![message]).await.map_err(refused)?;
    Ok(PublishResponse { message_id: sent.into_iter().next(), sequence_number: None })
}

async fn publish_batch(sns: &SnsCall<'_>, input: &PublishBatchInput) -> Result<PublishBatchResponse, QueryError> {
    let refuse = |code: &'static str, words: String| Err(QueryError::new(StatusCode::BAD_REQUEST, code, words));
    let entries = &input.publish_batch_request_entries;
    if entries.is_empty() {
        return refuse("EmptyBatchRequest", "The batch request doesn't contain any entries.".to_owned());
    }
    if entries.len() > MAX_ENTRIES {
        let words = "The batch request contains more entries than permissible.".to_owned();
        return refuse("TooManyEntriesInBatchRequest", words);
    }
    let mut ids = HashSet::new();
    if let Some(entry) = entries.iter().find(|entry| !coldkeep_messages::is_name(&entry.id, 80)) {
        let why = if entry.id.len() > 80 { "is too long" } else { "contains an impermissible character" };
        let words = format!("The Id of a batch entry in the batch request {why}: {}", entry.id);
        return refuse("InvalidBatchEntryId", words);
    }
    if !entries.iter().all(|entry| ids.insert(entry.id.as_str())) {
        let words = "Two or more batch entries in the request have the same Id.".to_owned();
        return refuse("BatchEntryIdsNotDistinct", words);
    }
    let (mut messages, mut total) = (Vec::new(), 0);
    for entry in entries {
        let (message, bytes) = check(&Given {
            message: &entry.message,
            subject: entry.subject.as_ref(),
            structure: entry.message_structure.as_ref(),
            attributes: &entry.message_attributes,
            group: entry.message_group_id.as_ref(),
            deduplication: entry.message_deduplication_id.as_ref(),
        })?;
        total += bytes;
        messages.push(message);
    }
    if total > MAX_PUBLISHED_BYTES {
        let words = "The length of all the messages put together is more than the limit.".to_owned();
        return refuse("BatchRequestTooLong", words);
    }
    let sent = sns.messages.publish(sns.topic()?, messages).await.map_err(refused)?;
    let told = entries.iter().zip(sent).map(|(entry, message_id)| PublishBatchResultEntry {
        id: Some(entry.id.clone()),
        message_id: Some(message_id),
        sequence_number: None,
    });
    Ok(PublishBatchResponse { successful: told.collect(), failed: Vec::new() })
}
