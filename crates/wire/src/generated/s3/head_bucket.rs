// Written by `cargo xtask wire` from models/. Do not edit.

//! HeadBucket: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What HeadBucket takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct HeadBucketRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl HeadBucketRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What HeadBucket gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct HeadBucketOutput {
    /// Header `x-amz-bucket-arn`.
    pub bucket_arn: Option<String>,
    /// Header `x-amz-bucket-location-type`.
    pub bucket_location_type: Option<String>,
    /// Header `x-amz-bucket-location-name`.
    pub bucket_location_name: Option<String>,
    /// Header `x-amz-bucket-region`.
    pub bucket_region: Option<String>,
    /// Header `x-amz-access-point-alias`.
    pub access_point_alias: Option<bool>,
}

impl HeadBucketOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-bucket-arn", &self.bucket_arn);
        out.header("x-amz-bucket-location-type", &self.bucket_location_type);
        out.header("x-amz-bucket-location-name", &self.bucket_location_name);
        out.header("x-amz-bucket-region", &self.bucket_region);
        out.header("x-amz-access-point-alias", &self.access_point_alias);
        out
    }
}
