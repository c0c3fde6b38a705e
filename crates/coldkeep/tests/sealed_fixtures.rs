//! Data folders with what is encrypted, as `fixtures/` keeps them: a server opens them with the root key in them and answers every
//! question of the manifest, before and after another root key is in force.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]
#![allow(dead_code, reason = "other tests use the rest of the fixture's module")]

mod fixture;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use coldkeep_types::{Clock, SystemClock};
use fixture::{BINARY, fsck, unpacked};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    asked: Vec<Asked>,
    #[serde(default)]
    sealed_archives: Vec<Archive>,
}

/// A request, and what its answer must be, or have in its head or body.
#[derive(Deserialize)]
struct Asked {
    service: String,
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
    /// 200 where none is said.
    status: Option<u16>,
    sha256: Option<String>,
    has: Option<String>,
}

#[derive(Deserialize)]
struct Archive {
    vault: String,
    id: String,
    sha256: String,
}

struct Server {
    child: Child,
    host: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Server {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--allow-sse-c-over-http", "--data"])
            .arg(data)
            .envs([("COLDKEEP_ROOT_ACCESS_KEY", "AKIDFIXTURE"), ("COLDKEEP_ROOT_SECRET_KEY", "fixture-secret")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let found = lines.map_while(Result::ok).find_map(|line| {
            let rest = line.split_once("http://127.0.0.1:")?.1;
            Some(rest.chars().take_while(char::is_ascii_digit).collect::<String>())
        });
        let host = format!("127.0.0.1:{}", found.expect("it serves"));
        Self { child, host }
    }

    /// The whole answer: its head, and its body.
    fn ask(&self, asked: &Asked) -> (String, Vec<u8>) {
        let (host, body) = (self.host.as_str(), asked.body.as_bytes());
        let mut head = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", asked.method, asked.path);
        for (name, value) in signed(host, asked) {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", body.len());
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
        (String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec())
    }

    fn answers(&self, manifest: &Manifest) {
        for asked in &manifest.asked {
            let (head, body) = self.ask(asked);
            let what = format!("{} {}: {head}", asked.method, asked.path);
            let status = format!("HTTP/1.1 {} ", asked.status.unwrap_or(200));
            assert!(head.starts_with(&status), "{what} {}", String::from_utf8_lossy(&body));
            if let Some(wanted) = &asked.sha256 {
                assert_eq!(sha256(&body), *wanted, "{what}");
            }
            if let Some(text) = &asked.has {
                let in_body = String::from_utf8_lossy(&body).contains(text.as_str());
                assert!(in_body || head.contains(text.as_str()), "{what}");
            }
        }
        for archive in &manifest.sealed_archives {
            let (path, version) = (format!("/-/vaults/{}/jobs", archive.vault), "x-amz-glacier-version");
            let headers = BTreeMap::from([(version.to_owned(), "2012-06-01".to_owned())]);
            let body = format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{}"}}"#, archive.id);
            let (service, method) = ("glacier".to_owned(), "POST".to_owned());
            let job = Asked { service, method, path, headers, body, status: None, sha256: None, has: None };
            let (head, body) = self.ask(&job);
            assert!(head.starts_with("HTTP/1.1 202"), "{head} {}", String::from_utf8_lossy(&body));
            let id = head.lines().find_map(|line| line.strip_prefix("x-amz-job-id: ")).expect("a job");
            let path = format!("{}/{id}/output", job.path);
            let (head, body) = self.ask(&Asked { method: "GET".into(), path, body: String::new(), ..job });
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
            assert_eq!(sha256(&body), archive.sha256);
        }
    }
}

/// The headers of a request, signed by Signature V4.
fn signed(host: &str, asked: &Asked) -> BTreeMap<String, String> {
    let time = SystemClock.now().iso_seconds().replace(['-', ':'], "");
    let mut headers = asked.headers.clone();
    headers.insert("host".into(), host.into());
    headers.insert("x-amz-date".into(), time.clone());
    headers.insert("x-amz-content-sha256".into(), sha256(asked.body.as_bytes()));
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names = headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
    let payload = &headers["x-amz-content-sha256"];
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let canonical = format!("{}\n{path}\n{query}\n{lines}\n{names}\n{payload}", asked.method);
    let scope = format!("{}/us-east-1/{}/aws4_request", &time[..8], asked.service);
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", sha256(canonical.as_bytes()));
    let key = scope.split('/').fold(b"AWS4fixture-secret".to_vec(), |key, text| hmac(&key, text));
    let credential = format!("Credential=AKIDFIXTURE/{scope},SignedHeaders={names}");
    let signature = hex::encode(hmac(&key, &text));
    headers.insert("authorization".into(), format!("AWS4-HMAC-SHA256 {credential},Signature={signature}"));
    headers
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[test]
fn what_is_sealed_is_answered_also_under_another_root_key() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut found = 0;
    for name in ["sealed-1-clean", "sealed-1-killed", "sealed-2-clean", "sealed-2-killed"] {
        let manifest = std::fs::read(folder.join(format!("{name}.json"))).unwrap();
        let manifest: Manifest = serde_json::from_slice(&manifest).unwrap();
        found += manifest.asked.len() + manifest.sealed_archives.len();
        let dir = unpacked(&folder.join(format!("{name}.tar.gz")));
        let data = dir.path().join("data");
        Server::start(&data).answers(&manifest);
        let rotated = Command::new(BINARY).args(["root-key", "rotate", "--data"]).arg(&data).output().unwrap();
        assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
        Server::start(&data).answers(&manifest);
        let (code, text) = fsck(&data, &["--read"]);
        assert_eq!(code, 0, "{text}");
    }
    assert!(found > 220, "only {found} answers are known");
}
