//! How a record is put together of what its columns have: "Nested Encoding" of the format.

use super::column::Column;
use crate::SelectError;
use crate::value::Value;

#[derive(Debug)]
pub(super) enum Shape {
    /// A column, by its number among those that are read.
    Leaf { column: usize },
    /// Fields with names, where the level is at least this.
    Group { def: u32, fields: Vec<(String, Shape)> },
    /// Items: there is a list from level `def` on, it has an item from level `some` on, and another follows with level `rep`.
    Many { def: u32, some: u32, rep: u32, item: Box<Shape>, gives: Gives },
}

/// What becomes of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    List,
    /// An object, named by keys.
    Map,
    /// "Selecting on a repeated field returns only the last value": the user guide.
    Last,
}

impl Shape {
    /// Takes the value off what the columns have of a record.
    pub fn read(&self, columns: &mut [Column]) -> Result<Value, SelectError> {
        match self {
            Self::Leaf { column } => Ok(columns[*column].take()?.1),
            Self::Group { def, fields } => match self.def(columns)? >= *def {
                true => {
                    let member = |(name, shape): &(String, Self)| Ok((name.clone(), shape.read(columns)?));
                    fields.iter().map(member).collect::<Result<_, _>>().map(Value::Struct)
                }
                false => self.absent(columns).map(|()| Value::Null),
            },
            Self::Many { def, some, rep, item, gives } => {
                let level = self.def(columns)?;
                if level < *some {
                    self.absent(columns)?;
                    return Ok(match gives {
                        _ if level < *def => Value::Null,
                        Gives::List => Value::List(Vec::new()),
                        Gives::Map => Value::Struct(Vec::new()),
                        Gives::Last => Value::Null,
                    });
                }
                let mut items = Vec::new();
                loop {
                    items.push(item.read(columns)?);
                    if self.first(columns).ahead().is_none_or(|(next, _)| next < *rep) {
                        break;
                    }
                }
                Ok(match gives {
                    Gives::List => Value::List(items),
                    Gives::Map => Value::Struct(items.into_iter().map(entry).collect()),
                    Gives::Last => items.pop().unwrap_or(Value::Null),
                })
            }
        }
    }

    /// The first column of it, whose levels tell what is there.
    fn first<'a>(&self, columns: &'a [Column]) -> &'a Column {
        let mut shape = self;
        loop {
            shape = match shape {
                Self::Leaf { column } => return &columns[*column],
                Self::Group { fields, .. } => &fields[0].1,
                Self::Many { item, .. } => item,
            };
        }
    }

    fn def(&self, columns: &[Column]) -> Result<u32, SelectError> {
        self.first(columns).ahead().map(|(_, def)| def).ok_or_else(uneven)
    }

    /// Takes what each column says where there is nothing.
    fn absent(&self, columns: &mut [Column]) -> Result<(), SelectError> {
        match self {
            Self::Leaf { column } => columns[*column].take().map(drop),
            Self::Group { fields, .. } => fields.iter().try_for_each(|(_, shape)| shape.absent(columns)),
            Self::Many { item, .. } => item.absent(columns),
        }
    }
}

/// A key and a value, or a key alone.
fn entry(item: Value) -> (String, Value) {
    let Value::Struct(members) = item else { return (item.text(), Value::Null) };
    let mut members = members.into_iter().map(|(_, member)| member);
    let key = members.next().unwrap_or(Value::Null);
    (key.text(), members.next().unwrap_or(Value::Null))
}

pub(super) fn uneven() -> SelectError {
    SelectError::parquet("its columns have not the same records")
}
