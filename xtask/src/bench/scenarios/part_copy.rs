//! UploadPartCopy: parts that are ranges of objects which are there already.

use super::uploads::Upload;
use super::{BUCKET, Bench, S3, Scenario, objects};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::Load;
use crate::bench::sample::{Figure, Sample};

const RANGE: usize = 16 << 20;
const IN_FLIGHT: usize = 4;

/// Ranges of 16 MiB of objects of 64 MiB.
pub fn scenarios() -> Vec<Scenario> {
    vec![Scenario::new("part-copy-16m-x4", Figure::MibPerSecond, S3, copy)]
}

fn copy(bench: &Bench, endpoint: &Endpoint) -> Result<Sample, String> {
    objects::fill(endpoint)?;
    let (number, sources) = (bench.size(32, 64), objects::large_paths().collect::<Vec<_>>());
    let upload = Upload::create(endpoint, "copied", None)?;
    let copy = |index: usize| {
        let first = index / sources.len() * RANGE % objects::LARGE;
        let draft = endpoint.s3("PUT", &upload.path).query("partNumber", index + 1).query("uploadId", &upload.id);
        let draft = draft.header("x-amz-copy-source", &sources[index % sources.len()]);
        draft.header("x-amz-copy-source-range", format!("bytes={first}-{}", first + RANGE - 1)).build()
    };
    let copies: Vec<_> = (0..number).map(copy).collect();
    let sample = Load::once(&copies, IN_FLIGHT).run(endpoint)?.sample;
    // A copy that fails under way answers 200 and an error; what counts is which parts are there.
    let list = endpoint.s3("GET", format!("/{BUCKET}/copied")).query("uploadId", &upload.id).build();
    let copied = endpoint.call(&list)?.text().matches(&format!("<Size>{RANGE}</Size>")).count();
    upload.abort()?;
    if copied != number {
        return Err(format!("{}: {copied} of {number} parts were copied", endpoint.name));
    }
    Ok(Sample { bytes: (number * RANGE) as u64, ..sample })
}
