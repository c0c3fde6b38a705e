//! Requests through access points: which point it is, which operations go through one, and what is in the bucket's place afterwards.
//!
//! From the S3 user guide, "Access point compatibility" and "Amazon S3 on Outposts: differences". From here on the address has the
//! bucket, and a copy's source too, so that no handler knows of points; what is left of the point is what the decision needs.

use std::sync::Arc;

use coldkeep_auth::uri;
use coldkeep_store::{AccessPoint, Error, PublicAccessBlock, StorageClass};
use coldkeep_types::{AccessPointArn, BucketName};
use http::HeaderValue;

use crate::errors::S3Error;
use crate::request::{Address, PointName, method_not_allowed};
use crate::{S3, S3Call};

/// The access point that a request goes through.
#[derive(Clone, Debug)]
pub(crate) struct Through {
    pub point: Arc<AccessPoint>,
    /// Its ARN.
    pub arn: String,
    /// Its own block of public access and its account's; the bucket's comes on top.
    pub block: PublicAccessBlock,
    /// Whether it was named by its alias.
    pub by_alias: bool,
}

impl Through {
    /// Whether it is on an Outpost.
    pub fn is_outpost(&self) -> bool {
        self.point.arn.outpost.is_some()
    }

    /// `Internet` or `VPC`.
    pub fn origin(&self) -> &'static str {
        if self.point.vpc.is_some() { "VPC" } else { "Internet" }
    }
}

/// The operations that go through an access point. All others are of the bucket alone.
const OPERATIONS: &[&str] = &[
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "DeleteObject",
    "DeleteObjectAnnotation",
    "DeleteObjectTagging",
    "DeleteObjects",
    "GetBucketAcl",
    "GetBucketCors",
    "GetBucketLocation",
    "GetBucketNotificationConfiguration",
    "GetBucketPolicy",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAnnotation",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "HeadBucket",
    "HeadObject",
    "ListMultipartUploads",
    "ListObjectAnnotations",
    "ListObjectVersions",
    "ListObjects",
    "ListObjectsV2",
    "ListParts",
    "PutObject",
    "PutObjectAcl",
    "PutObjectAnnotation",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "RestoreObject",
    "SelectObjectContent",
    "UpdateObjectEncryption",
    "UploadPart",
    "UploadPartCopy",
];

/// Those that Outposts do not have.
const NOT_ON_OUTPOSTS: &[&str] = &[
    "DeleteObjectAnnotation",
    "GetBucketAcl",
    "GetObjectAcl",
    "GetObjectAnnotation",
    "ListObjectAnnotations",
    "PutObjectAcl",
    "PutObjectAnnotation",
    "UpdateObjectEncryption",
];

/// Whether an operation goes through an access point.
pub(crate) fn goes_through(operation: &str) -> bool {
    OPERATIONS.contains(&operation)
}

impl S3 {
    /// Puts the bucket in the place of an access point, in the address and in the source of a copy.
    pub(crate) async fn pass_through(&self, call: &mut S3Call) -> Result<(), S3Error> {
        if let Some(named) = call.address.point.clone()
            && let Some(through) = self.through(&named).await?
        {
            // What is no operation may be a form, which Outposts do not have; else it is answered as such later.
            let refused = |name: &str| !goes_through(name) || through.is_outpost() && NOT_ON_OUTPOSTS.contains(&name);
            let is_refused = call.operation.map_or(through.is_outpost(), |operation| refused(operation.name));
            if is_refused {
                return Err(method_not_allowed(&call.call, &call.address));
            }
            if through.is_outpost() {
                takes_no_acl(call)?;
            }
            call.address.bucket = Some(through.point.bucket.to_string());
            call.found.through = Some(through);
        }
        // What is renamed is in the bucket that the call is addressed to.
        let header = call.header("x-amz-copy-source").filter(|_| call.operation_name() != "RenameObject");
        let Some((named, rest)) = header.and_then(source) else { return Ok(()) };
        let Some(through) = self.through(&named).await? else { return Ok(()) };
        let plain = format!("{}/{rest}", through.point.bucket);
        let plain = HeaderValue::from_str(&plain).map_err(|_| S3Error::unsendable("x-amz-copy-source", &plain))?;
        call.call.headers.insert("x-amz-copy-source", plain);
        call.found.source_through = Some(through);
        Ok(())
    }

    /// The bucket of an address, or of the access point in its place.
    pub(crate) async fn bucket_behind(&self, address: &Address) -> Result<BucketName, S3Error> {
        if let Some(named) = &address.point
            && let Some(through) = self.through(named).await?
        {
            return Ok(through.point.bucket.clone());
        }
        Ok(BucketName::parse(address.bucket.as_deref().unwrap_or_default())?)
    }

    /// The access point of a name; `None`: it is a bucket's. One that is missing is told to everybody, as buckets are.
    async fn through(&self, named: &PointName) -> Result<Option<Through>, S3Error> {
        let point = match named {
            PointName::Alias(alias) => self.store.access_point_by_alias(alias).await,
            PointName::Arn(AccessPointArn { account, name, region, outpost }) => {
                let found = self.store.access_point(account, name).await;
                found.and_then(|point| match (&point.arn.region, &point.arn.outpost) == (region, outpost) {
                    true => Ok(point),
                    false => Err(Error::NoSuchAccessPoint),
                })
            }
            PointName::Host { account, name, outpost } => {
                let found = self.store.access_point(account, name).await;
                found.and_then(|point| match point.arn.outpost == *outpost {
                    true => Ok(point),
                    false => Err(Error::NoSuchAccessPoint),
                })
            }
            PointName::HostOrBucket { account, name } => {
                let is_bucket = match BucketName::parse(&format!("{name}-{account}")) {
                    Ok(bucket) => match self.store.bucket(&bucket).await {
                        Err(Error::NoSuchBucket) => false,
                        found => found.map(|_| true)?,
                    },
                    Err(_) => false,
                };
                if is_bucket {
                    return Ok(None);
                }
                match self.store.access_point(account, name).await {
                    // Nothing has this name: it is told of the bucket, which is the commoner mistake.
                    Err(Error::NoSuchAccessPoint) => return Ok(None),
                    Ok(point) if point.arn.outpost.is_some() => return Ok(None),
                    found => found,
                }
            }
        };
        let point = point?;
        // An Outpost stands in the network that it is reached from; whoever else wants in comes from a VPC, and nobody here does.
        if point.vpc.is_some() && point.arn.outpost.is_none() {
            tracing::info!(arn = %point.arn, "access denied: this access point is reached from its VPC only");
            return Err(S3Error::access_denied());
        }
        let mut block = point.block;
        // The bucket knows that of its own account.
        if point.arn.account.as_str() != point.bucket_owner {
            let account = self.store.account_block(&point.arn.account).await?;
            block = block.stricter(account.unwrap_or(PublicAccessBlock::NONE));
        }
        let by_alias = matches!(named, PointName::Alias(_));
        Ok(Some(Through { arn: point.arn.to_string(), point, block, by_alias }))
    }
}

impl S3Call {
    /// The name of the class of what it is about. On an Outpost there is one.
    pub fn storage_class(&self, class: StorageClass) -> &'static str {
        if self.is_on_outpost() { "OUTPOSTS" } else { class.name() }
    }

    /// Of a class is what is put on an Outpost, and of no other.
    pub fn take_class_of_outposts(&mut self) -> Result<(), S3Error> {
        match self.header("x-amz-storage-class") {
            Some("OUTPOSTS") if self.is_on_outpost() => drop(self.call.headers.remove("x-amz-storage-class")),
            Some(other) if self.is_on_outpost() => return Err(S3Error::invalid_class(other)),
            _ => {}
        }
        Ok(())
    }

    /// Whether it goes through an access point on an Outpost.
    pub fn is_on_outpost(&self) -> bool {
        self.found.through.as_ref().is_some_and(Through::is_outpost)
    }
}

/// "Access control lists (ACLs) are not supported."
fn takes_no_acl(call: &S3Call) -> Result<(), S3Error> {
    let says = call.call.headers.keys().any(|name| name == "x-amz-acl" || name.as_str().starts_with("x-amz-grant-"));
    if says { Err(S3Error::no_acls()) } else { Ok(()) }
}

/// The access point that a copy's source names, and the key and version behind it as they were sent, once decoding cannot change
/// where they begin: `arn:...:accesspoint/name/object/key`, or `alias/key`.
fn source(header: &str) -> Option<(PointName, String)> {
    let (path, version) = header.split_once("?versionId=").map_or((header, None), |(path, id)| (path, Some(id)));
    let path = String::from_utf8(uri::decode_query(path)).ok()?;
    let (named, key) = match AccessPointArn::parse(&path) {
        Some((arn, Some(behind))) => (PointName::Arn(arn), behind.strip_prefix("object/")?),
        Some((_, None)) => return None,
        None => {
            let (bucket, key) = path.strip_prefix('/').unwrap_or(&path).split_once('/')?;
            (PointName::of_bucket(bucket)?, key)
        }
    };
    let key = uri::encode_path(key.as_bytes());
    let version = version.map(|id| format!("?versionId={id}")).unwrap_or_default();
    Some((named, format!("{key}{version}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_name_points_and_keys() {
        let arn = "arn:aws:s3:us-east-1:012345678901:accesspoint/ann";
        let behind = |header: &str| source(header).map(|(_, rest)| rest);
        assert_eq!(behind(&format!("{arn}/object/a b/c")).as_deref(), Some("a%20b/c"));
        assert_eq!(
            behind(&format!("{}/object/a%2Fb?versionId=x", arn.replace(':', "%3A"))).as_deref(),
            Some("a/b?versionId=x")
        );
        assert_eq!(behind("/ann-x-s3alias/k").as_deref(), Some("k"));
        for plain in ["bucket/key", arn, &format!("{arn}/key"), "arn:aws:s3:::b/k", ""] {
            assert_eq!(behind(plain), None, "{plain}");
        }
    }

    /// Every name is one of the model's, so that none is let through or kept out by a slip.
    #[test]
    fn the_names_are_those_of_operations() {
        for name in OPERATIONS.iter().chain(NOT_ON_OUTPOSTS) {
            assert!(coldkeep_wire::operations::S3.iter().any(|operation| operation.name == *name), "{name}");
        }
    }
}
