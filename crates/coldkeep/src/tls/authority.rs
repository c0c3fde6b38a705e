//! A certificate authority of our own.
//!
//! Its key is kept, so that clients need to trust it only once. The server's certificates are made when they are asked for and
//! kept nowhere: one for each name that a client says it wants to reach (SNI), since clients do not take `*.localhost`, nor a
//! wildcard for two labels, for the name of a bucket. Whatever name it is: the keys never leave this server.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parking_lot::Mutex;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};

use crate::Failure;
use crate::data_folder::{make_durable, read_if_present, write_private};

/// 800 days: some clients refuse server certificates that are valid for longer than 825.
const VALIDITY: Duration = Duration::from_secs(800 * 24 * 60 * 60);

/// How long before now certificates become valid, for clients whose clock is behind.
const BACKDATED: Duration = Duration::from_secs(24 * 60 * 60);

/// 400 days: after that a certificate is made anew.
const SHOWN_FOR: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// Certificates that are kept in memory: some 2 MiB. Making one takes less than a handshake.
const MOST_CERTIFICATES: usize = 1024;

/// The authority, and the certificates it made for this server.
pub struct Authority {
    certificate: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    /// Of all its certificates.
    server_key: (KeyPair, Arc<dyn SigningKey>),
    names: Vec<String>,
    made: Mutex<HashMap<String, Made>>,
}

struct Made {
    at: SystemTime,
    certificate: Arc<CertifiedKey>,
}

impl Authority {
    /// The authority in `folder`, which is made if it is missing. Clients that ask for none of their own see a certificate
    /// for `names`.
    pub fn open(folder: &Path, names: Vec<String>) -> Result<Self, Failure> {
        make_durable(folder).map_err(|error| Failure::file("make the folder", folder, &error))?;
        let certificate = folder.join("ca.pem");
        let issuer = issuer(&folder.join("ca.key"), &certificate)?;
        let key = KeyPair::generate().map_err(|error| failed(&error))?;
        let der = PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| failed(&error))?;
        let signing = any_supported_type(&der).map_err(|error| failed(&error))?;
        let authority = Self { certificate, issuer, server_key: (key, signing), names, made: Mutex::default() };
        // What can fail fails at the start.
        authority.certificate_for("", SystemTime::now()).map_err(|error| failed(&error))?;
        Ok(authority)
    }

    /// The file of the authority's certificate.
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// A certificate for the name that a client asks for, which is empty if it asks for none.
    fn certificate_for(&self, name: &str, now: SystemTime) -> Result<Arc<CertifiedKey>, rcgen::Error> {
        let name = name.to_ascii_lowercase();
        let fresh = |made: &&Made| now.duration_since(made.at).is_ok_and(|age| age < SHOWN_FOR);
        if let Some(made) = self.made.lock().get(&name).filter(fresh) {
            return Ok(made.certificate.clone());
        }
        let names = if name.is_empty() { self.names.clone() } else { vec![name.clone()] };
        let certificate = Arc::new(self.make(names, now)?);
        let mut all = self.made.lock();
        if all.len() >= MOST_CERTIFICATES {
            all.clear();
        }
        all.insert(name, Made { at: now, certificate: certificate.clone() });
        Ok(certificate)
    }

    fn make(&self, names: Vec<String>, now: SystemTime) -> Result<CertifiedKey, rcgen::Error> {
        let (key, signing) = &self.server_key;
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "Coldkeep");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let epoch = rcgen::date_time_ymd(1970, 1, 1);
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        params.not_before = epoch + now.saturating_sub(BACKDATED);
        params.not_after = epoch + now + VALIDITY;
        let certificate = params.signed_by(key, &self.issuer)?;
        Ok(CertifiedKey::new(vec![certificate.der().clone()], signing.clone()))
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().unwrap_or_default();
        let made = self.certificate_for(name, SystemTime::now());
        made.inspect_err(|error| tracing::warn!(name, %error, "no certificate could be made")).ok()
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Authority").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

fn failed(error: &dyn fmt::Display) -> Failure {
    Failure::new(format!("cannot set up TLS: {error}"))
}

/// Reads the authority's key and its certificate, or makes them.
fn issuer(key_path: &Path, certificate_path: &Path) -> Result<Issuer<'static, KeyPair>, Failure> {
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn open(folder: &Path) -> Authority {
        Authority::open(folder, vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap()
    }

    #[test]
    fn the_authority_is_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("tls");
        let path = open(&folder).certificate().to_owned();
        let first = std::fs::read_to_string(&path).unwrap();
        open(&folder);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
        assert_eq!(std::fs::metadata(folder.join("ca.key")).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn each_name_has_a_certificate_which_is_kept_while_it_is_new_and_there_is_room() {
        let dir = tempfile::tempdir().unwrap();
        let (authority, now) = (open(dir.path()), SystemTime::now());
        let leaf = |name: &str, now| authority.certificate_for(name, now).unwrap().cert[0].clone();
        let contains =
            |name: &str, asked: &str| leaf(asked, now).windows(name.len()).any(|found| found == name.as_bytes());
        assert!(contains("photos.localhost", "Photos.localhost") && !contains("photos.localhost", ""));
        assert!(contains("localhost", ""), "who asks for no name");
        let first = leaf("a.localhost", now);
        assert_eq!(leaf("a.localhost", now), first);
        assert_ne!(leaf("a.localhost", now + SHOWN_FOR), first);
        for number in 0..2 * MOST_CERTIFICATES {
            leaf(&format!("b{number}.localhost"), now);
        }
        assert!(authority.made.lock().len() <= MOST_CERTIFICATES);
    }
}
