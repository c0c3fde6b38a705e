//! Objects: put, read about, deleted, copied, renamed, and the conditions of all these.

pub(crate) mod class;
pub(crate) mod copy;
pub(crate) mod object;
pub(crate) mod precondition;
mod rename;

pub use class::StorageClass;
pub use copy::CopyTarget;
pub use object::{NewObject, Object, ObjectPart};
pub use precondition::Precondition;
pub use rename::Renaming;
