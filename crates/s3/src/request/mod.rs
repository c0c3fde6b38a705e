//! What a request says, before any operation looks at it: where it is addressed, and what in it has no meaning yet.

mod address;
mod unsupported;

pub(crate) use address::Address;
pub(crate) use unsupported::refuse;
