//! DeleteObjects, and how it grows with the keys of a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_digest::{DigestSet, Hasher};

use super::{BUCKET, S3, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::Load;
use crate::bench::payload;
use crate::bench::request::{Proof, Request};
use crate::bench::sample::{Figure, Sample};

/// Requests of 10, 100 and 1,000 keys, the most there may be, one after the other.
pub fn scenarios() -> Vec<Scenario> {
    vec![delete(10, 100), delete(100, 20), delete(1000, 5).goal(Figure::PerCoreSecond, 60_000.0)]
}

/// So many keys a request, and so many requests in a quick run; four times as many in a full one.
fn delete(keys_each: usize, requests: usize) -> Scenario {
    Scenario::new(format!("delete-{keys_each}"), Figure::KeysPerSecond, S3, move |bench, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let number = bench.size(1, 4) * requests * keys_each;
        let keys: Vec<_> = (0..number).map(|number| format!("delete/{number:06}")).collect();
        let put = |key: &String| {
            endpoint.s3("PUT", format!("/{BUCKET}/{key}")).body(payload::bytes(4096), Proof::Unsigned).build()
        };
        let puts: Vec<_> = keys.iter().map(put).collect();
        Load::once(&puts, 16).run(endpoint)?;
        super::settle();
        let requests: Vec<_> = keys.chunks(keys_each).map(|keys| request(endpoint, BUCKET, keys)).collect();
        let outcome = Load::once(&requests, 1).run(endpoint)?;
        Ok(Sample { keys: number as u64, ..outcome.sample }.without_bytes())
    })
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
