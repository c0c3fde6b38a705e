//! What it costs to ask who may: GET and PUT of 4 KiB by the root, by a user with ten policies, and by nobody; and by a user whose ten
//! policies have 100 statements more, which says what one costs.

use std::cell::OnceCell;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::objects::{CLIENTS, SMALL};
use super::{Bench, OURS, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::identities::{Keys, user_with};
use crate::bench::load::Load;
use crate::bench::payload;
use crate::bench::request::{Draft, Proof, Request};
use crate::bench::sample::{Figure, Sample};
use crate::bench::server::KEYS;
use crate::bench::signature::Signer;

/// The bucket of those who sign. It has no policy: its root is asked nothing.
const BUCKET: &str = "bench-callers";
/// The bucket whose policy lets everybody.
const OPEN: &str = "bench-open";
/// Objects that are read.
const OBJECTS: usize = 1000;
/// Policies of a user: as many as may be attached.
const POLICIES: usize = 10;
/// Statements more in each of them.
const MORE: usize = 10;

/// Makes keys new in each round.
static ROUND: AtomicUsize = AtomicUsize::new(0);

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Root,
    User,
    /// A user with 100 statements more.
    UserOfMany,
    Nobody,
}

const ALL: [(By, &str); 4] = [
    (By::Root, "by-root"),
    (By::User, "by-user-10-policies"),
    (By::UserOfMany, "by-user-10-policies-100-statements-more"),
    (By::Nobody, "by-nobody"),
];

/// GET, then PUT.
pub fn scenarios() -> Vec<Scenario> {
    let gets = ALL.map(|(by, name)| scenario(format!("get-4k-{name}"), by, get));
    let puts = ALL.map(|(by, name)| scenario(format!("put-4k-{name}"), by, put));
    gets.into_iter().chain(puts).collect()
}

fn scenario(name: String, by: By, run: fn(&Bench, &Endpoint, &Caller) -> Result<Sample, String>) -> Scenario {
    let (user, known) = (name.clone(), OnceCell::<Keys>::new());
    Scenario::new(name, Figure::RequestsPerSecond, OURS, move |bench, endpoint| {
        let bucket = if by == By::Nobody { OPEN } else { BUCKET };
        fill(endpoint, bucket)?;
        let keys = match by {
            By::Root => (KEYS.0.to_owned(), KEYS.1.to_owned()),
            By::Nobody => {
                open_to_all(endpoint)?;
                Keys::default()
            }
            By::User | By::UserOfMany => match known.get() {
                Some(keys) => keys.clone(),
                None => {
                    let more = if by == By::User { 0 } else { MORE };
                    let made = user_with(endpoint, &user, &policies(more))?;
                    known.get_or_init(|| made).clone()
                }
            },
        };
        let signer = Signer::new(&keys.0, &keys.1, "s3");
        run(bench, endpoint, &Caller { signer, signs: by != By::Nobody, bucket })
    })
}

/// Makes the bucket and what is read of it, if it is not there.
fn fill(endpoint: &Endpoint, bucket: &str) -> Result<(), String> {
    endpoint.create_bucket(bucket)?;
    let put = |path| endpoint.s3("PUT", path).body(payload::bytes(SMALL), Proof::Unsigned).build();
    if endpoint.call(&endpoint.s3("HEAD", read_path(bucket, OBJECTS - 1)).build()).is_err() {
        let requests: Vec<_> = (0..OBJECTS).map(|number| put(read_path(bucket, number))).collect();
        Load::once(&requests, CLIENTS).run(endpoint)?;
        super::settle();
    }
    Ok(())
}

fn read_path(bucket: &str, number: usize) -> String {
    format!("/{bucket}/get/{number:04}")
}

/// Who signs, if anybody does, and in which bucket.
struct Caller {
    signer: Signer,
    signs: bool,
    bucket: &'static str,
}

impl Caller {
    fn draft(&self, endpoint: &Endpoint, method: &'static str, path: String) -> Draft<'_> {
        let draft = Draft::new(&self.signer, &endpoint.host, method, path);
        if self.signs { draft } else { draft.anonymous() }
    }
}

fn get(bench: &Bench, endpoint: &Endpoint, by: &Caller) -> Result<Sample, String> {
    let get = |number| by.draft(endpoint, "GET", read_path(by.bucket, number)).build();
    let requests: Vec<Request> = (0..OBJECTS).map(get).collect();
    Ok(Load::repeated(&requests, CLIENTS, bench.time()).run(endpoint)?.sample)
}

fn put(bench: &Bench, endpoint: &Endpoint, by: &Caller) -> Result<Sample, String> {
    let round = ROUND.fetch_add(1, Ordering::Relaxed);
    let path = |number: usize| format!("/{}/put/{round}/{number:06}", by.bucket);
    let put = |number| by.draft(endpoint, "PUT", path(number)).body(payload::bytes(SMALL), Proof::Unsigned).build();
    let requests: Vec<_> = (0..bench.size(10_000, 50_000)).map(put).collect();
    Ok(Load::once(&requests, CLIENTS).run(endpoint)?.sample)
}

/// Policies of which the last alone lets read and write the bucket, each with so many statements more.
fn policies(more: usize) -> Vec<String> {
    let allow = |bucket: &str| {
        format!(r#"{{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::{bucket}/*"}}"#)
    };
    let one = |number: usize| {
        let mut statements: Vec<String> = (0..more).map(|other| allow(&format!("other-{number}-{other}"))).collect();
        let last = number + 1 == POLICIES;
        statements.push(allow(if last { BUCKET } else { "another" }));
        format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
    };
    (0..POLICIES).map(one).collect()
}

/// Lets everybody read and write the open bucket.
fn open_to_all(endpoint: &Endpoint) -> Result<(), String> {
    let bucket = format!("/{OPEN}");
    endpoint.call(&endpoint.s3("DELETE", &bucket).query("publicAccessBlock", "").build())?;
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::{OPEN}/*"}}]}}"#
    );
    endpoint.call(&endpoint.s3("PUT", &bucket).query("policy", "").document(policy).build()).map(drop)
}
