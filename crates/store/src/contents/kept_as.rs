//! How a body is kept: its class, which says in which pool its blob lies, and the key that seals it, if any.

use crate::StorageClass;
use crate::contents::sealed::SealAs;

/// How a body is kept.
pub(crate) struct KeptAs<'a> {
    pub class: StorageClass,
    pub seal: Option<SealAs<'a>>,
}

impl<'a> KeptAs<'a> {
    /// What has no class of its own lies where `STANDARD` does.
    pub fn standard(seal: Option<SealAs<'a>>) -> Self {
        Self { class: StorageClass::Standard, seal }
    }

    /// Archives, and their parts, lie where `GLACIER` does.
    pub fn archive(seal: Option<SealAs<'a>>) -> Self {
        Self { class: StorageClass::Glacier, seal }
    }
}
