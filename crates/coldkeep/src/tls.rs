//! TLS: from certificate files, or from a certificate authority of our own.
//!
//! The authority's key is kept, so that clients need to trust it only once. The server's certificate is made anew at
//! each start and kept nowhere: it always names what the server listens on now.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Failure;
use crate::data_folder::{make_durable, read_if_present, write_private};

/// 800 days: some clients refuse server certificates that are valid for longer than 825.
const SERVER_VALIDITY: Duration = Duration::from_secs(800 * 24 * 60 * 60);

/// How long before now certificates become valid, for clients whose clock is behind.
const BACKDATED: Duration = Duration::from_secs(24 * 60 * 60);

/// TLS from PEM files.
pub fn from_files(certificate: &Path, key: &Path) -> Result<ServerConfig, Failure> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot use {} for TLS: {error}", path.display()))
    };
    let chain = CertificateDer::pem_file_iter(certificate).map_err(|error| failed(certificate, &error))?;
    let chain: Result<Vec<_>, _> = chain.collect();
    let chain = chain.map_err(|error| failed(certificate, &error))?;
    if chain.is_empty() {
        return Err(failed(certificate, &"it holds no certificate in PEM form"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| failed(key, &error))?;
    config(chain, private).map_err(|error| failed(key, &error))
}

/// TLS from the authority in `folder`, which is made if it is missing. Gives the path of its certificate too.
pub fn automatic(folder: &Path, names: &[String]) -> Result<(ServerConfig, PathBuf), Failure> {
    make_durable(folder).map_err(|error| Failure::file("make the folder", folder, &error))?;
    let certificate = folder.join("ca.pem");
    let authority = authority(&folder.join("ca.key"), &certificate)?;
    let (chain, key) = issue(&authority, names).map_err(|error| failed(&error))?;
    Ok((config(chain, key).map_err(|error| failed(&error))?, certificate))
}

fn failed(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("cannot set up TLS: {error}"))
}

fn config(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<ServerConfig, rustls::Error> {
    ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
}

/// Reads the authority's key and its certificate, or makes them.
fn authority(key_path: &Path, certificate_path: &Path) -> Result<Issuer<'static, KeyPair>, Failure> {
    let key = match read_if_present(key_path)? {
        Some(pem) => {
            KeyPair::from_pem(&pem).map_err(|error| Failure::new(format!("{}: {error}", key_path.display())))?
        }
        None => {
            let key = KeyPair::generate().map_err(|error| failed(&error))?;
            write_private(key_path, &key.serialize_pem()).map_err(|error| Failure::file("write", key_path, &error))?;
            key
        }
    };
    let params = authority_params(&key);
    if read_if_present(certificate_path)?.is_none() {
        let pem = params.self_signed(&key).map_err(|error| failed(&error))?.pem();
        write_private(certificate_path, &pem).map_err(|error| Failure::file("write", certificate_path, &error))?;
    }
    Ok(Issuer::new(params, key))
}

/// The authority's certificate, but for its signature, follows from its key alone: its name and key id must stay.
fn authority_params(key: &KeyPair) -> CertificateParams {
    let mut params = CertificateParams::default();
    let id: String = params.key_identifier(key).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    params.distinguished_name.push(DnType::CommonName, format!("Coldkeep local CA {id}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn issue(
    authority: &Issuer<'_, KeyPair>,
    names: &[String],
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "Coldkeep");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    params.not_before = epoch + now.saturating_sub(BACKDATED);
    params.not_after = epoch + now + SERVER_VALIDITY;
    let certificate = params.signed_by(&key, authority)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
    Ok((vec![certificate.der().clone()], key))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_authority_is_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("tls");
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned(), "*.localhost".to_owned()];
        let (_, path) = automatic(&folder, &names).unwrap();
        let first = std::fs::read_to_string(&path).unwrap();
        automatic(&folder, &names).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
        assert_eq!(std::fs::metadata(folder.join("ca.key")).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn files_that_are_no_certificates_are_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cert.pem");
        let refused = from_files(&path, &path).expect_err("there is none").to_string();
        assert!(refused.contains("cert.pem"));
        std::fs::write(&path, "nothing").unwrap();
        assert!(from_files(&path, &path).is_err());
    }
}
