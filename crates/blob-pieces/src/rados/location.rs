//! Where in which Ceph cluster: `rados://POOL[/NAMESPACE][?conf=FILE&user=NAME&keyring=FILE]`.

use std::fmt;

use crate::parameters::{decoded, parameters};

/// A place in a pool of a Ceph cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RadosLocation {
    /// The pool, which is there.
    pub pool: String,
    /// The namespace within it; the one without a name if it is empty.
    pub namespace: String,
    /// Ceph's configuration file; none: where its own programs look for it.
    pub conf: Option<String>,
    /// The user, without the `client.` before it.
    pub user: String,
    /// The file with the user's key; none: where the configuration says.
    pub keyring: Option<String>,
}

impl RadosLocation {
    /// The place that a URL names, or what is wrong with it.
    pub fn parse(url: &str) -> Result<Self, String> {
        let rest = url.strip_prefix("rados://").ok_or("it does not begin with rados://")?;
        // librados has texts as C has them.
        if url.contains('\0') || url.contains("%00") {
            return Err("it has a zero byte".into());
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = decoded(path)?;
        let (pool, namespace) = path.split_once('/').unwrap_or((&path, ""));
        if pool.is_empty() || namespace.contains('/') || pool.contains(['@', ':']) {
            return Err(
                "it is rados://POOL/NAMESPACE: hosts and keys are in Ceph's own files (?conf=, ?keyring=)".into()
            );
        }
        let [conf, user, keyring] = parameters(query, ["conf", "user", "keyring"])?;
        let user = user.unwrap_or_else(|| "coldkeep".into());
        let user = user.strip_prefix("client.").unwrap_or(&user).to_owned();
        Ok(Self { pool: pool.into(), namespace: namespace.into(), conf, user, keyring })
    }
}

impl fmt::Display for RadosLocation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "rados://{}/{} as client.{}", self.pool, self.namespace, self.user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_what_has_no_meaning_is_refused() {
        let url = "rados://some.pool/one%20space?conf=/etc/c.conf&user=client.app&keyring=/k%3Fey";
        let place = RadosLocation::parse(url).unwrap();
        assert_eq!((&*place.pool, &*place.namespace, &*place.user), ("some.pool", "one space", "app"));
        assert_eq!((place.conf.as_deref(), place.keyring.as_deref()), (Some("/etc/c.conf"), Some("/k?ey")));
        assert_eq!(place.to_string(), "rados://some.pool/one space as client.app");
        let least = RadosLocation::parse("rados://p").unwrap();
        assert_eq!((&*least.namespace, &*least.user, least.conf), ("", "coldkeep", None));
        for (url, words) in [
            ("rados://", "rados://POOL"),
            ("rados://p/a/b", "rados://POOL"),
            ("rados://key@mon:6789/p", "rados://POOL"),
            ("rados://p?user=a&user=b", "given once"),
            ("rados://p?conf=", "not empty"),
            ("rados://p?pool=x", "no parameter pool"),
            ("rados://p/%00", "zero byte"),
        ] {
            let refused = RadosLocation::parse(url).unwrap_err();
            assert!(refused.contains(words), "{url}: {refused}");
        }
    }
}
