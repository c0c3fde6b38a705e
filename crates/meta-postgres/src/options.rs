//! Where the database is, how it is spoken to, and how long it may take.

use std::time::Duration;

/// How an engine reaches its database. It has no `Debug`: it holds a password.
#[derive(Clone)]
pub struct Options {
    /// `postgres://user@host1,host2:5433/name`, or with a folder of a socket, percent-encoded, as host. Hosts are tried in their
    /// order; only one that takes writes is used. It holds no password, and may go into logs. Parameters:
    ///
    /// - `sslmode`: as libpq has it. `verify-full` (the default) proves the certificate and its name, `verify-ca` the certificate,
    ///   `require` encrypts without proof (with an `sslrootcert` it is `verify-ca`), `disable` does neither. `prefer` and `allow` are
    ///   refused, since they prove nothing. A socket needs no TLS.
    /// - `sslrootcert`: a file of the authorities that are believed, in PEM; without it those of the system.
    /// - `options`: words for the session, as `-c search_path=coldkeep`.
    pub address: String,
    /// The password of the user. Never logged, never in an error.
    pub password: Option<String>,
    /// How long a commit is tried for, over connections that are lost. After it the answer is [`Away`] if it was never sent, else
    /// [`Unknown`].
    ///
    /// [`Away`]: coldkeep_meta::Error::Away
    /// [`Unknown`]: coldkeep_meta::Error::Unknown
    pub commit_deadline: Duration,
    /// How long a get, and each query of a scan or walk, may take.
    pub read_deadline: Duration,
    /// How long a host may take until a session is there; then the next one is tried.
    pub connect_deadline: Duration,
}

impl Options {
    /// The database at `address`: 3 s for a commit, 1 s for a read, 1 s for a host.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            password: None,
            commit_deadline: Duration::from_secs(3),
            read_deadline: Duration::from_secs(1),
            connect_deadline: Duration::from_secs(1),
        }
    }
}
