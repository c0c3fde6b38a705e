//! UploadPartCopy: parts that are ranges of objects which are there already.

use super::uploads::Upload;
use super::{BUCKET, S3, Scenario, objects};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::Load;
use crate::bench::sample::{Figure, Sample};

const RANGE: usize = 16 << 20;
const IN_FLIGHT: usize = 4;

/// Ranges of 16 MiB of objects of 64 MiB; and all of such objects.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("part-copy-16m-x4", Figure::MibPerSecond, S3, |bench, endpoint| {
            copy(endpoint, bench.size(32, 64), RANGE)
        }),
        Scenario::new("part-copy-64m-whole-x4", Figure::RequestsPerSecond, S3, |bench, endpoint| {
            copy(endpoint, bench.size(64, 256), objects::LARGE)
        }),
    ]
}

/// Copies so many parts of this size.
fn copy(endpoint: &Endpoint, number: usize, bytes: usize) -> Result<Sample, String> {
    objects::fill(endpoint)?;
    let sources: Vec<_> = objects::large_paths().collect();
    let upload = Upload::create(endpoint, "copied", None)?;
    let copy = |index: usize| {
        let first = index / sources.len() * bytes % objects::LARGE;
        let draft = endpoint.s3("PUT", &upload.path).query("partNumber", index + 1).query("uploadId", &upload.id);
        let draft = draft.header("x-amz-copy-source", &sources[index % sources.len()]);
        draft.header("x-amz-copy-source-range", format!("bytes={first}-{}", first + bytes - 1)).build()
    };
    let copies: Vec<_> = (0..number).map(copy).collect();
    let sample = Load::once(&copies, IN_FLIGHT).run(endpoint)?.sample;
    // A copy that fails under way answers 200 and an error; what counts is which parts are there.
    let list = endpoint.s3("GET", format!("/{BUCKET}/copied")).query("uploadId", &upload.id).build();
    let copied = endpoint.call(&list)?.text().matches(&format!("<Size>{bytes}</Size>")).count();
    upload.abort()?;
    if copied != number {
        return Err(format!("{}: {copied} of {number} parts were copied", endpoint.name));
    }
    Ok(Sample { bytes: (number * bytes) as u64, ..sample })
}
