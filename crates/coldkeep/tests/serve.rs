//! The binary as an operator meets it: first start, refusals, health, stop, fsck.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod running;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use running::{BINARY, Running, coldkeep};
use tempfile::TempDir;

fn data() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn ends(words: &[&str], data: &Path) -> (i32, String) {
    let output: Output = coldkeep(words).arg("--data").arg(data).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn the_first_start_says_where_the_keys_are_and_show_keys_shows_them() {
    let data = data();
    let (code, text) = ends(&["show-keys"], data.path());
    assert!(code == 2 && text.contains("holds no keys"), "{text}");
    let first = Running::start(data.path(), &[]);
    assert!(first.admin("/health/ready").starts_with("HTTP/1.1 200"));
    assert!(first.admin("/metrics").contains("coldkeep_build_info"));
    let (code, keys) = ends(&["show-keys"], data.path());
    let word = |text: &str, row: &str| {
        let line = text.lines().find(|line| line.trim().starts_with(row)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (access, secret) = (word(&keys, "access key"), word(&keys, "secret key"));
    assert!(code == 0 && access.starts_with("AKIA") && access.len() == 20 && secret.len() == 40, "{keys}");
    assert!(word(&first.greeting, "access key") == access && first.greeting.contains("root.toml"));
    assert!(!first.greeting.contains(&secret), "standard output is no terminal here");
    assert_eq!(first.stop(), 0);
    let second = Running::start(data.path(), &[]);
    assert!(!second.greeting.contains(&secret) && second.greeting.contains("root.toml"));
    assert_eq!(second.stop(), 0);
    assert_eq!(ends(&["fsck", "--read"], data.path()).0, 0);
}

#[test]
fn strangers_learn_nothing_of_the_admin_listener_and_rebound_names_nothing_from_it() {
    let data = data();
    let server = Running::start(data.path(), &["--admin-host", "cold.example"]);
    let get = |row: &str, path: &str, host: &str| {
        let mut connection = TcpStream::connect(server.address(row)).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut text = String::new();
        connection.read_to_string(&mut text).unwrap();
        text
    };
    let greeting = get("S3", "/", "h");
    let port = server.address("health").port().to_string();
    assert!(greeting.contains("This is Coldkeep") && !greeting.contains(&port), "{greeting}");
    for (host, status) in [("localhost:1", 200), ("127.0.0.1", 200), ("cold.example:9", 200), ("evil.example", 421)] {
        let text = get("health", "/metrics", host);
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{host}: {text}");
        assert_eq!(text.contains("coldkeep_build_info"), status == 200);
    }
}

/// What is left of a server, or of something else, that is told to crash in a folder where nothing limits the size of dumps.
fn leaves_core_dump(line: &str) -> bool {
    let dir = data();
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -c unlimited; {line}")])
        .current_dir(dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    assert!(Command::new("kill").args(["-ABRT", &child.id().to_string()]).status().unwrap().success());
    child.wait().unwrap().core_dumped()
}

#[test]
#[cfg(target_os = "linux")]
fn a_crash_writes_no_memory_to_disk_unless_it_is_told_to() {
    let serve = format!("exec {} serve --data data --listen 127.0.0.1:0 --admin-listen off", BINARY);
    assert!(!leaves_core_dump(&serve));
    // Where the system writes any.
    if leaves_core_dump("exec sleep 60") {
        assert!(leaves_core_dump(&format!("{serve} --core-dumps")), "the test can see a dump");
    }
}

#[test]
fn a_damaged_root_file_is_refused_and_left_as_it_is() {
    let data = data();
    assert_eq!(Running::start(data.path(), &[]).stop(), 0);
    let path = data.path().join("root.toml");
    let damaged = std::fs::read_to_string(&path).unwrap().replace("AKIA", "AKIB");
    std::fs::write(&path, &damaged).unwrap();
    let (code, text) = ends(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off"], data.path());
    assert!(code == 2 && text.contains("remove that line"), "{text}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), damaged);
    assert_eq!(ends(&["fsck"], data.path()).0, 1);
}

#[test]
fn a_folder_of_another_account_is_not_served() {
    let data = data();
    assert_eq!(Running::start(data.path(), &["--account-id", "123456789012"]).stop(), 0);
    let (code, text) = ends(
        &["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--account-id", "210987654321"],
        data.path(),
    );
    assert!(code == 2 && text.contains("123456789012") && text.contains("210987654321"), "{text}");
    assert_eq!(Running::start(data.path(), &[]).stop(), 0);
}

#[test]
fn idle_connections_beyond_the_limit_on_open_files_stop_nobody() {
    coldkeep_http::raise_open_files();
    let data = data();
    let server = Running::start_under("ulimit -n 1024; exec \"$@\"", data.path(), &[]);
    let address = server.address("S3");
    let idle: Vec<TcpStream> = (0..1_200).map(|_| TcpStream::connect(address).unwrap()).collect();
    let mut client = TcpStream::connect(address).unwrap();
    client.set_read_timeout(Some(std::time::Duration::from_secs(10))).unwrap();
    write!(client, "GET /bucket HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    client.read_to_string(&mut text).unwrap();
    assert!(text.contains("NoSuchBucket"), "{text}");
    assert!(server.admin("/health/ready").starts_with("HTTP/1.1 200"));
    drop(idle);
    assert_eq!(server.stop(), 0);
}

#[test]
fn what_is_taken_is_refused_with_advice() {
    let data = data();
    let running = Running::start(data.path(), &["--buckets", "one,two"]);
    let taken = running.address("S3").to_string();
    let other = tempfile::tempdir().unwrap();
    let (code, text) = ends(&["serve", "--listen", &taken, "--admin-listen", "off"], other.path());
    assert!(code == 2 && text.contains(&taken) && text.contains("--listen"), "{text}");
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 0, "no data is touched without a port");
    let (code, text) = ends(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off"], data.path());
    assert!(code == 2 && text.contains("in use by another server") && text.contains("--data"), "{text}");
    let (code, text) = ends(&["fsck"], data.path());
    assert!(code == 2 && text.contains("in use by another server"), "{text}");
    assert_eq!(running.stop(), 0);
    // The buckets are there already: that is no mistake.
    assert_eq!(Running::start(data.path(), &["--buckets", "one,two"]).stop(), 0);
}

#[test]
fn a_folder_that_holds_something_else_is_not_taken() {
    let data = data();
    std::fs::write(data.path().join("thesis.txt"), "text").unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off"];
    let (code, text) = ends(&serve, data.path());
    assert!(code == 2 && text.contains("thesis.txt") && text.contains("--data"), "{text}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 1, "nothing is made");
    // The root of an empty file system is empty.
    std::fs::remove_file(data.path().join("thesis.txt")).unwrap();
    std::fs::create_dir(data.path().join("lost+found")).unwrap();
    assert_eq!(Running::start(data.path(), &[]).stop(), 0);
}

#[test]
fn slips_of_the_pen_are_named() {
    let data = data();
    let (code, text) = ends(&["serve", "--log-level", "warning"], data.path());
    assert!(code == 2 && text.contains("\"warning\"") && text.contains("--log-level"), "{text}");
    let log = data.path().join("log");
    let line = format!("COLDKEEP_LISTENS=x COLDKEEP_INLINE=4KiB exec \"$@\" 2>{}", log.display());
    let server = Running::start_under(&line, &data.path().join("data"), &[]);
    let (address, admin) = (server.address("S3").to_string(), server.address("health").to_string());
    assert_eq!(server.stop(), 0);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("COLDKEEP_LISTENS") && !log.contains("COLDKEEP_INLINE"), "{log}");
    let serving = log.lines().find(|line| line.contains(" serving")).unwrap();
    assert!(serving.contains(&address) && serving.contains(&admin), "{serving}");
}

#[test]
fn a_wrong_key_leaves_one_line() {
    let data = data();
    let log = data.path().join("log");
    let server = Running::start_under(&format!("exec \"$@\" 2>{}", log.display()), &data.path().join("data"), &[]);
    for key in ["AKIANOBODY", "AKIANOBODYELSE"] {
        let mut connection = TcpStream::connect(server.address("S3")).unwrap();
        write!(
            connection,
            "GET /?AWSAccessKeyId={key}&Expires=4000000000&Signature=c2VjcmV0 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = String::new();
        connection.read_to_string(&mut text).unwrap();
        assert!(text.contains("InvalidAccessKeyId"), "{text}");
    }
    assert_eq!(server.stop(), 0);
    let log = std::fs::read_to_string(log).unwrap();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("InvalidAccessKeyId")).collect();
    assert!(lines.len() == 1 && lines[0].contains("WARN") && !log.contains("AKIANOBODY"), "{log}");
}

#[test]
fn http_on_a_port_that_speaks_tls_is_told_so() {
    let data = data();
    let server = Running::start(data.path(), &["--tls", "auto"]);
    let mut connection = TcpStream::connect(server.address("S3")).unwrap();
    // What is not read would reset the connection, and the answer be lost.
    write!(connection, "PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n{}", "x".repeat(20_000)).unwrap();
    let mut text = String::new();
    connection.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 400 ") && text.contains("Use https://"), "{text}");
}

#[test]
fn the_admin_listener_says_what_it_has() {
    let data = data();
    let server = Running::start(data.path(), &[]);
    for (path, status) in [("/", 200), ("/nothing", 404)] {
        let text = server.admin(path);
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")) && text.contains("/health/ready\n/metrics"), "{text}");
    }
}

#[test]
fn fsck_runs_on_data_only() {
    let data = data();
    let (code, text) = ends(&["fsck"], data.path());
    assert!(code == 2 && text.contains("holds no data"), "{text}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "nothing is made");
}
