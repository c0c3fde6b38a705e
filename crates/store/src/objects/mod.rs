//! Objects: put, read about, deleted, copied, and the conditions of all these.

mod copy;
pub(crate) mod object;
pub(crate) mod precondition;

pub use copy::CopyTarget;
pub use object::{NewObject, Object, ObjectPart};
pub use precondition::Precondition;
