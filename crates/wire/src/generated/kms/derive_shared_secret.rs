// Written by `cargo xtask wire` from models/. Do not edit.

//! DeriveSharedSecret: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeriveSharedSecret takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeriveSharedSecretRequest {
    /// `DryRun` in the body.
    pub dry_run: Option<bool>,
    /// `GrantTokens` in the body.
    pub grant_tokens: Vec<String>,
    /// `KeyAgreementAlgorithm` in the body.
    pub key_agreement_algorithm: String,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `PublicKey` in the body.
    pub public_key: Bytes,
    /// `Recipient` in the body.
    pub recipient: Option<super::RecipientInfo>,
}

impl DeriveSharedSecretRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_agreement_algorithm = None;
        let mut key_id = None;
        let mut public_key = None;
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "DryRun" => out.dry_run = json.read()?,
                    "GrantTokens" => out.grant_tokens = json.read()?,
                    "KeyAgreementAlgorithm" => key_agreement_algorithm = json.read()?,
                    "KeyId" => key_id = json.read()?,
                    "PublicKey" => public_key = json.read()?,
                    "Recipient" => out.recipient = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        out.key_agreement_algorithm = required(key_agreement_algorithm, "KeyAgreementAlgorithm")?;
        out.key_id = required(key_id, "KeyId")?;
        out.public_key = required(public_key, "PublicKey")?;
        Ok(out)
    }
}

/// What DeriveSharedSecret gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeriveSharedSecretResponse {
    /// `CiphertextForRecipient` in the body.
    pub ciphertext_for_recipient: Option<Bytes>,
    /// `KeyAgreementAlgorithm` in the body.
    pub key_agreement_algorithm: Option<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `KeyOrigin` in the body.
    pub key_origin: Option<String>,
    /// `SharedSecret` in the body.
    pub shared_secret: Option<Bytes>,
}

impl DeriveSharedSecretResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for DeriveSharedSecretResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("CiphertextForRecipient", &self.ciphertext_for_recipient);
            json.present_member("KeyAgreementAlgorithm", &self.key_agreement_algorithm);
            json.present_member("KeyId", &self.key_id);
            json.present_member("KeyOrigin", &self.key_origin);
            json.present_member("SharedSecret", &self.shared_secret);
        });
    }
}
