// Written by `cargo xtask wire` from models/. Do not edit.

//! PurchaseProvisionedCapacity: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PurchaseProvisionedCapacity takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PurchaseProvisionedCapacityInput {
    /// Label `accountId` of the path.
    pub account_id: String,
}

impl PurchaseProvisionedCapacityInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.label("accountId")? })
    }
}

/// What PurchaseProvisionedCapacity gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PurchaseProvisionedCapacityOutput {
    /// Header `x-amz-capacity-id`.
    pub capacity_id: Option<String>,
}

impl PurchaseProvisionedCapacityOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(201);
        out.header("x-amz-capacity-id", &self.capacity_id);
        out
    }
}
