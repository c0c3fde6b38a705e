//! Filter policies of subscriptions: which messages one wants. From the SNS developer guide, "Amazon SNS subscription filter policies".
//!
//! A policy is JSON: names with lists of conditions, of which one must hold, all names together. A filter on the message itself may
//! nest; a dot in a name, of the policy or of the message, is a step into what is nested. Names that are missing match only
//! `{"exists": false}`, and `{"anything-but": ...}` does not match them.

use serde_json::{Map, Number, Value};

use crate::conditions::{self, OR};
use crate::records::{Attribute, AttributeValue, FilterScope};

/// The most bytes of a policy.
pub const MAX_FILTER_BYTES: usize = 256 << 10;
/// How deep a policy may nest.
const MAX_DEPTH: usize = 5;
/// The most conditions of a policy, and the most combinations of them.
pub(crate) const MAX_CONDITIONS: usize = 150;
pub(crate) const TOO_COMPLEX: &str = "Filter policy is too complex";

/// A policy that was understood.
#[derive(Clone, Debug)]
pub struct Filter(pub(crate) Map<String, Value>);

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
            Ok(_) => Err("Filter is not an object".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Reads a policy that was taken before, by whichever rules there were then.
    pub fn kept(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map(Self).map_err(|error| error.to_string())
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

fn check(names: &Map<String, Value>, depth: usize, all_conditions: &mut usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("Filter policy nests more than {MAX_DEPTH} deep"));
    }
    for (name, value) in names {
        match (name.as_str(), value) {
            (OR, Value::Array(choices)) => {
                for choice in choices {
                    let Value::Object(choice) = choice else { return Err("$or takes objects".to_owned()) };
                    check(choice, depth + 1, all_conditions)?;
                }
            }
            (_, Value::Object(beneath)) => check(beneath, depth + 1, all_conditions)?,
            (_, Value::Array(all)) if all.is_empty() => return Err("Empty arrays are not allowed".to_owned()),
            (_, Value::Array(all)) => {
                *all_conditions += all.len();
                if *all_conditions > MAX_CONDITIONS {
                    return Err(TOO_COMPLEX.to_owned());
                }
                all.iter().try_for_each(conditions::check)?;
            }
            _ => return Err(format!("{name:?} must be an object or an array")),
        }
    }
    Ok(())
}

fn wants(names: &Map<String, Value>, message: &Value) -> bool {
    names.iter().all(|(name, wanted)| match wanted {
        Value::Array(choices) if name == OR => {
            choices.iter().any(|choice| choice.as_object().is_some_and(|choice| wants(choice, message)))
        }
        Value::Object(beneath) => match found(name, message).as_slice() {
            [] => wants(&behind(name, beneath), message),
            all => all.iter().any(|one| match one {
                // Of several, one must be as it is wanted.
                Value::Array(several) => several.iter().any(|one| wants(beneath, one)),
                one => wants(beneath, one),
            }),
        },
        Value::Array(all) => match found(name, message).as_slice() {
            [] => all.iter().any(|condition| conditions::holds(condition, None)),
            found => all.iter().any(|condition| found.iter().any(|one| conditions::holds(condition, Some(one)))),
        },
        _ => false,
    })
}

/// What a name leads to, each of its dots being a step or a part of a member's name.
fn found<'a>(name: &str, message: &'a Value) -> Vec<&'a Value> {
    if let Value::Array(several) = message {
        return several.iter().flat_map(|one| found(name, one)).collect();
    }
    let mut all: Vec<&Value> = message.get(name).into_iter().collect();
    for (dot, _) in name.match_indices('.') {
        if let Some(beneath) = message.get(&name[..dot]) {
            all.extend(found(&name[dot + 1..], beneath));
        }
    }
    all
}

/// Names that lie beneath another, as dots say it.
fn behind(parent: &str, names: &Map<String, Value>) -> Map<String, Value> {
    let of = |(name, value): (&String, &Value)| match value {
        Value::Array(choices) if name == OR => {
            let choices = choices.iter().filter_map(Value::as_object).map(|choice| behind(parent, choice).into());
            (name.clone(), Value::Array(choices.collect()))
        }
        other => (format!("{parent}.{name}"), other.clone()),
    };
    names.iter().map(of).collect()
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
    fn dots_are_steps() {
        let wants =
            |policy: &str, message: &str| Filter::parse(policy).expect(policy).matches(FilterScope::Body, &[], message);
        for policy in [r#"{"a.b.c": ["x"]}"#, r#"{"a": {"b.c": ["x"]}}"#, r#"{"a": {"b": {"c": ["x"]}}}"#] {
            for message in [
                r#"{"a": {"b": {"c": "x"}}}"#,
                r#"{"a.b.c": "x"}"#,
                r#"{"a.b": {"c": "x"}}"#,
                r#"{"a": {"b.c": "x"}}"#,
                r#"{"a": [{"b": {"c": "y"}}, {"b": {"c": ["y", "x"]}}]}"#,
            ] {
                assert!(wants(policy, message), "{policy} {message}");
                assert!(!wants(policy, &message.replace('x', "z")), "{policy} {message}");
            }
        }
        let choice =
            r#"{"a": {"$or": [{"b": [{"cidr": "10.0.0.0/24"}]}, {"c": [{"cidr": "2001:db8:1234:1a00::/64"}]}]}}"#;
        assert!(wants(choice, r#"{"a": {"b": "10.0.0.255"}}"#) && wants(choice, r#"{"a.c": "2001:db8:1234:1a00::1"}"#));
        assert!(!wants(choice, r#"{"a": {"b": "10.0.1.0"}}"#) && !wants(choice, r#"{"a": {"b": "10.0.0.256"}}"#));
    }

    #[test]
    fn what_could_not_be_honoured_is_refused() {
        for policy in [
            "[]",
            "{",
            r#"{"a": "x"}"#,
            r#"{"a": []}"#,
            r#"{"a": [{"cidr": "10.0.0.0"}]}"#,
            r#"{"a": [{"cidr": "10.0.0/8"}]}"#,
            r#"{"a": [{"cidr": "10.0.0.0/33"}]}"#,
            r#"{"a": [{"numeric": [">", 3, "<", 1]}]}"#,
            r#"{"a": [{"numeric": ["<", 1, ">", 3]}]}"#,
            r#"{"a": [["x"]]}"#,
            r#"{"a": [{"prefix": 1}]}"#,
            r#"{"a": [{"numeric": ["=", "1"]}]}"#,
            r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#,
            r#"{"a": {"b": {"c": {"d": {"e": {"f": ["x"]}}}}}}"#,
        ] {
            assert!(Filter::parse(policy).is_err(), "{policy}");
        }
    }
}
