//! Names at which buckets answer as websites. Pure.

/// The bucket whose website a host is, below these domains: of `BUCKET.DOMAIN` it is `BUCKET`, and a domain itself is the bucket's
/// of that name, as it is at Amazon for a host that is an alias of the website's. Of several domains the longest counts.
pub fn website_bucket(host: &str, domains: &[String]) -> Option<String> {
    if domains.is_empty() {
        return None;
    }
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name).to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    let below = |domain: &&String| match name.strip_suffix(domain.as_str()) {
        Some(rest) => rest.is_empty() || rest.len() > 1 && rest.ends_with('.'),
        None => false,
    };
    let domain = domains.iter().filter(below).max_by_key(|domain| domain.len())?;
    let bucket = name.strip_suffix(domain.as_str()).and_then(|rest| rest.strip_suffix('.'));
    Some(bucket.unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_below_a_domain_or_are_one() {
        let domains = ["website.localhost".to_owned(), "example.com".to_owned(), "web.example.com".to_owned()];
        for (host, bucket) in [
            ("b.website.localhost:9000", Some("b")),
            ("My.Bucket.Website.localhost", Some("my.bucket")),
            ("b.website.localhost.", Some("b")),
            ("a.web.example.com", Some("a")),
            ("a.b.example.com:80", Some("a.b")),
            ("example.com:80", Some("example.com")),
            ("web.example.com", Some("web.example.com")),
            ("localhost:9000", None),
            ("xexample.com", None),
            (".example.com", None),
            ("127.0.0.1:9000", None),
            ("[::1]:9000", None),
            ("", None),
        ] {
            assert_eq!(website_bucket(host, &domains).as_deref(), bucket, "{host}");
        }
        assert_eq!(website_bucket("b.example.com", &[]), None);
    }
}
