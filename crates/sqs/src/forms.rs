//! The protocol that came before JSON, which older SDKs speak: requests are forms, and become here what they would be in JSON.
//!
//! Lists are flat: `AttributeName.1`, `Attribute.1.Name` and `Attribute.1.Value`, `SendMessageBatchRequestEntry.1.MessageBody`. From the
//! developer guide, "Making Query API requests".

use coldkeep_auth::uri;
use coldkeep_http::Call;
use serde_json::{Map, Value};

use crate::errors::SqsError;

/// What a list of a form holds, and its name in JSON.
enum Items {
    /// Texts.
    Texts(&'static str),
    /// Entries of a map, whose key has this name, and whose value is under `Value`.
    Entries(&'static str, &'static str),
    /// Structures.
    Structures(&'static str),
}

/// What members are of. Nothing stands deeper, so that no form has more levels than an operation has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// A request; whether it is CreateQueue.
    Request(bool),
    /// An entry of a batch.
    Entry,
    /// The value of an attribute: texts only.
    Value,
}

/// The lists that there are; what is not here is a text or a number.
fn items(name: &str, of: Of) -> Option<Items> {
    let list = Some(match name {
        "AttributeName" => Items::Texts("AttributeNames"),
        "MessageAttributeName" => Items::Texts("MessageAttributeNames"),
        "MessageSystemAttributeName" => Items::Texts("MessageSystemAttributeNames"),
        "TagKey" => Items::Texts("TagKeys"),
        "AWSAccountId" => Items::Texts("AWSAccountIds"),
        "ActionName" => Items::Texts("Actions"),
        "Attribute" => Items::Entries("Attributes", "Name"),
        "MessageAttribute" => Items::Entries("MessageAttributes", "Name"),
        "MessageSystemAttribute" => Items::Entries("MessageSystemAttributes", "Name"),
        // The one member whose name is written otherwise.
        "Tag" if of == Of::Request(true) => Items::Entries("tags", "Key"),
        "Tag" => Items::Entries("Tags", "Key"),
        "SendMessageBatchRequestEntry"
        | "DeleteMessageBatchRequestEntry"
        | "ChangeMessageVisibilityBatchRequestEntry" => Items::Structures("Entries"),
        _ => return None,
    });
    list.filter(|list| match of {
        Of::Request(_) => true,
        Of::Entry => !matches!(list, Items::Structures(_)),
        Of::Value => false,
    })
}

/// Members that are numbers.
const NUMBERS: [&str; 5] =
    ["DelaySeconds", "MaxNumberOfMessages", "MaxResults", "VisibilityTimeout", "WaitTimeSeconds"];
/// Lists longer than this are cut: none may be so long.
const MAX_ITEMS: usize = 1000;
/// The most parameters of a form: ten messages with ten attributes each have some five hundred.
const MAX_PARAMETERS: usize = 10_000;

/// Names and values, without what they stand beneath.
type Pairs = Vec<(String, String)>;

/// The operation that a form asks for, and the rest of it as JSON. A queue may be named by the path alone.
pub(crate) fn read(call: &Call, body: &[u8]) -> Result<(String, Vec<u8>), SqsError> {
    let body = String::from_utf8_lossy(body);
    let text = |text: &str| String::from_utf8_lossy(&uri::decode_query(text)).into_owned();
    let in_form = uri::query_pairs(&body).map(|(name, value)| (text(name), text(value)));
    let pairs: Pairs = call.query.iter().cloned().chain(in_form).take(MAX_PARAMETERS + 1).collect();
    if pairs.len() > MAX_PARAMETERS {
        return Err(SqsError::invalid(format!("The request has more than {MAX_PARAMETERS} parameters")));
    }
    let action = pairs.iter().find(|(name, _)| name == "Action").map(|(_, value)| value.clone()).unwrap_or_default();
    let mut members = object(&pairs, Of::Request(action == "CreateQueue"));
    if !members.contains_key("QueueUrl") && call.segments().len() == 2 {
        members.insert("QueueUrl".to_owned(), call.raw_path.clone().into());
    }
    Ok((action, Value::Object(members).to_string().into_bytes()))
}

fn object(pairs: &[(String, String)], of: Of) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in pairs {
        let head = name.split('.').next().unwrap_or_default();
        match items(head, of) {
            None if head == name => {
                let empty = value.is_empty().then(|| empty(name)).flatten();
                members.insert(name.clone(), empty.unwrap_or_else(|| scalar(name, value)));
            }
            None => {}
            Some(Items::Texts(json)) if !members.contains_key(json) => {
                let texts = numbered(pairs, head).into_iter().filter_map(|pairs| at(&pairs, "").map(Value::String));
                members.insert(json.to_owned(), texts.collect());
            }
            Some(Items::Entries(json, key)) if !members.contains_key(json) => {
                let entries = numbered(pairs, head).into_iter().filter_map(|pairs| {
                    let value = match at(&pairs, "Value") {
                        Some(text) => Value::String(text),
                        None => Value::Object(object(&beneath(&pairs, "Value."), Of::Value)),
                    };
                    at(&pairs, key).map(|key| (key, value))
                });
                members.insert(json.to_owned(), Value::Object(entries.collect()));
            }
            Some(Items::Structures(json)) if !members.contains_key(json) => {
                let structures =
                    numbered(pairs, head).into_iter().map(|pairs| Value::Object(object(&pairs, Of::Entry)));
                members.insert(json.to_owned(), structures.collect());
            }
            Some(_) => {}
        }
    }
    members
}

/// A list or map without anything, which clients send under its name in JSON.
fn empty(name: &str) -> Option<Value> {
    match name {
        "Actions"
        | "AttributeNames"
        | "AWSAccountIds"
        | "Entries"
        | "MessageAttributeNames"
        | "MessageSystemAttributeNames"
        | "TagKeys" => Some(Value::Array(Vec::new())),
        "Attributes" | "MessageAttributes" | "MessageSystemAttributes" | "Tags" | "tags" => {
            Some(Value::Object(Map::new()))
        }
        _ => None,
    }
}

fn scalar(name: &str, value: &str) -> Value {
    match value.parse::<i32>() {
        Ok(number) if NUMBERS.contains(&name) => number.into(),
        _ => value.into(),
    }
}

/// What stands beneath `name.1`, `name.2` and so on, up to the first number that is missing.
fn numbered(pairs: &[(String, String)], name: &str) -> Vec<Pairs> {
    let mut items = Vec::new();
    for number in 1..=MAX_ITEMS {
        let head = format!("{name}.{number}");
        let item: Pairs = pairs
            .iter()
            .filter_map(|(name, value)| {
                let rest = name.strip_prefix(&head)?;
                let rest = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
                Some((rest.to_owned(), value.clone()))
            })
            .collect();
        if item.is_empty() {
            break;
        }
        items.push(item);
    }
    items
}

fn beneath(pairs: &[(String, String)], head: &str) -> Pairs {
    let rest = |(name, value): &(String, String)| Some((name.strip_prefix(head)?.to_owned(), value.clone()));
    pairs.iter().filter_map(rest).collect()
}

fn at(pairs: &[(String, String)], name: &str) -> Option<String> {
    pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(form: &[(&str, &str)], is_creation: bool) -> Value {
        let pairs: Pairs = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Value::Object(object(&pairs, Of::Request(is_creation)))
    }

    #[test]
    fn a_form_says_what_json_would() {
        let form = [
            ("QueueUrl", "u"),
            ("WaitTimeSeconds", "3"),
            ("AttributeName.1", "All"),
            ("AttributeName.2", "Policy"),
            ("Attribute.1.Name", "DelaySeconds"),
            ("Attribute.1.Value", "5"),
            ("MessageAttribute.1.Name", "a"),
            ("MessageAttribute.1.Value.DataType", "String"),
            ("MessageAttribute.1.Value.StringValue", "x"),
            ("Tag.1.Key", "k"),
            ("Tag.1.Value", "v"),
        ];
        let expected = json!({
            "QueueUrl": "u", "WaitTimeSeconds": 3, "AttributeNames": ["All", "Policy"], "Attributes": {"DelaySeconds": "5"},
            "MessageAttributes": {"a": {"DataType": "String", "StringValue": "x"}}, "Tags": {"k": "v"},
        });
        assert_eq!(read(&form, false), expected);
        assert_eq!(read(&form[9..], true), json!({"tags": {"k": "v"}}));
        let empty = [("Entries", ""), ("AttributeNames", ""), ("Attributes", ""), ("MessageBody", "")];
        let expected = json!({"Entries": [], "AttributeNames": [], "Attributes": {}, "MessageBody": ""});
        assert_eq!(read(&empty, false), expected);
        let batch = [
            ("SendMessageBatchRequestEntry.1.Id", "a"),
            ("SendMessageBatchRequestEntry.1.MessageBody", "1"),
            ("SendMessageBatchRequestEntry.1.MessageAttribute.1.Name", "n"),
            ("SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType", "Number"),
            ("SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue", "7"),
            ("SendMessageBatchRequestEntry.2.Id", "b"),
            ("SendMessageBatchRequestEntry.2.DelaySeconds", "9"),
        ];
        let attributes = json!({"n": {"DataType": "Number", "StringValue": "7"}});
        let first = json!({"Id": "a", "MessageBody": "1", "MessageAttributes": attributes});
        assert_eq!(read(&batch, false), json!({"Entries": [first, {"Id": "b", "DelaySeconds": 9}]}));
    }

    /// No operation has lists of structures in structures, or maps in the values of maps.
    #[test]
    fn nothing_stands_deeper_than_it_can() {
        for part in ["SendMessageBatchRequestEntry.1.", "MessageAttribute.1.Value."] {
            let deep = part.repeat(3000) + "Id";
            let names = (0..3000).map(|depth| part.repeat(depth) + "MessageAttribute.1.Name").chain([deep]);
            let pairs: Pairs = names.map(|name| (name, "x".to_owned())).collect();
            let text = Value::Object(object(&pairs, Of::Request(false))).to_string();
            assert!(text.len() < 1000, "{} bytes", text.len());
        }
    }
}
