//! Who is sent elsewhere, and where. Pure.
//!
//! Invariant: whatever a request or a configuration says, what comes out can stand in a `Location` header: what cannot is
//! percent-encoded. What a configuration says is left as it is otherwise, so that it may have a query; what a request names is a
//! key, and encoded as one.

use std::fmt::Write;

use coldkeep_auth::uri::encode_path;
use coldkeep_store::{Elsewhere, RoutingRule};

/// Where a request came, which is where it is sent unless a rule says otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here<'a> {
    pub protocol: &'a str,
    pub host: &'a str,
    /// The query as sent; it goes along.
    pub query: &'a str,
}

/// The first rule that fits a request for this key: before anything is read, or once that has failed with this status.
pub(super) fn find<'r>(rules: &'r [RoutingRule], key: &str, failed: Option<u16>) -> Option<&'r RoutingRule> {
    let fits = |prefix: &String| key.starts_with(prefix);
    rules.iter().find(|rule| rule.status == failed && rule.prefix.as_ref().is_none_or(fits))
}

/// Where a rule that fits sends a request for this key.
pub(super) fn by_rule(rule: &RoutingRule, key: &str, here: Here<'_>) -> String {
    let path = match (&rule.new_key, &rule.new_prefix) {
        (Some(new), _) => sendable(new),
        (None, Some(new)) => {
            let rest = key.strip_prefix(rule.prefix.as_deref().unwrap_or_default()).unwrap_or(key);
            sendable(new) + &encode_path(rest.as_bytes())
        }
        (None, None) => path_of(key),
    };
    let (protocol, host) = (rule.protocol.as_deref(), rule.host.as_deref());
    url(protocol.unwrap_or(here.protocol), host.unwrap_or(here.host), &path, here.query)
}

/// Where a request is sent whose whole website is elsewhere. `path` is as it was sent, without the first slash.
pub(super) fn elsewhere(to: &Elsewhere, path: &str, here: Here<'_>) -> String {
    url(to.protocol.as_deref().unwrap_or(here.protocol), &to.host, &sendable(path), here.query)
}

fn url(protocol: &str, host: &str, path: &str, query: &str) -> String {
    let mut url = format!("{protocol}://{}/{path}", sendable(host));
    if !query.is_empty() && !path.contains('?') {
        url.push('?');
        url.push_str(&sendable(query));
    }
    url
}

/// A key as the path behind a slash. One that begins with a slash would be another host's name there.
pub(super) fn path_of(key: &str) -> String {
    match key.strip_prefix('/') {
        Some(rest) => format!("%2F{}", encode_path(rest.as_bytes())),
        None => encode_path(key.as_bytes()).into_owned(),
    }
}

/// Text that a header can carry, in which what is written as a URL stays one.
pub(super) fn sendable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => _ = write!(out, "%{byte:02X}"),
            0x21..=0x7e => out.push(char::from(byte)),
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Here<'_> = Here { protocol: "http", host: "site.example:80", query: "" };

    fn rule(prefix: Option<&str>, status: Option<u16>) -> RoutingRule {
        RoutingRule { prefix: prefix.map(str::to_owned), status, ..RoutingRule::default() }
    }

    #[test]
    fn the_first_rule_that_fits() {
        let rules = [rule(Some("docs/"), None), rule(Some("img/"), Some(404)), rule(None, Some(404))];
        let found =
            |key, failed| find(&rules, key, failed).and_then(|found| rules.iter().position(|rule| rule == found));
        assert_eq!(found("docs/a", None), Some(0));
        assert_eq!(found("img/a", None), None);
        assert_eq!(found("img/a", Some(404)), Some(1));
        assert_eq!(found("a", Some(404)), Some(2));
        assert_eq!(found("a", Some(403)), None);
        assert_eq!(find(&[rule(None, None)], "", None), Some(&rule(None, None)));
    }

    #[test]
    fn what_a_rule_replaces() {
        let new = |text: &str| Some(text.to_owned());
        let docs = rule(Some("docs/"), None);
        let table = [
            (
                RoutingRule { new_prefix: new("documents/"), ..docs.clone() },
                "docs/a b",
                "http://site.example:80/documents/a%20b",
            ),
            (RoutingRule { new_prefix: new(""), ..docs.clone() }, "docs/a", "http://site.example:80/a"),
            (RoutingRule { new_key: new("gone.html"), ..docs.clone() }, "docs/a", "http://site.example:80/gone.html"),
            (
                RoutingRule { new_prefix: new("resize?key="), ..rule(None, Some(404)) },
                "9x9/a&b",
                "http://site.example:80/resize?key=9x9/a%26b",
            ),
            (
                RoutingRule { host: new("b.example"), protocol: new("https"), ..docs },
                "docs/a",
                "https://b.example/docs/a",
            ),
        ];
        for (rule, key, location) in table {
            assert_eq!(by_rule(&rule, key, HERE), location);
        }
        let asked = Here { query: "q=1", ..HERE };
        assert_eq!(by_rule(&rule(None, None), "a", asked), "http://site.example:80/a?q=1");
    }

    #[test]
    fn nothing_breaks_out_of_a_header() {
        let evil = "a\r\nSet-Cookie: x=\"1\"\u{0}\u{fc}";
        let to = Elsewhere { host: evil.into(), protocol: None };
        let rule = RoutingRule { host: Some(evil.into()), new_prefix: Some(evil.into()), ..RoutingRule::default() };
        let here = Here { query: evil, host: evil, ..HERE };
        for location in [elsewhere(&to, evil, here), by_rule(&rule, evil, here), path_of(evil), sendable(evil)] {
            assert!(location.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'"'), "{location}");
        }
        assert_eq!(path_of("/other.example/x"), "%2Fother.example/x");
    }
}
