//! Who may reach a bucket and its objects, read and set: `policy`, `controls` (ownership, the block of public access, who pays),
//! `acls`. What these mean for a request is asked in `access`.

pub(crate) mod acls;
pub(crate) mod controls;
pub(crate) mod policy;
