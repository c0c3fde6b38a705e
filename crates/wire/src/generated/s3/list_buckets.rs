// Written by `cargo xtask wire` from models/. Do not edit.

//! ListBuckets: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListBuckets takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketsRequest {
    /// Query parameter `max-buckets`.
    pub max_buckets: Option<i32>,
    /// Query parameter `continuation-token`.
    pub continuation_token: Option<String>,
    /// Query parameter `prefix`.
    pub prefix: Option<String>,
    /// Query parameter `bucket-region`.
    pub bucket_region: Option<String>,
}

impl ListBucketsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            max_buckets: request.query("max-buckets")?,
            continuation_token: request.query("continuation-token")?,
            prefix: request.query("prefix")?,
            bucket_region: request.query("bucket-region")?,
        })
    }
}

/// Part of ListBuckets.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Bucket {
    /// `Name` in the body.
    pub name: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreationDate` in the body.
    pub creation_date: Option<Timestamp>,
    /// `BucketRegion` in the body.
    pub bucket_region: Option<String>,
    /// `BucketArn` in the body.
    pub bucket_arn: Option<String>,
}

impl WriteXml for Bucket {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Name", &self.name);
        xml.optional("CreationDate", &self.creation_date);
        xml.optional("BucketRegion", &self.bucket_region);
        xml.optional("BucketArn", &self.bucket_arn);
    }
}

/// What ListBuckets gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListBucketsOutput {
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
    /// `Buckets` in the body.
    pub buckets: Vec<super::Bucket>,
    /// `ContinuationToken` in the body.
    pub continuation_token: Option<String>,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
}

impl ListBucketsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("ListAllMyBucketsResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for ListBucketsOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Owner", &self.owner);
        xml.list("Buckets", "Bucket", &self.buckets);
        xml.optional("ContinuationToken", &self.continuation_token);
        xml.optional("Prefix", &self.prefix);
    }
}
