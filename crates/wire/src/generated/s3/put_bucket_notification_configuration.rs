// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketNotificationConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketNotificationConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketNotificationConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// The body.
    pub notification_configuration: super::NotificationConfiguration,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-skip-destination-validation`.
    pub skip_destination_validation: Option<bool>,
}

impl PutBucketNotificationConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            skip_destination_validation: request.header("x-amz-skip-destination-validation")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "NotificationConfiguration")?;
        out.notification_configuration = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketNotificationConfiguration gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketNotificationConfigurationOutput {}

impl PutBucketNotificationConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
