//! Messages: sent, received, deleted, shown earlier or later.

use std::time::Duration;

use coldkeep_messages::{Ask, MAX_AT_ONCE};
use coldkeep_wire::sqs::{
    ChangeMessageVisibilityOutput, ChangeMessageVisibilityRequest, DeleteMessageOutput, DeleteMessageRequest,
    ReceiveMessageRequest, ReceiveMessageResult, SendMessageRequest, SendMessageResult,
};

use crate::SqsCall;
use crate::attribute_digest::{of_attributes, of_text};
use crate::content::{self, Given};
use crate::errors::SqsError;
use crate::permit::Wanted;
use crate::received;

operations! {
    SendMessage(SendMessageRequest) "sqs:SendMessage" |input| Wanted::queue(&input.queue_url), send;
    ReceiveMessage(ReceiveMessageRequest) "sqs:ReceiveMessage" |input| Wanted::queue(&input.queue_url), receive;
    DeleteMessage(DeleteMessageRequest) "sqs:DeleteMessage" |input| Wanted::queue(&input.queue_url), delete;
    ChangeMessageVisibility(ChangeMessageVisibilityRequest) "sqs:ChangeMessageVisibility" |input| {
        Wanted::queue(&input.queue_url)
    }, change_visibility;
}

/// The header of X-Ray.
pub(crate) const TRACE: &str = "x-amzn-trace-id";
/// Twelve hours: the longest that a message is not seen by others, in seconds.
const MAX_VISIBILITY_S: i32 = 43_200;
/// The longest that a request waits for a message, in seconds.
const MAX_WAIT_S: i32 = 20;

async fn send(sqs: &SqsCall<'_>, input: &SendMessageRequest) -> Result<SendMessageResult, SqsError> {
    let queue = sqs.queue()?;
    let given = Given {
        body: &input.message_body,
        delay: input.delay_seconds,
        attributes: &input.message_attributes,
        system: &input.message_system_attributes,
        trace: sqs.call.header(TRACE),
        group: input.message_group_id.as_ref(),
        deduplication: input.message_deduplication_id.as_ref(),
    };
    let message = content::check(&sqs.asked.caller, &given)?;
    content::check_size(queue, &message, "One or more parameters are invalid.")?;
    let sent = sqs.messages.send(queue, std::slice::from_ref(&message)).await?;
    Ok(SendMessageResult {
        md5_of_message_attributes: of_attributes(&message.content.attributes),
        md5_of_message_body: Some(of_text(&message.content.body)),
        md5_of_message_system_attributes: system_digest(&message.content)
            .filter(|_| !input.message_system_attributes.is_empty()),
        message_id: sent.into_iter().next(),
        sequence_number: None,
    })
}

/// The MD5 of the attributes that the sender gave for the service.
pub(crate) fn system_digest(content: &coldkeep_messages::Content) -> Option<String> {
    let value = coldkeep_messages::AttributeValue::Text(content.trace.clone()?);
    let (name, data_type) = ("AWSTraceHeader".to_owned(), "String".to_owned());
    of_attributes(&[coldkeep_messages::Attribute { name, data_type, value }])
}

async fn receive(sqs: &SqsCall<'_>, input: &ReceiveMessageRequest) -> Result<ReceiveMessageResult, SqsError> {
    let queue = sqs.queue()?;
    received::check_names(input)?;
    let between = |name: &str, value: Option<i32>, most: i32| match value {
        None => Ok(None),
        Some(value) if (0..=most).contains(&value) => Ok(u32::try_from(value).ok()),
        Some(value) => Err(SqsError::invalid_value(name, value, &format!("Must be >= 0 and <= {most}, if provided."))),
    };
    let most = match input.max_number_of_messages {
        None => 1,
        Some(number) => usize::try_from(number).ok().filter(|it| (1..=MAX_AT_ONCE).contains(it)).ok_or_else(|| {
            SqsError::invalid_value("MaxNumberOfMessages", number, "Must be between 1 and 10, if provided.")
        })?,
    };
    let wait_s = between("WaitTimeSeconds", input.wait_time_seconds, MAX_WAIT_S)?.unwrap_or(queue.record.wait_s);
    let visibility_s = between("VisibilityTimeout", input.visibility_timeout, MAX_VISIBILITY_S)?;
    let ask = Ask { most, visibility_s, wait: Duration::from_secs(u64::from(wait_s)) };
    let received = sqs.messages.receive(queue, &ask).await?;
    Ok(ReceiveMessageResult { messages: received.into_iter().map(|message| received::told(input, message)).collect() })
}

async fn delete(sqs: &SqsCall<'_>, input: &DeleteMessageRequest) -> Result<DeleteMessageOutput, SqsError> {
    sqs.messages.delete(sqs.queue()?, &input.receipt_handle).await?;
    Ok(DeleteMessageOutput {})
}

async fn change_visibility(
    sqs: &SqsCall<'_>,
    input: &ChangeMessageVisibilityRequest,
) -> Result<ChangeMessageVisibilityOutput, SqsError> {
    let seconds = visibility(input.visibility_timeout)?;
    sqs.messages.change_visibility(sqs.queue()?, &input.receipt_handle, seconds).await?;
    Ok(ChangeMessageVisibilityOutput {})
}

/// Seconds of visibility, within Amazon's bounds.
pub(crate) fn visibility(seconds: i32) -> Result<u32, SqsError> {
    let valid = u32::try_from(seconds).ok().filter(|_| seconds <= MAX_VISIBILITY_S);
    valid.ok_or_else(|| {
        let reason = format!("VisibilityTimeout must be an integer between 0 and {MAX_VISIBILITY_S}");
        SqsError::invalid_value("VisibilityTimeout", seconds, &reason)
    })
}
