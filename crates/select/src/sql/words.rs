//! Words of the parser as ours: literals, operators, types, parts of dates.

use sqlparser::ast::{BinaryOperator, DataType, DateTimeField, Value as ParsedValue};

use crate::SelectError;
use crate::expression::{Kind, Operator};
use crate::number::{self, Arithmetic};
use crate::timestamp::{Part, Stamp};
use crate::value::{Value, truth_of};

pub(super) fn literal(value: ParsedValue) -> Result<Value, SelectError> {
    Ok(match value {
        ParsedValue::Number(text, _) => number::parse(&text).ok_or_else(|| invalid_literal(&text))?,
        ParsedValue::SingleQuotedString(text) => Value::Text(text),
        ParsedValue::Boolean(truth) => Value::Bool(truth),
        ParsedValue::Null => Value::Null,
        other => return Err(invalid_literal(&other.to_string())),
    })
}

/// A literal in backticks.
pub(super) fn ion(text: &str) -> Result<Value, SelectError> {
    if let Some(stamp) = Stamp::parse(text) {
        return Ok(Value::Stamp(stamp));
    }
    if text == "null" {
        return Ok(Value::Null);
    }
    let truth = truth_of(text).map(Value::Bool);
    truth.or_else(|| number::parse(text)).ok_or_else(|| invalid_literal(text))
}

fn invalid_literal(text: &str) -> SelectError {
    let shown: String = text.chars().take(64).collect();
    SelectError::new("LexerInvalidLiteral", format!("The SQL expression contains an invalid literal: {shown}"))
}

pub(super) fn unknown_operator(text: &str) -> SelectError {
    SelectError::new("ParseUnknownOperator", format!("The SQL expression contains an invalid operator: {text}"))
}

pub(super) fn operator(operator: &BinaryOperator) -> Result<Operator, SelectError> {
    Ok(match operator {
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::Lt => Operator::Less,
        BinaryOperator::LtEq => Operator::LessOrEqual,
        BinaryOperator::Gt => Operator::Greater,
        BinaryOperator::GtEq => Operator::GreaterOrEqual,
        BinaryOperator::StringConcat => Operator::Concat,
        BinaryOperator::Plus => Operator::Of(Arithmetic::Add),
        BinaryOperator::Minus => Operator::Of(Arithmetic::Subtract),
        BinaryOperator::Multiply => Operator::Of(Arithmetic::Multiply),
        BinaryOperator::Divide => Operator::Of(Arithmetic::Divide),
        BinaryOperator::Modulo => Operator::Of(Arithmetic::Remainder),
        other => return Err(unknown_operator(&other.to_string())),
    })
}

pub(super) fn kind(data_type: &DataType) -> Result<Kind, SelectError> {
    let text = data_type.to_string().to_uppercase();
    // Lengths are none of Amazon's.
    Ok(match text.as_str() {
        "BOOL" | "BOOLEAN" => Kind::Bool,
        "INT" | "INTEGER" | "BIGINT" | "SMALLINT" => Kind::Int,
        "DECIMAL" | "NUMERIC" | "DEC" => Kind::Decimal,
        "FLOAT" | "DOUBLE" | "DOUBLE PRECISION" | "REAL" => Kind::Float,
        "STRING" | "VARCHAR" | "CHAR" | "CHARACTER" | "TEXT" | "SYMBOL" => Kind::Text,
        "TIMESTAMP" => Kind::Stamp,
        _ => {
            let message = format!("The SQL expression contains an invalid data type: {text}");
            return Err(SelectError::new("InvalidDataType", message));
        }
    })
}

pub(super) fn part_of(field: &DateTimeField) -> Result<Part, SelectError> {
    let text = field.to_string().to_uppercase();
    match text.as_str() {
        "TIMEZONE_HOUR" => Ok(Part::TimezoneHour),
        "TIMEZONE_MINUTE" => Ok(Part::TimezoneMinute),
        _ => date_part(&text),
    }
}

pub(super) fn date_part(text: &str) -> Result<Part, SelectError> {
    Ok(match text.to_uppercase().as_str() {
        "YEAR" => Part::Year,
        "MONTH" => Part::Month,
        "DAY" => Part::Day,
        "HOUR" => Part::Hour,
        "MINUTE" => Part::Minute,
        "SECOND" => Part::Second,
        other => {
            let shown: String = other.chars().take(64).collect();
            let message = format!("Did not find the expected date part in the SQL expression, but {shown}");
            return Err(SelectError::new("ParseExpectedDatePart", message));
        }
    })
}
