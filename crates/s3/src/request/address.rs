//! Which bucket and key a request is for: path style, and virtual-hosted style below the server's domains. In the bucket's place may
//! stand an access point: by its ARN, its alias, or the host that SDKs make of its ARN.

use coldkeep_auth::uri;
use coldkeep_http::Call;
use coldkeep_types::{AccessPointArn, AccessPointName, AccountId, OutpostId, is_alias};

/// Bucket and key as sent, decoded, not yet checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub bucket: Option<String>,
    pub key: Option<String>,
    /// The host names the bucket (virtual-hosted style).
    pub hosted: bool,
    /// The access point in the bucket's place.
    pub point: Option<PointName>,
}

/// How an access point is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PointName {
    /// By its ARN, which says all.
    Arn(AccessPointArn),
    /// By a host, which says no region.
    Host { account: AccountId, name: AccessPointName, outpost: Option<OutpostId> },
    /// By a host that would also be a bucket's of that name. Only one of the two can be there.
    HostOrBucket { account: AccountId, name: AccessPointName },
    /// By its alias.
    Alias(String),
}

impl PointName {
    /// The access point that stands in a bucket's place in a path or in the source of a copy.
    pub fn of_bucket(text: &str) -> Option<Self> {
        is_alias(text).then(|| Self::Alias(text.to_owned()))
    }
}

impl Address {
    /// Reads the host and the raw path, in which an escaped slash belongs to the key like any other.
    pub fn of(call: &Call, domains: &[String]) -> Self {
        let path = call.raw_path.strip_prefix('/').unwrap_or(&call.raw_path);
        if let Some(bucket) = hosted_bucket(&call.host, domains) {
            let point = point_of_host(&bucket);
            return Self { bucket: Some(bucket), key: decoded(path), hosted: true, point };
        }
        if let Some((arn, key)) = arn_of_path(path) {
            let bucket = Some(arn.to_string());
            return Self { bucket, key: decoded(key), hosted: false, point: Some(PointName::Arn(arn)) };
        }
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let bucket = decoded(bucket);
        let point = bucket.as_deref().and_then(PointName::of_bucket);
        Self { bucket, key: decoded(key), hosted: false, point }
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

/// The ARN of an access point at the beginning of a path, and the raw key behind it. Its slashes may be escaped or not.
fn arn_of_path(path: &str) -> Option<(AccessPointArn, &str)> {
    if !path.starts_with("arn:") && !path.get(..6)?.eq_ignore_ascii_case("arn%3a") {
        return None;
    }
    // An ARN on an Outpost has the most slashes: three.
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]).take(4);
    ends.into_iter().find_map(|end| match AccessPointArn::parse(&decoded(&path[..end])?) {
        Some((arn, None)) => Some((arn, path[end..].strip_prefix('/').unwrap_or(""))),
        _ => None,
    })
}

/// The access point of what stands before the domain: an alias, or `name-account`, with which Amazon's hosts go on as
/// `.s3-accesspoint.region` or `.op-id.s3-outposts.region`, and SDKs that were told where the server is with nothing or `.op-id`.
fn point_of_host(label: &str) -> Option<PointName> {
    if is_alias(label) {
        return Some(PointName::Alias(label.to_owned()));
    }
    let (first, rest) = label.split_once('.').map_or((label, None), |(first, rest)| (first, Some(rest)));
    let (name, account) = first.rsplit_once('-')?;
    let (account, name) = (AccountId::parse(account).ok()?, AccessPointName::parse(name).ok()?);
    let Some(rest) = rest else { return Some(PointName::HostOrBucket { account, name }) };
    let (service, rest) = rest.split_once('.').map_or((rest, None), |(service, rest)| (service, Some(rest)));
    if service == "s3-accesspoint" {
        return Some(PointName::Host { account, name, outpost: None });
    }
    let outpost = Some(OutpostId::parse(service).ok()?);
    let is_point = rest.is_none_or(|rest| rest.split('.').next() == Some("s3-outposts"));
    is_point.then_some(PointName::Host { account, name, outpost })
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

    #[test]
    fn hosts_name_access_points() {
        let named = |label: &str| match point_of_host(label) {
            Some(PointName::Host { account, name, outpost }) => {
                format!("{name} of {account} on {}", outpost.map_or_else(|| "none".into(), |id| id.to_string()))
            }
            Some(PointName::HostOrBucket { account, name }) => format!("{name} of {account}, or a bucket"),
            Some(PointName::Alias(alias)) => alias,
            other => format!("{other:?}"),
        };
        assert_eq!(named("ann-x-012345678901"), "ann-x of 012345678901, or a bucket");
        assert_eq!(named("ann-012345678901.s3-accesspoint"), "ann of 012345678901 on none");
        assert_eq!(named("ann-012345678901.s3-accesspoint.eu-west-1"), "ann of 012345678901 on none");
        assert_eq!(named("ann-012345678901.op-01ac"), "ann of 012345678901 on op-01ac");
        assert_eq!(named("ann-012345678901.op-01ac.s3-outposts.eu-west-1"), "ann of 012345678901 on op-01ac");
        assert_eq!(named("ann-abc-s3alias"), "ann-abc-s3alias");
        for bucket in ["ann", "ann-01234567890", "a-012345678901", "ann-012345678901.b", "ann-012345678901.op-01ac.b"] {
            assert_eq!(point_of_host(bucket), None, "{bucket}");
        }
    }

    #[test]
    fn paths_begin_with_arns_escaped_or_not() {
        let arn = "arn:aws:s3:us-east-1:012345678901:accesspoint/ann";
        let escaped = uri::encode(arn.as_bytes());
        let half = escaped.replace("%2F", "/");
        for written in [arn, &escaped, &half] {
            let path = format!("{written}/a%2Fb/c");
            let (found, key) = arn_of_path(&path).unwrap();
            assert_eq!((found.to_string().as_str(), key), (arn, "a%2Fb/c"));
            assert_eq!(arn_of_path(written).map(|(_, key)| key), Some(""));
        }
        let outpost = "arn:aws:s3-outposts:us-east-1:012345678901:outpost/op-01ac/accesspoint/ann";
        assert_eq!(arn_of_path(&format!("{outpost}/k")).map(|(_, key)| key), Some("k"));
        for bucket in ["bucket/arn:aws", "arn:aws:s3:::b/k", "arn", "arn%3A"] {
            assert!(arn_of_path(bucket).is_none(), "{bucket}");
        }
    }
}
