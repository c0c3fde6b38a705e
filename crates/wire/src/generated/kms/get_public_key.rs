// Written by `cargo xtask wire` from models/. Do not edit.

//! GetPublicKey: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetPublicKey takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPublicKeyRequest {
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: String,
}

impl GetPublicKeyRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

/// What GetPublicKey gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetPublicKeyResponse {
    /// `CustomerMasterKeySpec` in the body.
    pub customer_master_key_spec: Option<String>,
    /// `EncapsulationAlgorithms` in the body.
    pub encapsulation_algorithms: Vec<String>,
    /// `EncryptionAlgorithms` in the body.
    pub encryption_algorithms: Vec<String>,
    /// `KeyAgreementAlgorithms` in the body.
    pub key_agreement_algorithms: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeySpec` in the body.
    pub key_spec: Option<String>,
    /// `KeyUsage` in the body.
    pub key_usage: Option<String>,
    /// `PublicKey` in the body.
    pub public_key: Option<Bytes>,
    /// `SigningAlgorithms` in the body.
    pub signing_algorithms: Vec<String>,
}

impl GetPublicKeyResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GetPublicKeyResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("CustomerMasterKeySpec", &self.customer_master_key_spec);
            json.filled_member("EncapsulationAlgorithms", &self.encapsulation_algorithms);
            json.filled_member("EncryptionAlgorithms", &self.encryption_algorithms);
            json.filled_member("KeyAgreementAlgorithms", &self.key_agreement_algorithms);
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeySpec", &self.key_spec);
            json.present_member("KeyUsage", &self.key_usage);
            json.present_member("PublicKey", &self.public_key);
            json.filled_member("SigningAlgorithms", &self.signing_algorithms);
        });
    }
}
