//! Permissions by name.

/// The name of a permission as policies write it, such as `s3:PutObject` or `glacier:UploadArchive`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permission(pub &'static str);
