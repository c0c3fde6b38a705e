//! Numbers: whole ones of 64 bits, decimals of up to 28 digits, floats.
//!
//! What outgrows one goes on as the next: sums of whole numbers never wrap, and decimals that are too long lose digits, not their
//! size. Amazon's decimals have up to 38 digits.

use std::cmp::Ordering;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::SelectError;
use crate::value::Value;

/// An operator of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// A number as text has it.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(int) = i64::from_str(text) {
        return Some(Value::Int(int));
    }
    let looks = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    if !looks || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if !text.contains(['e', 'E'])
        && let Ok(decimal) = Decimal::from_str_exact(text)
    {
        return Some(Value::Decimal(decimal));
    }
    f64::from_str(text).ok().filter(|float| float.is_finite()).map(Value::Float)
}

/// Short, and read back as the same.
pub(crate) fn float_text(float: f64) -> String {
    format!("{float:?}")
}

pub(crate) fn compare(one: &Value, two: &Value) -> Option<Ordering> {
    match (one, two) {
        (Value::Int(one), Value::Int(two)) => Some(one.cmp(two)),
        _ => match (decimal(one), decimal(two)) {
            (Some(one), Some(two)) => Some(one.cmp(&two)),
            _ => one.float()?.partial_cmp(&two.float()?),
        },
    }
}

/// Applies an operator to two numbers. Whole numbers divide to whole ones.
pub(crate) fn apply(operator: Arithmetic, one: &Value, two: &Value) -> Result<Value, SelectError> {
    let divides = matches!(operator, Arithmetic::Divide | Arithmetic::Remainder);
    if divides && two.float() == Some(0.0) {
        return Err(SelectError::unevaluable("a number is divided by zero"));
    }
    if let (Value::Int(one), Value::Int(two)) = (one, two)
        && let Some(int) = match operator {
            Arithmetic::Add => one.checked_add(*two),
            Arithmetic::Subtract => one.checked_sub(*two),
            Arithmetic::Multiply => one.checked_mul(*two),
            Arithmetic::Divide => one.checked_div(*two),
            Arithmetic::Remainder => one.checked_rem(*two),
        }
    {
        return Ok(Value::Int(int));
    }
    if let (Some(one), Some(two)) = (decimal(one), decimal(two))
        && let Some(decimal) = match operator {
            Arithmetic::Add => one.checked_add(two),
            Arithmetic::Subtract => one.checked_sub(two),
            Arithmetic::Multiply => one.checked_mul(two),
            Arithmetic::Divide => one.checked_div(two).map(|decimal| decimal.normalize()),
            Arithmetic::Remainder => one.checked_rem(two),
        }
    {
        return Ok(Value::Decimal(decimal));
    }
    let (Some(one), Some(two)) = (one.float(), two.float()) else {
        return Err(SelectError::new("InvalidDataType", "The SQL expression contains an invalid data type."));
    };
    let float = match operator {
        Arithmetic::Add => one + two,
        Arithmetic::Subtract => one - two,
        Arithmetic::Multiply => one * two,
        Arithmetic::Divide => one / two,
        Arithmetic::Remainder => one % two,
    };
    match float.is_finite() {
        true => Ok(Value::Float(float)),
        false => Err(SelectError::new("IntegerOverflow", "Int overflow or underflow occurred in the SQL expression.")),
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(int) => Some(Decimal::from(*int)),
        Value::Decimal(decimal) => Some(*decimal),
        _ => None,
    }
}
