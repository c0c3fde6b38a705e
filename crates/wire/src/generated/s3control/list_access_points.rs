// Written by `cargo xtask wire` from models/. Do not edit.

//! ListAccessPoints: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListAccessPoints takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListAccessPointsRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Query parameter `bucket`.
    pub bucket: Option<String>,
    /// Query parameter `nextToken`.
    pub next_token: Option<String>,
    /// Query parameter `maxResults`.
    pub max_results: Option<i32>,
    /// Query parameter `dataSourceId`.
    pub data_source_id: Option<String>,
    /// Query parameter `dataSourceType`.
    pub data_source_type: Option<String>,
}

impl ListAccessPointsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_id: request.required_header("x-amz-account-id")?,
            bucket: request.query("bucket")?,
            next_token: request.query("nextToken")?,
            max_results: request.query("maxResults")?,
            data_source_id: request.query("dataSourceId")?,
            data_source_type: request.query("dataSourceType")?,
        })
    }
}

/// Part of ListAccessPoints.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AccessPoint {
    /// `Name` in the body.
    pub name: String,
    /// `NetworkOrigin` in the body.
    pub network_origin: String,
    /// `VpcConfiguration` in the body.
    pub vpc_configuration: Option<super::VpcConfiguration>,
    /// `Bucket` in the body.
    pub bucket: String,
    /// `AccessPointArn` in the body.
    pub access_point_arn: Option<String>,
    /// `Alias` in the body.
    pub alias: Option<String>,
    /// `BucketAccountId` in the body.
    pub bucket_account_id: Option<String>,
    /// `DataSourceId` in the body.
    pub data_source_id: Option<String>,
    /// `DataSourceType` in the body.
    pub data_source_type: Option<String>,
}

impl WriteXml for AccessPoint {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Name", &self.name);
        xml.element("NetworkOrigin", &self.network_origin);
        xml.optional("VpcConfiguration", &self.vpc_configuration);
        xml.element("Bucket", &self.bucket);
        xml.optional("AccessPointArn", &self.access_point_arn);
        xml.optional("Alias", &self.alias);
        xml.optional("BucketAccountId", &self.bucket_account_id);
        xml.optional("DataSourceId", &self.data_source_id);
        xml.optional("DataSourceType", &self.data_source_type);
    }
}

/// What ListAccessPoints gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListAccessPointsResult {
    /// `AccessPointList` in the body.
    pub access_point_list: Vec<super::AccessPoint>,
    /// `NextToken` in the body.
    pub next_token: Option<String>,
}

impl ListAccessPointsResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.control_body("ListAccessPointsResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for ListAccessPointsResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("AccessPointList", "AccessPoint", &self.access_point_list);
        xml.optional("NextToken", &self.next_token);
    }
}
