//! TLS to a server: proven with the certificates of a file, or else with those that the system trusts.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Endpoint;
use crate::Failure;
use crate::tls::certificates_of;

/// Speaks TLS over a connection.
pub async fn connect(
    endpoint: &Endpoint,
    ca: Option<&Path>,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("cannot set up TLS: {error}"));
    let roots = match ca {
        Some(path) => of_file(path)?,
        None => of_system(),
    };
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(endpoint.host().to_owned()).map_err(|error| failed(&error))?;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error| Failure::new(format!("cannot speak TLS with {endpoint}: {error}")))
}

fn of_file(path: &Path) -> Result<RootCertStore, Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format!("cannot use {} for TLS: {error}", path.display()));
    let mut roots = RootCertStore::empty();
    for certificate in certificates_of(path).map_err(|error| failed(&error))? {
        roots.add(certificate).map_err(|error| failed(&error))?;
    }
    Ok(roots)
}

fn of_system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // What cannot be read or used proves nobody; then the connection fails and says so.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}
