// Written by `cargo xtask wire` from models/. Do not edit.

//! GetDataRetrievalPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetDataRetrievalPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetDataRetrievalPolicyInput {
    /// Label `accountId` of the path.
    pub account_id: String,
}

impl GetDataRetrievalPolicyInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self { account_id: request.label("accountId")? })
    }
}

/// What GetDataRetrievalPolicy gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetDataRetrievalPolicyOutput {
    /// `Policy` in the body.
    pub policy: Option<super::DataRetrievalPolicy>,
}

impl GetDataRetrievalPolicyOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GetDataRetrievalPolicyOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Policy", &self.policy);
        });
    }
}
