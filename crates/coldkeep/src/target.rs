//! What a call is about, for the access log: bucket and key, or vault; upload and part. Read off the request's form alone.

use coldkeep_http::{Call, Dialect};
use coldkeep_types::AccessPointArn;
use serde::Serialize;

/// Names in a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
}

impl Target {
    /// The names in a call to a door of this dialect.
    pub fn of(call: &Call, dialect: Dialect, domains: &[String]) -> Self {
        match dialect {
            // S3 Control, which is about no object.
            Dialect::S3 if coldkeep_http::is_control_call(call) => Self::default(),
            Dialect::S3 => {
                let (bucket, key) = object(&call.host, &call.path, domains);
                let parameter = |name: &str| call.parameter(name).map(str::to_owned);
                Self {
                    bucket,
                    key,
                    upload_id: parameter("uploadId"),
                    part_number: parameter("partNumber"),
                    range: call.header("range").map(str::to_owned),
                    vault: None,
                }
            }
            Dialect::Glacier => vault(&call.path, call.header("content-range").or(call.header("range"))),
            Dialect::Query | Dialect::Json => Self::default(),
        }
    }

    /// The names in a call to a website below these domains.
    pub fn of_website(call: &Call, domains: &[String]) -> Self {
        let key = call.path.strip_prefix('/').filter(|key| !key.is_empty());
        Self {
            bucket: coldkeep_http::website_bucket(&call.host, domains),
            key: key.map(str::to_owned),
            range: call.header("range").map(str::to_owned),
            ..Self::default()
        }
    }
}

fn object(host: &str, path: &str, domains: &[String]) -> (Option<String>, Option<String>) {
    let port = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = port.map_or(host, |(name, _)| name);
    let hosted = domains.iter().find_map(|domain| name.strip_suffix(domain.as_str())?.strip_suffix('.'));
    let path = path.strip_prefix('/').unwrap_or(path);
    let present = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match hosted {
        Some(bucket) => (present(bucket), present(path)),
        // An access point in the bucket's place.
        None if let Some((arn, key)) = AccessPointArn::parse(path) => (Some(arn.to_string()), key.and_then(present)),
        None => {
            let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
            (present(bucket), present(key))
        }
    }
}

fn vault(path: &str, range: Option<&str>) -> Target {
    let mut segments = path.split('/').skip(2);
    if segments.next() != Some("vaults") {
        return Target::default();
    }
    let vault = segments.next().filter(|name| !name.is_empty()).map(str::to_owned);
    let upload_id = match (segments.next(), segments.next()) {
        (Some("multipart-uploads"), Some(id)) => Some(id.to_owned()),
        _ => None,
    };
    Target { vault, upload_id, range: range.map(str::to_owned), ..Target::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:s3:us-east-1:012345678901:accesspoint/ann";

    #[test]
    fn buckets_are_in_the_path_or_the_host() {
        let domains = ["localhost".to_owned(), "cold.example".to_owned()];
        let table = [
            ("127.0.0.1:9000", "/b/k/l", Some("b"), Some("k/l")),
            ("127.0.0.1:9000", "/", None, None),
            ("localhost:9000", "/b", Some("b"), None),
            ("my.bucket.localhost:9000", "/k", Some("my.bucket"), Some("k")),
            ("b.cold.example", "/", Some("b"), None),
            ("localhost", &format!("/{ARN}/k/l"), Some(ARN), Some("k/l")),
            ("localhost", &format!("/{ARN}"), Some(ARN), None),
        ];
        for (host, path, bucket, key) in table {
            let found = object(host, path, &domains);
            assert_eq!((found.0.as_deref(), found.1.as_deref()), (bucket, key), "{host} {path}");
        }
    }

    #[test]
    fn vaults_and_their_uploads_are_in_the_path() {
        let found = vault("/-/vaults/v/multipart-uploads/U1", Some("bytes 0-1/*"));
        assert_eq!((found.vault.as_deref(), found.upload_id.as_deref()), (Some("v"), Some("U1")));
        assert_eq!(found.range.as_deref(), Some("bytes 0-1/*"));
        assert_eq!(vault("/-/vaults", None), Target::default());
        assert_eq!(vault("/-/vaults/v/jobs/J", None).upload_id, None);
    }
}
