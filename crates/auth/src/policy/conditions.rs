//! `Condition`: in which circumstances a statement applies. From the IAM user guide, "IAM JSON policy elements: Condition operators",
//! "Multivalued context keys" and "Evaluation logic for multiple context keys or values".
//!
//! All conditions must hold; of a condition's values one must match, or, where the operator negates, none. A key that is absent matches
//! nothing: so a negating operator holds, and every `...IfExists` and `ForAllValues:` does; `ForAnyValue:` does not.

use super::compare::{self, Network, Order};
use super::facts::Question;
use super::json::Json;
use super::malformed::{Fault, Located, Within};
use super::pattern::{Pattern, Syntax};
use super::{context_keys, wildcards};

/// How many of a request's values must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    One,
    All,
    Any,
}

/// Values of the policy, read as the operator reads them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Text {
        stated: Box<[Pattern]>,
        ignoring_case: bool,
    },
    Arn(Box<[Pattern]>),
    Number(Order, Box<[f64]>),
    Date(Order, Box<[i64]>),
    Bool(Box<[bool]>),
    Binary(Box<[Vec<u8>]>),
    Ip(Box<[Network]>),
    /// Whether the key is absent.
    Null(Box<[bool]>),
}

/// One key under one operator.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    pub key: Box<str>,
    pub set: Set,
    pub negates: bool,
    pub if_exists: bool,
    pub test: Test,
}

impl Condition {
    /// Whether the condition holds in this question.
    pub(super) fn holds(&self, question: &Question<'_>) -> bool {
        let found = question.values(&self.key);
        let found = found.as_slice();
        if let Test::Null(stated) = &self.test {
            return stated.contains(&found.is_empty());
        }
        if found.is_empty() {
            return self.if_exists
                || match self.set {
                    Set::One => self.negates,
                    Set::All => true,
                    Set::Any => false,
                };
        }
        let mut each = found.iter().map(|value| self.test.matches(value, question) != self.negates);
        match self.set {
            // Amazon leaves open what a key of many values is without a set operator: no value may be among those of a negated one.
            Set::One if self.negates => each.all(|holds| holds),
            Set::One | Set::Any => each.any(|holds| holds),
            // "... or if the key values resolve to a null data set, such as an empty string".
            Set::All => found.iter().zip(each).all(|(value, holds)| value.is_empty() || holds),
        }
    }

    /// The keys whose values the condition needs.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let stated: &[Pattern] = match &self.test {
            Test::Text { stated, .. } | Test::Arn(stated) => stated,
            _ => &[],
        };
        std::iter::once(&*self.key).chain(stated.iter().flat_map(Pattern::keys))
    }
}

impl Test {
    /// Whether a value of the request matches one of the policy's.
    fn matches(&self, found: &str, question: &Question<'_>) -> bool {
        match self {
            Self::Text { stated, ignoring_case: false } => stated.iter().any(|stated| stated.matches(found, question)),
            Self::Text { stated, ignoring_case: true } => stated
                .iter()
                .any(|stated| stated.resolve(question).is_some_and(|stated| same_ignoring_case(&stated, found))),
            Self::Arn(stated) => {
                stated.iter().any(|stated| stated.resolve(question).is_some_and(|stated| arn_matches(&stated, found)))
            }
            Self::Number(order, stated) => {
                compare::number(found).is_some_and(|found| stated.iter().any(|stated| order.holds(&found, stated)))
            }
            Self::Date(order, stated) => {
                compare::moment(found).is_some_and(|found| stated.iter().any(|stated| order.holds(&found, stated)))
            }
            Self::Bool(stated) => compare::truth(found).is_some_and(|found| stated.contains(&found)),
            Self::Binary(stated) => compare::bytes(found).is_some_and(|found| stated.contains(&found)),
            Self::Ip(stated) => stated.iter().any(|network| network.has(found)),
            Self::Null(_) => false,
        }
    }
}

/// Letters of other scripts have cases too.
fn same_ignoring_case(stated: &[u8], found: &str) -> bool {
    match std::str::from_utf8(stated) {
        Ok(stated) if stated.is_ascii() || found.is_ascii() => stated.eq_ignore_ascii_case(found),
        Ok(stated) => stated.to_lowercase() == found.to_lowercase(),
        Err(_) => false,
    }
}

/// "Each of the six colon-delimited components of the ARN is checked separately and each can include multi-character match wildcards".
fn arn_matches(stated: &[u8], found: &str) -> bool {
    if stated == [wildcards::ANY] {
        return true;
    }
    let mut stated = stated.splitn(6, |byte| *byte == b':');
    let mut found = found.splitn(6, ':');
    loop {
        match (stated.next(), found.next()) {
            (Some(stated), Some(found)) if wildcards::matches(stated, found.as_bytes()) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// Reads the element.
pub(super) fn parse(value: &Json, variables: bool) -> Result<Box<[Condition]>, Located> {
    let Json::Object(operators) = value else { return Err(Fault::Form("an object of condition operators").into()) };
    let mut conditions = Vec::new();
    for (operator, keys) in operators {
        parse_operator(operator, keys, variables, &mut conditions).within(operator)?;
    }
    Ok(conditions.into())
}

fn parse_operator(written: &str, keys: &Json, variables: bool, conditions: &mut Vec<Condition>) -> Result<(), Located> {
    let unknown = || Fault::Operator(written.to_owned());
    let (set, rest) = match written.split_once(':') {
        None => (Set::One, written),
        Some(("ForAllValues", rest)) => (Set::All, rest),
        Some(("ForAnyValue", rest)) => (Set::Any, rest),
        Some(_) => return Err(unknown().into()),
    };
    let (name, if_exists) = match rest.strip_suffix("IfExists") {
        Some(name) => (name, true),
        None => (rest, false),
    };
    let operator = Operator::named(name).ok_or_else(unknown)?;
    if operator == Operator::Null && (if_exists || set != Set::One) {
        return Err(unknown().into());
    }
    let Json::Object(keys) = keys else { return Err(Fault::Form("an object of condition keys").into()) };
    for (key, values) in keys {
        let condition = || -> Result<Condition, Located> {
            let spelling = context_keys::spelling(key).ok_or_else(|| Fault::Key(key.clone()))?;
            let values = texts(values)?;
            let negates = name.contains("Not");
            Ok(Condition {
                key: spelling.into(),
                set,
                negates,
                if_exists,
                test: operator.test(name, &values, variables)?,
            })
        };
        conditions.push(condition().within(key)?);
    }
    Ok(())
}

/// One value or a list; numbers and truth need no quotes here.
fn texts(value: &Json) -> Result<Vec<&str>, Fault> {
    let values = match value {
        Json::List(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    if values.is_empty() {
        return Err(Fault::Form("a string or a list of some"));
    }
    values.iter().map(text).collect()
}

fn text(value: &Json) -> Result<&str, Fault> {
    match value {
        Json::Text(text) | Json::Plain(text) => Ok(text),
        _ => Err(Fault::Form("a string or a list of some")),
    }
}

/// The types of operators; those that negate are the same with `negates`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Text { wildcards: bool, ignoring_case: bool },
    Arn,
    Number(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Null,
}

impl Operator {
    fn named(name: &str) -> Option<Self> {
        let text = |wildcards, ignoring_case| Self::Text { wildcards, ignoring_case };
        Some(match name {
            "StringEquals" | "StringNotEquals" => text(false, false),
            "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => text(false, true),
            "StringLike" | "StringNotLike" => text(true, false),
            // "ArnEquals and ArnLike behave identically."
            "ArnEquals" | "ArnNotEquals" | "ArnLike" | "ArnNotLike" => Self::Arn,
            "Bool" => Self::Bool,
            "BinaryEquals" => Self::Binary,
            "IpAddress" | "NotIpAddress" => Self::Ip,
            "Null" => Self::Null,
            _ => match name.strip_prefix("Numeric") {
                Some(order) => Self::Number(order_named(order)?),
                None => Self::Date(order_named(name.strip_prefix("Date")?)?),
            },
        })
    }

    fn test(self, name: &str, values: &[&str], variables: bool) -> Result<Test, Fault> {
        let patterns = |wildcards| -> Result<Box<[Pattern]>, Fault> {
            values.iter().map(|value| Pattern::parse(value, Syntax { wildcards, variables })).collect()
        };
        Ok(match self {
            Self::Text { wildcards, ignoring_case } => Test::Text { stated: patterns(wildcards)?, ignoring_case },
            Self::Arn => {
                read(name, values, |value| (*value == "*" || value.contains("${") || is_arn(value)).then_some(()))?;
                Test::Arn(patterns(true)?)
            }
            Self::Number(order) => Test::Number(order, read(name, values, |value| compare::number(value))?),
            Self::Date(order) => Test::Date(order, read(name, values, |value| compare::moment(value))?),
            Self::Bool => Test::Bool(read(name, values, |value| compare::truth(value))?),
            Self::Binary => Test::Binary(read(name, values, |value| compare::bytes(value))?),
            Self::Ip => Test::Ip(read(name, values, |value| Network::parse(value))?),
            Self::Null => Test::Null(read(name, values, |value| compare::truth(value))?),
        })
    }
}

fn is_arn(value: &str) -> bool {
    value.starts_with("arn:") && value.splitn(6, ':').count() == 6
}

fn order_named(name: &str) -> Option<Order> {
    Some(match name {
        "Equals" | "NotEquals" => Order::Equal,
        "LessThan" => Order::Less,
        "LessThanEquals" => Order::LessOrEqual,
        "GreaterThan" => Order::Greater,
        "GreaterThanEquals" => Order::GreaterOrEqual,
        _ => return None,
    })
}

fn read<T>(operator: &str, values: &[&str], read: impl Fn(&&str) -> Option<T>) -> Result<Box<[T]>, Fault> {
    let each = values.iter().map(|value| {
        read(value).ok_or_else(|| Fault::Value { operator: operator.to_owned(), value: (*value).to_owned() })
    });
    each.collect()
}
