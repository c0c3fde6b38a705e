// Written by `cargo xtask wire` from models/. Do not edit.

//! CompleteMultipartUpload: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CompleteMultipartUpload takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CompleteMultipartUploadRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// The body.
    pub multipart_upload: Option<super::CompletedMultipartUpload>,
    /// Query parameter `uploadId`.
    pub upload_id: String,
    /// Header `x-amz-checksum-crc32`.
    pub checksum_crc32: Option<String>,
    /// Header `x-amz-checksum-crc32c`.
    pub checksum_crc32c: Option<String>,
    /// Header `x-amz-checksum-crc64nvme`.
    pub checksum_crc64nvme: Option<String>,
    /// Header `x-amz-checksum-sha1`.
    pub checksum_sha1: Option<String>,
    /// Header `x-amz-checksum-sha256`.
    pub checksum_sha256: Option<String>,
    /// Header `x-amz-checksum-sha512`.
    pub checksum_sha512: Option<String>,
    /// Header `x-amz-checksum-md5`.
    pub checksum_md5: Option<String>,
    /// Header `x-amz-checksum-xxhash64`.
    pub checksum_xxhash64: Option<String>,
    /// Header `x-amz-checksum-xxhash3`.
    pub checksum_xxhash3: Option<String>,
    /// Header `x-amz-checksum-xxhash128`.
    pub checksum_xxhash128: Option<String>,
    /// Header `x-amz-checksum-type`.
    pub checksum_type: Option<String>,
    /// Header `x-amz-mp-object-size`.
    pub mpu_object_size: Option<i64>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `if-match`.
    pub if_match: Option<String>,
    /// Header `if-none-match`.
    pub if_none_match: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key`.
    pub sse_customer_key: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
}

impl CompleteMultipartUploadRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            upload_id: request.required_query("uploadId")?,
            checksum_crc32: request.header("x-amz-checksum-crc32")?,
            checksum_crc32c: request.header("x-amz-checksum-crc32c")?,
            checksum_crc64nvme: request.header("x-amz-checksum-crc64nvme")?,
            checksum_sha1: request.header("x-amz-checksum-sha1")?,
            checksum_sha256: request.header("x-amz-checksum-sha256")?,
            checksum_sha512: request.header("x-amz-checksum-sha512")?,
            checksum_md5: request.header("x-amz-checksum-md5")?,
            checksum_xxhash64: request.header("x-amz-checksum-xxhash64")?,
            checksum_xxhash3: request.header("x-amz-checksum-xxhash3")?,
            checksum_xxhash128: request.header("x-amz-checksum-xxhash128")?,
            checksum_type: request.header("x-amz-checksum-type")?,
            mpu_object_size: request.header("x-amz-mp-object-size")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            if_match: request.header("if-match")?,
            if_none_match: request.header("if-none-match")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            out.multipart_upload = Some(xml.read()?);
            xml.finish()?;
        }
        Ok(out)
    }
}

/// What CompleteMultipartUpload gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CompleteMultipartUploadOutput {
    /// `Location` in the body.
    pub location: Option<String>,
    /// `Bucket` in the body.
    pub bucket: Option<String>,
    /// `Key` in the body.
    pub key: Option<String>,
    /// Header `x-amz-expiration`.
    pub expiration: Option<String>,
    /// `ETag` in the body.
    pub etag: Option<String>,
    /// `ChecksumCRC32` in the body.
    pub checksum_crc32: Option<String>,
    /// `ChecksumCRC32C` in the body.
    pub checksum_crc32c: Option<String>,
    /// `ChecksumCRC64NVME` in the body.
    pub checksum_crc64nvme: Option<String>,
    /// `ChecksumSHA1` in the body.
    pub checksum_sha1: Option<String>,
    /// `ChecksumSHA256` in the body.
    pub checksum_sha256: Option<String>,
    /// `ChecksumSHA512` in the body.
    pub checksum_sha512: Option<String>,
    /// `ChecksumMD5` in the body.
    pub checksum_md5: Option<String>,
    /// `ChecksumXXHASH64` in the body.
    pub checksum_xxhash64: Option<String>,
    /// `ChecksumXXHASH3` in the body.
    pub checksum_xxhash3: Option<String>,
    /// `ChecksumXXHASH128` in the body.
    pub checksum_xxhash128: Option<String>,
    /// `ChecksumType` in the body.
    pub checksum_type: Option<String>,
    /// Header `x-amz-server-side-encryption`.
    pub server_side_encryption: Option<String>,
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
    /// Header `x-amz-server-side-encryption-aws-kms-key-id`.
    pub sse_kms_key_id: Option<String>,
    /// Header `x-amz-server-side-encryption-bucket-key-enabled`.
    pub bucket_key_enabled: Option<bool>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl CompleteMultipartUploadOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-expiration", &self.expiration);
        out.header("x-amz-server-side-encryption", &self.server_side_encryption);
        out.header("x-amz-version-id", &self.version_id);
        out.header("x-amz-server-side-encryption-aws-kms-key-id", &self.sse_kms_key_id);
        out.header("x-amz-server-side-encryption-bucket-key-enabled", &self.bucket_key_enabled);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("CompleteMultipartUploadResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for CompleteMultipartUploadOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Location", &self.location);
        xml.optional("Bucket", &self.bucket);
        xml.optional("Key", &self.key);
        xml.optional("ETag", &self.etag);
        xml.optional("ChecksumCRC32", &self.checksum_crc32);
        xml.optional("ChecksumCRC32C", &self.checksum_crc32c);
        xml.optional("ChecksumCRC64NVME", &self.checksum_crc64nvme);
        xml.optional("ChecksumSHA1", &self.checksum_sha1);
        xml.optional("ChecksumSHA256", &self.checksum_sha256);
        xml.optional("ChecksumSHA512", &self.checksum_sha512);
        xml.optional("ChecksumMD5", &self.checksum_md5);
        xml.optional("ChecksumXXHASH64", &self.checksum_xxhash64);
        xml.optional("ChecksumXXHASH3", &self.checksum_xxhash3);
        xml.optional("ChecksumXXHASH128", &self.checksum_xxhash128);
        xml.optional("ChecksumType", &self.checksum_type);
    }
}

/// Part of CompleteMultipartUpload.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CompletedMultipartUpload {
    /// `Part` in the body.
    pub parts: Vec<super::CompletedPart>,
}

impl ReadXml for CompletedMultipartUpload {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Part" => xml.push(&mut out.parts)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of CompleteMultipartUpload.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CompletedPart {
    /// `ETag` in the body.
    pub etag: Option<String>,
    /// `ChecksumCRC32` in the body.
    pub checksum_crc32: Option<String>,
    /// `ChecksumCRC32C` in the body.
    pub checksum_crc32c: Option<String>,
    /// `ChecksumCRC64NVME` in the body.
    pub checksum_crc64nvme: Option<String>,
    /// `ChecksumSHA1` in the body.
    pub checksum_sha1: Option<String>,
    /// `ChecksumSHA256` in the body.
    pub checksum_sha256: Option<String>,
    /// `ChecksumSHA512` in the body.
    pub checksum_sha512: Option<String>,
    /// `ChecksumMD5` in the body.
    pub checksum_md5: Option<String>,
    /// `ChecksumXXHASH64` in the body.
    pub checksum_xxhash64: Option<String>,
    /// `ChecksumXXHASH3` in the body.
    pub checksum_xxhash3: Option<String>,
    /// `ChecksumXXHASH128` in the body.
    pub checksum_xxhash128: Option<String>,
    /// `PartNumber` in the body.
    pub part_number: Option<i32>,
}

impl ReadXml for CompletedPart {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "ETag" => out.etag = Some(xml.read()?),
                "ChecksumCRC32" => out.checksum_crc32 = Some(xml.read()?),
                "ChecksumCRC32C" => out.checksum_crc32c = Some(xml.read()?),
                "ChecksumCRC64NVME" => out.checksum_crc64nvme = Some(xml.read()?),
                "ChecksumSHA1" => out.checksum_sha1 = Some(xml.read()?),
                "ChecksumSHA256" => out.checksum_sha256 = Some(xml.read()?),
                "ChecksumSHA512" => out.checksum_sha512 = Some(xml.read()?),
                "ChecksumMD5" => out.checksum_md5 = Some(xml.read()?),
                "ChecksumXXHASH64" => out.checksum_xxhash64 = Some(xml.read()?),
                "ChecksumXXHASH3" => out.checksum_xxhash3 = Some(xml.read()?),
                "ChecksumXXHASH128" => out.checksum_xxhash128 = Some(xml.read()?),
                "PartNumber" => out.part_number = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}
