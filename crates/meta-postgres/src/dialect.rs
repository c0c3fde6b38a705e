//! What a server says that it is. Others than PostgreSQL speak its protocol, and lack this and that.

/// Whose SQL is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// PostgreSQL, or what cannot be told from it.
    Postgres,
    /// YugabyteDB: PostgreSQL's own parser over tables of another kind. Nobody has run the engine over it.
    Yugabyte,
}

impl Dialect {
    /// By what `version()` says. CockroachDB is refused: the functions that it takes have no `FOUND`, which tells a group that is sent
    /// again from a new one.
    pub(crate) fn of(version: &str) -> Result<Self, String> {
        if version.starts_with("CockroachDB") {
            return Err("it is CockroachDB, which cannot run the function that commits: use PostgreSQL".into());
        }
        Ok(if version.contains("-YB-") { Self::Yugabyte } else { Self::Postgres })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_apart() {
        let postgres = "PostgreSQL 15.13 (Debian 15.13-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc";
        assert_eq!(Dialect::of(postgres), Ok(Dialect::Postgres));
        let yugabyte = "PostgreSQL 15.12-YB-2026.1.1.1-b0 on aarch64-unknown-linux-gnu, compiled by clang";
        assert_eq!(Dialect::of(yugabyte), Ok(Dialect::Yugabyte));
        assert!(Dialect::of("CockroachDB CCL v25.4.0 (x86_64-pc-linux-gnu, built 2025)").is_err());
    }
}
