//! CompleteMultipartUpload alone: how it grows with the number of parts, and that it does not with their size.

use super::uploads::Upload;
use super::{BUCKET, S3, Scenario};
use crate::bench::load::Load;
use crate::bench::request::Proof;
use crate::bench::sample::Figure;

/// Parts by 10, 100, 1,000 and 10,000, and 100 with parts of 20 MiB.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        complete(10, 5),
        complete(100, 5),
        complete(100, 20),
        complete(1000, 5).only_full().goal(Figure::Milliseconds, 10.0),
        // 50 GiB on the disk while it runs.
        complete(10_000, 5).only_full().goal(Figure::Milliseconds, 60.0),
    ]
}

fn complete(number: usize, mib: usize) -> Scenario {
    Scenario::new(format!("complete-{number}-{mib}m"), Figure::Milliseconds, S3, move |_, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let upload = Upload::create(endpoint, "complete", None)?;
        let parts: Vec<_> = (1..=number).map(|number| upload.part(number, mib << 20, Proof::Unsigned)).collect();
        let parts = Load { keep_etags: true, ..Load::once(&parts, 8) }.run(endpoint)?;
        super::settle();
        // A repeated Complete would be answered from memory of the first, so a round has one.
        let complete = upload.complete(&parts.etags);
        let outcome = Load::once(std::slice::from_ref(&complete), 1).run(endpoint)?;
        endpoint.call(&endpoint.s3("HEAD", &upload.path).build())?;
        upload.delete()?;
        Ok(outcome.sample.without_bytes())
    })
}
