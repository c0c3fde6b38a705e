//! Which bucket and key a request is for: path style, and virtual-hosted style below the server's domains.

use coldkeep_auth::uri;
use coldkeep_http::Call;

/// Bucket and key as sent, decoded, not yet checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub bucket: Option<String>,
    pub key: Option<String>,
    /// The host names the bucket (virtual-hosted style).
    pub hosted: bool,
}

impl Address {
    /// Reads the host and the raw path, in which an escaped slash belongs to the key like any other.
    pub fn of(call: &Call, domains: &[String]) -> Self {
        let path = call.raw_path.strip_prefix('/').unwrap_or(&call.raw_path);
        if let Some(bucket) = hosted_bucket(&call.host, domains) {
            return Self { bucket: Some(bucket), key: decoded(path), hosted: true };
        }
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        Self { bucket: decoded(bucket), key: decoded(key), hosted: false }
    }

    /// The bucket that the host names, where it names one.
    pub fn hosted_bucket(&self) -> Option<&str> {
        self.bucket.as_deref().filter(|_| self.hosted)
    }

    /// `arn:aws:s3:::bucket/key`.
    pub fn arn(&self) -> String {
        let bucket = self.bucket.as_deref().unwrap_or("*");
        match &self.key {
            Some(key) => format!("arn:aws:s3:::{bucket}/{key}"),
            None => format!("arn:aws:s3:::{bucket}"),
        }
    }
}

fn decoded(raw: &str) -> Option<String> {
    (!raw.is_empty()).then(|| String::from_utf8_lossy(&uri::decode(raw)).into_owned())
}

/// The bucket in `bucket.domain:port`.
fn hosted_bucket(host: &str, domains: &[String]) -> Option<String> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
    domains.iter().find_map(|domain| {
        let bucket = name.strip_suffix(domain.as_str())?.strip_suffix('.')?;
        (!bucket.is_empty()).then(|| bucket.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_found_below_domains_only() {
        let domains = ["localhost".to_owned(), "s3.example.com".to_owned()];
        let bucket = |host: &str| hosted_bucket(host, &domains);
        assert_eq!(bucket("b.localhost:9000").as_deref(), Some("b"));
        assert_eq!(bucket("my.bucket.S3.example.com").as_deref(), Some("my.bucket"));
        for host in ["localhost:9000", "127.0.0.1:9000", "xlocalhost", "example.com", ""] {
            assert_eq!(bucket(host), None, "{host}");
        }
    }
}
