//! Downloads that take long, of objects that are deleted and put anew meanwhile: what comes is what was there when it began, to the end, unless the server
//! dies.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::client::Client;
use super::fleet::KEYS;
use super::ledger::{Body, Ledger};
use super::work::{BUCKET, delete};
use crate::bench::endpoint::{Endpoint, Kind};
use crate::bench::request::Proof;

/// 24 MiB, in some 15 s.
const BYTES: usize = 24 << 20;
const CHUNK: usize = 64 << 10;
const BREATH: Duration = Duration::from_millis(40);

/// Reads from one server until it is told to stop; adds up the downloads that came to their end.
pub fn read(hosts: &[String; 2], at: usize, ledger: &Ledger, stop: &AtomicBool, ended: &AtomicUsize) {
    let mut client = Client::new(hosts, at);
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let (key, body) = (format!("/{BUCKET}/long/{at}/{number}"), Body::nth(1000 * at + number, BYTES));
        let put = |endpoint: &Endpoint| endpoint.s3("PUT", key.as_str()).body(body.bytes(), Proof::Unsigned).build();
        ledger.may_become(&key, Some(body));
        let (by, outcome) = client.ask(put);
        if outcome.done().is_none() {
            continue;
        }
        ledger.is(&key, Some(body), by);
        let meanwhile = || {
            delete(&mut client, ledger, &key);
        };
        match download(&hosts[at], &key, body, meanwhile) {
            Ok(true) => {
                ended.fetch_add(1, Ordering::Relaxed);
            }
            Ok(false) => {}
            Err(problem) => ledger.fault(format!("the download of {key}: {problem}")),
        }
    }
}

/// Whether it came to its end; an error: other bytes than were there. `meanwhile` is done once it has begun.
fn download(host: &str, key: &str, body: Body, meanwhile: impl FnOnce()) -> Result<bool, String> {
    let endpoint = Endpoint::new("server", Kind::Coldkeep, host, KEYS, 0);
    let Ok(mut stream) = TcpStream::connect(host) else { return Ok(false) };
    let patience = stream.set_read_timeout(Some(Duration::from_secs(20)));
    if patience.and_then(|()| stream.write_all(&endpoint.s3("GET", key).build().head)).is_err() {
        return Ok(false);
    }
    let (mut meanwhile, mut head, mut seen) = (Some(meanwhile), Vec::new(), None::<usize>);
    let mut chunk = vec![0; CHUNK];
    while seen.is_none_or(|seen| seen < body.bytes().len()) {
        let read = match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return Ok(false),
            Ok(read) => read,
        };
        let mut new = &chunk[..read];
        if seen.is_none() {
            head.extend_from_slice(new);
            let Some(end) = head.windows(4).position(|at| at == b"\r\n\r\n") else { continue };
            if !head.starts_with(b"HTTP/1.1 200") {
                return Ok(false);
            }
            (seen, new) = (Some(0), &head[end + 4..]);
        }
        let from = seen.unwrap_or_default();
        if body.bytes().get(from..from + new.len()) != Some(new) {
            return Err(format!("other bytes from {from} on"));
        }
        seen = Some(from + new.len());
        if let Some(meanwhile) = meanwhile.take() {
            meanwhile();
        }
        std::thread::sleep(BREATH);
    }
    Ok(true)
}
