//! Aggregates: each holds one value, however many records there are.

use std::cmp::Ordering;

use crate::SelectError;
use crate::expression::{Expr, Scope, arithmetic};
use crate::number::Arithmetic;
use crate::value::Value;

/// What is made of all records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Total {
    Count,
    Sum,
    Average,
    Least,
    Greatest,
}

impl Total {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "COUNT" => Self::Count,
            "SUM" => Self::Sum,
            "AVG" => Self::Average,
            "MIN" => Self::Least,
            "MAX" => Self::Greatest,
            _ => return None,
        })
    }
}

/// An aggregate of a statement, and what it came to so far.
#[derive(Debug)]
pub(crate) struct Aggregate {
    total: Total,
    /// None of `COUNT(*)`.
    argument: Option<Expr>,
    count: i64,
    held: Value,
}

impl Aggregate {
    pub fn new(total: Total, argument: Option<Expr>) -> Self {
        Self { total, argument, count: 0, held: Value::Null }
    }

    /// Takes a record in. What is absent does not count.
    pub fn take(&mut self, scope: &Scope) -> Result<(), SelectError> {
        let Some(argument) = &self.argument else {
            // "Aggregate functions skip MISSING values."
            self.count += i64::from(!scope.record.is_some_and(|record| record.is_missing()));
            return Ok(());
        };
        let value = argument.evaluate(scope)?;
        if value.is_absent() {
            return Ok(());
        }
        self.count += 1;
        match self.total {
            Total::Count => {}
            Total::Sum | Total::Average => {
                let sum = if self.held == Value::Null { &Value::Int(0) } else { &self.held };
                self.held = arithmetic(Arithmetic::Add, sum, &value)?;
            }
            Total::Least | Total::Greatest => {
                // Numbers of CSV are texts, and compare as numbers.
                let value = value.number().unwrap_or(value);
                let wanted = if self.total == Total::Least { Ordering::Less } else { Ordering::Greater };
                if self.held == Value::Null || value.compare(&self.held) == Some(wanted) {
                    self.held = value;
                }
            }
        }
        Ok(())
    }

    /// What it came to.
    pub fn value(&self) -> Result<Value, SelectError> {
        match (self.total, &self.held) {
            (Total::Count, _) => Ok(Value::Int(self.count)),
            (Total::Average, Value::Null) => Ok(Value::Null),
            (Total::Average, Value::Int(sum)) => {
                arithmetic(Arithmetic::Divide, &Value::Decimal((*sum).into()), &Value::Int(self.count))
            }
            (Total::Average, sum) => arithmetic(Arithmetic::Divide, sum, &Value::Int(self.count)),
            (_, held) => Ok(held.clone()),
        }
    }
}
