//! UploadPart: sizes of parts, parts in flight, and proofs of the body; and a whole multipart upload of 1 GiB.

use coldkeep_digest::ChecksumAlgorithm;

use super::uploads::Upload;
use super::{BUCKET, S3, Scenario, TLS_UPLOADS, UPLOADS};
use crate::bench::load::{Load, measure};
use crate::bench::request::Proof;
use crate::bench::sample::Figure;

const MIB: usize = 1 << 20;

/// Parts alone, then whole uploads.
pub fn scenarios() -> Vec<Scenario> {
    let mut all = vec![
        part(16, 1, Proof::Unsigned),
        part(16, 4, Proof::Unsigned).goal(Figure::CpuPerGib, 0.9),
        part(16, 16, Proof::Unsigned).goal(Figure::CpuPerGib, 0.6),
        part(16, 64, Proof::Unsigned).goal(Figure::PeakMib, 150.0),
    ];
    for mib in [5, 64] {
        all.extend([1, 4, 16, 64].map(|in_flight| match in_flight {
            4 => part(mib, 4, Proof::Unsigned),
            _ => part(mib, in_flight, Proof::Unsigned).only_full(),
        }));
    }
    all.push(part(16, 4, Proof::Unsigned).over_tls(TLS_UPLOADS));
    all.push(part(16, 4, Proof::Signed));
    for algorithm in ChecksumAlgorithm::ALL {
        for proof in [Proof::Trailer(algorithm), Proof::Checksum(algorithm)] {
            let scenario = part(16, 4, proof);
            // What SDKs send if they are told nothing else.
            let is_usual = proof == Proof::Trailer(ChecksumAlgorithm::Crc64Nvme);
            all.push(if is_usual { scenario } else { scenario.only_full() });
        }
    }
    all.push(whole());
    all
}

fn part(mib: usize, in_flight: usize, proof: Proof) -> Scenario {
    let suffix = match proof {
        Proof::Unsigned => String::new(),
        Proof::Signed => "-signed".into(),
        Proof::Checksum(algorithm) => format!("-{}", algorithm.name().to_lowercase()),
        Proof::Trailer(algorithm) => format!("-{}-trailer", algorithm.name().to_lowercase()),
    };
    let on = if proof == Proof::Unsigned { UPLOADS } else { S3 };
    Scenario::new(format!("part-{mib}m-x{in_flight}{suffix}"), Figure::MibPerSecond, on, move |bench, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let number = (bench.size(512, 1024) / mib).max(in_flight);
        let upload = Upload::create(endpoint, "parts", checksum(proof).map(ChecksumAlgorithm::name))?;
        let parts: Vec<_> = (1..=number).map(|number| upload.part(number, mib * MIB, proof)).collect();
        let outcome = Load::once(&parts, in_flight).run(endpoint);
        upload.abort()?;
        outcome.map(|outcome| outcome.sample)
    })
}

fn checksum(proof: Proof) -> Option<ChecksumAlgorithm> {
    match proof {
        Proof::Checksum(algorithm) | Proof::Trailer(algorithm) => Some(algorithm),
        Proof::Unsigned | Proof::Signed => None,
    }
}

/// Create, 64 parts of 16 MiB, 4 in flight, and Complete. Latencies are those of parts.
fn whole() -> Scenario {
    Scenario::new("multipart-1g", Figure::MibPerSecond, S3, |_, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let ((upload, parts), mut sample) = measure(endpoint, || {
            let upload = Upload::create(endpoint, "whole", None)?;
            let parts: Vec<_> = (1..=64).map(|number| upload.part(number, 16 * MIB, Proof::Unsigned)).collect();
            let parts = Load { keep_etags: true, ..Load::once(&parts, 4) }.run(endpoint)?;
            endpoint.call(&upload.complete(&parts.etags))?;
            Ok((upload, parts.sample))
        })?;
        (sample.requests, sample.bytes, sample.latencies) = (parts.requests, parts.bytes, parts.latencies);
        sample.server.peak_bytes = sample.server.peak_bytes.max(parts.server.peak_bytes);
        upload.delete()?;
        Ok(sample)
    })
}
