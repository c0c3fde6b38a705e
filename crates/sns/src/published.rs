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
    if given.deduplication.is_some() {
        return Err(invalid(
            "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
        ));
    }
    if given
        .group
        .is_some_and(|group| !(1..=128).contains(&group.len()) || !group.bytes().all(|it| it.is_ascii_graphic()))
    {
        return Err(invalid("MessageGroupId"));
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
    let (subject, group) = (given.subject.cloned(), given.group.cloned());
    Ok((NewPublication { subject, texts, attributes, group }, bytes))
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
    if let Some(what) = wrong_name(name) {
        return Err(invalid_value(what));
    }
    let wrong = |what: &str| invalid_value(format!("The message attribute '{name}' {what}"));
    let data_type = given.data_type.clone();
    let kind =
        data_type.split_once('.').map_or(data_type.as_str(), |(kind, rest)| if rest.is_empty() { "" } else { kind });
    let field = match kind {
        "String" | "Number" => "String",
        "Binary" => "Binary",
        _ => {
            return Err(wrong(
                "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
            ));
        }
    };
    let value = match (field, &given.string_value, &given.binary_value) {
        ("String", None, Some(_)) | ("Binary", Some(_), None) => {
            return Err(wrong(&format!("with type '{data_type}' must use field '{field}'.")));
        }
        ("String", Some(text), None) if !text.is_empty() => {
            if kind == "Number" && text.parse::<f64>().is_err() {
                return Err(wrong("has the type Number, and a value that is none."));
            }
            AttributeValue::Text(text.clone())
        }
        ("Binary", None, Some(text)) if !text.is_empty() => {
            AttributeValue::Bytes(STANDARD.decode(text).map_err(|_| wrong("is no base64"))?)
        }
        _ => {
            return Err(wrong(&format!(
                "must contain non-empty message attribute value for message attribute type '{data_type}'."
            )));
        }
    };
    Ok(Attribute { name: name.to_owned(), data_type, value })
}

fn invalid_value(message: String) -> QueryError {
    QueryError::new(http::StatusCode::BAD_REQUEST, "ParameterValueInvalid", message)
}

/// What is wrong with the name of an attribute.
fn wrong_name(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let at = |end: &str| Some(format!("Invalid message attribute name {end} with character '.' was found."));
    if name.len() > 256 {
        return Some("Length of message attribute name must be less than 256 bytes.".to_owned());
    }
    if let Some(c) = name.chars().find(|c| !plain(*c)) {
        return Some(format!(
            "Invalid non-alphanumeric character '#x{:X}' was found in the message attribute name. Can only include alphanumeric \
             characters, hyphens, underscores, or dots.",
            u32::from(c)
        ));
    }
    match name {
        _ if name.starts_with('.') => at("starting"),
        _ if name.ends_with('.') => at("ending"),
        _ if name.contains("..") => Some("Message attribute name can not have successive '.' character.".to_owned()),
        _ if name.is_empty() || ["aws.", "amazon."].iter().any(|own| name.to_ascii_lowercase().starts_with(own)) => {
            Some(format!("The message attribute '{name}' has a name that is not allowed."))
        }
        _ => None,
    }
}
