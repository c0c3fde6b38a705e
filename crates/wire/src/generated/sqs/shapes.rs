// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// Part of ChangeMessageVisibilityBatch, DeleteMessageBatch, SendMessageBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct BatchResultErrorEntry {
    /// `Code` in the body.
    pub code: String,
    /// `Id` in the body.
    pub id: String,
    /// `Message` in the body.
    pub message: Option<String>,
    /// `SenderFault` in the body.
    pub sender_fault: bool,
}

impl WriteJson for BatchResultErrorEntry {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Code", &self.code);
            json.member("Id", &self.id);
            json.present_member("Message", &self.message);
            json.member("SenderFault", &self.sender_fault);
        });
    }
}

/// Part of ReceiveMessage, SendMessage, SendMessageBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MessageAttributeValue {
    /// `BinaryListValues` in the body.
    pub binary_list_values: Vec<Bytes>,
    /// `BinaryValue` in the body.
    pub binary_value: Option<Bytes>,
    /// `DataType` in the body.
    pub data_type: String,
    /// `StringListValues` in the body.
    pub string_list_values: Vec<String>,
    /// `StringValue` in the body.
    pub string_value: Option<String>,
}

impl ReadJson for MessageAttributeValue {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut data_type = None;
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "BinaryListValues" => out.binary_list_values = json.read()?,
                "BinaryValue" => out.binary_value = json.read()?,
                "DataType" => data_type = json.read()?,
                "StringListValues" => out.string_list_values = json.read()?,
                "StringValue" => out.string_value = json.read()?,
                _ => json.skip()?,
            }
        }
        out.data_type = required(data_type, "DataType")?;
        Ok(out)
    }
}

impl WriteJson for MessageAttributeValue {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.filled_member("BinaryListValues", &self.binary_list_values);
            json.present_member("BinaryValue", &self.binary_value);
            json.member("DataType", &self.data_type);
            json.filled_member("StringListValues", &self.string_list_values);
            json.present_member("StringValue", &self.string_value);
        });
    }
}

/// Part of SendMessage, SendMessageBatch.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MessageSystemAttributeValue {
    /// `BinaryListValues` in the body.
    pub binary_list_values: Vec<Bytes>,
    /// `BinaryValue` in the body.
    pub binary_value: Option<Bytes>,
    /// `DataType` in the body.
    pub data_type: String,
    /// `StringListValues` in the body.
    pub string_list_values: Vec<String>,
    /// `StringValue` in the body.
    pub string_value: Option<String>,
}

impl ReadJson for MessageSystemAttributeValue {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut data_type = None;
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "BinaryListValues" => out.binary_list_values = json.read()?,
                "BinaryValue" => out.binary_value = json.read()?,
                "DataType" => data_type = json.read()?,
                "StringListValues" => out.string_list_values = json.read()?,
                "StringValue" => out.string_value = json.read()?,
                _ => json.skip()?,
            }
        }
        out.data_type = required(data_type, "DataType")?;
        Ok(out)
    }
}
