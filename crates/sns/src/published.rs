//! What is published, checked: the texts for each protocol, the subject, attributes, and how large all are.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_messages::{Attribute, AttributeValue, MAX_PUBLISHED_BYTES, NewPublication};
use coldkeep_query::QueryError;
use coldkeep_wire::sns::MessageAttributeValue;
use serde_json::Value;

use crate::errors::invalid;

/// What is to be published, as a request gives it.
pub(crate) struct Given<'a> {
    pub message: &'a str,
    pub subject: Option<&'a String>,
    pub structure: Option<&'a String>,
    pub attributes: &'a BTreeMap<String, MessageAttributeValue>,
    pub group: Option<&'a String>,
    pub deduplication: Option<&'a String>,
}

/// The message, if it can be published; and its bytes.
pub(crate) fn check(given: &Given<'_>) -> Result<(NewPublication, usize), QueryError> {
    if given.message.is_empty() {
        return Err(invalid("Empty message"));
    }
    if given.group.is_some() || given.deduplication.is_some() {
        return Err(invalid("MessageGroupId, MessageDeduplicationId Reason: they are for FIFO topics"));
    }
    if let Some(subject) = given.subject {
        let printable = subject.chars().all(|c| c.is_ascii() && !c.is_ascii_control());
        if subject.is_empty() || subject.len() > 100 || !printable {
            return Err(invalid("Subject"));
        }
    }
    let texts = match given.structure.map(String::as_str) {
        None | Some("") => vec![("default".to_owned(), given.message.to_owned())],
        Some("json") => by_protocol(given.message)?,
        Some(_) => return Err(invalid("MessageStructure")),
    };
    let attributes: Vec<Attribute> =
        given.attributes.iter().map(|(name, value)| attribute(name, value)).collect::<Result<_, _>>()?;
    let bytes = given.message.len() + attributes.iter().map(Attribute::bytes).sum::<usize>();
    if bytes > MAX_PUBLISHED_BYTES {
        return Err(invalid("Message too long"));
    }
    Ok((NewPublication { subject: given.subject.cloned(), texts, attributes }, bytes))
}

/// The texts by protocol; there must be a default.
fn by_protocol(message: &str) -> Result<Vec<(String, String)>, QueryError> {
    let structure = |what: &str| invalid(format!("Message Structure - {what}"));
    let Ok(Value::Object(members)) = serde_json::from_str(message) else {
        return Err(structure("JSON message body failed to parse"));
    };
    if !members.get("default").is_some_and(Value::is_string) {
        return Err(structure("No default entry in JSON message body"));
    }
    // "Values that are not a string cause the key to be ignored" (Publish's page).
    Ok(members.into_iter().filter_map(|(name, value)| value.as_str().map(|text| (name, text.to_owned()))).collect())
}

fn attribute(name: &str, given: &MessageAttributeValue) -> Result<Attribute, QueryError> {
    let wrong = |what: &str| {
        let code = "ParameterValueInvalid";
        QueryError::new(http::StatusCode::BAD_REQUEST, code, format!("The message attribute '{name}' {what}"))
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let reserved = ["aws.", "amazon."].iter().any(|start| name.to_ascii_lowercase().starts_with(start));
    let dots = name.starts_with('.') || name.ends_with('.') || name.contains("..");
    if name.is_empty() || name.len() > 256 || !name.bytes().all(plain) || reserved || dots {
        return Err(wrong("has a name that is not allowed"));
    }
    let data_type = given.data_type.clone();
    let value = match (data_type.split('.').next(), &given.string_value, &given.binary_value) {
        (Some("String"), Some(text), None) if !text.is_empty() => AttributeValue::Text(text.clone()),
        (Some("Number"), Some(text), None) if text.parse::<f64>().is_ok() => AttributeValue::Text(text.clone()),
        (Some("Binary"), None, Some(text)) if !text.is_empty() => {
            AttributeValue::Bytes(STANDARD.decode(text).map_err(|_| wrong("is no base64"))?)
        }
        (Some("String" | "Number" | "Binary"), ..) => return Err(wrong("has no value of its type")),
        _ => return Err(wrong("has an invalid message attribute type, which are Binary, Number, and String")),
    };
    Ok(Attribute { name: name.to_owned(), data_type, value })
}
