//! What encryption costs: parts, a large GET, and small PUT and GET, under each kind of key, beside the same under none. Those of one
//! kind take turns over one store, round by round: what else the machine does, and what the store holds by then, meets all alike.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::objects::{CLIENTS, LARGE, SMALL};
use super::uploads::Upload;
use super::{BUCKET, OURS, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::Load;
use crate::bench::payload;
use crate::bench::request::{Draft, Proof, Request};
use crate::bench::sample::Figure;

/// Bytes of the parts, and how many are in flight.
const PART: usize = 16 << 20;
const IN_FLIGHT: usize = 4;
/// 32 times `k`, and its MD5.
const CLIENTS_KEY: (&str, &str) = ("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=", "mT2HRsMGJ5IX5C+0rreZ8Q==");

/// Makes keys new in each round.
static ROUND: AtomicUsize = AtomicUsize::new(0);

/// Under whose key.
#[derive(Clone, Copy)]
enum Under {
    Nobody,
    Server,
    Kms,
    Client,
}

impl Under {
    const ALL: [Self; 4] = [Self::Nobody, Self::Server, Self::Kms, Self::Client];

    fn suffix(self) -> &'static str {
        match self {
            Self::Nobody => "sse-none",
            Self::Server => "sse-s3",
            Self::Kms => "sse-kms",
            Self::Client => "sse-c",
        }
    }

    /// Asks for what is made to be sealed so.
    fn make(self, draft: Draft<'_>) -> Draft<'_> {
        match self {
            Self::Nobody => draft,
            Self::Server => draft.header("x-amz-server-side-encryption", "AES256"),
            Self::Kms => draft.header("x-amz-server-side-encryption", "aws:kms"),
            Self::Client => self.touch(draft),
        }
    }

    /// Gives what it takes to read or add to what is sealed so.
    fn touch(self, draft: Draft<'_>) -> Draft<'_> {
        let name = |what: &str| format!("x-amz-server-side-encryption-customer-{what}");
        match self {
            Self::Nobody | Self::Server | Self::Kms => draft,
            Self::Client => draft
                .header(&name("algorithm"), "AES256")
                .header(&name("key"), CLIENTS_KEY.0)
                .header(&name("key-md5"), CLIENTS_KEY.1),
        }
    }
}

/// All of them: of each, first what the others stand beside.
pub fn scenarios() -> Vec<Scenario> {
    let all: [fn(Under) -> Scenario; 4] = [part, get_large, put_small, get_small];
    let kinds = |scenario: fn(Under) -> Scenario| {
        let plain = scenario(Under::Nobody).name;
        Under::ALL.map(|under| match under {
            Under::Nobody => scenario(under),
            _ => scenario(under).beside(&plain),
        })
    };
    all.into_iter().flat_map(kinds).collect()
}

fn named(what: &str, under: Under) -> String {
    format!("{what}-{}", under.suffix())
}

fn part(under: Under) -> Scenario {
    Scenario::new(named("part-16m-x4", under), Figure::MibPerSecond, OURS, move |bench, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let upload = Upload::create_as(endpoint, "sealed-parts", |draft| under.make(draft))?;
        let number = (bench.size(512 << 20, 1024 << 20) / PART).max(IN_FLIGHT);
        let parts: Vec<_> =
            (1..=number).map(|number| under.touch(upload.part_draft(number, PART, Proof::Unsigned)).build()).collect();
        let outcome = Load::once(&parts, IN_FLIGHT).run(endpoint);
        upload.abort()?;
        outcome.map(|outcome| outcome.sample)
    })
}

fn put(under: Under, endpoint: &Endpoint, path: String, bytes: usize) -> Request {
    under.make(endpoint.s3("PUT", path).body(payload::bytes(bytes), Proof::Unsigned)).build()
}

fn put_small(under: Under) -> Scenario {
    Scenario::new(named("put-4k", under), Figure::RequestsPerSecond, OURS, move |bench, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let round = ROUND.fetch_add(1, Ordering::Relaxed);
        let path = |number: usize| format!("/{BUCKET}/put-{}/{round}/{number:06}", under.suffix());
        let requests: Vec<_> =
            (0..bench.size(20_000, 100_000)).map(|number| put(under, endpoint, path(number), SMALL)).collect();
        Ok(Load::once(&requests, CLIENTS).run(endpoint)?.sample)
    })
}

fn get_small(under: Under) -> Scenario {
    get(under, "get-4k", Figure::RequestsPerSecond, (1000, SMALL), CLIENTS)
}

fn get_large(under: Under) -> Scenario {
    get(under, "get-64m", Figure::MibPerSecond, (4, LARGE), IN_FLIGHT)
}

/// Reads so many objects of so many bytes, again and again.
fn get(under: Under, what: &str, rate: Figure, (number, bytes): (usize, usize), clients: usize) -> Scenario {
    Scenario::new(named(what, under), rate, OURS, move |bench, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let path = |number: usize| format!("/{BUCKET}/get-{}/{bytes}-{number}", under.suffix());
        let read = |number| under.touch(endpoint.s3("GET", path(number))).build();
        if endpoint.call(&under.touch(endpoint.s3("HEAD", path(number - 1))).build()).is_err() {
            let requests: Vec<_> = (0..number).map(|number| put(under, endpoint, path(number), bytes)).collect();
            Load::once(&requests, CLIENTS).run(endpoint)?;
            super::settle();
        }
        let requests: Vec<_> = (0..number).map(read).collect();
        Ok(Load::repeated(&requests, clients, bench.time()).run(endpoint)?.sample)
    })
}
