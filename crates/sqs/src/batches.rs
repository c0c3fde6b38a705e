//! Batches: up to ten at once, each with an answer of its own.

use std::collections::HashSet;

use coldkeep_wire::sqs::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResult,
    ChangeMessageVisibilityBatchResultEntry, DeleteMessageBatchRequest, DeleteMessageBatchResult,
    DeleteMessageBatchResultEntry, SendMessageBatchRequest, SendMessageBatchResult, SendMessageBatchResultEntry,
};

use crate::SqsCall;
use crate::attribute_digest::{of_attributes, of_text};
use crate::content::{self, Given};
use crate::errors::SqsError;
use crate::messages::{TRACE, system_digest, visibility};
use crate::permit::Wanted;

operations! {
    SendMessageBatch(SendMessageBatchRequest) "sqs:SendMessage" |input| Wanted::queue(&input.queue_url), send;
    DeleteMessageBatch(DeleteMessageBatchRequest) "sqs:DeleteMessage" |input| Wanted::queue(&input.queue_url), delete;
    ChangeMessageVisibilityBatch(ChangeMessageVisibilityBatchRequest) "sqs:ChangeMessageVisibility" |input| {
        Wanted::queue(&input.queue_url)
    }, change_visibility;
}

/// The most entries of a batch.
const MAX_ENTRIES: usize = 10;
/// The most bytes of all its messages together.
const MAX_BYTES: usize = 1 << 20;

/// Refuses a batch as a whole whose ids are not as they must be.
fn check_ids<'a>(entry: &str, ids: impl ExactSizeIterator<Item = &'a str>) -> Result<(), SqsError> {
    let refused = |shape: &'static str, code: &'static str, message: String| Err(SqsError::new(shape, code, message));
    let number = ids.len();
    if number == 0 {
        let message = format!("There should be at least one {entry} in the request.");
        return refused("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest", message);
    }
    if number > MAX_ENTRIES {
        let message = format!("Maximum number of entries per request are 10. You have sent {number}.");
        return refused("TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", message);
    }
    let mut seen = HashSet::new();
    for id in ids {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if id.is_empty() || id.len() > 80 || !id.bytes().all(plain) {
            let message =
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at \
                           most 80 letters long."
                    .to_owned();
            return refused("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId", message);
        }
        if !seen.insert(id) {
            let message = format!("Id {id} repeated.");
            return refused("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", message);
        }
    }
    Ok(())
}

fn failed(id: &str, error: SqsError) -> BatchResultErrorEntry {
    BatchResultErrorEntry {
        code: error.code.to_owned(),
        id: id.to_owned(),
        sender_fault: error.is_senders(),
        message: Some(error.message),
    }
}

async fn send(sqs: &SqsCall<'_>, input: &SendMessageBatchRequest) -> Result<SendMessageBatchResult, SqsError> {
    let queue = sqs.queue()?;
    check_ids("SendMessageBatchRequestEntry", input.entries.iter().map(|entry| entry.id.as_str()))?;
    let (mut result, mut ids, mut messages) = (SendMessageBatchResult::default(), Vec::new(), Vec::new());
    let (mut checked, mut bytes) = (Vec::new(), 0);
    for entry in &input.entries {
        let given = Given {
            body: &entry.message_body,
            delay: entry.delay_seconds,
            attributes: &entry.message_attributes,
            system: &entry.message_system_attributes,
            trace: sqs.call.header(TRACE),
            group: entry.message_group_id.as_ref(),
            deduplication: entry.message_deduplication_id.as_ref(),
        };
        let message = content::check(&sqs.asked.caller, &given);
        bytes += message.as_ref().map_or(0, |message| message.content.bytes());
        checked.push((&entry.id, message));
    }
    if bytes > MAX_BYTES {
        let message = format!("Batch requests cannot be longer than {MAX_BYTES} bytes. You have sent {bytes} bytes.");
        let code = "AWS.SimpleQueueService.BatchRequestTooLong";
        return Err(SqsError::new("BatchRequestTooLong", code, message));
    }
    for (id, message) in checked {
        let fits = message.and_then(|message| {
            content::check_size(queue, &message, "One or more parameters cannot be validated.")?;
            Ok(message)
        });
        match fits {
            Ok(message) => {
                ids.push(id.clone());
                messages.push(message);
            }
            Err(error) => result.failed.push(failed(id, error)),
        }
    }
    if messages.is_empty() {
        return Ok(result);
    }
    let sent = sqs.messages.send(queue, &messages).await?;
    let with_system = |id: &str| {
        let mut entries = input.entries.iter();
        entries.any(|entry| entry.id == id && !entry.message_system_attributes.is_empty())
    };
    for ((id, message), message_id) in ids.into_iter().zip(&messages).zip(sent) {
        result.successful.push(SendMessageBatchResultEntry {
            md5_of_message_system_attributes: system_digest(&message.content).filter(|_| with_system(&id)),
            id,
            md5_of_message_attributes: of_attributes(&message.content.attributes),
            md5_of_message_body: of_text(&message.content.body),
            message_id,
            sequence_number: None,
        });
    }
    Ok(result)
}

async fn delete(sqs: &SqsCall<'_>, input: &DeleteMessageBatchRequest) -> Result<DeleteMessageBatchResult, SqsError> {
    let queue = sqs.queue()?;
    check_ids("DeleteMessageBatchRequestEntry", input.entries.iter().map(|entry| entry.id.as_str()))?;
    let mut result = DeleteMessageBatchResult::default();
    for entry in &input.entries {
        match sqs.messages.delete(queue, &entry.receipt_handle).await {
            Ok(()) => result.successful.push(DeleteMessageBatchResultEntry { id: entry.id.clone() }),
            Err(error) => result.failed.push(failed(&entry.id, error.into())),
        }
    }
    Ok(result)
}

async fn change_visibility(
    sqs: &SqsCall<'_>,
    input: &ChangeMessageVisibilityBatchRequest,
) -> Result<ChangeMessageVisibilityBatchResult, SqsError> {
    let queue = sqs.queue()?;
    check_ids("ChangeMessageVisibilityBatchRequestEntry", input.entries.iter().map(|entry| entry.id.as_str()))?;
    let mut result = ChangeMessageVisibilityBatchResult::default();
    for entry in &input.entries {
        let seconds = match entry.visibility_timeout {
            Some(seconds) => visibility(seconds),
            None => Err(SqsError::missing("VisibilityTimeout")),
        };
        let changed = match seconds {
            Ok(seconds) => {
                let changed = sqs.messages.change_visibility(queue, &entry.receipt_handle, seconds);
                changed.await.map_err(SqsError::from)
            }
            Err(error) => Err(error),
        };
        match changed {
            Ok(()) => result.successful.push(ChangeMessageVisibilityBatchResultEntry { id: entry.id.clone() }),
            Err(error) => result.failed.push(failed(&entry.id, error)),
        }
    }
    Ok(result)
}
