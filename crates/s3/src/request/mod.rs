//! What a request says, before any operation looks at it: where it is addressed, what its query says in place of headers,
//! and what in it has no meaning yet.

mod address;
mod not_allowed;
mod spoken;
mod unsupported;
mod version;

pub(crate) use address::{Address, PointName};
pub(crate) use not_allowed::method_not_allowed;
pub(crate) use spoken::headers_of_query;
pub(crate) use unsupported::refuse;
pub(crate) use version::{decoded, parse_version};
