//! The protocol that came before JSON, which older SDKs speak: requests are forms, and become here what they would be in JSON.
//!
//! Lists are flat: `AttributeName.1`, `Attribute.1.Name` and `Attribute.1.Value`, `SendMessageBatchRequestEntry.1.MessageBody`. From the
//! developer guide, "Making Query API requests".

use coldkeep_auth::uri;
use coldkeep_http::Call;
use serde_json::{Map, Value};

/// What a list of a form holds, and its name in JSON.
enum Items {
    /// Texts.
    Texts(&'static str),
    /// Entries of a map, whose key has this name, and whose value is under `Value`.
    Entries(&'static str, &'static str),
    /// Structures.
    Structures(&'static str),
}

/// The lists that there are; what is not here is a text or a number.
fn items(name: &str, is_creation: bool) -> Option<Items> {
    Some(match name {
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
        "Tag" if is_creation => Items::Entries("tags", "Key"),
        "Tag" => Items::Entries("Tags", "Key"),
        "SendMessageBatchRequestEntry"
        | "DeleteMessageBatchRequestEntry"
        | "ChangeMessageVisibilityBatchRequestEntry" => Items::Structures("Entries"),
        _ => return None,
    })
}

/// Members that are numbers.
const NUMBERS: [&str; 5] =
    ["DelaySeconds", "MaxNumberOfMessages", "MaxResults", "VisibilityTimeout", "WaitTimeSeconds"];
/// Lists longer than this are cut: none may be so long.
const MAX_ITEMS: usize = 1000;

/// Names and values, without what they stand beneath.
type Pairs = Vec<(String, String)>;

/// The operation that a form asks for, and the rest of it as JSON. A queue may be named by the path alone.
pub(crate) fn read(call: &Call, body: &[u8]) -> (String, Vec<u8>) {
    let body = String::from_utf8_lossy(body);
    let text = |text: &str| String::from_utf8_lossy(&uri::decode_query(text)).into_owned();
    let in_form = uri::query_pairs(&body).map(|(name, value)| (text(name), text(value)));
    let pairs: Pairs = call.query.iter().cloned().chain(in_form).collect();
    let action = pairs.iter().find(|(name, _)| name == "Action").map(|(_, value)| value.clone()).unwrap_or_default();
    let mut members = object(&pairs, action == "CreateQueue");
    if !members.contains_key("QueueUrl") && call.segments().len() == 2 {
        members.insert("QueueUrl".to_owned(), call.raw_path.clone().into());
    }
    (action, Value::Object(members).to_string().into_bytes())
}

fn object(pairs: &[(String, String)], is_creation: bool) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in pairs {
        let head = name.split('.').next().unwrap_or_default();
        match items(head, is_creation) {
            None if head == name => {
                members.insert(name.clone(), scalar(name, value));
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
                        None => Value::Object(object(&beneath(&pairs, "Value."), false)),
                    };
                    at(&pairs, key).map(|key| (key, value))
                });
                members.insert(json.to_owned(), Value::Object(entries.collect()));
            }
            Some(Items::Structures(json)) if !members.contains_key(json) => {
                let structures = numbered(pairs, head).into_iter().map(|pairs| Value::Object(object(&pairs, false)));
                members.insert(json.to_owned(), structures.collect());
            }
            Some(_) => {}
        }
    }
    members
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
        Value::Object(object(&pairs, is_creation))
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
}
