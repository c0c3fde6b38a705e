//! CompleteMultipartUpload alone: how it grows with the number of parts, and that it does not with their size.

use super::uploads::Upload;
use super::{BUCKET, S3, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::{Load, Outcome};
use crate::bench::payload;
use crate::bench::request::Proof;
use crate::bench::sample::{Figure, Sample};

/// Connections that prepare.
const CLIENTS: usize = 8;
/// Bytes of each part that is copied: the least that a part may have which is not the last.
const COPIED: usize = 5 << 20;

/// Parts by 10, 100, 1,000 and 10,000, and 100 with parts of 20 MiB; and 10,000 that share their bytes.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        complete(10, 5),
        complete(100, 5),
        complete(100, 20),
        complete(1000, 5).only_full().goal(Figure::Milliseconds, 10.0),
        // 50 GiB on the disk while it runs.
        complete(10_000, 5).only_full().goal(Figure::Milliseconds, 60.0),
        Scenario::new("complete-10000-copied", Figure::Milliseconds, S3, |_, endpoint| {
            complete_copied(endpoint, 10_000)
        }),
    ]
}

fn complete(number: usize, mib: usize) -> Scenario {
    Scenario::new(format!("complete-{number}-{mib}m"), Figure::Milliseconds, S3, move |_, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let upload = Upload::create(endpoint, "complete", None)?;
        let parts: Vec<_> = (1..=number).map(|number| upload.part(number, mib << 20, Proof::Unsigned)).collect();
        let parts = Load { keep_etags: true, ..Load::once(&parts, CLIENTS) }.run(endpoint)?;
        measure(endpoint, &upload, &parts.etags, number * (mib << 20))
    })
}

/// Of parts that are all copies of one object, whose bytes they share here: what 50 GiB of parts would cost Complete, without their room on the disk.
fn complete_copied(endpoint: &Endpoint, number: usize) -> Result<Sample, String> {
    endpoint.create_bucket(BUCKET)?;
    let source = format!("/{BUCKET}/complete-source");
    let put = endpoint.s3("PUT", &source).body(payload::bytes(COPIED), Proof::Unsigned).build();
    let Outcome { mut etags, .. } = Load { keep_etags: true, ..Load::once(&[put], 1) }.run(endpoint)?;
    let upload = Upload::create(endpoint, "complete-copied", None)?;
    let copy = |number: usize| {
        let draft = endpoint.s3("PUT", &upload.path).query("partNumber", number).query("uploadId", &upload.id);
        draft.header("x-amz-copy-source", &source).build()
    };
    let copies: Vec<_> = (1..=number).map(copy).collect();
    Load::once(&copies, CLIENTS).run(endpoint)?;
    // Each is the MD5 of the same bytes. A copy that failed has none, and would fail the Complete.
    etags.resize(number, etags.first().cloned().ok_or("no ETag")?);
    let sample = measure(endpoint, &upload, &etags, number * COPIED)?;
    endpoint.call(&endpoint.s3("DELETE", &source).build())?;
    Ok(sample)
}

/// A repeated Complete would be answered from memory of the first, so a round has one.
fn measure(endpoint: &Endpoint, upload: &Upload<'_>, etags: &[String], bytes: usize) -> Result<Sample, String> {
    super::settle();
    let complete = upload.complete(etags);
    let outcome = Load::once(std::slice::from_ref(&complete), 1).run(endpoint)?;
    // A Complete may answer 200 and an error.
    let head = endpoint.call(&endpoint.s3("HEAD", &upload.path).build())?;
    if head.header("content-length") != Some(bytes.to_string().as_str()) {
        return Err(format!("{}: the object is not as long as its parts are together", endpoint.name));
    }
    upload.delete()?;
    Ok(outcome.sample.without_bytes())
}
