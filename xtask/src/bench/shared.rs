//! `--shared`: servers over a database and a folder, to see what several cost beside one with a data folder.
//!
//! A PostgreSQL whose commits wait for a standby, both durable, and what asks them share the servers' core, so rates say little; what a
//! request costs, servers and database by themselves, is what counts.

use std::fs;
use std::path::Path;

use super::endpoint::{Endpoint, Kind};
use super::process::{cores, pin_caller};
use super::server::{KEYS, Server, free_host, serve};
use crate::cluster::postgres::{PASSWORD, Pair};
use crate::failed;

/// What is below one endpoint.
pub struct Shared {
    /// Its servers.
    pub servers: Vec<Server>,
    /// Their database.
    pub database: Pair,
    /// Where they are asked.
    pub endpoint: Endpoint,
}

/// Starts so many servers, one or two, over a new store.
pub fn start(binary: &Path, folder: &Path, number: usize) -> Result<Shared, String> {
    let folder = folder.join(format!("shared-{number}"));
    fs::create_dir(&folder).map_err(failed("no folder for a shared store"))?;
    // Where the database's user must get through.
    for folder in folder.ancestors().take(2) {
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(folder, open).map_err(failed("cannot open the folder"))?;
    }
    let (core, client) = cores();
    pin_caller(core)?;
    let database = Pair::start(&folder, true);
    pin_caller(client)?;
    let database = database?;
    let name = format!("coldkeep, {number} shared");
    let mut servers: Vec<(Server, String)> = Vec::new();
    for _ in 0..number {
        let host = free_host()?;
        let mut command = serve(binary, &host);
        command.args(["--meta", &database.address()]);
        command.arg("--blobs").arg(format!("file://{}", folder.join("blobs").display()));
        command.env("COLDKEEP_META_PASSWORD", PASSWORD).env("COLDKEEP_ROOT_KEY", "ab".repeat(32));
        // A root key from outside would have new buckets encrypted, unlike those that it is compared with.
        command.env("COLDKEEP_DEFAULT_ENCRYPTION", "none");
        servers.push((Server::start(command, &Endpoint::new(&name, Kind::Peer, &host, KEYS, 0))?, host));
    }
    let (first, host) = &servers[0];
    let mut endpoint = Endpoint::new(&name, Kind::Peer, host, KEYS, first.pid());
    endpoint.also = servers.get(1).map(|(server, host)| (host.clone(), server.pid()));
    endpoint.below = database.pids();
    Ok(Shared { servers: servers.into_iter().map(|(server, _)| server).collect(), database, endpoint })
}
