//! A record as expressions see it: the fields of a row, or a value of JSON.

use crate::SelectError;
use crate::csv::Row;
use crate::value::Value;

/// A place in a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    pub steps: Vec<Step>,
    /// Its column, once the columns are known. Of rows only.
    pub column: Option<usize>,
}

impl Path {
    /// Finds its column among rows with these names, or with numbers alone.
    pub fn find(&mut self, names: Option<&[String]>) -> Result<(), SelectError> {
        self.column = Some(column(&self.steps, names)?);
        Ok(())
    }
}

/// A step of a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Name {
        name: String,
        /// It stood in double quotes: its case counts.
        exact: bool,
    },
    Index(usize),
}

impl Step {
    /// Whether it names this.
    pub fn names(&self, other: &str) -> bool {
        match self {
            Self::Name { name, exact: true } => name == other,
            Self::Name { name, exact: false } => name.eq_ignore_ascii_case(other),
            Self::Index(_) => false,
        }
    }
}

/// A record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Record<'a> {
    Row(&'a Row),
    Json(&'a Value),
}

impl Record<'_> {
    /// Whether the path to it led nowhere.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Json(Value::Missing))
    }

    pub fn get(&self, path: &Path) -> Value {
        match self {
            Self::Row(row) => match path.column.and_then(|column| row.field(column)) {
                Some(text) => Value::Text(text.to_owned()),
                None => Value::Missing,
            },
            Self::Json(value) => {
                let mut steps = path.steps.as_slice();
                // It is its own first column, unless it has a member of that name.
                if let [first, rest @ ..] = steps
                    && first.names("_1")
                    && !matches!(value, Value::Struct(members) if members.iter().any(|(name, _)| first.names(name)))
                {
                    steps = rest;
                }
                let found = steps.iter().try_fold(*value, |value, step| match (value, step) {
                    (Value::Struct(members), Step::Name { .. }) => {
                        members.iter().find(|(name, _)| step.names(name)).map(|(_, member)| member)
                    }
                    (Value::List(items), Step::Index(index)) => items.get(*index),
                    _ => None,
                });
                found.cloned().unwrap_or(Value::Missing)
            }
        }
    }
}

fn column(steps: &[Step], names: Option<&[String]>) -> Result<usize, SelectError> {
    let [step @ Step::Name { name, .. }] = steps else {
        return Err(SelectError::new(
            "InvalidKeyPath",
            "Key path in the SQL expression is invalid: CSV has columns only.",
        ));
    };
    let mut named = names.into_iter().flatten().enumerate().filter(|(_, name)| step.names(name));
    match (named.next(), named.next()) {
        (Some((column, _)), None) => return Ok(column),
        (Some(_), Some(_)) => {
            let message =
                format!("Field name matches to multiple fields in the file. Check the SQL expression: {name}");
            return Err(SelectError::new("AmbiguousFieldName", message));
        }
        (None, _) => {}
    }
    match name.strip_prefix('_').and_then(|number| number.parse::<usize>().ok()) {
        Some(number @ 1..) => Ok(number - 1),
        Some(0) => {
            let message = format!("The column index is invalid. Columns are counted from 1: {name}");
            Err(SelectError::new("InvalidColumnIndex", message))
        }
        None => {
            let message = format!(
                "Some headers in the query are missing from the file. Check the file and try again: there is no {name}."
            );
            Err(SelectError::new("MissingHeaders", message))
        }
    }
}
