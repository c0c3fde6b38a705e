//! The schema as a tree, and which of its columns a query needs.

use super::footer::{Element, Meaning};
use super::shape::{Gives, Shape};
use crate::SelectError;
use crate::json::MAX_DEPTH;
use crate::record::{Path, Step};

/// What a field of the schema is.
#[derive(Debug)]
pub(super) struct Node {
    pub element: Element,
    /// The levels at which it is there: how many fields above it, and itself, may be absent, and how many repeat.
    pub def: u32,
    pub rep: u32,
    /// Its column, if it is one.
    column: Option<usize>,
    fields: Vec<Node>,
}

/// The tree of a file, and how many columns it has.
#[derive(Debug)]
pub(super) struct Schema {
    root: Node,
    pub columns: usize,
}

const REPEATED: i64 = 2;

impl Schema {
    pub fn new(elements: Vec<Element>) -> Result<Self, SelectError> {
        let mut elements = elements.into_iter();
        let mut columns = 0;
        let root = node(&mut elements, None, &mut columns, 0)?;
        match elements.next() {
            None => Ok(Self { root, columns }),
            Some(_) => Err(broken()),
        }
    }

    /// Its columns, by their numbers.
    pub fn leaves(&self) -> Vec<&Node> {
        let mut leaves = Vec::new();
        gather(&self.root, &mut leaves);
        leaves
    }

    /// Which columns lie at or below what these places name.
    pub fn wanted(&self, places: &[Path]) -> Result<Vec<bool>, SelectError> {
        let mut wanted = vec![false; self.columns];
        for place in places {
            let Some((first, rest)) = place.steps.split_first() else {
                wanted.fill(true);
                continue;
            };
            let mut found = Some(self.field(first)?);
            for step in rest {
                found = match (found, step) {
                    (Some(node), Step::Name { .. }) if node.is_plain_group() => {
                        node.fields.iter().find(|field| step.names(&field.element.name))
                    }
                    _ => break,
                };
            }
            let mut leaves = Vec::new();
            if let Some(node) = found {
                gather(node, &mut leaves);
            }
            for leaf in leaves {
                leaf.column.into_iter().for_each(|column| wanted[column] = true);
            }
        }
        Ok(wanted)
    }

    /// The one field of records that a step names.
    fn field(&self, step: &Step) -> Result<&Node, SelectError> {
        let Step::Name { name, .. } = step else {
            let message = "Key path in the SQL expression is invalid: a record of Parquet is no list.";
            return Err(SelectError::new("InvalidKeyPath", message));
        };
        let mut named = self.root.fields.iter().filter(|field| step.names(&field.element.name));
        match (named.next(), named.next()) {
            (Some(field), None) => Ok(field),
            (Some(_), Some(_)) => {
                let message =
                    format!("Field name matches to multiple fields in the file. Check the SQL expression: {name}");
                Err(SelectError::new("AmbiguousFieldName", message))
            }
            (None, _) => {
                let message = format!(
                    "A column name or a path provided does not exist in the SQL expression: there is no {name}."
                );
                Err(SelectError::new("EvaluatorBindingDoesNotExist", message))
            }
        }
    }

    /// How records of the wanted columns are put together; `numbers` has each one's number among those that are read.
    pub fn shapes(&self, numbers: &[Option<usize>]) -> Vec<(String, Shape)> {
        members(&self.root, numbers)
    }
}

impl Node {
    fn is_plain_group(&self) -> bool {
        let plain = !matches!(self.element.meaning, Meaning::List | Meaning::Map);
        self.column.is_none() && plain && self.element.repetition != REPEATED
    }
}

fn broken() -> SelectError {
    SelectError::parquet("its schema is broken")
}

fn node(
    elements: &mut std::vec::IntoIter<Element>,
    above: Option<(u32, u32)>,
    columns: &mut usize,
    depth: usize,
) -> Result<Node, SelectError> {
    let element = elements.next().ok_or_else(broken)?;
    if depth > MAX_DEPTH || element.children > elements.len() {
        return Err(broken());
    }
    // What stands at the top is always there, whatever it says.
    let (def, rep) = match (above, element.repetition) {
        (None, _) => (0, 0),
        (Some(above), 0) => above,
        (Some((def, rep)), 1) => (def + 1, rep),
        (Some((def, rep)), REPEATED) => (def + 1, rep + 1),
        _ => return Err(broken()),
    };
    let column = (element.physical.is_some() && element.children == 0 && above.is_some()).then_some(*columns);
    *columns += usize::from(column.is_some());
    let fields = (0..element.children).map(|_| node(elements, Some((def, rep)), columns, depth + 1));
    let fields = fields.collect::<Result<_, _>>()?;
    Ok(Node { element, def, rep, column, fields })
}

fn gather<'a>(node: &'a Node, leaves: &mut Vec<&'a Node>) {
    if node.column.is_some() {
        leaves.push(node);
    }
    node.fields.iter().for_each(|field| gather(field, leaves));
}

fn members(group: &Node, numbers: &[Option<usize>]) -> Vec<(String, Shape)> {
    let named = |field: &Node| Some((field.element.name.clone(), shape(field, numbers)?));
    group.fields.iter().filter_map(named).collect()
}

/// The shape of a field with all that is above it; none if nothing of it is wanted.
fn shape(node: &Node, numbers: &[Option<usize>]) -> Option<Shape> {
    if node.element.repetition == REPEATED {
        return many(node.def.saturating_sub(1), node, node, Gives::Last, numbers);
    }
    match (node.element.meaning, node.fields.as_slice()) {
        (Meaning::List, [repeated]) if repeated.element.repetition == REPEATED => {
            many(node.def, repeated, item_of(node, repeated), Gives::List, numbers)
        }
        (Meaning::Map, [repeated]) if repeated.element.repetition == REPEATED => {
            many(node.def, repeated, repeated, Gives::Map, numbers)
        }
        _ => once(node, numbers),
    }
}

/// The older lists have no group around an item: "Backward-compatibility rules" of the format's page of logical types.
fn item_of<'a>(list: &Node, repeated: &'a Node) -> &'a Node {
    match repeated.fields.as_slice() {
        [item] => {
            let name = &repeated.element.name;
            let older = name == "array" || name.strip_suffix("_tuple") == Some(&list.element.name);
            if older || repeated.element.meaning == Meaning::List { repeated } else { item }
        }
        _ => repeated,
    }
}

fn many(def: u32, repeated: &Node, item: &Node, gives: Gives, numbers: &[Option<usize>]) -> Option<Shape> {
    let item = if std::ptr::eq(repeated, item) { once(item, numbers) } else { shape(item, numbers) };
    Some(Shape::Many { def, some: repeated.def, rep: repeated.rep, item: Box::new(item?), gives })
}

/// The shape of one of it, however often it is there.
fn once(node: &Node, numbers: &[Option<usize>]) -> Option<Shape> {
    match node.column {
        Some(column) => numbers[column].map(|column| Shape::Leaf { column }),
        None => {
            let fields = members(node, numbers);
            (!fields.is_empty()).then_some(Shape::Group { def: node.def, fields })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field: its name, whether it is a column, how often it is there, how many fields it has, and what it means.
    fn field(name: &str, column: bool, repetition: i64, children: usize, meaning: Meaning) -> Element {
        let physical = column.then_some(1);
        Element { name: name.to_owned(), physical, length: 0, repetition, children, meaning }
    }

    fn shapes(fields: Vec<Element>, children: usize) -> Vec<(String, Shape)> {
        let mut elements = vec![field("root", false, 0, children, Meaning::Plain)];
        elements.extend(fields);
        let schema = Schema::new(elements).unwrap();
        let numbers: Vec<_> = (0..schema.columns).map(Some).collect();
        schema.shapes(&numbers)
    }

    #[test]
    fn repeated_fields_and_older_lists() {
        let fields = vec![
            field("last", true, 2, 0, Meaning::Plain),
            field("two", false, 1, 1, Meaning::List),
            field("element", true, 2, 0, Meaning::Plain),
            field("array", false, 0, 1, Meaning::List),
            field("array", false, 2, 1, Meaning::Plain),
            field("only", true, 1, 0, Meaning::Plain),
            field("now", false, 1, 1, Meaning::List),
            field("list", false, 2, 1, Meaning::Plain),
            field("element", true, 1, 0, Meaning::Plain),
        ];
        let shapes = shapes(fields, 4);
        let of = |at: usize| match &shapes[at].1 {
            Shape::Many { def, some, rep, item, gives } => (*def, *some, *rep, format!("{item:?}"), *gives),
            other => panic!("{other:?}"),
        };
        let leaf = |column: usize| format!("Leaf {{ column: {column} }}");
        assert_eq!(of(0), (0, 1, 1, leaf(0), Gives::Last));
        assert_eq!(of(1), (1, 2, 1, leaf(1), Gives::List));
        let group = format!("Group {{ def: 1, fields: [(\"only\", {})] }}", leaf(2));
        assert_eq!(of(2), (0, 1, 1, group, Gives::List));
        assert_eq!(of(3), (1, 2, 1, leaf(3), Gives::List));
    }

    #[test]
    fn schemas_that_cannot_be() {
        let group = |children| field("g", false, 0, children, Meaning::Plain);
        assert!(Schema::new(vec![]).is_err());
        assert!(Schema::new(vec![group(2), group(0)]).is_err());
        assert!(Schema::new(vec![group(0), group(0)]).is_err());
        assert!(Schema::new(vec![group(usize::MAX)]).is_err());
        assert!(Schema::new(vec![group(1), field("c", true, 7, 0, Meaning::Plain)]).is_err());
        let deep = (0..5_000).map(|level| group(usize::from(level < 4_999))).collect();
        assert!(Schema::new(deep).is_err());
    }
}
