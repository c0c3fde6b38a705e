//! Multipart uploads apart from their data: create, list, abort; and steps that other scenarios share.

use std::time::Duration;

use super::{BUCKET, S3, Scenario};
use crate::bench::endpoint::{Endpoint, element};
use crate::bench::load::{Load, Outcome, measure};
use crate::bench::payload;
use crate::bench::request::{Proof, Request};
use crate::bench::sample::{Figure, Latencies, Sample};

/// Uploads that are open while they are listed.
const OPEN: usize = 2000;
const CLIENTS: usize = 16;
/// Keys of a page.
const PAGE: &str = "1000";

/// Create, list and abort.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("create-upload", Figure::RequestsPerSecond, S3, |_, endpoint| {
            endpoint.create_bucket(BUCKET)?;
            let created = create_many(endpoint)?;
            abort_all(endpoint)?;
            Ok(created.sample.without_bytes())
        }),
        Scenario::new("abort-upload", Figure::RequestsPerSecond, S3, |_, endpoint| {
            endpoint.create_bucket(BUCKET)?;
            create_many(endpoint)?;
            abort_all(endpoint).map(|outcome| outcome.sample.without_bytes())
        }),
        Scenario::new("list-uploads-2000", Figure::Milliseconds, S3, |bench, endpoint| {
            endpoint.create_bucket(BUCKET)?;
            create_many(endpoint)?;
            let sample = list_repeatedly(endpoint, bench.time() / 2);
            abort_all(endpoint)?;
            sample
        })
        .goal(Figure::Milliseconds, 10.0),
        Scenario::new("list-parts-1000", Figure::Milliseconds, S3, |bench, endpoint| {
            endpoint.create_bucket(BUCKET)?;
            let upload = Upload::create(endpoint, "listed", None)?;
            let parts: Vec<_> = (1..=1000).map(|number| upload.part(number, 1, Proof::Unsigned)).collect();
            Load::once(&parts, CLIENTS).run(endpoint)?;
            let page = endpoint.s3("GET", &upload.path).query("uploadId", &upload.id).query("max-parts", PAGE).build();
            let listed = endpoint.call(&page)?.text().matches("<PartNumber>").count();
            if listed != 1000 {
                return Err(format!("{}: ListParts gave {listed} of 1,000 parts", endpoint.name));
            }
            let sample = Load::repeated(&[page], 1, bench.time() / 2).run(endpoint)?.sample;
            upload.abort()?;
            Ok(sample.without_bytes())
        })
        .goal(Figure::Milliseconds, 3.0),
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
        let path = format!("/{BUCKET}/{key}");
        let mut draft = endpoint.s3("POST", &path).query("uploads", "");
        if let Some(name) = checksum {
            draft = draft.header("x-amz-checksum-algorithm", name);
        }
        let text = endpoint.call(&draft.build())?.text();
        let id = element(&text, "UploadId").ok_or(format!("{}: no upload id in {text}", endpoint.name))?.to_owned();
        Ok(Self { endpoint, path, id })
    }

    /// UploadPart.
    pub fn part(&self, number: usize, bytes: usize, proof: Proof) -> Request {
        let draft = self.endpoint.s3("PUT", &self.path).query("partNumber", number).query("uploadId", &self.id);
        draft.body(payload::bytes(bytes), proof).build()
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

fn create_many(endpoint: &Endpoint) -> Result<Outcome, String> {
    let path = |number| format!("/{BUCKET}/open/{number:06}");
    let requests: Vec<_> =
        (0..OPEN).map(|number| endpoint.s3("POST", path(number)).query("uploads", "").build()).collect();
    Load::once(&requests, CLIENTS).run(endpoint)
}

fn abort_all(endpoint: &Endpoint) -> Result<Outcome, String> {
    let abort =
        |(key, id): &(String, String)| endpoint.s3("DELETE", format!("/{BUCKET}/{key}")).query("uploadId", id).build();
    let requests: Vec<_> = open_uploads(endpoint)?.iter().map(abort).collect();
    Load::once(&requests, CLIENTS).run(endpoint)
}

/// Walks all pages again and again. Its latency is that of a whole walk.
fn list_repeatedly(endpoint: &Endpoint, time: Duration) -> Result<Sample, String> {
    let mut nanos = Vec::new();
    let (walked, mut sample) = measure(endpoint, || {
        let (begin, mut walked) = (std::time::Instant::now(), 0);
        while walked == 0 || begin.elapsed() < time {
            let start = std::time::Instant::now();
            let listed = open_uploads(endpoint)?.len();
            nanos.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
            if listed != OPEN {
                return Err(format!("{}: ListMultipartUploads gave {listed} of {OPEN} uploads", endpoint.name));
            }
            walked += listed;
        }
        Ok(walked)
    })?;
    sample.requests = nanos.len() as u64;
    sample.keys = walked as u64;
    sample.latencies = Latencies::of(&mut nanos);
    Ok(sample)
}

/// Key and id of all open uploads of the bucket.
fn open_uploads(endpoint: &Endpoint) -> Result<Vec<(String, String)>, String> {
    let mut connection = endpoint.connect()?;
    let (mut uploads, mut markers) = (Vec::new(), None::<(String, String)>);
    loop {
        let mut draft = endpoint.s3("GET", format!("/{BUCKET}")).query("uploads", "").query("max-uploads", PAGE);
        if let Some((key, id)) = &markers {
            draft = draft.query("key-marker", key).query("upload-id-marker", id);
        }
        let text = endpoint.call_on(&mut connection, &draft.build())?.text();
        for upload in text.split("<Upload>").skip(1) {
            if let (Some(key), Some(id)) = (element(upload, "Key"), element(upload, "UploadId")) {
                uploads.push((key.to_owned(), id.to_owned()));
            }
        }
        if element(&text, "IsTruncated") != Some("true") {
            return Ok(uploads);
        }
        let marker = |name| element(&text, name).unwrap_or_default().to_owned();
        markers = Some((marker("NextKeyMarker"), marker("NextUploadIdMarker")));
    }
}
