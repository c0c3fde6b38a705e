//! What values of columns are to queries.
//!
//! What the user guide lists is read ("Supported Parquet types": dates, decimals, enums, whole numbers, lists, strings, timestamps), and
//! what else has a meaning to queries: floats, truths, times as texts, UUIDs, timestamps of 96 bits. `docs/decisions/0059-parquet.md`.

use bytes::Bytes;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::footer::{Element, Meaning};
use super::values::Raw;
use crate::timestamp::Stamp;
use crate::value::Value;
use crate::{SelectError, number};

/// How values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Physical {
    Bool,
    Int32,
    Int64,
    /// So many bytes.
    Fixed(usize),
    /// Bytes with their length.
    Bytes,
}

/// What they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int,
    /// Of so many bits.
    Unsigned(u32),
    Single,
    Double,
    Half,
    Decimal(u32),
    Text,
    Uuid,
    Date,
    Time(u8),
    Stamp(u8, bool),
    /// Nanoseconds of a day, and the day, as Impala and older Sparks write it.
    Stamp96,
    Null,
}

/// How a column is stored, and what it is.
pub(super) fn of(element: &Element) -> Result<(Physical, Kind), SelectError> {
    let length = usize::try_from(element.length).ok().filter(|length| (1..=1 << 20).contains(length));
    let physical = match element.physical {
        Some(0) => Physical::Bool,
        Some(1) => Physical::Int32,
        Some(2) => Physical::Int64,
        Some(3) => Physical::Fixed(12),
        Some(4) => Physical::Fixed(4),
        Some(5) => Physical::Fixed(8),
        Some(6) => Physical::Bytes,
        Some(7) => Physical::Fixed(length.ok_or_else(|| SelectError::parquet("values of a fixed length have none"))?),
        _ => return Err(SelectError::parquet("a column is of no type")),
    };
    let kind = match (element.physical, physical, element.meaning) {
        (.., Meaning::Null) => Kind::Null,
        (Some(0), _, Meaning::Plain) => Kind::Bool,
        (Some(3), ..) => Kind::Stamp96,
        (Some(4), _, Meaning::Plain) => Kind::Single,
        (Some(5), _, Meaning::Plain) => Kind::Double,
        (_, Physical::Int32 | Physical::Int64, Meaning::Plain | Meaning::Signed) => Kind::Int,
        (_, Physical::Int32, Meaning::Unsigned) => Kind::Unsigned(32),
        (_, Physical::Int64, Meaning::Unsigned) => Kind::Unsigned(64),
        (_, Physical::Int32, Meaning::Date) => Kind::Date,
        (_, Physical::Int32 | Physical::Int64, Meaning::Time { digits }) => Kind::Time(digits),
        (_, Physical::Int64, Meaning::Stamp { digits, utc }) => Kind::Stamp(digits, utc),
        (Some(1 | 2 | 6 | 7), _, Meaning::Decimal { scale }) => Kind::Decimal(scale),
        (Some(6 | 7), _, Meaning::Plain | Meaning::Text) => Kind::Text,
        (Some(7), Physical::Fixed(16), Meaning::Uuid) => Kind::Uuid,
        (Some(7), Physical::Fixed(2), Meaning::Half) => Kind::Half,
        (.., Meaning::Other(name)) => return Err(SelectError::parquet_type(&element.name, name)),
        _ => return Err(SelectError::parquet_type(&element.name, "one that its bytes cannot have")),
    };
    Ok((physical, kind))
}

impl Kind {
    pub fn value(self, raw: Raw) -> Result<Value, SelectError> {
        Ok(match (self, raw) {
            (Self::Null, _) => Value::Null,
            (Self::Bool, Raw::Bool(truth)) => Value::Bool(truth),
            (Self::Int, Raw::Int(int)) => Value::Int(int),
            (Self::Unsigned(32), Raw::Int(int)) => Value::Int(i64::from(int as u32)),
            (Self::Unsigned(_), Raw::Int(int)) => match u64::try_from(int) {
                Ok(_) => Value::Int(int),
                Err(_) => Value::Decimal(Decimal::from(int as u64)),
            },
            (Self::Single, Raw::Bytes(bytes)) => Value::Float(f32::from_le_bytes(array(&bytes)?).into()),
            (Self::Double, Raw::Bytes(bytes)) => Value::Float(f64::from_le_bytes(array(&bytes)?)),
            (Self::Half, Raw::Bytes(bytes)) => Value::Float(half(u16::from_le_bytes(array(&bytes)?))),
            (Self::Decimal(scale), Raw::Int(int)) => decimal(int.into(), scale)?,
            (Self::Decimal(scale), Raw::Bytes(bytes)) => decimal(wide(&bytes)?, scale)?,
            (Self::Text, Raw::Bytes(bytes)) => {
                Value::Text(std::str::from_utf8(&bytes).map_err(|_| SelectError::encoding())?.to_owned())
            }
            (Self::Uuid, Raw::Bytes(bytes)) => {
                let digits = format!("{:032x}", u128::from_be_bytes(array(&bytes)?));
                let (a, b, c, d, e) = (&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]);
                Value::Text(format!("{a}-{b}-{c}-{d}-{e}"))
            }
            (Self::Date, Raw::Int(days)) => {
                let date = stamp(days.saturating_mul(86_400), 0).map(|at| at.date());
                Value::Stamp(Stamp::day(date.ok_or_else(beyond)?))
            }
            (Self::Time(digits), Raw::Int(units)) => Value::Text(time(units, digits)?),
            (Self::Stamp(digits, utc), Raw::Int(units)) => {
                let one = 10_i64.pow(digits.into());
                let nanos = units.rem_euclid(one) * (1_000_000_000 / one);
                let local = stamp(units.div_euclid(one), nanos).ok_or_else(beyond)?;
                Value::Stamp(Stamp::at(local, utc.then_some(0), digits))
            }
            (Self::Stamp96, Raw::Bytes(bytes)) => {
                let (nanos, day) = bytes.split_at_checked(8).ok_or_else(beyond)?;
                let (nanos, day) = (i64::from_le_bytes(array(nanos)?), i64::from(i32::from_le_bytes(array(day)?)));
                // Days are counted from the beginning of Julian ones.
                let seconds = (day - 2_440_588) * 86_400 + nanos.div_euclid(1_000_000_000);
                let local = stamp(seconds, nanos.rem_euclid(1_000_000_000)).ok_or_else(beyond)?;
                Value::Stamp(Stamp::at(local, None, 9))
            }
            _ => return Err(SelectError::parquet("a value is none of its column's type")),
        })
    }
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], SelectError> {
    bytes.try_into().map_err(|_| SelectError::parquet("a value has not the length of its type"))
}

fn beyond() -> SelectError {
    SelectError::parquet("a date lies outside of the years 0 to 9999, or a time outside of a day")
}

fn stamp(seconds: i64, nanos: i64) -> Option<jiff::civil::DateTime> {
    let at = jiff::Timestamp::new(seconds, nanos as i32).ok()?;
    let local = jiff::tz::TimeZone::UTC.to_datetime(at);
    (local.date() >= Date::new(0, 1, 1).ok()?).then_some(local)
}

/// `HH:MM:SS` and a fraction: queries have no times without a day.
fn time(units: i64, digits: u8) -> Result<String, SelectError> {
    let one = 10_i64.pow(digits.into());
    let (seconds, fraction) = (units.div_euclid(one), units.rem_euclid(one));
    match (0..86_400).contains(&seconds) {
        true => {
            let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            Ok(format!("{hour:02}:{minute:02}:{second:02}.{fraction:0width$}", width = usize::from(digits)))
        }
        false => Err(beyond()),
    }
}

/// A number of up to 128 bits, its highest byte first.
fn wide(bytes: &Bytes) -> Result<i128, SelectError> {
    let filler = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xFF } else { 0 };
    let (above, last) = bytes.split_at(bytes.len().saturating_sub(16));
    let fits = above.is_empty() || last.first().is_some_and(|first| (first ^ filler) & 0x80 == 0);
    if !fits || above.iter().any(|byte| *byte != filler) {
        return Err(SelectError::parquet("a decimal has more than 38 digits"));
    }
    let mut all = [filler; 16];
    all[16 - last.len()..].copy_from_slice(last);
    Ok(i128::from_be_bytes(all))
}

/// Of more digits than decimals have here, a float.
fn decimal(unscaled: i128, scale: u32) -> Result<Value, SelectError> {
    if let Ok(decimal) = Decimal::try_from_i128_with_scale(unscaled, scale) {
        return Ok(Value::Decimal(decimal));
    }
    number::parse(&format!("{unscaled}e-{scale}")).ok_or_else(|| SelectError::parquet("a decimal is none"))
}

fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}
