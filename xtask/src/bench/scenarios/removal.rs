//! DeleteObjects, 1,000 keys a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_digest::{DigestSet, Hasher};

use super::{BUCKET, S3, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::Load;
use crate::bench::payload;
use crate::bench::request::{Proof, Request};
use crate::bench::sample::{Figure, Sample};

/// The most keys a request may have.
const KEYS: usize = 1000;

/// Many requests, one after the other.
pub fn scenarios() -> Vec<Scenario> {
    let run = |bench: &super::Bench, endpoint: &Endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let keys: Vec<_> = (0..bench.size(5, 20) * KEYS).map(|number| format!("delete/{number:06}")).collect();
        let put = |key: &String| {
            endpoint.s3("PUT", format!("/{BUCKET}/{key}")).body(payload::bytes(4096), Proof::Unsigned).build()
        };
        let puts: Vec<_> = keys.iter().map(put).collect();
        Load::once(&puts, 16).run(endpoint)?;
        super::settle();
        delete_keys(endpoint, BUCKET, &keys)
    };
    vec![Scenario::new("delete-1000", Figure::KeysPerSecond, S3, run).goal(Figure::PerCoreSecond, 60_000.0)]
}

/// Deletes keys, 1,000 at a time.
pub fn delete_keys(endpoint: &Endpoint, bucket: &str, keys: &[String]) -> Result<Sample, String> {
    let requests: Vec<_> = keys.chunks(KEYS).map(|keys| request(endpoint, bucket, keys)).collect();
    let outcome = Load::once(&requests, 1).run(endpoint)?;
    Ok(Sample { keys: keys.len() as u64, ..outcome.sample }.without_bytes())
}

fn request(endpoint: &Endpoint, bucket: &str, keys: &[String]) -> Request {
    let mut text = String::from("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>");
    for key in keys {
        text.extend(["<Object><Key>", key, "</Key></Object>"]);
    }
    text.push_str("</Delete>");
    let mut hasher = Hasher::new(&DigestSet { md5: true, ..DigestSet::default() });
    hasher.update(text.as_bytes());
    let md5 = STANDARD.encode(hasher.finish().md5.expect("was asked for"));
    let draft = endpoint.s3("POST", format!("/{bucket}")).query("delete", "");
    draft.header("content-md5", md5).document(text).build()
}
