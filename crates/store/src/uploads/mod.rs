//! Multipart uploads, of S3's numbered parts and of the vault API's ranges alike: begun, filled with parts, aborted, completed.

pub(crate) mod complete;
mod copy;
mod parts;
mod upload;

pub use complete::{Completed, NamedPart, NamedWhole};
pub use parts::{Part, PartWritten};
pub use upload::{NewUpload, Upload};
