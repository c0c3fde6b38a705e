//! Answers in the protocol that came before JSON: what an answer is in JSON, as a document of XML with flat lists.

use serde_json::{Map, Value};

/// The namespace of documents.
pub(crate) const NAMESPACE: &str = "http://queue.amazonaws.com/doc/2012-11-05/";

/// The document of an operation's answer, which is this in JSON, or nothing.
pub(crate) fn write(operation: &str, request_id: &str, json: &[u8]) -> String {
    let members: Map<String, Value> = serde_json::from_slice(json).unwrap_or_default();
    let mut out = format!("<?xml version=\"1.0\"?><{operation}Response xmlns=\"{NAMESPACE}\">");
    if !json.is_empty() {
        element(&mut out, &format!("{operation}Result"), |out| object(out, operation, &members));
    }
    element(&mut out, "ResponseMetadata", |out| element(out, "RequestId", |out| text(out, request_id)));
    out.push_str(&format!("</{operation}Response>"));
    out
}

fn element(out: &mut String, name: &str, write: impl FnOnce(&mut String)) {
    out.push_str(&format!("<{name}>"));
    write(out);
    out.push_str(&format!("</{name}>"));
}

/// A carriage return is written as what it is, lest it be read as an end of line.
fn text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
}

fn object(out: &mut String, operation: &str, members: &Map<String, Value>) {
    for (name, value) in members {
        match value {
            Value::Null => {}
            Value::Array(items) => {
                for item in items {
                    element(out, &item_name(operation, name), |out| scalar_or_object(out, operation, item));
                }
            }
            Value::Object(entries) => match name.as_str() {
                "Attributes" => map(out, operation, "Attribute", "Name", entries),
                "MessageAttributes" => map(out, operation, "MessageAttribute", "Name", entries),
                "Tags" => map(out, operation, "Tag", "Key", entries),
                _ => element(out, name, |out| object(out, operation, entries)),
            },
            scalar => element(out, name, |out| scalar_or_object(out, operation, scalar)),
        }
    }
}

fn map(out: &mut String, operation: &str, name: &str, key_name: &str, entries: &Map<String, Value>) {
    for (key, value) in entries {
        element(out, name, |out| {
            element(out, key_name, |out| text(out, key));
            element(out, "Value", |out| scalar_or_object(out, operation, value));
        });
    }
}

fn scalar_or_object(out: &mut String, operation: &str, value: &Value) {
    match value {
        Value::Object(members) => object(out, operation, members),
        Value::String(string) => text(out, string),
        other => text(out, &other.to_string()),
    }
}

/// What the items of a list are called.
fn item_name(operation: &str, list: &str) -> String {
    match list {
        "Failed" => "BatchResultErrorEntry".to_owned(),
        "Successful" => format!("{operation}ResultEntry"),
        "queueUrls" => "QueueUrl".to_owned(),
        _ => list.strip_suffix('s').unwrap_or(list).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_flat() {
        let json = br#"{"Messages":[{"Attributes":{"SenderId":"1"},"Body":"a<b\r","MessageAttributes":{"n":{"DataType":"Number","StringValue":"7"}}}]}"#;
        assert_eq!(
            write("ReceiveMessage", "R", json),
            "<?xml version=\"1.0\"?><ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">\
             <ReceiveMessageResult><Message><Attribute><Name>SenderId</Name><Value>1</Value></Attribute><Body>a&lt;b&#xD;</Body>\
             <MessageAttribute><Name>n</Name><Value><DataType>Number</DataType><StringValue>7</StringValue></Value>\
             </MessageAttribute></Message></ReceiveMessageResult><ResponseMetadata><RequestId>R</RequestId></ResponseMetadata>\
             </ReceiveMessageResponse>"
        );
        let batch = write("SendMessageBatch", "R", br#"{"Failed":[{"SenderFault":true}],"Successful":[{"Id":"a"}]}"#);
        assert!(batch.contains("<BatchResultErrorEntry><SenderFault>true</SenderFault></BatchResultErrorEntry>"));
        assert!(batch.contains("<SendMessageBatchResultEntry><Id>a</Id></SendMessageBatchResultEntry>"), "{batch}");
        let empty = write("DeleteQueue", "R", b"");
        assert!(!empty.contains("DeleteQueueResult"), "{empty}");
    }
}
