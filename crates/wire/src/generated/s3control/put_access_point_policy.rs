// Written by `cargo xtask wire` from models/. Do not edit.

//! PutAccessPointPolicy: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutAccessPointPolicy takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutAccessPointPolicyRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Label `name` of the path.
    pub name: String,
    /// `Policy` in the body.
    pub policy: String,
}

impl PutAccessPointPolicyRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            account_id: request.required_header("x-amz-account-id")?,
            name: request.label("name")?,
            ..Self::default()
        };
        let mut policy = None;
        if let Some(mut xml) = request.xml_body()? {
            while xml.child()? {
                match xml.name() {
                    "Policy" => policy = Some(xml.read()?),
                    _ => xml.skip()?,
                }
            }
            xml.finish()?;
        }
        out.policy = required(policy, "Policy")?;
        Ok(out)
    }
}

/// What PutAccessPointPolicy gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutAccessPointPolicyOutput {}

impl PutAccessPointPolicyOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
