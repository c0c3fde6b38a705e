//! The conditions of filter policies: which there are, and whether one holds. What is wrong with one is said in Amazon's words.

use std::net::IpAddr;

use serde_json::{Map, Value};

/// The name that stands for a choice.
pub(crate) const OR: &str = "$or";

/// Refuses a condition that could not be honoured.
pub(crate) fn check(condition: &Value) -> Result<(), String> {
    let operator = match condition {
        Value::Object(operator) => operator,
        Value::Array(_) => return Err("Match value must be String, number, true, false, or null".to_owned()),
        _ => return Ok(()),
    };
    let (operator, value) = only(operator).ok_or("Only one key allowed in match expression")?;
    match operator {
        "prefix" | "suffix" | "equals-ignore-case" => text(operator, value).map(drop),
        "exists" if value.is_boolean() => Ok(()),
        "exists" => Err("exists match pattern must be either true or false.".to_owned()),
        "anything-but" => anything_but(value),
        "numeric" => numeric(value),
        // Amazon says prefix here, too.
        "cidr" => block(text("prefix", value)?).map(drop),
        other => Err(format!("Unrecognized match type {other}")),
    }
}

fn only(operator: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut members = operator.iter();
    match (members.next(), members.next()) {
        (Some((operator, value)), None) => Some((operator.as_str(), value)),
        _ => None,
    }
}

fn text<'a>(operator: &str, value: &'a Value) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("{operator} match pattern must be a string"))
}

fn anything_but(value: &Value) -> Result<(), String> {
    let plain = |value: &Value| value.is_string() || value.is_number();
    match value {
        Value::Object(inner) => match only(inner).ok_or("Only one key allowed in match expression")? {
            (operator @ ("prefix" | "suffix"), value) => text(operator, value).map(drop),
            (other, _) => Err(format!("Unsupported anything-but pattern: {other}")),
        },
        Value::Array(all) if all.iter().all(plain) => Ok(()),
        value if plain(value) => Ok(()),
        _ => Err("Value of anything-but must be an array or single string/number value.".to_owned()),
    }
}

/// `["=", 1]`, `[">", 1, "<=", 2]`.
fn numeric(value: &Value) -> Result<(), String> {
    let parts = value.as_array().ok_or("Value of numeric must be an array.")?;
    let operator = match parts.first() {
        Some(Value::String(operator)) => operator.as_str(),
        other => {
            let shown = other.map_or_else(|| "]".to_owned(), Value::to_string);
            return Err(format!("Invalid member in numeric match: {shown}"));
        }
    };
    let number = |at: usize, of: &str| match parts.get(at).and_then(Value::as_f64) {
        Some(number) => Ok(number),
        None => Err(format!("Value of {} must be numeric", if of == "=" { "equals" } else { of })),
    };
    if !["=", "<", "<=", ">", ">="].contains(&operator) {
        return Err(format!("Unrecognized numeric range operator: {operator}"));
    }
    let bottom = number(1, operator)?;
    let Some(second) = parts.get(2) else { return Ok(()) };
    if !operator.starts_with('>') {
        return Err("Too many elements in numeric expression".to_owned());
    }
    let second = second.as_str().ok_or_else(|| format!("Bad value in numeric range: {second}"))?;
    if !second.starts_with('<') || second.len() > 2 || !["<", "<="].contains(&second) {
        return Err(format!("Bad numeric range operator: {second}"));
    }
    match number(3, second)? {
        _ if parts.len() > 4 => Err("Too many terms in numeric range expression".to_owned()),
        top if bottom >= top => Err("Bottom must be less than top".to_owned()),
        _ => Ok(()),
    }
}

/// The addresses of a block, as their bits and how many of those count.
fn block(text: &str) -> Result<(IpAddr, u32), String> {
    let (address, bits) = text.split_once('/').ok_or("Malformed CIDR, one '/' required")?;
    let parsed: IpAddr = address.parse().map_err(|_| format!("Nonstandard IP address: {address}"))?;
    let bits: u32 = bits.parse().map_err(|_| "Malformed CIDR, mask bits must be an integer")?;
    let most = if parsed.is_ipv4() { 32 } else { 128 };
    if bits > most { Err("Malformed CIDR, too many mask bits".to_owned()) } else { Ok((parsed, bits)) }
}

fn is_within(block: (IpAddr, u32), address: IpAddr) -> bool {
    match (block, address) {
        ((IpAddr::V4(of), bits), IpAddr::V4(address)) => {
            let differ = u32::from(of) ^ u32::from(address);
            differ.checked_shr(32 - bits).unwrap_or(0) == 0
        }
        ((IpAddr::V6(of), bits), IpAddr::V6(address)) => {
            let differ = u128::from(of) ^ u128::from(address);
            differ.checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

/// Whether a condition holds of what was found.
pub(crate) fn holds(condition: &Value, found: Option<&Value>) -> bool {
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
        "cidr" => {
            let address = text.and_then(|text| text.parse().ok());
            let block = value.as_str().and_then(|text| block(text).ok());
            block.zip(address).is_some_and(|(block, address)| is_within(block, address))
        }
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
