//! TLS: whose certificates the doors show, and how they are found for each handshake; and whose the server believes.

mod authority;
mod files;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_oidc::{Https, Issuers};
use coldkeep_types::Clock;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::ResolvesServerCert;

pub use authority::Authority;
pub use files::CertificateFiles;

use crate::Failure;
use crate::data_folder::DataFolder;
use crate::settings::{PlainProviders, Settings, Tls};

/// TLS, set up.
pub struct SetUp {
    /// What listeners are told.
    pub config: ServerConfig,
    /// The certificate that clients must trust, if it is our own authority's.
    pub authority: Option<PathBuf>,
    /// The files that the certificate comes from, if it is not.
    pub files: Option<Arc<CertificateFiles>>,
}

/// TLS as the settings want it; `None` where they want none. An authority of our own needs a data folder to be kept in.
pub fn set_up(settings: &Settings, folder: Option<&DataFolder>) -> Result<Option<SetUp>, Failure> {
    match (settings.tls, &settings.tls_cert, &settings.tls_key) {
        (Tls::Off, None, None) => Ok(None),
        (Tls::Off, Some(certificate), Some(key)) => {
            let files = Arc::new(CertificateFiles::read(certificate, key)?);
            Ok(Some(SetUp { config: config(files.clone())?, authority: None, files: Some(files) }))
        }
        (Tls::Off, ..) => Err(Failure::new("--tls-cert and --tls-key go together.")),
        (Tls::Auto, None, None) => {
            let folder = folder.ok_or_else(|| Failure::new("--tls auto needs a data folder."))?;
            let authority = Authority::open(&folder.tls(), names(settings))?;
            let path = authority.certificate().to_owned();
            Ok(Some(SetUp { config: config(Arc::new(authority))?, authority: Some(path), files: None }))
        }
        (Tls::Auto, ..) => {
            Err(Failure::new("--tls auto makes its own certificate: leave out --tls-cert and --tls-key."))
        }
    }
}

/// Identity providers, whose certificates are of the system's authorities or of the given file's.
pub fn issuers(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Issuers, Failure> {
    let more = match &settings.oidc_ca {
        None => Vec::new(),
        Some(path) => {
            let words = |error| {
                Failure::new(format!("cannot read certificates in {}, which --oidc-ca names: {error}", path.display()))
            };
            certificates_of(path).map_err(words)?
        }
    };
    let https = Https::new(settings.oidc_http == PlainProviders::Loopback, more);
    Ok(Issuers::new(Arc::new(https), clock.clone()))
}

/// The certificates in a PEM file, one at least; else what is wrong with it.
pub fn certificates_of(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(read) if read.is_empty() => Err("it holds no certificate in PEM form".to_owned()),
        read => read.map_err(|error| error.to_string()),
    }
}

fn config(certificates: Arc<dyn ResolvesServerCert>) -> Result<ServerConfig, Failure> {
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(format!("cannot set up TLS: {error}")))?;
    Ok(config.with_no_client_auth().with_cert_resolver(certificates))
}

/// The names that a certificate of our own is for when a client asks for none, as it does who names an address.
fn names(settings: &Settings) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    names.extend(settings.domain.iter().cloned());
    names.extend(settings.listen.iter().map(|address| address.0.ip().to_string()));
    names.extend(std::fs::read_to_string("/etc/hostname").map(|name| name.trim().to_owned()).ok());
    names.retain(|name| !name.is_empty());
    names.sort();
    names.dedup();
    names
}
