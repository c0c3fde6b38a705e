// Written by `cargo xtask wire` from models/. Do not edit.

//! ListObjectsV2: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What ListObjectsV2 takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListObjectsV2Request {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Query parameter `delimiter`.
    pub delimiter: Option<String>,
    /// Query parameter `encoding-type`.
    pub encoding_type: Option<String>,
    /// Query parameter `max-keys`.
    pub max_keys: Option<i32>,
    /// Query parameter `prefix`.
    pub prefix: Option<String>,
    /// Query parameter `continuation-token`.
    pub continuation_token: Option<String>,
    /// Query parameter `fetch-owner`.
    pub fetch_owner: Option<bool>,
    /// Query parameter `start-after`.
    pub start_after: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-optional-object-attributes`.
    pub optional_object_attributes: Vec<String>,
}

impl ListObjectsV2Request {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            delimiter: request.query("delimiter")?,
            encoding_type: request.query("encoding-type")?,
            max_keys: request.query("max-keys")?,
            prefix: request.query("prefix")?,
            continuation_token: request.query("continuation-token")?,
            fetch_owner: request.query("fetch-owner")?,
            start_after: request.query("start-after")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            optional_object_attributes: request.header_list("x-amz-optional-object-attributes")?,
        })
    }
}

/// What ListObjectsV2 gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListObjectsV2Output {
    /// `Name` in the body.
    pub name: Option<String>,
    /// `IsTruncated` in the body.
    pub is_truncated: Option<bool>,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Delimiter` in the body.
    pub delimiter: Option<String>,
    /// `MaxKeys` in the body.
    pub max_keys: Option<i32>,
    /// `EncodingType` in the body.
    pub encoding_type: Option<String>,
    /// `KeyCount` in the body.
    pub key_count: Option<i32>,
    /// `ContinuationToken` in the body.
    pub continuation_token: Option<String>,
    /// `NextContinuationToken` in the body.
    pub next_continuation_token: Option<String>,
    /// `StartAfter` in the body.
    pub start_after: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// `Contents` in the body.
    pub contents: Vec<super::Object>,
    /// `CommonPrefixes` in the body.
    pub common_prefixes: Vec<super::CommonPrefix>,
}

impl ListObjectsV2Output {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        self.encode_with([], |_, ()| ())
    }

    /// Writes it to a response, with a row behind those of `contents` for each item. It is one row, which `fill` changes from
    /// item to item: what it does not set stays.
    pub fn encode_with<I>(
        &self,
        rows: impl IntoIterator<Item = I>,
        fill: impl FnMut(&mut super::Object, I),
    ) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("ListBucketResult", |xml| self.write_rows(xml, rows, fill));
        out
    }
}

impl ListObjectsV2Output {
    fn write_rows<I>(
        &self,
        xml: &mut XmlWriter,
        rows: impl IntoIterator<Item = I>,
        fill: impl FnMut(&mut super::Object, I),
    ) {
        xml.optional("Name", &self.name);
        xml.optional("IsTruncated", &self.is_truncated);
        xml.optional("Prefix", &self.prefix);
        xml.optional("Delimiter", &self.delimiter);
        xml.optional("MaxKeys", &self.max_keys);
        xml.optional("EncodingType", &self.encoding_type);
        xml.optional("KeyCount", &self.key_count);
        xml.optional("ContinuationToken", &self.continuation_token);
        xml.optional("NextContinuationToken", &self.next_continuation_token);
        xml.optional("StartAfter", &self.start_after);
        xml.flat_list("Contents", &self.contents);
        xml.rows("Contents", rows, fill);
        xml.flat_list("CommonPrefixes", &self.common_prefixes);
    }
}
