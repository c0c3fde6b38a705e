//! Expressions, and what one is worth for a record.
//!
//! Truth has three values: what is absent makes a comparison unknown, and an unknown condition is not met. Chains of operators are
//! lists, not trees, so that a long `OR` needs no deep stack.

use std::cmp::Ordering;

use crate::SelectError;
use crate::functions::{self, Function};
use crate::number::{self, Arithmetic};
use crate::record::{Path, Record};
use crate::timestamp::{Part, Stamp};
use crate::value::Value;

/// An expression, ready to be evaluated.
#[derive(Debug)]
pub(crate) enum Expr {
    Literal(Value),
    /// What a record has at a place, by its number in the statement.
    Place(usize),
    /// An aggregate, by its number in the statement.
    Total(usize),
    /// Operators from left to right.
    Chain(Box<Expr>, Vec<(Operator, Expr)>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Is {
        of: Box<Expr>,
        what: Is,
        negated: bool,
    },
    Like {
        of: Box<Expr>,
        pattern: Box<Expr>,
        escape: Option<Box<Expr>>,
        negated: bool,
    },
    Between {
        of: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        negated: bool,
    },
    In {
        of: Box<Expr>,
        list: Vec<Expr>,
        negated: bool,
    },
    Case {
        operand: Option<Box<Expr>>,
        branches: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Cast(Box<Expr>, Kind),
    Call(Function, Vec<Expr>),
    DateAdd(Part, Box<Expr>, Box<Expr>),
    DateDiff(Part, Box<Expr>, Box<Expr>),
    Extract(Part, Box<Expr>),
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Concat,
    Of(Arithmetic),
}

/// What `IS` asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Is {
    Null,
    Missing,
    Truth(bool),
}

/// A type of `CAST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Int,
    Decimal,
    Float,
    Text,
    Stamp,
}

/// What expressions are evaluated over.
pub(crate) struct Scope<'a> {
    pub record: Option<Record<'a>>,
    /// The places that the statement names.
    pub places: &'a [Path],
    /// What the aggregates came to.
    pub totals: &'a [Value],
    /// When the query began.
    pub now: Stamp,
}

impl Expr {
    pub fn evaluate(&self, scope: &Scope) -> Result<Value, SelectError> {
        Ok(match self {
            Self::Literal(value) => value.clone(),
            Self::Place(number) => match (&scope.record, scope.places.get(*number)) {
                (Some(record), Some(place)) => record.get(place),
                _ => Value::Missing,
            },
            Self::Total(number) => scope.totals.get(*number).cloned().unwrap_or(Value::Null),
            Self::Chain(first, rest) => {
                let mut value = first.evaluate(scope)?;
                for (operator, next) in rest {
                    value = operator.apply(value, next, scope)?;
                }
                value
            }
            Self::Not(inner) => truth(inner.evaluate(scope)?.truth().map(|truth| !truth)),
            Self::Negative(inner) => match inner.evaluate(scope)? {
                value if value.is_absent() => Value::Null,
                value => arithmetic(Arithmetic::Subtract, &Value::Int(0), &value)?,
            },
            Self::Is { of, what, negated } => {
                let value = of.evaluate(scope)?;
                let is = match what {
                    Is::Null => value.is_absent(),
                    Is::Missing => value == Value::Missing,
                    Is::Truth(wanted) => value.truth() == Some(*wanted),
                };
                Value::Bool(is != *negated)
            }
            Self::Like { of, pattern, escape, negated } => {
                let (value, pattern) = (of.evaluate(scope)?, pattern.evaluate(scope)?);
                let escape = escape.as_ref().map(|escape| escape.evaluate(scope)).transpose()?;
                truth(functions::like(&value, &pattern, escape.as_ref())?.map(|like| like != *negated))
            }
            Self::Between { of, low, high, negated } => {
                let value = of.evaluate(scope)?;
                let above = value.compare(&low.evaluate(scope)?).map(Ordering::is_ge);
                let below = value.compare(&high.evaluate(scope)?).map(Ordering::is_le);
                let within = match (above, below) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
                truth(within.map(|within| within != *negated))
            }
            Self::In { of, list, negated } => {
                let value = of.evaluate(scope)?;
                let mut unknown = value.is_absent();
                for item in list {
                    let item = item.evaluate(scope)?;
                    if value.compare(&item) == Some(Ordering::Equal) {
                        return Ok(Value::Bool(!negated));
                    }
                    unknown |= item.is_absent();
                }
                truth((!unknown).then_some(*negated))
            }
            Self::Case { operand, branches, otherwise } => {
                let operand = operand.as_ref().map(|operand| operand.evaluate(scope)).transpose()?;
                for (when, then) in branches {
                    let when = when.evaluate(scope)?;
                    let taken = match &operand {
                        Some(operand) => operand.compare(&when) == Some(Ordering::Equal),
                        None => when.is_true(),
                    };
                    if taken {
                        return then.evaluate(scope);
                    }
                }
                otherwise.as_ref().map_or(Ok(Value::Null), |otherwise| otherwise.evaluate(scope))?
            }
            Self::Cast(inner, kind) => functions::cast(inner.evaluate(scope)?, *kind)?,
            Self::Call(function, arguments) => function.call(arguments, scope)?,
            Self::DateAdd(part, quantity, stamp) => {
                let (quantity, stamp) = (quantity.evaluate(scope)?, stamp.evaluate(scope)?);
                if quantity.is_absent() || stamp.is_absent() {
                    return Ok(Value::Null);
                }
                let (Some(Value::Int(quantity)), Some(stamp)) = (quantity.number(), stamp.stamp()) else {
                    return Err(SelectError::argument("DATE_ADD"));
                };
                Value::Stamp(stamp.add(*part, quantity).ok_or_else(|| SelectError::argument("DATE_ADD"))?)
            }
            Self::DateDiff(part, from, to) => {
                let (from, to) = (from.evaluate(scope)?, to.evaluate(scope)?);
                if from.is_absent() || to.is_absent() {
                    return Ok(Value::Null);
                }
                let between = from.stamp().zip(to.stamp()).and_then(|(from, to)| from.until(&to, *part));
                Value::Int(between.ok_or_else(|| SelectError::argument("DATE_DIFF"))?)
            }
            Self::Extract(part, stamp) => match stamp.evaluate(scope)? {
                value if value.is_absent() => Value::Null,
                value => Value::Int(value.stamp().ok_or_else(|| SelectError::argument("EXTRACT"))?.part(*part)),
            },
        })
    }
}

impl Operator {
    fn apply(self, left: Value, right: &Expr, scope: &Scope) -> Result<Value, SelectError> {
        if let Self::And | Self::Or = self {
            let decided = self == Self::Or;
            let left = left.truth();
            if left == Some(decided) {
                return Ok(Value::Bool(decided));
            }
            let right = right.evaluate(scope)?.truth();
            return Ok(match (left, right) {
                (_, Some(right)) if right == decided => Value::Bool(decided),
                (Some(_), Some(_)) => Value::Bool(!decided),
                _ => Value::Null,
            });
        }
        let right = right.evaluate(scope)?;
        if left.is_absent() || right.is_absent() {
            return Ok(Value::Null);
        }
        if let Self::Of(operator) = self {
            return arithmetic(operator, &left, &right);
        }
        if self == Self::Concat {
            let text = left.text() + &right.text();
            return if text.len() > crate::MAX_RECORD_BYTES {
                Err(SelectError::too_long())
            } else {
                Ok(Value::Text(text))
            };
        }
        let compared = left.compare(&right);
        Ok(truth(compared.map(|order| match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            _ => order.is_ge(),
        })))
    }
}

fn truth(truth: Option<bool>) -> Value {
    truth.map_or(Value::Null, Value::Bool)
}

pub(crate) fn arithmetic(operator: Arithmetic, left: &Value, right: &Value) -> Result<Value, SelectError> {
    let number = |value: &Value| value.number().ok_or_else(|| SelectError::cast(&value.text(), "number"));
    number::apply(operator, &number(left)?, &number(right)?)
}
