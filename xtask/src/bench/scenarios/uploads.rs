//! Multipart uploads apart from their data: create and abort; and steps that other scenarios share.

use super::upload_lists::open_uploads;
use super::walk::Walk;
use super::{BUCKET, S3, Scenario};
use crate::bench::endpoint::{Endpoint, element};
use crate::bench::load::{Load, Outcome};
use crate::bench::payload;
use crate::bench::request::{Draft, Proof, Request};
use crate::bench::sample::Figure;

const OPEN: usize = 2000;
/// Connections that prepare.
pub const CLIENTS: usize = 16;

/// Create and abort.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("create-upload", Figure::RequestsPerSecond, S3, |_, endpoint| {
            endpoint.create_bucket(BUCKET)?;
            let created = create_many(endpoint, OPEN)?;
            abort_all(endpoint)?;
            Ok(created.sample.without_bytes())
        }),
        Scenario::new("abort-upload", Figure::RequestsPerSecond, S3, |_, endpoint| {
            endpoint.create_bucket(BUCKET)?;
            create_many(endpoint, OPEN)?;
            abort_all(endpoint).map(|outcome| outcome.sample.without_bytes())
        }),
    ]
}

/// An open upload.
pub struct Upload<'e> {
    endpoint: &'e Endpoint,
    /// Path of the object.
    pub path: String,
    /// Its id.
    pub id: String,
}

impl<'e> Upload<'e> {
    /// CreateMultipartUpload, for parts with checksums if one is named.
    pub fn create(endpoint: &'e Endpoint, key: &str, checksum: Option<&str>) -> Result<Self, String> {
        Self::create_as(endpoint, key, |draft| match checksum {
            Some(name) => draft.header("x-amz-checksum-algorithm", name),
            None => draft,
        })
    }

    /// CreateMultipartUpload, with what is added to the request.
    pub fn create_as(
        endpoint: &'e Endpoint,
        key: &str,
        add: impl FnOnce(Draft<'e>) -> Draft<'e>,
    ) -> Result<Self, String> {
        let path = format!("/{BUCKET}/{key}");
        let draft = add(endpoint.s3("POST", &path).query("uploads", ""));
        let text = endpoint.call(&draft.build())?.text();
        let id = element(&text, "UploadId").ok_or(format!("{}: no upload id in {text}", endpoint.name))?.to_owned();
        Ok(Self { endpoint, path, id })
    }

    /// UploadPart.
    pub fn part(&self, number: usize, bytes: usize, proof: Proof) -> Request {
        self.part_draft(number, bytes, proof).build()
    }

    /// UploadPart, to which something may be added.
    pub fn part_draft(&self, number: usize, bytes: usize, proof: Proof) -> Draft<'e> {
        let draft = self.endpoint.s3("PUT", &self.path).query("partNumber", number).query("uploadId", &self.id);
        draft.body(payload::bytes(bytes), proof)
    }

    /// CompleteMultipartUpload of all parts.
    pub fn complete(&self, etags: &[String]) -> Request {
        let mut text = String::from("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for (index, etag) in etags.iter().enumerate() {
            text.push_str(&format!("<Part><ETag>{etag}</ETag><PartNumber>{}</PartNumber></Part>", index + 1));
        }
        text.push_str("</CompleteMultipartUpload>");
        self.endpoint.s3("POST", &self.path).query("uploadId", &self.id).document(text).build()
    }

    /// AbortMultipartUpload.
    pub fn abort(&self) -> Result<(), String> {
        let request = self.endpoint.s3("DELETE", &self.path).query("uploadId", &self.id).build();
        self.endpoint.call(&request).map(drop)
    }

    /// DeleteObject of what was completed.
    pub fn delete(&self) -> Result<(), String> {
        self.endpoint.call(&self.endpoint.s3("DELETE", &self.path).build()).map(drop)
    }
}

/// Opens uploads in the usual bucket.
pub fn create_many(endpoint: &Endpoint, number: usize) -> Result<Outcome, String> {
    let path = |number| format!("/{BUCKET}/open/{number:06}");
    let requests: Vec<_> =
        (0..number).map(|number| endpoint.s3("POST", path(number)).query("uploads", "").build()).collect();
    Load::once(&requests, CLIENTS).run(endpoint)
}

/// Aborts all open uploads of the usual bucket.
pub fn abort_all(endpoint: &Endpoint) -> Result<Outcome, String> {
    let abort =
        |(key, id): &(String, String)| endpoint.s3("DELETE", format!("/{BUCKET}/{key}")).query("uploadId", id).build();
    let uploads = open_uploads(endpoint, &mut Walk::new(endpoint)?, BUCKET)?;
    let requests: Vec<_> = uploads.iter().map(abort).collect();
    Load::once(&requests, CLIENTS).run(endpoint)
}
