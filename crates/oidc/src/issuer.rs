//! The URL of an identity provider: the `iss` of its tokens, and where its discovery document is found.

use http::Uri;
use thiserror::Error;

/// The longest URL ("OIDC provider URL length", quotas of IAM).
pub const MAX_URL: usize = 255;

/// Names that would make a provider's condition keys (`host:claim`) look like those of a service.
const SERVICES: [&str; 6] = ["aws", "s3", "glacier", "kms", "iam", "sts"];

/// An issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer(String);

/// A URL that no issuer can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("Invalid Open ID Connect Provider URL")]
pub struct InvalidIssuer;

impl Issuer {
    /// An `https:` URL without user, query or fragment; where `loopback` says so, also an `http:` URL of this machine itself.
    pub fn parse(url: &str, loopback: bool) -> Result<Self, InvalidIssuer> {
        if url.len() > MAX_URL || !url.bytes().all(|byte| byte.is_ascii_graphic()) || url.contains(['?', '#', '@', '*'])
        {
            return Err(InvalidIssuer);
        }
        let uri = must_be_fetchable(url, loopback).ok_or(InvalidIssuer)?;
        match uri.host() {
            Some(host) if !SERVICES.contains(&host.to_ascii_lowercase().as_str()) => Ok(Self(url.to_owned())),
            _ => Err(InvalidIssuer),
        }
    }

    /// The URL: what `iss` says.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where the discovery document is (OpenID Connect Discovery 1.0, section 4.1).
    pub fn discovery(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.0.trim_end_matches('/'))
    }
}

/// The URL without its scheme: the name of a provider in ARNs and in condition keys.
pub fn name_of(url: &str) -> &str {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url)
}

/// The URL, if it is one that may be fetched.
pub(crate) fn must_be_fetchable(url: &str, loopback: bool) -> Option<Uri> {
    let uri: Uri = url.parse().ok()?;
    let (scheme, host) = (uri.scheme_str()?, uri.host().filter(|host| !host.is_empty())?);
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let plain = !uri.authority()?.as_str().contains('@');
    // A scheme in capitals would be cut off nowhere.
    let fits = url.starts_with("https://") || loopback && is_here && url.starts_with("http://");
    (fits && plain && matches!(scheme, "https" | "http")).then_some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_https_and_plain() {
        for url in
            ["https://a.example", "https://a.example/", "https://a.example:8443/realms/x", "https://keycloak:8443"]
        {
            assert_eq!(Issuer::parse(url, false).expect(url).as_str(), url);
        }
        for url in ["http://127.0.0.1:80", "http://localhost/x", "http://[::1]:80/"] {
            assert!(Issuer::parse(url, true).is_ok() && Issuer::parse(url, false).is_err(), "{url}");
        }
        for url in [
            "",
            "a.example",
            "http://a.example",
            "http://127.0.0.1.example",
            "HTTPS://a.example",
            "ftp://a.example",
            "https://",
            "https:///x",
            "https://a.example?x=1",
            "https://a.example#x",
            "https://user@a.example",
            "https://a.example/ä",
            "https://a example",
            "https://*.example",
            "https://aws",
            "https://S3:9000/x",
            &format!("https://a.example/{}", "x".repeat(240)),
        ] {
            assert_eq!(Issuer::parse(url, true), Err(InvalidIssuer), "{url}");
        }
    }

    #[test]
    fn the_discovery_document_is_beneath_the_issuer() {
        for url in ["https://a.example/x", "https://a.example/x/"] {
            let issuer = Issuer::parse(url, false).expect("one");
            assert_eq!(issuer.discovery(), "https://a.example/x/.well-known/openid-configuration");
        }
        assert_eq!(name_of("https://a.example/x/"), "a.example/x/");
    }
}
