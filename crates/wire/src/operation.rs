//! One row of a service's operation table.

use http::Method;

/// What an S3 operation's path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// The account: `/`.
    Service,
    /// A bucket.
    Bucket,
    /// An object.
    Object,
}

/// An operation as the model describes it, whether or not a door answers it.
#[derive(Debug)]
pub struct Operation {
    /// The name, such as `PutObject`: unique in its service.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// The path's template, such as `/{Bucket}/{Key+}` or `/{accountId}/vaults/{vaultName}`.
    pub path: &'static str,
    /// What the path names. `None` outside S3.
    pub level: Option<Level>,
    /// Query parameters that every request of the operation has, with their fixed values.
    pub query: &'static [(&'static str, Option<&'static str>)],
    /// Required query parameters that tell it from others of the same method, path and [`Operation::query`].
    pub telling_query: &'static [&'static str],
    /// Required headers that tell it from others of the same method, path and [`Operation::query`]; lower case.
    pub telling_headers: &'static [&'static str],
    /// The status of success.
    pub status: u16,
}
