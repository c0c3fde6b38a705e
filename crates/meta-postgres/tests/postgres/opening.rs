//! What stands against opening is told, and never a password; TLS is what the address says.

use std::path::Path;
use std::time::Duration;

use coldkeep_meta::{Error, Meta};
use coldkeep_meta_postgres::{Options, Postgres};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::net::TcpListener;

use crate::cluster::{Cluster, PASSWORD, patient};
use crate::{add, count, open};

pub async fn refused(options: &Options, part: &str) {
    match Postgres::open(options).await {
        Ok(_) => panic!("opened, and not told: {part}"),
        Err(error) => {
            let told = error.to_string();
            assert!(matches!(error, Error::Open(_)) && told.contains(part), "{told}");
            assert!(!told.contains("secret") && !told.contains(PASSWORD), "{told}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_tells_what_is_wrong() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    let mut wrong = cluster.options(&database);
    wrong.password = Some("secret".into());
    refused(&wrong, "password authentication failed").await;
    wrong.password = None;
    refused(&wrong, "password").await;
    refused(&cluster.options("nowhere"), "\"nowhere\" does not exist").await;
    cluster.execute("postgres", &format!("ALTER DATABASE {database} SET default_transaction_read_only = on")).await;
    refused(&cluster.options(&database), "does not allow writes").await;
    cluster.execute("postgres", &format!("ALTER DATABASE {database} RESET default_transaction_read_only")).await;
    drop(open(&cluster.options(&database)).await);
    cluster.execute(&database, "UPDATE coldkeep_schema SET version = 2").await;
    refused(&cluster.options(&database), "use a newer build").await;
}

/// Hosts are tried in their order: one that is not there and one that stays silent are passed over.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_host_that_answers_is_used() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let folder = cluster.folder().display().to_string().replace('/', "%2F");
    let address = format!("postgres://ck@%2Fnowhere:5432,127.0.0.1:{port},{folder}:5432/{database}?sslmode=disable");
    let mut options = patient(Options::new(address));
    options.connect_deadline = Duration::from_secs(5);
    let meta = open(&options).await;
    meta.commit(add("n", 1)).await.expect("a commit");
    assert_eq!(count(&meta, "n").await, 1);
}

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self { issuer: CertifiedIssuer::self_signed(params, key).expect("a certificate") }
    }

    /// Writes a certificate for a name and its key, as the server reads them.
    fn certify(&self, name: &str, folder: &Path) {
        use std::os::unix::fs::PermissionsExt;
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        std::fs::write(folder.join("server.pem"), certificate.pem()).expect("written");
        std::fs::write(folder.join("server.key"), key.serialize_pem()).expect("written");
        let private = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(folder.join("server.key"), private).expect("made private");
        std::fs::write(folder.join("ca.pem"), self.issuer.pem()).expect("written");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_proven_as_the_address_says() {
    // The server takes no port of the system's choice: this one is free until then.
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let authority = Authority::new("ours");
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("other.pem");
    std::fs::write(&other, Authority::new("other").issuer.pem()).expect("written");
    let setting = format!(
        "listen_addresses=127.0.0.1 -c port={port} -c ssl=on -c ssl_cert_file=../server.pem -c ssl_key_file=../server.key"
    );
    let arranged = |folder: &Path| authority.certify("localhost", folder);
    let Some(cluster) = Cluster::start_with(&setting, &arranged) else { return };
    let ca = cluster.folder().join("ca.pem").display().to_string();
    let other = other.display().to_string();
    let options =
        |host: &str, tls: String| patient(Options::new(format!("postgres://ck@{host}:{port}/postgres?{tls}")));
    for (host, tls) in [
        ("localhost", format!("sslrootcert={ca}")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={ca}")),
        // Its name is not proven.
        ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={ca}")),
        ("127.0.0.1", format!("sslmode=require&sslrootcert={ca}")),
        ("127.0.0.1", "sslmode=require".into()),
        ("127.0.0.1", "sslmode=disable".into()),
    ] {
        let meta = open(&options(host, tls)).await;
        meta.commit(add("n", 1)).await.expect("a commit");
    }
    for (host, tls, part) in [
        ("localhost", format!("sslrootcert={other}"), "UnknownIssuer"),
        ("localhost", format!("sslmode=verify-ca&sslrootcert={other}"), "UnknownIssuer"),
        ("127.0.0.1", format!("sslmode=require&sslrootcert={other}"), "UnknownIssuer"),
        ("127.0.0.1", format!("sslrootcert={ca}"), "not valid for name"),
        ("localhost", "sslmode=verify-full".into(), "UnknownIssuer"),
    ] {
        refused(&options(host, tls), part).await;
    }
}
