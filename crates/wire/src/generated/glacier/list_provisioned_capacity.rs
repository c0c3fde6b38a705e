// Written by `cargo xtask wire` from models/. Do not edit.

//! ListProvisionedCapacity: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListProvisionedCapacity takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListProvisionedCapacityInput {
    /// Label `accountId` of the path.
    pub account_id: String,
}

impl ListProvisionedCapacityInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.label("accountId")? })
    }
}

/// What ListProvisionedCapacity gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListProvisionedCapacityOutput {
    /// `ProvisionedCapacityList` in the body.
    pub provisioned_capacity_list: Vec<super::ProvisionedCapacityDescription>,
}

impl ListProvisionedCapacityOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListProvisionedCapacityOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("ProvisionedCapacityList", &self.provisioned_capacity_list);
        });
    }
}

/// Part of ListProvisionedCapacity.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ProvisionedCapacityDescription {
    /// `CapacityId` in the body.
    pub capacity_id: Option<String>,
    /// `ExpirationDate` in the body.
    pub expiration_date: Option<String>,
    /// `StartDate` in the body.
    pub start_date: Option<String>,
}

impl WriteJson for ProvisionedCapacityDescription {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("CapacityId", &self.capacity_id);
            json.member("ExpirationDate", &self.expiration_date);
            json.member("StartDate", &self.start_date);
        });
    }
}
