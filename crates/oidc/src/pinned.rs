//! Which certificates of providers are believed: those of known authorities, and those beneath one whose thumbprint is given.
//!
//! As Amazon does: "If your OIDC IdP relies on a certificate that is not signed by one of these trusted CAs, only then we secure
//! communication using the thumbprints set in the IdP's configuration" (IAM user guide, "Create an OpenID Connect identity provider").
//! A certificate of the given thumbprint then stands for an authority: names, dates and signatures are checked as ever.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// Decides on certificates.
#[derive(Debug)]
pub(crate) struct Pinned {
    provider: Arc<CryptoProvider>,
    /// `None`: no authority is known.
    known: Option<Arc<WebPkiServerVerifier>>,
    thumbprints: Vec<String>,
}

impl Pinned {
    pub fn new(provider: Arc<CryptoProvider>, authorities: Arc<RootCertStore>, thumbprints: &[String]) -> Self {
        let known = WebPkiServerVerifier::builder_with_provider(authorities, provider.clone()).build().ok();
        Self { provider, known, thumbprints: thumbprints.to_vec() }
    }

    /// Those of the chain whose thumbprints are given, as authorities.
    fn given(&self, chain: &[&CertificateDer<'_>]) -> Option<Arc<WebPkiServerVerifier>> {
        let mut roots = RootCertStore::empty();
        for certificate in chain {
            let thumbprint = hex::encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate).as_ref());
            if self.thumbprints.contains(&thumbprint) {
                // One that is none is no authority.
                let _ = roots.add((*certificate).clone().into_owned());
            }
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), self.provider.clone()).build().ok()
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |by: &WebPkiServerVerifier| {
            by.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let by_known = self.known.as_deref().map_or(Err(unknown.clone()), verify);
        if by_known.as_ref().err() != Some(&unknown) {
            return by_known;
        }
        let chain: Vec<_> = intermediates.iter().chain([end_entity]).collect();
        self.given(&chain).map_or(Err(unknown), |given| verify(&given))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
