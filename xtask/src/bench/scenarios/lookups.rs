//! How long it takes to find out who somebody is, and whether that grows with how many there are: GetCallerIdentity by each of many
//! users in turn. In a full run both numbers are beyond what memory keeps (10,000), so that each call reads records.

use std::cell::OnceCell;

use super::objects::CLIENTS;
use super::{Bench, OURS, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::identities::{Keys, account, form, users};
use crate::bench::load::Load;
use crate::bench::request::Request;
use crate::bench::sample::{Figure, Sample};

/// Users that an account may have.
const USERS_PER_ACCOUNT: usize = 5000;

/// Few and many.
pub fn scenarios() -> Vec<Scenario> {
    vec![lookup("lookup-few-users", (1_000, 20_000)), lookup("lookup-many-users", (4_000, 100_000))]
}

fn lookup(name: &str, (quick, full): (usize, usize)) -> Scenario {
    let known = OnceCell::<Vec<Keys>>::new();
    Scenario::new(name, Figure::RequestsPerSecond, OURS, move |bench, endpoint| {
        if known.get().is_none() {
            let made = fill(endpoint, bench.size(quick, full))?;
            known.get_or_init(|| made);
        }
        run(bench, endpoint, known.get().map_or(&[], Vec::as_slice))
    })
}

fn fill(endpoint: &Endpoint, number: usize) -> Result<Vec<Keys>, String> {
    eprintln!("  filling {} with {number} users", endpoint.name);
    let mut all = Vec::new();
    while all.len() < number {
        let root = account(endpoint)?;
        all.extend(users(endpoint, &root, (number - all.len()).min(USERS_PER_ACCOUNT))?);
    }
    super::settle();
    Ok(all)
}

fn run(bench: &Bench, endpoint: &Endpoint, users: &[Keys]) -> Result<Sample, String> {
    let asked = [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")];
    let request = |keys: &Keys| form((&keys.0, &keys.1), &endpoint.host, "sts", &asked);
    let requests: Vec<Request> = users.iter().map(request).collect();
    Ok(Load::repeated(&requests, CLIENTS, bench.time()).run(endpoint)?.sample.without_bytes())
}
