//! What a request tells the evaluator: the condition keys of S3 and the global ones, each looked up when a statement asks.
//!
//! From the service authorization reference of S3 and "AWS global condition context keys". What nothing here can tell is absent.
//! Those of tags are in `tags`, those of locks in `locks`.

use coldkeep_auth::policy::{Context, Values};
use coldkeep_auth::{Place, SignatureVersion};

use super::through::Through;
use super::{encrypted, locks};
use crate::S3Call;
use crate::objects::copy_source::CopySource;

/// A request as conditions see it.
pub(crate) struct Facts<'a> {
    pub call: &'a S3Call,
    pub action: &'a str,
    /// The version that is asked about, if one is named.
    pub version: Option<&'a str>,
    /// The access point it is asked through.
    pub through: Option<&'a Through>,
    /// The key that is missing, where the question is whether the caller may know: a list by this prefix would tell.
    pub missing: Option<&'a str>,
}

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        let call = &self.call.call;
        let of_caller = self.call.caller.as_ref().and_then(|caller| caller.rights.value(key));
        if let Some(values) = of_caller.or_else(|| coldkeep_http::circumstance(call, key)) {
            return values;
        }
        let in_body = (self.call.operation_name() == "PutObjectTagging").then_some(&self.call.put_off);
        if let Some(values) = self.call.tags.value(key, self.action, self.call.header("x-amz-tagging"), in_body) {
            return values;
        }
        if let Some(value) = locks::value(self.call, self.action, key) {
            return value;
        }
        if let Some(value) = encrypted::value(self.call, key) {
            return value;
        }
        match key {
            "aws:RequestedRegion" => Values::one(self.call.region.as_str()),
            "s3:authType" => self
                .call
                .proof
                .as_ref()
                .map(|proof| match proof.place {
                    Place::Header => "REST-HEADER",
                    Place::Query => "REST-QUERY-STRING",
                    Place::Form => "POST",
                })
                .into(),
            "s3:signatureversion" => self
                .call
                .proof
                .as_ref()
                .map(|proof| match proof.version {
                    SignatureVersion::V2 => "AWS",
                    SignatureVersion::V4 => "AWS4-HMAC-SHA256",
                })
                .into(),
            "s3:signatureAge" => {
                let age = |signed_at: i64| (call.received.0 - signed_at).max(0).to_string();
                self.call.proof.as_ref().map(|proof| age(proof.signed_at.0)).into()
            }
            "s3:prefix" => self.missing.or_else(|| call.parameter("prefix")).into(),
            "s3:delimiter" => call.parameter("delimiter").into(),
            "s3:max-keys" => call.parameter("max-keys").into(),
            "s3:VersionId" => self.version.into(),
            "s3:DataAccessPointArn" => self.through.map(|through| through.arn.as_str()).into(),
            "s3:DataAccessPointAccount" => self.through.map(|through| through.point.arn.account.as_str()).into(),
            "s3:AccessPointNetworkOrigin" => self.through.map(Through::origin).into(),
            "s3:ObjectCreationOperation" if self.action == "s3:PutObject" => {
                let creates = ["PutObject", "CopyObject", "CompleteMultipartUpload", "RenameObject"];
                Values::one(if creates.contains(&self.call.operation_name()) { "true" } else { "false" })
            }
            // Also where there is no such header, as in presigned URLs: they leave the body open.
            "s3:x-amz-content-sha256" => {
                Some(self.call.payload.to_string()).filter(|payload| !payload.is_empty()).into()
            }
            "s3:TlsVersion" => call.tls_version.into(),
            "s3:LocationConstraint" => self.call.location_constraint.as_deref().into(),
            "s3:if-match" => self.call.header("if-match").into(),
            "s3:if-none-match" => self.call.header("if-none-match").into(),
            // Policies write the source as `bucket/key`, however it was sent; what is renamed is a source like what is copied.
            "s3:x-amz-copy-source" => {
                let source = CopySource::of(self.call).ok();
                source.map(|source| format!("{}/{}", source.bucket, source.key)).into()
            }
            _ => match key.strip_prefix("s3:") {
                Some(header) if header.starts_with("x-amz-") => self.call.header(header).into(),
                _ => Values::Absent,
            },
        }
    }
}
