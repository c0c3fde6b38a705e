// Written by `cargo xtask wire` from models/. Do not edit.

//! GenerateRandom: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GenerateRandom takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GenerateRandomRequest {
    /// `CustomKeyStoreId` in the body.
    pub custom_key_store_id: Option<String>,
    /// `NumberOfBytes` in the body.
    pub number_of_bytes: Option<i32>,
    /// `Recipient` in the body.
    pub recipient: Option<super::RecipientInfo>,
}

impl GenerateRandomRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        if let Some(mut json) = request.json_body()? {
            json.open_object()?;
            while let Some(name) = json.member()? {
                match name.as_str() {
                    "CustomKeyStoreId" => out.custom_key_store_id = json.read()?,
                    "NumberOfBytes" => out.number_of_bytes = json.read()?,
                    "Recipient" => out.recipient = json.read()?,
                    _ => json.skip()?,
                }
            }
            json.finish()?;
        }
        Ok(out)
    }
}

/// What GenerateRandom gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GenerateRandomResponse {
    /// `CiphertextForRecipient` in the body.
    pub ciphertext_for_recipient: Option<Bytes>,
    /// `Plaintext` in the body.
    pub plaintext: Option<Bytes>,
}

impl GenerateRandomResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GenerateRandomResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("CiphertextForRecipient", &self.ciphertext_for_recipient);
            json.present_member("Plaintext", &self.plaintext);
        });
    }
}
