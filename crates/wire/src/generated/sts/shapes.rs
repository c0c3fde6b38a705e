// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// Part of AssumeRole, AssumeRoleWithWebIdentity.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AssumedRoleUser {
    /// `AssumedRoleId`.
    pub assumed_role_id: String,
    /// `Arn`.
    pub arn: String,
}

impl WriteXml for AssumedRoleUser {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("AssumedRoleId", &self.assumed_role_id);
        xml.element("Arn", &self.arn);
    }
}

/// Part of AssumeRole, AssumeRoleWithWebIdentity, GetFederationToken, GetSessionToken.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Credentials {
    /// `AccessKeyId`.
    pub access_key_id: String,
    /// `SecretAccessKey`.
    pub secret_access_key: String,
    /// `SessionToken`.
    pub session_token: String,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `Expiration`.
    pub expiration: Option<Timestamp>,
}

impl WriteXml for Credentials {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("AccessKeyId", &self.access_key_id);
        xml.element("SecretAccessKey", &self.secret_access_key);
        xml.element("SessionToken", &self.session_token);
        xml.seconds("Expiration", &self.expiration);
    }
}

/// Part of AssumeRole, AssumeRoleWithWebIdentity, GetFederationToken.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyDescriptorType {
    /// `arn`.
    pub arn: Option<String>,
}

impl ReadForm for PolicyDescriptorType {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self { arn: form.optional("arn")? }))
    }
}

/// Part of AssumeRole, GetFederationToken.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Tag {
    /// `Key`.
    pub key: String,
    /// `Value`.
    pub value: String,
}

impl ReadForm for Tag {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        if !form.is_there() {
            return Ok(None);
        }
        Ok(Some(Self { key: form.required("Key")?, value: form.required("Value")? }))
    }
}
