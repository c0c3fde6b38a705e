//! `cargo xtask bench`: what the server costs and how fast it is, beside other S3 servers, a server that does nothing, and
//! what the machine can do.
//!
//! Servers run on one core, the client on another. Each scenario runs on all endpoints in turn, for several rounds, so
//! that whatever else goes on meets all of them; figures are medians with least and most. A server's cost is its
//! processor time as the kernel counts it, which other work on the machine disturbs least.
//!
//! Linux only. It is no test: nothing fails because something is slow.

pub(crate) mod connection;
mod discard;
pub(crate) mod endpoint;
mod identities;
mod limits;
mod load;
mod machine;
mod nginx;
mod options;
pub(crate) mod payload;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod request;
mod sample;
mod scenarios;
pub(crate) mod server;
mod shared;
mod signature;
mod tls;
mod transport;

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use endpoint::{Endpoint, Kind};
use options::Options;
use process::{cores, pin_caller, pin_process};
use report::{Report, Row};
use scenarios::{Bench, Scenario};
use server::{Coldkeep, Server};
use tls::Tls;

use crate::cluster::postgres::Pair;
use crate::record::record;

pub use discard::run as discard;

/// Builds what is needed and runs the scenarios.
pub fn run(words: &[&str]) -> Result<(), String> {
    let options = Options::parse(words)?;
    let chosen = choose(&options)?;
    if options.list {
        chosen.iter().for_each(|scenario| println!("{}", scenario.name));
        return Ok(());
    }
    if cfg!(debug_assertions) {
        return run_released(words, options.binary.is_none());
    }
    pin_caller(cores().1)?;
    let report = measure(&options, &chosen)?;
    let tables = report.markdown();
    println!("{tables}");
    if let Some(file) = &options.json {
        let text = format!("{:#}\n", report.json());
        fs::write(file, text).map_err(crate::failed(format!("cannot write {}", file.display())))?;
    }
    if options.record { record("docs/performance.md", &tables) } else { Ok(()) }
}

/// Client and servers are only worth measuring as release builds: builds them and lets that build do the run.
fn run_released(words: &[&str], with_server: bool) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = vec!["build", "--release", "--package", "xtask"];
    if with_server {
        build.extend(["--package", "coldkeep"]);
    }
    let built = Command::new(cargo).args(build).current_dir(crate::root()).status();
    if !built.map_err(crate::failed("cannot run cargo"))?.success() {
        return Err("the release build failed".into());
    }
    let status = Command::new(beside("release/xtask")?).arg("bench").args(words).status();
    let status = status.map_err(crate::failed("cannot run the release build"))?;
    if status.success() { Ok(()) } else { Err("the run failed".into()) }
}

/// A file of the target folder, in which this program is two levels down.
fn beside(name: &str) -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(crate::failed("no path of this program"))?;
    program.ancestors().nth(2).map(|folder| folder.join(name)).ok_or("this program is not in a target folder".into())
}

fn choose(options: &Options) -> Result<Vec<Scenario>, String> {
    let named = |scenario: &Scenario| options.scenarios.iter().any(|name| scenario.name.starts_with(name.as_str()));
    let mut chosen = scenarios::all();
    if options.scenarios.is_empty() {
        chosen.retain(|scenario| scenario.quick || !options.quick);
    } else {
        chosen.retain(named);
    }
    if chosen.is_empty() { Err("there is no such scenario; see --list".into()) } else { Ok(chosen) }
}

fn measure(options: &Options, chosen: &[Scenario]) -> Result<Report, String> {
    let parent = options.data.clone().map_or_else(|| beside(""), Ok)?;
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(parent).map_err(crate::failed("no folder"))?;
    let folder = folder.path();
    let mut report = Report { description: machine::description(options.rounds(), options.quick), ..Report::default() };
    if options.scenarios.is_empty() {
        eprintln!("limits of the machine");
        report.limits = limits::measure(folder, options.quick)?;
    }

    // The last named go first: databases after the servers over them.
    let Fleet { databases: _databases, others: _others, coldkeep, own, endpoints, has_nginx } =
        start_all(options, folder)?;
    if !has_nginx {
        report.notes.push("nginx is not installed".into());
    }
    report
        .notes
        .push("* the client took more than 0.9 of what its core had for it: the rate may be the client's".into());

    let server = RefCell::new(Some(own));
    let file_bytes = options.file_mib.unwrap_or(if options.quick { 256 } else { 4096 }) << 20;
    let bench = Bench { quick: options.quick, server, coldkeep, folder: folder.to_owned(), file_bytes };
    for scenarios in chosen.chunk_by(Scenario::takes_turns_with) {
        report.rows.extend(rounds(scenarios, &bench, &endpoints, options.rounds()));
    }
    Ok(report)
}

/// The servers of a run.
struct Fleet {
    coldkeep: Coldkeep,
    own: Server,
    endpoints: Vec<Endpoint>,
    /// Stopped when the run ends, not before.
    others: Vec<Server>,
    /// Below some of the others, so stopped after them.
    databases: Vec<Pair>,
    has_nginx: bool,
}

fn start_all(options: &Options, folder: &Path) -> Result<Fleet, String> {
    let tls = Tls::make(folder)?;
    let binary = options.binary.clone().map_or_else(|| beside("release/coldkeep"), Ok)?;
    let coldkeep = Coldkeep { binary, data: folder.join("data"), host: server::free_host()?, tls: None };
    let own = coldkeep.start()?;
    // All addresses of a process speak TLS, or none does.
    let (data, host) = (folder.join("data-tls"), server::free_host()?);
    let twin = Coldkeep { data, host, tls: Some(tls.clone()), ..coldkeep.clone() };
    let mut others = vec![twin.start()?];
    let endpoint = coldkeep.endpoint().with_tls_twin(&twin.host, &tls.client, others[0].pid());
    endpoint.pid.set(own.pid());
    let mut endpoints = vec![endpoint];
    for peer in &options.peers {
        pin_process(peer.pid, cores().0)?;
        let keys = (peer.access_key.as_str(), peer.secret_key.as_str());
        endpoints.push(Endpoint::new(&peer.name, Kind::Peer, &peer.host, keys, peer.pid));
    }
    let mut databases = Vec::new();
    for servers in if options.shared { &[1, 2][..] } else { &[] } {
        let shared = shared::start(&coldkeep.binary, folder, *servers)?;
        others.extend(shared.servers);
        databases.push(shared.database);
        endpoints.push(shared.endpoint);
    }
    let nginx = nginx::start(&folder.join("nginx"), &scenarios::served_objects(), &tls)?;
    let has_nginx = nginx.is_some();
    for (server, endpoint) in [server::start_discard(&tls)?].into_iter().chain(nginx) {
        others.push(server);
        endpoints.push(endpoint);
    }
    Ok(Fleet { coldkeep, own, endpoints, others, databases, has_nginx })
}

/// All rounds of scenarios that take turns, endpoint by endpoint in each. What fails on an endpoint is not tried there again.
fn rounds(scenarios: &[Scenario], bench: &Bench, endpoints: &[Endpoint], number: usize) -> Vec<Row> {
    let row = |scenario: &Scenario, endpoint: &Endpoint| Row {
        scenario: scenario.name.clone(),
        rate: scenario.rate,
        endpoint: endpoint.name.clone(),
        goals: if endpoint.kind == Kind::Coldkeep { scenario.goals.clone() } else { Vec::new() },
        beside: scenario.beside.clone(),
        samples: Vec::new(),
        failure: None,
    };
    let mut rows = Vec::new();
    for scenario in scenarios {
        let on = endpoints.iter().filter(|endpoint| scenario.on.contains(&endpoint.kind));
        rows.extend(on.map(|endpoint| (row(scenario, endpoint), scenario, endpoint)));
    }
    for _ in 0..number {
        for (row, scenario, endpoint) in rows.iter_mut().filter(|(row, ..)| row.failure.is_none()) {
            match (scenario.run)(bench, endpoint) {
                Ok(sample) => row.samples.push(sample),
                Err(problem) => row.failure = Some(problem),
            }
        }
    }
    let rows: Vec<_> = rows.into_iter().map(|(row, ..)| row).collect();
    for row in &rows {
        let failure = row.failure.as_deref().unwrap_or_default();
        eprintln!("{} on {}: {} {failure}", row.scenario, row.endpoint, row.rate_text());
    }
    rows
}
