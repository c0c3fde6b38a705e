//! The server by itself: from start to the first answer, and at rest.

use std::time::Duration;

use super::{Bench, OURS, Scenario, lists};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::measure;
use crate::bench::process::resident_bytes;
use crate::bench::sample::{Figure, Latencies, Sample};
use crate::bench::server::{Coldkeep, Server, free_host};

/// Start and rest of a new server.
pub fn on_an_empty_store() -> Vec<Scenario> {
    vec![
        Scenario::new("start-empty", Figure::Milliseconds, OURS, |bench, _| {
            let (_folder, _endpoint, server) = fresh(bench)?;
            started(&server)
        })
        .goal(Figure::Milliseconds, 50.0),
        Scenario::new("idle", Figure::BusyMillis, OURS, |bench, _| {
            let (_folder, endpoint, server) = fresh(bench)?;
            std::thread::sleep(Duration::from_secs(1));
            let ((), mut sample) = measure(&endpoint, || {
                std::thread::sleep(Duration::from_secs(bench.size(5, 60)));
                Ok(())
            })?;
            sample.server.peak_bytes = resident_bytes(server.pid()).map_err(|error| error.to_string())?;
            Ok(sample)
        })
        .goal(Figure::PeakMib, 25.0)
        .goal(Figure::BusyMillis, 1.0),
    ]
}

/// Start of the server over all that the lists needed.
pub fn on_a_filled_store() -> Vec<Scenario> {
    let run = |bench: &Bench, endpoint: &Endpoint| {
        lists::fill(endpoint, lists::many(bench))?;
        if let Some(server) = bench.server.borrow_mut().take() {
            server.stop()?;
        }
        let server = bench.coldkeep.start()?;
        endpoint.pid.set(server.pid());
        let sample = started(&server);
        bench.server.replace(Some(server));
        sample
    };
    vec![Scenario::new("start-filled", Figure::Milliseconds, OURS, run).goal(Figure::Milliseconds, 50.0)]
}

/// A server over an empty folder, which goes when the first of the three is dropped.
fn fresh(bench: &Bench) -> Result<(tempfile::TempDir, Endpoint, Server), String> {
    let folder = tempfile::tempdir_in(&bench.folder).map_err(|error| format!("no folder: {error}"))?;
    let coldkeep = Coldkeep { data: folder.path().join("data"), host: free_host()?, ..bench.coldkeep.clone() };
    let (server, endpoint) = (coldkeep.start()?, coldkeep.endpoint());
    endpoint.pid.set(server.pid());
    Ok((folder, endpoint, server))
}

/// The time to the first answer as the latency of one request, and all that the process has used until then.
fn started(server: &Server) -> Result<Sample, String> {
    let usage = crate::bench::process::usage(server.pid()).map_err(|error| error.to_string())?;
    let nanos = u64::try_from(server.ready_after.as_nanos()).unwrap_or(u64::MAX);
    Ok(Sample {
        requests: 1,
        seconds: server.ready_after.as_secs_f64(),
        server: usage,
        latencies: Latencies::of(&mut [nanos]),
        ..Sample::default()
    })
}
