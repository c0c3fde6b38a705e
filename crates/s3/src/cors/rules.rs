//! Which rule fits a request. Pure. From the user guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?": the first
//! rule whose origins, methods and headers all fit.

use coldkeep_store::CorsRule;

/// What a browser asks for, or a page does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub origin: &'a str,
    pub method: &'a str,
    /// `Access-Control-Request-Headers`: names, with commas between them.
    pub headers: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// The names of the headers that the page would send.
    pub fn header_names(self) -> impl Iterator<Item = &'a str> {
        self.headers.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty())
    }
}

/// The first rule that fits.
pub(super) fn find<'r>(rules: &'r [CorsRule], asked: Asked<'_>) -> Option<&'r CorsRule> {
    rules.iter().find(|rule| {
        rule.origins.iter().any(|origin| fits(origin, asked.origin, false))
            && rule.methods.iter().any(|method| method == asked.method)
            && asked.header_names().all(|name| rule.headers.iter().any(|header| fits(header, name, true)))
    })
}

/// Whether a rule is for every origin, so that the answer need not name the one that asks.
pub(super) fn is_for_all(rule: &CorsRule) -> bool {
    rule.origins.iter().any(|origin| origin == "*")
}

/// Whether a pattern with one `*` at most fits.
fn fits(pattern: &str, text: &str, ignoring_case: bool) -> bool {
    let same = |a: &[u8], b: &[u8]| if ignoring_case { a.eq_ignore_ascii_case(b) } else { a == b };
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    match pattern.iter().position(|byte| *byte == b'*') {
        None => same(pattern, text),
        Some(at) => {
            let (start, end) = (&pattern[..at], &pattern[at + 1..]);
            text.len() >= start.len() + end.len()
                && same(start, &text[..start.len()])
                && same(end, &text[text.len() - end.len()..])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(origin: &str, method: &str, headers: &[&str]) -> CorsRule {
        CorsRule {
            origins: vec![origin.into()],
            methods: vec![method.into()],
            headers: headers.iter().map(|header| (*header).into()).collect(),
            ..CorsRule::default()
        }
    }

    /// The three rules of the user guide's first example.
    #[test]
    fn the_first_rule_that_fits() {
        let rules = [
            rule("http://www.example1.com", "PUT", &["*"]),
            rule("http://www.example2.com", "PUT", &["x-amz-*"]),
            rule("*", "GET", &[]),
        ];
        let found = |origin, method, headers| {
            let found = find(&rules, Asked { origin, method, headers });
            found.and_then(|found| rules.iter().position(|rule| std::ptr::eq(rule, found)))
        };
        assert_eq!(found("http://www.example1.com", "PUT", Some("a, b")), Some(0));
        assert_eq!(found("http://www.example1.com", "DELETE", None), None);
        assert_eq!(found("http://www.example2.com", "PUT", Some("X-Amz-Date,x-amz-acl")), Some(1));
        assert_eq!(found("http://www.example2.com", "PUT", Some("x-amz-date, content-type")), None);
        assert_eq!(found("http://anybody", "GET", None), Some(2));
        assert_eq!(found("http://anybody", "GET", Some("range")), None);
        assert_eq!(found("HTTP://www.example1.com", "PUT", None), None);
    }

    #[test]
    fn one_wildcard_stands_for_anything() {
        for (pattern, text, expected) in [
            ("http://*.example.com", "http://a.b.example.com", true),
            ("http://*.example.com", "http://example.com", false),
            ("start*end", "startend", true),
            ("start*tend", "startend", false),
            ("start*", "starting", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, text, false), expected, "{pattern} {text}");
        }
    }
}
