//! XML by pulling and by appending: no tree is built in either direction.

mod read;
mod write;

pub(crate) use read::{ReadXml, XmlReader};
pub(crate) use write::{WriteXml, XmlWriter};
