//! What clients do meanwhile: objects small and large, uploads in parts through both servers, reads of what they have just written, deletes, buckets that
//! come and go.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::client::{Client, Outcome};
use super::ledger::{Body, Ledger};
use crate::bench::endpoint::{Endpoint, element};
use crate::bench::request::{Proof, Request};

/// The bucket that all work in.
pub const BUCKET: &str = "cluster";
const PART: usize = 5 << 20;

/// Numbers that no two things of a run share.
static NUMBERS: AtomicUsize = AtomicUsize::new(1);

fn number() -> usize {
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

/// Works until it is told to stop.
pub fn work(mut client: Client, ledger: &Ledger, stop: &AtomicBool) {
    let mut bodies = [300, 200_000, 4_000, 60_000].into_iter().cycle();
    for turn in 1_usize.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let key = format!("/{BUCKET}/{:06}", number());
        match turn % 12 {
            0 => upload_parts(&mut client, ledger, &key),
            6 => come_and_go(&mut client, ledger),
            _ => {
                let bytes = bodies.next().unwrap_or_default();
                if put(&mut client, ledger, &key, bytes) && read(&mut client, ledger, &key) && turn % 3 == 0 {
                    delete(&mut client, ledger, &key);
                }
            }
        }
    }
}

/// Puts small objects through one server again and again: shows when it takes none.
pub fn pulse(mut client: Client, at: usize, ledger: &Ledger, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        put_through(&mut client, at, ledger, 100);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// Puts a new object of a length through one server.
pub fn put_through(client: &mut Client, at: usize, ledger: &Ledger, bytes: usize) -> bool {
    let (key, body) = (format!("/{BUCKET}/pulse/{:06}", number()), Body::nth(number(), bytes));
    change(ledger, &key, Some(body), || (at, client.ask_one(at, |endpoint| put_request(endpoint, &key, body))))
}

fn put_request(endpoint: &Endpoint, key: &str, body: Body) -> Request {
    endpoint.s3("PUT", key).body(body.bytes(), Proof::Unsigned).build()
}

/// Sends what makes a key something else, and remembers what is known of it then; whether it was acknowledged.
fn change(ledger: &Ledger, key: &str, to: Option<Body>, send: impl FnOnce() -> (usize, Outcome)) -> bool {
    ledger.may_become(key, to);
    let (at, outcome) = send();
    match outcome {
        Outcome::Nobody => ledger.is_not(key),
        outcome if outcome.is_done() => {
            ledger.is(key, to, at);
            return true;
        }
        // All that is asked for is right.
        Outcome::Said(answer) if answer.status < 500 => {
            ledger.fault(format!("{key} is refused by server {at}: {} {}", answer.status, answer.text()));
        }
        // An answer that is an error, or none: the key is left alone from now on.
        _ => {}
    }
    false
}

/// Puts an object of a length.
pub fn put(client: &mut Client, ledger: &Ledger, key: &str, bytes: usize) -> bool {
    let body = Body::nth(number(), bytes);
    change(ledger, key, Some(body), || client.ask(|endpoint| put_request(endpoint, key, body)))
}

/// Deletes an object.
pub fn delete(client: &mut Client, ledger: &Ledger, key: &str) -> bool {
    change(ledger, key, None, || client.ask(|endpoint| endpoint.s3("DELETE", key).build()))
}

/// Reads an object, from the other server than the last request went to.
pub fn read(client: &mut Client, ledger: &Ledger, key: &str) -> bool {
    match client.ask(|endpoint| endpoint.s3("GET", key).build()).1 {
        Outcome::Said(answer) => ledger.judge(key, &answer),
        _ => false,
    }
}

/// An upload of two parts, each through another server. Complete is asked for again until its answer is known.
fn upload_parts(client: &mut Client, ledger: &Ledger, key: &str) {
    let body = Body::nth(number(), PART + 70_000);
    let Some(made) = client.ask(|endpoint| endpoint.s3("POST", key).query("uploads", "").build()).1.done() else {
        return;
    };
    let Some(upload) = element(&made.text(), "UploadId").map(str::to_owned) else { return };
    let mut document = String::from("<CompleteMultipartUpload>");
    for (at, part) in [&body.bytes()[..PART], &body.bytes()[PART..]].into_iter().enumerate() {
        let of = |endpoint: &Endpoint| {
            let draft = endpoint.s3("PUT", key).query("partNumber", at + 1).query("uploadId", &upload);
            draft.body(part, Proof::Unsigned).build()
        };
        // A part may be sent again.
        let answer = match client.insist(of) {
            Ok(answer) if answer.status == 200 => answer,
            Ok(answer) => return ledger.fault(format!("part {at} of {key}: {} {}", answer.status, answer.text())),
            // Whoever gives up leaves an upload that is open.
            Err(_) => return,
        };
        let etag = answer.header("etag").unwrap_or_default();
        document += &format!("<Part><PartNumber>{}</PartNumber><ETag>{etag}</ETag></Part>", at + 1);
    }
    document += "</CompleteMultipartUpload>";
    ledger.may_become(key, Some(body));
    for _ in 0..20 {
        let (at, outcome) = client
            .ask(|endpoint| endpoint.s3("POST", key).query("uploadId", &upload).document(document.clone()).build());
        match outcome {
            Outcome::Said(answer) if answer.status == 404 => {
                return ledger.fault(format!("Complete of {key}: {}", answer.text()));
            }
            outcome if outcome.is_done() => return ledger.is(key, Some(body), at),
            _ => {}
        }
    }
}

/// A bucket that is made, filled, emptied and deleted; what is known of it is as of a key without bytes.
fn come_and_go(client: &mut Client, ledger: &Ledger) {
    let bucket = format!("/cluster-{:06}", number());
    let key = format!("{bucket}/object");
    if !change(ledger, &bucket, Some(Body::nth(0, 0)), || client.ask(|endpoint| endpoint.s3("PUT", &bucket).build())) {
        return;
    }
    if !put(client, ledger, &key, 20_000) {
        return;
    }
    // One with an object in it stays.
    if let Outcome::Said(answer) = client.ask(|endpoint| endpoint.s3("DELETE", &bucket).build()).1
        && answer.status < 300
    {
        return ledger.fault(format!("{bucket} was deleted with an object in it"));
    }
    if delete(client, ledger, &key) {
        change(ledger, &bucket, None, || client.ask(|endpoint| endpoint.s3("DELETE", &bucket).build()));
    }
}
