//! nginx over files: what a mature server of files needs for the same GETs.
//!
//! A master and one worker and sendfile, as it is installed, with a configuration, files and a log in a folder of the run. It needs
//! no rights: where it is started as root, its worker stays root, since the folder is for its owner only.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::endpoint::{Endpoint, Kind};
use super::payload;
use super::server::{KEYS, Server, free_host};
use super::tls::Tls;

/// How the paths of the small objects begin. There one packet with head and body costs a third less than two; at the
/// ranges of 64 KiB, the same setting makes each answer wait 40 ms for an acknowledgement that the client delays.
const SMALL: &str = "/bench/get/4096-";

/// Starts it over objects of these paths and sizes; none where it is not installed.
pub fn start(folder: &Path, objects: &[(String, usize)], tls: &Tls) -> Result<Option<(Server, Endpoint)>, String> {
    let Some(binary) = installed() else { return Ok(None) };
    let (host, tls_host) = (free_host()?, free_host()?);
    let configuration = prepare(folder, objects, &configuration(folder, &host, &tls_host, tls))
        .map_err(crate::failed("cannot make nginx's files"))?;
    let mut command = Command::new(binary);
    command.arg("-c").arg(&configuration).arg("-p").arg(folder).stderr(Stdio::null());
    let endpoint = Endpoint::new("nginx", Kind::Nginx, &host, KEYS, 0);
    let log = |problem| format!("{problem}; {}", fs::read_to_string(folder.join("error.log")).unwrap_or_default());
    let server = Server::start(command, &endpoint).map_err(log)?;
    endpoint.pid.set(server.pid());
    let endpoint = endpoint.with_tls_twin(&tls_host, &tls.client, server.pid());
    Ok(Some((server, endpoint)))
}

/// The program, which Debian keeps where only root looks.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    places.map(|place| place.join("nginx")).find(|file| file.is_file())
}

/// Writes the files; gives the configuration's.
fn prepare(folder: &Path, objects: &[(String, usize)], configuration: &str) -> io::Result<PathBuf> {
    for (path, bytes) in objects {
        let file = folder.join(path.trim_start_matches('/'));
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, payload::bytes(*bytes))?;
    }
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration)?;
    Ok(file)
}

fn configuration(folder: &Path, host: &str, tls_host: &str, tls: &Tls) -> String {
    let (root, certificate, key) = (folder.display(), tls.certificate.display(), tls.key.display());
    let user = if nix::unistd::geteuid().is_root() { "user root;" } else { "" };
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {root}/{name}; "))
        .concat();
    format!(
        "daemon off; worker_processes 1; {user} error_log {root}/error.log; pid {root}/nginx.pid;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; keepalive_requests 1000000000; open_file_cache max=2000; {temporary}\n\
         ssl_certificate {certificate}; ssl_certificate_key {key};\n\
         server {{ listen {host}; listen {tls_host} ssl; root {root}; location = / {{ return 204; }}\n\
         location {SMALL} {{ tcp_nopush on; }} }} }}\n"
    )
}
