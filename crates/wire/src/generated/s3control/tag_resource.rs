// Written by `cargo xtask wire` from models/. Do not edit.

//! TagResource: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What TagResource takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TagResourceRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Label `resourceArn` of the path.
    pub resource_arn: String,
    /// `Tags` in the body.
    pub tags: Vec<super::Tag>,
}

impl TagResourceRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            account_id: request.required_header("x-amz-account-id")?,
            resource_arn: request.label("resourceArn")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            while xml.child()? {
                match xml.name() {
                    "Tags" => xml.push_all("Tag", &mut out.tags)?,
                    _ => xml.skip()?,
                }
            }
            xml.finish()?;
        }
        Ok(out)
    }
}

/// What TagResource gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TagResourceResult {}

impl TagResourceResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(204)
    }
}
