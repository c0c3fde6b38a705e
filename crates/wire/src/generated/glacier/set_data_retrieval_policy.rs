// Written by `cargo xtask wire` from models/. Do not edit.

//! SetDataRetrievalPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SetDataRetrievalPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetDataRetrievalPolicyInput {
    /// `Policy` in the body.
    pub policy: Option<super::DataRetrievalPolicy>,
    /// Label `accountId` of the path.
    pub account_id: String,
}

impl SetDataRetrievalPolicyInput {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self { account_id: request.label("accountId")?, ..Self::default() };
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "Policy" => out.policy = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// What SetDataRetrievalPolicy gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SetDataRetrievalPolicyOutput {}

impl SetDataRetrievalPolicyOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
