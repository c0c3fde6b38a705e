//! Key material: made, checked, and wiped from memory when it is not needed any more.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING,
    ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair, PqdsaSigningAlgorithm, RsaKeyPair,
};
use zeroize::Zeroizing;

use crate::{Error, KeySpec};

/// Secret bytes, wiped when they are dropped: of a symmetric or HMAC key the key, of a pair the private key in PKCS #8.
pub type Secret = Zeroizing<Vec<u8>>;

/// The crypto library refuses or fails. It does not say more, so that nothing can be learnt.
pub(crate) fn failed(what: &str) -> Error {
    Error::Damaged(format!("the crypto library failed: {what}"))
}

/// Bytes of chance.
#[expect(clippy::disallowed_methods, reason = "keys are the system's chance")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes);
    bytes
}

/// So many secret bytes of chance.
#[expect(clippy::disallowed_methods, reason = "keys are the system's chance")]
pub fn random_secret(bytes: usize) -> Secret {
    let mut secret = Zeroizing::new(vec![0; bytes]);
    rand::fill(&mut secret[..]);
    secret
}

pub(crate) fn ecdsa(spec: KeySpec) -> Option<&'static EcdsaSigningAlgorithm> {
    match spec {
        KeySpec::EccP256 => Some(&ECDSA_P256_SHA256_ASN1_SIGNING),
        KeySpec::EccP384 => Some(&ECDSA_P384_SHA384_ASN1_SIGNING),
        KeySpec::EccP521 => Some(&ECDSA_P521_SHA512_ASN1_SIGNING),
        KeySpec::EccP256K1 => Some(&ECDSA_P256K1_SHA256_ASN1_SIGNING),
        _ => None,
    }
}

pub(crate) fn ml_dsa(spec: KeySpec) -> Option<&'static PqdsaSigningAlgorithm> {
    match spec {
        KeySpec::MlDsa44 => Some(&ML_DSA_44_SIGNING),
        KeySpec::MlDsa65 => Some(&ML_DSA_65_SIGNING),
        KeySpec::MlDsa87 => Some(&ML_DSA_87_SIGNING),
        _ => None,
    }
}

fn rsa_size(spec: KeySpec) -> Option<KeySize> {
    match spec {
        KeySpec::Rsa2048 => Some(KeySize::Rsa2048),
        KeySpec::Rsa3072 => Some(KeySize::Rsa3072),
        KeySpec::Rsa4096 => Some(KeySize::Rsa4096),
        _ => None,
    }
}

/// New key material. RSA keys take up to seconds of a processor.
pub(crate) fn generate(spec: KeySpec) -> Result<Secret, Error> {
    if let Some(bytes) = spec.secret_bytes() {
        return Ok(random_secret(bytes));
    }
    generate_pair(spec).ok_or_else(|| failed("no key pair"))
}

fn generate_pair(spec: KeySpec) -> Option<Secret> {
    let owned = |bytes: &[u8]| Zeroizing::new(bytes.to_vec());
    if let Some(size) = rsa_size(spec) {
        let der: Pkcs8V1Der<'_> = RsaKeyPair::generate(size).ok()?.as_der().ok()?;
        return Some(owned(der.as_ref()));
    }
    if let Some(algorithm) = ecdsa(spec) {
        return Some(owned(EcdsaKeyPair::generate(algorithm).ok()?.to_pkcs8v1().ok()?.as_ref()));
    }
    if let Some(algorithm) = ml_dsa(spec) {
        return Some(owned(PqdsaKeyPair::generate(algorithm).ok()?.to_pkcs8v1().ok()?.as_ref()));
    }
    Some(owned(Ed25519KeyPair::generate().ok()?.to_pkcs8v1().ok()?.as_ref()))
}

/// Whether imported bytes are a secret of this spec.
pub(crate) fn fits(spec: KeySpec, secret: &[u8]) -> bool {
    match spec.secret_bytes() {
        Some(bytes) => secret.len() == bytes,
        None => public_key(spec, secret).is_ok(),
    }
}

/// The public key of a pair, as X.509 writes it (SubjectPublicKeyInfo in DER).
pub(crate) fn public_key(spec: KeySpec, secret: &[u8]) -> Result<Vec<u8>, Error> {
    public_der(spec, secret).ok_or_else(|| failed("a private key cannot be read"))
}

fn public_der(spec: KeySpec, secret: &[u8]) -> Option<Vec<u8>> {
    if let Some(size) = rsa_size(spec) {
        let pair = RsaKeyPair::from_pkcs8(secret).ok()?;
        let right_size = pair.public_modulus_len() == size.len();
        return right_size.then(|| pair.public_key().as_der().ok().map(|der| der.as_ref().to_vec()))?;
    }
    if let Some(algorithm) = ecdsa(spec) {
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, secret).ok()?;
        return Some(pair.public_key().as_der().ok()?.as_ref().to_vec());
    }
    if let Some(algorithm) = ml_dsa(spec) {
        let pair = PqdsaKeyPair::from_pkcs8(algorithm, secret).ok()?;
        return Some(pair.public_key().as_der().ok()?.as_ref().to_vec());
    }
    let pair = Ed25519KeyPair::from_pkcs8(secret).ok()?;
    Some(pair.public_key().as_der().ok()?.as_ref().to_vec())
}
