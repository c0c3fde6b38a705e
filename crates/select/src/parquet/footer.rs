//! The footer: the schema, and where each column of each row group lies.
//!
//! Of what it says only that is kept; statistics and indexes are passed over.

use super::thrift::{BINARY, FALSE, I8, I32, I64, LIST, STRUCT, TRUE, Thrift};
use crate::SelectError;

/// The most elements of a schema.
const MAX_ELEMENTS: usize = 10_000;

#[derive(Debug)]
pub(super) struct Footer {
    /// The tree of the schema, each group before what is in it.
    pub elements: Vec<Element>,
    pub groups: Vec<Group>,
}

#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    /// As the format counts them: none of a group.
    pub physical: Option<i64>,
    /// Of values of a fixed length, in bytes.
    pub length: i64,
    /// 0 required, 1 optional, 2 repeated.
    pub repetition: i64,
    pub children: usize,
    pub meaning: Meaning,
}

/// What values stand for: the logical type, or the older converted one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Meaning {
    #[default]
    Plain,
    Text,
    List,
    Map,
    Decimal {
        scale: u32,
    },
    Date,
    /// With so many digits after the second.
    Time {
        digits: u8,
    },
    Stamp {
        digits: u8,
        utc: bool,
    },
    Signed,
    Unsigned,
    Null,
    Uuid,
    Half,
    /// What queries cannot read, by its name.
    Other(&'static str),
}

#[derive(Debug, Default)]
pub(super) struct Group {
    pub rows: u64,
    pub chunks: Vec<Chunk>,
}

/// A column of a row group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Chunk {
    /// As the format counts them: 0 none, 1 Snappy, 2 gzip.
    pub codec: i64,
    pub start: u64,
    pub end: u64,
}

impl Footer {
    /// Reads one of an object of so many bytes.
    pub fn read(bytes: &[u8], object: u64) -> Result<Self, SelectError> {
        let (mut elements, mut groups) = (Vec::new(), Vec::new());
        Thrift::new(bytes).fields(|thrift, id, kind| {
            match (id, kind) {
                (2, LIST) => {
                    let count = thrift.structs()?;
                    if count > MAX_ELEMENTS {
                        return Err(SelectError::parquet("its schema has more than 10,000 elements"));
                    }
                    elements = (0..count).map(|_| element(thrift)).collect::<Result<_, _>>()?;
                }
                (4, LIST) => {
                    let count = thrift.structs()?;
                    groups = (0..count).map(|_| group(thrift, object)).collect::<Result<_, _>>()?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(Self { elements, groups })
    }
}

fn element(thrift: &mut Thrift) -> Result<Element, SelectError> {
    let mut element = Element::default();
    let (mut converted, mut logical, mut scale) = (None, None, 0);
    thrift.fields(|thrift, id, kind| {
        match (id, kind) {
            (1, I32) => element.physical = Some(thrift.int()?),
            (2, I32) => element.length = thrift.int()?,
            (3, I32) => element.repetition = thrift.int()?,
            (4, BINARY) => element.name = thrift.text()?,
            (5, I32) => element.children = thrift.size()? as usize,
            (6, I32) => converted = Some(thrift.int()?),
            (7, I32) => scale = thrift.size()?,
            (10, STRUCT) => logical = self::logical(thrift)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let older = || converted.map_or(Meaning::Plain, |converted| self::converted(converted, scale as u32));
    element.meaning = logical.unwrap_or_else(older);
    Ok(element)
}

fn converted(converted: i64, scale: u32) -> Meaning {
    match converted {
        0 | 4 | 19 => Meaning::Text,
        1 | 2 => Meaning::Map,
        3 => Meaning::List,
        5 => Meaning::Decimal { scale },
        6 => Meaning::Date,
        7 => Meaning::Time { digits: 3 },
        8 => Meaning::Time { digits: 6 },
        9 => Meaning::Stamp { digits: 3, utc: true },
        10 => Meaning::Stamp { digits: 6, utc: true },
        11..=14 => Meaning::Unsigned,
        15..=18 => Meaning::Signed,
        20 => Meaning::Other("BSON"),
        21 => Meaning::Other("INTERVAL"),
        _ => Meaning::Plain,
    }
}

/// A union: one of its fields is there.
fn logical(thrift: &mut Thrift) -> Result<Option<Meaning>, SelectError> {
    let mut meaning = None;
    thrift.fields(|thrift, id, kind| {
        meaning = match id {
            5 | 7 | 8 | 10 if kind == STRUCT => {
                meaning = Some(parameters(thrift, id)?);
                return Ok(true);
            }
            1 | 4 | 12 => Some(Meaning::Text),
            2 => Some(Meaning::Map),
            3 => Some(Meaning::List),
            6 => Some(Meaning::Date),
            11 => Some(Meaning::Null),
            13 => Some(Meaning::Other("BSON")),
            14 => Some(Meaning::Uuid),
            15 => Some(Meaning::Half),
            16 => Some(Meaning::Other("VARIANT")),
            17 => Some(Meaning::Other("GEOMETRY")),
            18 => Some(Meaning::Other("GEOGRAPHY")),
            _ => None,
        };
        Ok(false)
    })?;
    Ok(meaning)
}

/// Of a decimal, a time, a timestamp or a whole number.
fn parameters(thrift: &mut Thrift, of: i16) -> Result<Meaning, SelectError> {
    let (mut scale, mut truth, mut digits) = (0, false, 3);
    thrift.fields(|thrift, id, kind| {
        match (id, kind) {
            (1, I32) => scale = thrift.size()?,
            (1 | 2, TRUE) => truth = true,
            (1 | 2, FALSE) => truth = false,
            (2, STRUCT) => thrift.fields(|_, unit, _| {
                digits = 3 * unit.clamp(1, 3) as u8;
                Ok(false)
            })?,
            (1, I8) => drop(thrift.byte()?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(match of {
        5 => Meaning::Decimal { scale: scale as u32 },
        7 => Meaning::Time { digits },
        8 => Meaning::Stamp { digits, utc: truth },
        _ if truth => Meaning::Signed,
        _ => Meaning::Unsigned,
    })
}

fn group(thrift: &mut Thrift, object: u64) -> Result<Group, SelectError> {
    let mut group = Group::default();
    thrift.fields(|thrift, id, kind| {
        match (id, kind) {
            (1, LIST) => {
                let count = thrift.structs()?;
                group.chunks = (0..count).map(|_| chunk(thrift, object)).collect::<Result<_, _>>()?;
            }
            (3, I64) => group.rows = thrift.size()?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(group)
}

fn chunk(thrift: &mut Thrift, object: u64) -> Result<Chunk, SelectError> {
    let (mut codec, mut bytes, mut data, mut dictionary) = (0, 0, None, None);
    thrift.fields(|thrift, id, kind| {
        match (id, kind) {
            (1, BINARY) => return Err(SelectError::parquet("its columns lie in other files")),
            (3, STRUCT) => thrift.fields(|thrift, id, kind| {
                match (id, kind) {
                    (4, I32) => codec = thrift.int()?,
                    (7, I64) => bytes = thrift.size()?,
                    (9, I64) => data = Some(thrift.size()?),
                    (11, I64) => dictionary = Some(thrift.size()?),
                    _ => return Ok(false),
                }
                Ok(true)
            })?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let data = data.ok_or_else(|| SelectError::parquet("a column is encrypted, or lies nowhere"))?;
    // Writers that have no dictionary say that it lies at the start of the file.
    let start = dictionary.filter(|start| (1..data).contains(start)).unwrap_or(data);
    match start.checked_add(bytes).filter(|end| *end <= object) {
        Some(end) => Ok(Chunk { codec, start, end }),
        None => Err(SelectError::parquet("a column lies beyond its end")),
    }
}
