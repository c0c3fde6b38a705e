//! Functions of one record: "Conditional functions", "Conversion functions" and "String functions" of the user guide.

use std::cmp::Ordering;

use crate::SelectError;
use crate::expression::{Expr, Kind, Scope};
use crate::pattern;
use crate::value::Value;

/// The longest pattern of `LIKE`: matching takes as many steps as text and pattern multiplied.
const MAX_PATTERN_BYTES: usize = 1_024;

/// A function that is called by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Coalesce,
    NullIf,
    CharLength,
    Lower,
    Upper,
    Substring,
    /// Which ends; the second argument says which characters.
    Trim {
        leading: bool,
        trailing: bool,
    },
    ToString,
    ToTimestamp,
    UtcNow,
}

impl Function {
    /// The function of a name, and how many arguments it takes.
    pub fn named(name: &str) -> Option<(Self, std::ops::RangeInclusive<usize>)> {
        Some(match name {
            "COALESCE" => (Self::Coalesce, 1..=usize::MAX),
            "NULLIF" => (Self::NullIf, 2..=2),
            "CHAR_LENGTH" | "CHARACTER_LENGTH" => (Self::CharLength, 1..=1),
            "LOWER" => (Self::Lower, 1..=1),
            "UPPER" => (Self::Upper, 1..=1),
            "TO_STRING" => (Self::ToString, 2..=2),
            "TO_TIMESTAMP" => (Self::ToTimestamp, 1..=1),
            "UTCNOW" => (Self::UtcNow, 0..=0),
            _ => return None,
        })
    }

    pub fn call(self, arguments: &[Expr], scope: &Scope) -> Result<Value, SelectError> {
        if self == Self::Coalesce {
            for argument in arguments {
                let value = argument.evaluate(scope)?;
                if !value.is_absent() {
                    return Ok(value);
                }
            }
            return Ok(Value::Null);
        }
        let values: Vec<Value> = arguments.iter().map(|one| one.evaluate(scope)).collect::<Result<_, _>>()?;
        if self == Self::NullIf {
            let [one, two] = values.as_slice() else { return Err(SelectError::argument("NULLIF")) };
            return Ok(if one.compare(two) == Some(Ordering::Equal) { Value::Null } else { one.clone() });
        }
        if values.iter().any(Value::is_absent) {
            return Ok(Value::Null);
        }
        Ok(match (self, values.as_slice()) {
            (Self::UtcNow, _) => Value::Stamp(scope.now),
            (Self::CharLength, [text]) => Value::Int(text_of(text, "CHAR_LENGTH")?.chars().count() as i64),
            (Self::Lower, [text]) => Value::Text(text_of(text, "LOWER")?.to_lowercase()),
            (Self::Upper, [text]) => Value::Text(text_of(text, "UPPER")?.to_uppercase()),
            (Self::Substring, [text, rest @ ..]) => substring(&text_of(text, "SUBSTRING")?, rest)?,
            (Self::Trim { leading, trailing }, [text, what @ ..]) => {
                let what = what.first().map_or_else(|| " ".to_owned(), Value::text);
                let text = text_of(text, "TRIM")?;
                let mut rest = text.as_str();
                if leading {
                    rest = rest.trim_start_matches(|letter| what.contains(letter));
                }
                if trailing {
                    rest = rest.trim_end_matches(|letter| what.contains(letter));
                }
                Value::Text(rest.to_owned())
            }
            (Self::ToString, [stamp, pattern]) => {
                let stamp = stamp.stamp().ok_or_else(|| SelectError::argument("TO_STRING"))?;
                Value::Text(pattern::format(&stamp, &text_of(pattern, "TO_STRING")?)?)
            }
            (Self::ToTimestamp, [text]) => {
                Value::Stamp(text.stamp().ok_or_else(|| SelectError::argument("TO_TIMESTAMP"))?)
            }
            _ => return Err(SelectError::argument("")),
        })
    }
}

fn text_of(value: &Value, function: &str) -> Result<String, SelectError> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::List(_) | Value::Struct(_) => Err(SelectError::argument(function)),
        other => Ok(other.text()),
    }
}

/// Characters from a position, counted from 1; positions before the first count, and have none.
fn substring(text: &str, rest: &[Value]) -> Result<Value, SelectError> {
    let int = |value: &Value| match value.number() {
        Some(Value::Int(int)) => Ok(int),
        _ => Err(SelectError::argument("SUBSTRING")),
    };
    let from = rest.first().map_or(Ok(1), int)?;
    let end = match rest.get(1) {
        Some(count) => match int(count)? {
            count @ 0.. => from.saturating_add(count),
            _ => return Err(SelectError::argument("SUBSTRING")),
        },
        None => i64::MAX,
    };
    let skipped = usize::try_from(from.max(1) - 1).unwrap_or(usize::MAX);
    let taken = usize::try_from(end.saturating_sub(from.max(1)).max(0)).unwrap_or(usize::MAX);
    Ok(Value::Text(text.chars().skip(skipped).take(taken).collect()))
}

/// `CAST`. What is absent stays so.
pub(crate) fn cast(value: Value, kind: Kind) -> Result<Value, SelectError> {
    if value.is_absent() {
        return Ok(value);
    }
    let name = match kind {
        Kind::Bool => "BOOL",
        Kind::Int => "INT",
        Kind::Decimal => "DECIMAL",
        Kind::Float => "FLOAT",
        Kind::Text => "STRING",
        Kind::Stamp => "TIMESTAMP",
    };
    let cast = match kind {
        Kind::Bool => match &value {
            Value::Int(int) => Some(Value::Bool(*int != 0)),
            other => other.truth().map(Value::Bool),
        },
        Kind::Int => whole(&value).map(Value::Int),
        Kind::Decimal => value.number().filter(|number| !matches!(number, Value::Float(_))).or_else(|| {
            let float = value.number()?.float()?;
            rust_decimal::Decimal::from_f64_retain(float).map(|decimal| Value::Decimal(decimal.normalize()))
        }),
        Kind::Float => value.number().and_then(|number| number.float()).map(Value::Float),
        Kind::Text => Some(Value::Text(value.text())),
        Kind::Stamp => value.stamp().map(Value::Stamp),
    };
    cast.ok_or_else(|| SelectError::cast(&value.text(), name))
}

/// A whole number: texts must read as one, fractions of other numbers are cut off.
fn whole(value: &Value) -> Option<i64> {
    use rust_decimal::prelude::ToPrimitive;
    match value {
        Value::Bool(truth) => Some(i64::from(*truth)),
        Value::Int(int) => Some(*int),
        Value::Decimal(decimal) => decimal.trunc().to_i64(),
        Value::Float(float) => rust_decimal::Decimal::from_f64_retain(*float)?.trunc().to_i64(),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// `LIKE`: `%` stands for any text, `_` for any character, and what follows the escape for itself.
pub(crate) fn like(value: &Value, pattern: &Value, escape: Option<&Value>) -> Result<Option<bool>, SelectError> {
    let invalid =
        || SelectError::new("LikeInvalidInputs", "Invalid argument given to the LIKE clause in the SQL expression.");
    let (text, pattern) = match (value, pattern) {
        (one, two) if one.is_absent() || two.is_absent() => return Ok(None),
        (Value::Text(text), Value::Text(pattern)) => (text, pattern),
        _ => return Err(invalid()),
    };
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(invalid());
    }
    let escape = match escape {
        None => None,
        Some(Value::Text(escape)) => {
            let mut letters = escape.chars();
            Some(letters.next().filter(|_| letters.next().is_none()).ok_or_else(invalid)?)
        }
        Some(_) => return Err(invalid()),
    };
    let mut wanted = Vec::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        wanted.push(match letter {
            letter if Some(letter) == escape => Wanted::Just(letters.next().ok_or_else(invalid)?),
            '%' => Wanted::Text,
            '_' => Wanted::Letter,
            letter => Wanted::Just(letter),
        });
    }
    Ok(Some(matches(text, &wanted)))
}

#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    Just(char),
    Letter,
    Text,
}

/// Greedy, and back to the last `%` only: that is enough, and never takes more steps than both lengths multiplied.
fn matches(text: &str, wanted: &[Wanted]) -> bool {
    let mut rest = text.chars();
    let mut at = 0;
    let mut back: Option<(usize, std::str::Chars)> = None;
    loop {
        let mut ahead = rest.clone();
        match (wanted.get(at), ahead.next()) {
            (Some(Wanted::Text), _) => {
                at += 1;
                back = Some((at, rest.clone()));
                continue;
            }
            (Some(Wanted::Letter), Some(_)) => {}
            (Some(Wanted::Just(just)), Some(letter)) if *just == letter => {}
            (None, None) => return true,
            _ => match &mut back {
                Some((after, from)) => {
                    if from.next().is_none() {
                        return false;
                    }
                    at = *after;
                    rest = from.clone();
                    continue;
                }
                None => return false,
            },
        }
        at += 1;
        rest = ahead;
    }
}
