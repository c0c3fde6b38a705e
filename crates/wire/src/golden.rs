//! Serde for the golden tests against botocore (`conformance/test_wire_golden.py`). Only with the feature `golden`.
//!
//! Members have the names of their Rust fields; dates are milliseconds since 1970.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{DecodeError, Encoded, Request};

/// The services and operations that have types.
pub fn typed() -> &'static [(&'static str, &'static str)] {
    crate::generated::dispatch::TYPED
}

/// The input of an operation as JSON, or why it does not decode.
pub fn decode(service: &str, operation: &str, request: &Request<'_>) -> Result<Value, String> {
    crate::generated::dispatch::decode(service, operation, request)
}

/// The response for an output given as JSON.
pub fn encode(service: &str, operation: &str, value: Value) -> Result<Encoded, String> {
    crate::generated::dispatch::encode(service, operation, value)
}

pub(crate) fn to_json<T: Serialize>(decoded: Result<T, DecodeError>) -> Result<Value, String> {
    let value = decoded.map_err(|error| error.to_string())?;
    serde_json::to_value(value).map_err(|error| error.to_string())
}

pub(crate) fn from_json<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

/// Optional dates as milliseconds.
pub(crate) mod timestamp {
    use coldkeep_types::Timestamp;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        time.map(|Timestamp(millis)| millis).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<i64>::deserialize(deserializer)?.map(Timestamp))
    }
}
