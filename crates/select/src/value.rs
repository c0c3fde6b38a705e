//! Values as queries see them, and how two of them compare.
//!
//! Fields of CSV are text. Beside a number, a truth or a timestamp, a text is taken for one if it reads as one, so that
//! `WHERE _1 > 5` needs no CAST; if it does not, they do not compare, and the condition is not met.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::number;
use crate::timestamp::Stamp;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// Not there at all.
    Missing,
    Null,
    Bool(bool),
    Int(i64),
    /// Up to 28 digits; what has more is a float.
    Decimal(Decimal),
    Float(f64),
    Text(String),
    Stamp(Stamp),
    List(Vec<Value>),
    /// In the order of the document, with the names it repeats.
    Struct(Vec<(String, Value)>),
}

impl Value {
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Missing | Self::Null)
    }

    pub fn is_true(&self) -> bool {
        self.truth() == Some(true)
    }

    /// As a condition: `None` is unknown.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Text(text) => truth_of(text),
            _ => None,
        }
    }

    pub fn float(&self) -> Option<f64> {
        match self {
            Self::Int(int) => Some(*int as f64),
            Self::Decimal(decimal) => decimal.to_f64(),
            Self::Float(float) => Some(*float),
            _ => None,
        }
    }

    /// As a number, if it is one or reads as one.
    pub fn number(&self) -> Option<Self> {
        match self {
            Self::Int(_) | Self::Decimal(_) | Self::Float(_) => Some(self.clone()),
            Self::Text(text) => number::parse(text),
            _ => None,
        }
    }

    /// As a timestamp, if it is one or reads as one.
    pub fn stamp(&self) -> Option<Stamp> {
        match self {
            Self::Stamp(stamp) => Some(*stamp),
            Self::Text(text) => Stamp::parse(text),
            _ => None,
        }
    }

    /// As it stands in CSV and in texts that are put together. Nothing, for what is absent.
    pub fn text(&self) -> String {
        match self {
            Self::Missing | Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::Bool(truth) => truth.to_string(),
            Self::Int(int) => int.to_string(),
            Self::Decimal(decimal) => decimal.to_string(),
            Self::Float(float) => number::float_text(*float),
            Self::Stamp(stamp) => stamp.to_string(),
            Self::List(_) | Self::Struct(_) => {
                let mut out = Vec::new();
                crate::json::write(self, &mut out);
                String::from_utf8(out).unwrap_or_default()
            }
        }
    }

    /// How they compare; `None` if they do not.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        use Value::{Bool, Decimal, Float, Int, List, Stamp, Struct, Text};
        match (self, other) {
            (Text(one), Text(two)) => Some(one.cmp(two)),
            (Bool(one), Bool(two)) => Some(one.cmp(two)),
            (Stamp(one), Stamp(two)) => Some(one.instant().cmp(&two.instant())),
            (Int(_) | Decimal(_) | Float(_), Int(_) | Decimal(_) | Float(_)) => number::compare(self, other),
            (Int(_) | Decimal(_) | Float(_), Text(text)) => number::compare(self, &number::parse(text)?),
            (Bool(one), Text(text)) => Some(one.cmp(&truth_of(text)?)),
            (Stamp(one), Text(_)) => Some(one.instant().cmp(&other.stamp()?.instant())),
            (Text(_), Int(_) | Decimal(_) | Float(_) | Bool(_) | Stamp(_)) => {
                other.compare(self).map(Ordering::reverse)
            }
            (List(_), List(_)) | (Struct(_), Struct(_)) => (self == other).then_some(Ordering::Equal),
            _ => None,
        }
    }
}

pub(crate) fn truth_of(text: &str) -> Option<bool> {
    match text.trim() {
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}
