//! A certificate and its key from PEM files that somebody else renews, such as an ACME client.
//!
//! They are read anew on SIGHUP, and when a handshake finds that they have changed; it looks at most every few seconds, and
//! nothing looks while no client comes. What cannot be used is logged, and the certificate before stays: half of a pair that is
//! being replaced stops nobody.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use super::certificates_of;
use crate::Failure;

/// How often handshakes look for changed files.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// The files, and what was read of them.
#[derive(Debug)]
pub struct CertificateFiles {
    certificate: PathBuf,
    key: PathBuf,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    certificate: Arc<CertifiedKey>,
    stamps: Stamps,
    looked: Instant,
}

/// What changes when a file is replaced or written: its number, its length, its time.
type Stamps = [Option<(u64, u64, i64, i64)>; 2];

impl CertificateFiles {
    /// Reads both files.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, Failure> {
        // Before they are read: what changes while they are is found later.
        let stamps = stamps([certificate, key]);
        let read = Arc::new(load(certificate, key)?);
        let current = Mutex::new(Current { certificate: read, stamps, looked: Instant::now() });
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), current })
    }

    /// Reads them anew at each SIGHUP, until what is returned is dropped. Needs a Tokio runtime.
    pub fn on_hangup(self: Arc<Self>) -> Result<JoinSet<()>, Failure> {
        let hangup = signal(SignalKind::hangup());
        let mut hangup = hangup.map_err(|error| Failure::new(format!("cannot take over SIGHUP: {error}")))?;
        let mut waiting = JoinSet::new();
        waiting.spawn(async move {
            while hangup.recv().await.is_some() {
                self.read_anew(&mut self.current.lock());
            }
        });
        Ok(waiting)
    }

    /// The certificate, read anew if the files have changed and it is time to look.
    fn current(&self, now: Instant) -> Arc<CertifiedKey> {
        let mut current = self.current.lock();
        if now.saturating_duration_since(current.looked) >= LOOK_EVERY {
            current.looked = now;
            if stamps([&self.certificate, &self.key]) != current.stamps {
                self.read_anew(&mut current);
            }
        }
        current.certificate.clone()
    }

    fn read_anew(&self, current: &mut Current) {
        current.stamps = stamps([&self.certificate, &self.key]);
        match load(&self.certificate, &self.key) {
            Ok(read) => {
                current.certificate = Arc::new(read);
                tracing::info!(file = %self.certificate.display(), "the certificate was read anew");
            }
            Err(error) => tracing::warn!(%error, "the changed certificate is not used; the one before stays"),
        }
    }
}

impl ResolvesServerCert for CertificateFiles {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current(Instant::now()))
    }
}

fn stamps(paths: [&Path; 2]) -> Stamps {
    paths.map(|path| {
        let file = std::fs::metadata(path).ok()?;
        Some((file.ino(), file.len(), file.mtime(), file.mtime_nsec()))
    })
}

fn load(certificate: &Path, key: &Path) -> Result<CertifiedKey, Failure> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot use {} for TLS: {error}", path.display()))
    };
    let chain = certificates_of(certificate).map_err(|error| failed(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| failed(key, &error))?;
    CertifiedKey::from_der(chain, private, &aws_lc_rs::default_provider()).map_err(|error| failed(key, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a pair; the certificate's bytes.
    fn pair(certificate: &Path, key: &Path) -> Vec<u8> {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(certificate, made.cert.pem()).unwrap();
        std::fs::write(key, made.signing_key.serialize_pem()).unwrap();
        made.cert.der().to_vec()
    }

    #[test]
    fn files_that_are_no_certificates_are_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cert.pem");
        let refused = CertificateFiles::read(&path, &path).expect_err("there is none").to_string();
        assert!(refused.contains("cert.pem"));
        std::fs::write(&path, "nothing").unwrap();
        assert!(CertificateFiles::read(&path, &path).is_err());
    }

    #[test]
    fn changed_files_are_read_anew_when_it_is_time_and_both_fit() {
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
        let first = pair(&certificate, &key);
        let files = CertificateFiles::read(&certificate, &key).unwrap();
        let start = Instant::now();
        let shown = |looks: u32| files.current(start + LOOK_EVERY * looks).cert[0].to_vec();
        let second = pair(&certificate, &key);
        assert_eq!(shown(0), first);
        assert_eq!(shown(1), second);
        let half = dir.path().join("half");
        let third = pair(&certificate, &half);
        assert_eq!(shown(2), second, "the key is the one before");
        std::fs::rename(&half, &key).unwrap();
        assert_eq!(shown(3), third);
        std::fs::remove_file(&key).unwrap();
        assert_eq!(shown(4), third);
    }
}
