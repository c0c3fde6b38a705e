// Written by `cargo xtask wire` from models/. Do not edit.

//! GetAccessPoint: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetAccessPoint takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessPointRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Label `name` of the path.
    pub name: String,
}

impl GetAccessPointRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.required_header("x-amz-account-id")?, name: request.label("name")? })
    }
}

/// What GetAccessPoint gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetAccessPointResult {
    /// `Name` in the body.
    pub name: Option<String>,
    /// `Bucket` in the body.
    pub bucket: Option<String>,
    /// `NetworkOrigin` in the body.
    pub network_origin: Option<String>,
    /// `VpcConfiguration` in the body.
    pub vpc_configuration: Option<super::VpcConfiguration>,
    /// `PublicAccessBlockConfiguration` in the body.
    pub public_access_block_configuration: Option<super::PublicAccessBlockConfiguration>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreationDate` in the body.
    pub creation_date: Option<Timestamp>,
    /// `Alias` in the body.
    pub alias: Option<String>,
    /// `AccessPointArn` in the body.
    pub access_point_arn: Option<String>,
    /// `Endpoints` in the body.
    pub endpoints: BTreeMap<String, String>,
    /// `BucketAccountId` in the body.
    pub bucket_account_id: Option<String>,
    /// `DataSourceId` in the body.
    pub data_source_id: Option<String>,
    /// `DataSourceType` in the body.
    pub data_source_type: Option<String>,
}

impl GetAccessPointResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.control_body("GetAccessPointResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetAccessPointResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Name", &self.name);
        xml.optional("Bucket", &self.bucket);
        xml.optional("NetworkOrigin", &self.network_origin);
        xml.optional("VpcConfiguration", &self.vpc_configuration);
        xml.optional("PublicAccessBlockConfiguration", &self.public_access_block_configuration);
        xml.optional("CreationDate", &self.creation_date);
        xml.optional("Alias", &self.alias);
        xml.optional("AccessPointArn", &self.access_point_arn);
        xml.map("Endpoints", &self.endpoints);
        xml.optional("BucketAccountId", &self.bucket_account_id);
        xml.optional("DataSourceId", &self.data_source_id);
        xml.optional("DataSourceType", &self.data_source_type);
    }
}
