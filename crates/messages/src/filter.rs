//! Filter policies of subscriptions: which messages one wants. From the SNS developer guide, "Amazon SNS subscription filter policies".
//!
//! A policy is JSON: names with lists of conditions, of which one must hold, all names together. A filter on the message itself may
//! nest. Names that are missing match only `{"exists": false}`, and `{"anything-but": ...}` does not match them.

use serde_json::{Map, Number, Value};

use crate::records::{Attribute, AttributeValue, FilterScope};

/// The most bytes of a policy.
pub const MAX_FILTER_BYTES: usize = 256 << 10;
/// How deep a policy may nest.
const MAX_DEPTH: usize = 5;
/// The most conditions of a policy.
const MAX_CONDITIONS: usize = 150;

/// A policy that was understood.
#[derive(Clone, Debug)]
pub struct Filter(Map<String, Value>);

impl Filter {
    /// Reads a policy; what could not be honoured is refused, with what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_FILTER_BYTES {
            return Err(format!("it has more than {MAX_FILTER_BYTES} bytes"));
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(names)) => {
                let mut conditions = 0;
                check(&names, 1, &mut conditions)?;
                Ok(Self(names))
            }
            Ok(_) => Err("it is no object".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Whether a message is wanted.
    pub fn matches(&self, scope: FilterScope, attributes: &[Attribute], text: &str) -> bool {
        let message = match scope {
            FilterScope::Body => serde_json::from_str(text).unwrap_or(Value::Null),
            FilterScope::Attributes => Value::Object(attributes.iter().map(as_json).collect()),
        };
        wants(&self.0, &message)
    }
}

/// An attribute as a filter sees it. Bytes are there, and equal nothing.
fn as_json(attribute: &Attribute) -> (String, Value) {
    let value = match &attribute.value {
        AttributeValue::Bytes(_) => Value::Null,
        AttributeValue::Text(text) if attribute.data_type.starts_with("Number") => {
            text.parse::<Number>().map_or_else(|_| Value::String(text.clone()), Value::Number)
        }
        AttributeValue::Text(text) if attribute.data_type == "String.Array" => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
        }
        AttributeValue::Text(text) => Value::String(text.clone()),
    };
    (attribute.name.clone(), value)
}

fn check(names: &Map<String, Value>, depth: usize, conditions: &mut usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("it nests more than {MAX_DEPTH} deep"));
    }
    for (name, value) in names {
        match (name.as_str(), value) {
            ("$or", Value::Array(choices)) => {
                for choice in choices {
                    let Value::Object(choice) = choice else { return Err("$or takes objects".to_owned()) };
                    check(choice, depth + 1, conditions)?;
                }
            }
            (_, Value::Object(beneath)) => check(beneath, depth + 1, conditions)?,
            (_, Value::Array(all)) if !all.is_empty() => {
                *conditions += all.len();
                if *conditions > MAX_CONDITIONS {
                    return Err(format!("it has more than {MAX_CONDITIONS} conditions"));
                }
                all.iter().try_for_each(|condition| check_condition(name, condition))?;
            }
            _ => return Err(format!("{name:?} is no list of conditions and no object")),
        }
    }
    Ok(())
}

fn check_condition(name: &str, condition: &Value) -> Result<(), String> {
    let Value::Object(operator) = condition else {
        return match condition {
            Value::Array(_) => Err(format!("{name:?} has a list in its list")),
            _ => Ok(()),
        };
    };
    let mut members = operator.iter();
    let (Some((operator, value)), None) = (members.next(), members.next()) else {
        return Err(format!("a condition of {name:?} has not exactly one operator"));
    };
    let is_text = |value: &Value| value.is_string();
    let valid = match operator.as_str() {
        "prefix" | "suffix" | "equals-ignore-case" => is_text(value),
        "exists" => value.is_boolean(),
        "anything-but" => match value {
            Value::Array(all) => all.iter().all(|it| it.is_string() || it.is_number()),
            Value::Object(inner) => {
                inner.len() == 1 && inner.iter().all(|(key, it)| (key == "prefix" || key == "suffix") && is_text(it))
            }
            other => other.is_string() || other.is_number(),
        },
        "numeric" => is_numeric(value),
        other => return Err(format!("the operator {other:?} is not implemented by this server")),
    };
    if valid { Ok(()) } else { Err(format!("the value of {operator:?} of {name:?} is not one it takes")) }
}

/// `["=", 1]`, `[">", 1, "<=", 2]`.
fn is_numeric(value: &Value) -> bool {
    let Some(parts) = value.as_array() else { return false };
    let is_pair = |pair: &[Value]| matches!(pair, [Value::String(operator), Value::Number(_)] if ["=", "<", "<=", ">", ">="].contains(&operator.as_str()));
    matches!(parts.len(), 2 | 4) && parts.chunks(2).all(is_pair)
}

fn wants(names: &Map<String, Value>, message: &Value) -> bool {
    names.iter().all(|(name, wanted)| {
        let found = message.get(name);
        match wanted {
            Value::Array(choices) if name == "$or" => {
                choices.iter().any(|choice| choice.as_object().is_some_and(|choice| wants(choice, message)))
            }
            Value::Object(beneath) => match found {
                // Of several, one must be as it is wanted.
                Some(Value::Array(several)) => several.iter().any(|one| wants(beneath, one)),
                other => wants(beneath, other.unwrap_or(&Value::Null)),
            },
            Value::Array(conditions) => conditions.iter().any(|condition| holds(condition, found)),
            _ => false,
        }
    })
}

fn holds(condition: &Value, found: Option<&Value>) -> bool {
    if let Some(exists) = condition.get("exists").and_then(Value::as_bool) {
        return exists == found.is_some();
    }
    match found {
        None => false,
        Some(Value::Array(several)) => {
            // "anything-but" is about all of them, all else about one.
            if condition.get("anything-but").is_some() {
                several.iter().all(|one| holds_of(condition, one))
            } else {
                several.iter().any(|one| holds_of(condition, one))
            }
        }
        Some(one) => holds_of(condition, one),
    }
}

fn holds_of(condition: &Value, found: &Value) -> bool {
    let Some((operator, value)) = condition.as_object().and_then(|operator| operator.iter().next()) else {
        return same(condition, found);
    };
    let text = found.as_str();
    let with = |value: &Value, test: fn(&str, &str) -> bool| match (text, value.as_str()) {
        (Some(text), Some(value)) => test(text, value),
        _ => false,
    };
    match operator.as_str() {
        "prefix" => with(value, |text, value| text.starts_with(value)),
        "suffix" => with(value, |text, value| text.ends_with(value)),
        "equals-ignore-case" => with(value, |text, value| text.to_lowercase() == value.to_lowercase()),
        "anything-but" => match value {
            Value::Array(all) => !all.iter().any(|it| same(it, found)),
            Value::Object(_) => text.is_some() && !holds_of(value, found),
            other => !same(other, found),
        },
        "numeric" => match (found.as_f64(), value.as_array()) {
            (Some(found), Some(parts)) => parts.chunks(2).all(|pair| compares(found, pair)),
            _ => false,
        },
        _ => false,
    }
}

fn same(stated: &Value, found: &Value) -> bool {
    match (stated.as_f64(), found.as_f64()) {
        (Some(stated), Some(found)) => stated == found,
        _ => stated == found,
    }
}

fn compares(found: f64, pair: &[Value]) -> bool {
    let [operator, stated] = pair else { return false };
    let Some(stated) = stated.as_f64() else { return false };
    match operator.as_str() {
        Some("=") => found == stated,
        Some("<") => found < stated,
        Some("<=") => found <= stated,
        Some(">") => found > stated,
        Some(">=") => found >= stated,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &str, data_type: &str, value: &str) -> Attribute {
        let value = AttributeValue::Text(value.to_owned());
        Attribute { name: name.to_owned(), data_type: data_type.to_owned(), value }
    }

    #[test]
    fn attributes_are_matched_as_the_guide_says() {
        let attributes = [
            attribute("store", "String", "example_corp"),
            attribute("price", "Number", "210.75"),
            attribute("interests", "String.Array", r#"["soccer", "rugby"]"#),
        ];
        for (policy, wanted) in [
            (r#"{"store": ["example_corp"]}"#, true),
            (r#"{"store": ["other"]}"#, false),
            (r#"{"store": [{"anything-but": "example_corp"}]}"#, false),
            (r#"{"store": [{"anything-but": ["a", "b"]}]}"#, true),
            (r#"{"store": [{"prefix": "example"}], "price": [{"numeric": [">", 100, "<=", 300]}]}"#, true),
            (r#"{"price": [{"numeric": ["=", 301.5]}, {"numeric": ["<", 100]}]}"#, false),
            (r#"{"interests": ["hockey", "rugby"]}"#, true),
            (r#"{"interests": [{"anything-but": "rugby"}]}"#, false),
            (r#"{"event": [{"exists": false}]}"#, true),
            (r#"{"store": [{"exists": false}]}"#, false),
            (r#"{"event": [{"anything-but": "x"}]}"#, false),
            (r#"{"store": [{"equals-ignore-case": "EXAMPLE_corp"}]}"#, true),
            (r#"{"store": [{"suffix": "_corp"}]}"#, true),
            (r#"{"$or": [{"store": ["other"]}, {"price": [210.75]}]}"#, true),
        ] {
            let filter = Filter::parse(policy).expect(policy);
            assert_eq!(filter.matches(FilterScope::Attributes, &attributes, ""), wanted, "{policy}");
        }
    }

    #[test]
    fn the_message_itself_may_nest() {
        let filter =
            Filter::parse(r#"{"order": {"item": ["book"], "count": [{"numeric": [">", 1]}]}}"#).expect("valid");
        assert!(filter.matches(FilterScope::Body, &[], r#"{"order": {"item": "book", "count": 2}}"#));
        assert!(!filter.matches(FilterScope::Body, &[], r#"{"order": {"item": "book", "count": 1}}"#));
        assert!(filter.matches(
            FilterScope::Body,
            &[],
            r#"{"order": [{"item": "pen"}, {"item": "book", "count": 2}]}"#
        ));
        assert!(!filter.matches(FilterScope::Body, &[], "no JSON"));
    }

    #[test]
    fn what_could_not_be_honoured_is_refused() {
        for policy in [
            "[]",
            "{",
            r#"{"a": "x"}"#,
            r#"{"a": []}"#,
            r#"{"a": [{"cidr": "10.0.0.0/8"}]}"#,
            r#"{"a": [{"prefix": 1}]}"#,
            r#"{"a": [{"numeric": ["=", "1"]}]}"#,
            r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#,
            r#"{"a": {"b": {"c": {"d": {"e": {"f": ["x"]}}}}}}"#,
        ] {
            assert!(Filter::parse(policy).is_err(), "{policy}");
        }
    }
}
