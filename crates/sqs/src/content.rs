//! What is sent, checked: the text, its attributes, and how large both are.

use std::collections::BTreeMap;

use coldkeep_auth::Caller;
use coldkeep_messages::{Attribute, AttributeValue, Content, NewMessage, Queue};
use coldkeep_wire::sqs::{MessageAttributeValue, MessageSystemAttributeValue};

use crate::errors::SqsError;

/// The most attributes of a message.
const MAX_ATTRIBUTES: usize = 10;
/// The longest delay, in seconds.
const MAX_DELAY_S: i32 = 900;

/// What is to be sent, as a request gives it.
pub(crate) struct Given<'a> {
    pub body: &'a str,
    pub delay: Option<i32>,
    pub attributes: &'a BTreeMap<String, MessageAttributeValue>,
    pub system: &'a BTreeMap<String, MessageSystemAttributeValue>,
    /// The header of X-Ray, which says what the system attribute would.
    pub trace: Option<&'a str>,
    pub group: Option<&'a String>,
    pub deduplication: Option<&'a String>,
}

/// The message, if its queue takes it.
pub(crate) fn check(caller: &Caller, given: &Given<'_>) -> Result<NewMessage, SqsError> {
    if given.body.is_empty() {
        return Err(SqsError::missing("MessageBody"));
    }
    if let Some(c) = invalid_character(given.body) {
        let message = format!("Invalid binary character '#x{:X}' was found in the message body.", u32::from(c));
        return Err(SqsError::new("InvalidMessageContents", "InvalidMessageContents", message));
    }
    if given.deduplication.is_some() {
        let reason = "The request include parameter that is not valid for this queue type";
        return Err(SqsError::invalid_value("MessageDeduplicationId", given.deduplication.map_or("", |it| it), reason));
    }
    if let Some(group) = given.group
        && (group.is_empty() || group.len() > 128 || !group.bytes().all(|byte| byte.is_ascii_graphic()))
    {
        let reason = "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.";
        return Err(SqsError::invalid_value("MessageGroupId", group, reason));
    }
    let delay_s = match given.delay {
        None => None,
        Some(delay @ 0..=MAX_DELAY_S) => u32::try_from(delay).ok(),
        Some(delay) => {
            let reason = format!("DelaySeconds must be >= 0 and <= {MAX_DELAY_S}.");
            return Err(SqsError::invalid_value("DelaySeconds", delay, &reason));
        }
    };
    let content = Content {
        body: given.body.to_owned(),
        attributes: attributes(given.attributes)?,
        sender: caller.rights.principal.user_id().unwrap_or(caller.account.as_str()).to_owned(),
        group: given.group.cloned(),
        trace: trace(given.system)?.or_else(|| given.trace.map(str::to_owned)),
        came_from: None,
    };
    Ok(NewMessage { content, delay_s })
}

/// Refuses what is larger than the queue takes; `what` is wrong then.
pub(crate) fn check_size(queue: &Queue, message: &NewMessage, what: &str) -> Result<(), SqsError> {
    let most = queue.record.max_bytes as usize;
    match message.content.bytes() {
        bytes if bytes > most => {
            Err(SqsError::invalid(format!("{what} Reason: Message must be shorter than {most} bytes.")))
        }
        _ => Ok(()),
    }
}

/// "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF" (SendMessage's page).
fn invalid_character(text: &str) -> Option<char> {
    let invalid = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().find(|c| invalid(*c))
}

fn attributes(given: &BTreeMap<String, MessageAttributeValue>) -> Result<Vec<Attribute>, SqsError> {
    if given.len() > MAX_ATTRIBUTES {
        let message = format!("Number of message attributes [{}] exceeds the allowed maximum [10].", given.len());
        return Err(SqsError::invalid(message));
    }
    given.iter().map(|(name, value)| attribute(name, value)).collect()
}

fn attribute(name: &str, given: &MessageAttributeValue) -> Result<Attribute, SqsError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let reserved = ["aws.", "amazon."].iter().any(|start| name.to_ascii_lowercase().starts_with(start));
    let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    if name.is_empty() || name.len() > 256 || !name.bytes().all(plain) || reserved || dots {
        return Err(SqsError::invalid(format!("Invalid message attribute name: {name}")));
    }
    let data_type = &given.data_type;
    let kind = data_type.split('.').next().unwrap_or_default();
    let wrong = |reason: &str| SqsError::invalid(format!("The message attribute '{name}' {reason}"));
    if data_type.len() > 256 {
        return Err(wrong("has a type of more than 256 characters."));
    }
    if !given.string_list_values.is_empty() || !given.binary_list_values.is_empty() {
        return Err(SqsError::unsupported("List values of message attributes are not implemented."));
    }
    let value = match (kind, &given.string_value, &given.binary_value) {
        ("String" | "Number", Some(text), None) if !text.is_empty() => {
            if let Some(c) = invalid_character(text) {
                return Err(wrong(&format!("has the invalid binary character '#x{:X}' in its value.", u32::from(c))));
            }
            if kind == "Number" && text.parse::<f64>().is_err() {
                return Err(wrong(&format!("has the type Number, and {text} is none.")));
            }
            AttributeValue::Text(text.clone())
        }
        ("Binary", None, Some(bytes)) if !bytes.is_empty() => AttributeValue::Bytes(bytes.to_vec()),
        ("String" | "Number" | "Binary", ..) => {
            return Err(SqsError::invalid(format!(
                "Message (user) attribute '{name}' must contain a non-empty value of type '{kind}'."
            )));
        }
        _ => {
            return Err(wrong(
                "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
            ));
        }
    };
    Ok(Attribute { name: name.to_owned(), data_type: data_type.clone(), value })
}

/// "Currently, the only supported message system attribute is AWSTraceHeader."
fn trace(given: &BTreeMap<String, MessageSystemAttributeValue>) -> Result<Option<String>, SqsError> {
    if let Some(name) = given.keys().find(|name| *name != "AWSTraceHeader") {
        return Err(SqsError::invalid(format!("Invalid message system attribute name: {name}")));
    }
    let Some(value) = given.get("AWSTraceHeader") else { return Ok(None) };
    match &value.string_value {
        Some(text) if value.data_type == "String" => Ok(Some(text.clone())),
        _ => Err(SqsError::invalid("The message system attribute 'AWSTraceHeader' must be a String.")),
    }
}
