//! Where in which S3: `s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME]`.

use std::fmt;

use crate::parameters::{decoded, parameters};

/// A place in an S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The bucket, which is there.
    pub bucket: String,
    /// What the keys of all objects begin with: nothing, or something that ends in `/`.
    pub prefix: String,
    /// `http://HOST:PORT` or `https://HOST`; Amazon's own for the region otherwise.
    pub endpoint: Option<String>,
    /// The region; with an endpoint `us-east-1` if the URL names none.
    pub region: String,
}

impl Location {
    /// The place that a URL names, or what is wrong with it.
    pub fn parse(url: &str) -> Result<Self, String> {
        let rest = url.strip_prefix("s3://").ok_or("it does not begin with s3://")?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        if bucket.is_empty() || bucket.contains(['@', ':']) {
            return Err(
                "it is s3://BUCKET/PREFIX, and holds neither a key nor a host: name a server with ?endpoint=".into()
            );
        }
        let prefix = decoded(prefix)?;
        let prefix = prefix.trim_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let [endpoint, region] = parameters(query, ["endpoint", "region"])?;
        if endpoint.as_ref().is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://")) {
            return Err("endpoint is a URL, http://HOST:PORT or https://HOST".into());
        }
        let region = region.or(endpoint.as_ref().map(|_| "us-east-1".to_owned()));
        let region = region.ok_or("it names neither a region of Amazon's (?region=) nor a server (?endpoint=)")?;
        Ok(Self { bucket: bucket.into(), prefix, endpoint, region })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "s3://{}/{} at ", self.bucket, self.prefix)?;
        match &self.endpoint {
            Some(endpoint) => out.write_str(endpoint),
            None => write!(out, "Amazon's {}", self.region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_what_has_no_meaning_is_refused() {
        let place = Location::parse("s3://b/some/place?endpoint=http%3A%2F%2F127.0.0.1:9000&region=x-1").unwrap();
        assert_eq!((&*place.bucket, &*place.prefix, &*place.region), ("b", "some/place/", "x-1"));
        assert_eq!(place.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert_eq!(place.to_string(), "s3://b/some/place/ at http://127.0.0.1:9000");
        let amazon = Location::parse("s3://b?region=eu-central-1").unwrap();
        assert_eq!((&*amazon.prefix, amazon.endpoint), ("", None));
        for (url, words) in [
            ("s3://b", "neither a region"),
            ("s3:///x?region=y", "s3://BUCKET"),
            ("s3://key:secret@b?region=y", "neither a key"),
            ("s3://b?region=y&region=z", "given once"),
            ("s3://b?region=", "not empty"),
            ("s3://b?region=y&class=COLD", "no parameter class"),
            ("s3://b?endpoint=host:9000", "endpoint is a URL"),
        ] {
            let refused = Location::parse(url).unwrap_err();
            assert!(refused.contains(words), "{url}: {refused}");
        }
    }
}
