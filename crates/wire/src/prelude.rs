//! What generated code stands on.

pub(crate) use std::collections::BTreeMap;

pub(crate) use bytes::Bytes;
pub(crate) use coldkeep_types::Timestamp;

pub(crate) use crate::error::DecodeError;
pub(crate) use crate::form::{Form, ReadForm};
pub(crate) use crate::json::{JsonReader, JsonWriter, ReadJson, WriteJson};
pub(crate) use crate::request::{Request, required};
pub(crate) use crate::response::Encoded;
pub(crate) use crate::xml::{ReadXml, WriteXml, XmlReader, XmlWriter};
