//! What is done with pairs of keys and with HMAC keys. Pure: secrets in, results out.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, PqdsaKeyPair, RsaEncoding, RsaKeyPair, UnparsedPublicKey,
};
use aws_lc_rs::{agreement, hmac};
use zeroize::Zeroizing;

use crate::secret::{self, Secret, failed};
use crate::{EncryptionAlgorithm, Error, KeySpec, MacAlgorithm, MessageType, SigningAlgorithm};

fn oaep(algorithm: EncryptionAlgorithm) -> &'static OaepAlgorithm {
    match algorithm {
        EncryptionAlgorithm::OaepSha1 => &OAEP_SHA1_MGF1SHA1,
        EncryptionAlgorithm::OaepSha256 | EncryptionAlgorithm::Symmetric => &OAEP_SHA256_MGF1SHA256,
    }
}

/// Encrypts with a public key in DER.
pub(crate) fn encrypt(public: &[u8], algorithm: EncryptionAlgorithm, plain: &[u8]) -> Result<Vec<u8>, Error> {
    let key = PublicEncryptingKey::from_der(public).map_err(|_| failed("a public key cannot be read"))?;
    let key = OaepPublicEncryptingKey::new(key).map_err(|_| failed("a public key cannot be used"))?;
    let most = key.max_plaintext_size(oaep(algorithm));
    if plain.len() > most {
        return Err(Error::Validation(format!(
            "Algorithm {} and key spec RSA_{} cannot encrypt data larger than {most} bytes.",
            algorithm.name(),
            key.ciphertext_size() * 8
        )));
    }
    let mut out = vec![0; key.ciphertext_size()];
    let length = key.encrypt(oaep(algorithm), plain, &mut out, None).map_err(|_| failed("encryption"))?.len();
    out.truncate(length);
    Ok(out)
}

/// Decrypts with a private key.
pub(crate) fn decrypt(private: &[u8], algorithm: EncryptionAlgorithm, ciphertext: &[u8]) -> Result<Secret, Error> {
    let key = PrivateDecryptingKey::from_pkcs8(private).map_err(|_| failed("a private key cannot be read"))?;
    let key = OaepPrivateDecryptingKey::new(key).map_err(|_| failed("a private key cannot be used"))?;
    let mut out = Zeroizing::new(vec![0; key.min_output_size()]);
    let opened = key.decrypt(oaep(algorithm), ciphertext, &mut out, None).map_err(|_| Error::InvalidCiphertext)?;
    let length = opened.len();
    out.truncate(length);
    Ok(out)
}

/// How an algorithm hashes; `None`: it takes the message whole only.
fn hash(algorithm: SigningAlgorithm) -> Option<&'static digest::Algorithm> {
    use SigningAlgorithm::*;
    match algorithm {
        PssSha256 | Pkcs1Sha256 | EcdsaSha256 => Some(&digest::SHA256),
        PssSha384 | Pkcs1Sha384 | EcdsaSha384 => Some(&digest::SHA384),
        PssSha512 | Pkcs1Sha512 | EcdsaSha512 => Some(&digest::SHA512),
        Ed25519 | MlDsa => None,
    }
}

/// The message, hashed if it is not; `None`: it is to be signed whole.
fn hashed(algorithm: SigningAlgorithm, kind: MessageType, message: &[u8]) -> Result<Option<Digest>, Error> {
    let invalid = |why: String| Err(Error::Validation(why));
    match (hash(algorithm), kind) {
        (Some(hash), MessageType::Raw) => Ok(Some(digest::digest(hash, message))),
        (Some(hash), MessageType::Digest) => match Digest::import_less_safe(message, hash) {
            Ok(digest) => Ok(Some(digest)),
            Err(_) => invalid(format!("Digest is invalid length for algorithm {}.", algorithm.name())),
        },
        (None, MessageType::Raw) => Ok(None),
        (None, MessageType::Digest) => invalid(format!("Algorithm {} requires message type RAW.", algorithm.name())),
    }
}

fn rsa_encoding(algorithm: SigningAlgorithm) -> Option<&'static dyn RsaEncoding> {
    use SigningAlgorithm::*;
    Some(match algorithm {
        PssSha256 => &signature::RSA_PSS_SHA256,
        PssSha384 => &signature::RSA_PSS_SHA384,
        PssSha512 => &signature::RSA_PSS_SHA512,
        Pkcs1Sha256 => &signature::RSA_PKCS1_SHA256,
        Pkcs1Sha384 => &signature::RSA_PKCS1_SHA384,
        Pkcs1Sha512 => &signature::RSA_PKCS1_SHA512,
        _ => return None,
    })
}

/// Signs.
pub(crate) fn sign(
    spec: KeySpec,
    private: &[u8],
    algorithm: SigningAlgorithm,
    kind: MessageType,
    message: &[u8],
) -> Result<Vec<u8>, Error> {
    let digest = hashed(algorithm, kind, message)?;
    let signed = match (digest, rsa_encoding(algorithm)) {
        (Some(digest), Some(encoding)) => RsaKeyPair::from_pkcs8(private).ok().and_then(|pair| {
            let mut out = vec![0; pair.public_modulus_len()];
            pair.sign_digest(encoding, &digest, &mut out).ok().map(|()| out)
        }),
        (Some(digest), None) => secret::ecdsa(spec).and_then(|curve| {
            let pair = EcdsaKeyPair::from_pkcs8(curve, private).ok()?;
            Some(pair.sign_digest(&digest).ok()?.as_ref().to_vec())
        }),
        (None, _) => match secret::ml_dsa(spec) {
            Some(parameters) => PqdsaKeyPair::from_pkcs8(parameters, private).ok().and_then(|pair| {
                let mut out = vec![0; pair.algorithm().signature_len()];
                let length = pair.sign(message, &mut out).ok()?;
                out.truncate(length);
                Some(out)
            }),
            None => Ed25519KeyPair::from_pkcs8(private).ok().map(|pair| pair.sign(message).as_ref().to_vec()),
        },
    };
    signed.ok_or_else(|| failed("signing"))
}

/// Whether the signature is of the message, by the public key in DER.
pub(crate) fn verify(
    spec: KeySpec,
    public: &[u8],
    algorithm: SigningAlgorithm,
    kind: MessageType,
    message: &[u8],
    signed: &[u8],
) -> Result<bool, Error> {
    use SigningAlgorithm::*;
    let verifier: &'static dyn signature::VerificationAlgorithm = match (algorithm, spec) {
        (PssSha256, _) => &signature::RSA_PSS_2048_8192_SHA256,
        (PssSha384, _) => &signature::RSA_PSS_2048_8192_SHA384,
        (PssSha512, _) => &signature::RSA_PSS_2048_8192_SHA512,
        (Pkcs1Sha256, _) => &signature::RSA_PKCS1_2048_8192_SHA256,
        (Pkcs1Sha384, _) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (Pkcs1Sha512, _) => &signature::RSA_PKCS1_2048_8192_SHA512,
        (EcdsaSha256, KeySpec::EccP256K1) => &signature::ECDSA_P256K1_SHA256_ASN1,
        (EcdsaSha256, _) => &signature::ECDSA_P256_SHA256_ASN1,
        (EcdsaSha384, _) => &signature::ECDSA_P384_SHA384_ASN1,
        (EcdsaSha512, _) => &signature::ECDSA_P521_SHA512_ASN1,
        (Ed25519, _) => &signature::ED25519,
        (MlDsa, KeySpec::MlDsa44) => &signature::ML_DSA_44,
        (MlDsa, KeySpec::MlDsa65) => &signature::ML_DSA_65,
        (MlDsa, _) => &signature::ML_DSA_87,
    };
    let key = UnparsedPublicKey::new(verifier, public);
    Ok(match hashed(algorithm, kind, message)? {
        Some(digest) => key.verify_digest(&digest, signed).is_ok(),
        None => key.verify(message, signed).is_ok(),
    })
}

fn mac_key(algorithm: MacAlgorithm, key: &[u8]) -> hmac::Key {
    let algorithm = match algorithm {
        MacAlgorithm::Sha224 => hmac::HMAC_SHA224,
        MacAlgorithm::Sha256 => hmac::HMAC_SHA256,
        MacAlgorithm::Sha384 => hmac::HMAC_SHA384,
        MacAlgorithm::Sha512 => hmac::HMAC_SHA512,
    };
    hmac::Key::new(algorithm, key)
}

/// The message authentication code.
pub(crate) fn mac(algorithm: MacAlgorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&mac_key(algorithm, key), message).as_ref().to_vec()
}

/// Whether the code is the message's; in constant time.
pub(crate) fn mac_fits(algorithm: MacAlgorithm, key: &[u8], message: &[u8], code: &[u8]) -> bool {
    hmac::verify(&mac_key(algorithm, key), message, code).is_ok()
}

/// The secret that this private key and another's public key (in DER) share.
pub(crate) fn agree(spec: KeySpec, private: &[u8], public: &[u8]) -> Result<Secret, Error> {
    let algorithm = match spec {
        KeySpec::EccP256 => &agreement::ECDH_P256,
        KeySpec::EccP384 => &agreement::ECDH_P384,
        _ => &agreement::ECDH_P521,
    };
    let own = agreement::PrivateKey::from_private_key_der(algorithm, private);
    let own = own.map_err(|_| failed("a private key cannot be read"))?;
    let peer = agreement::UnparsedPublicKey::new(algorithm, public);
    agreement::agree(&own, peer, (), |secret| Ok(Zeroizing::new(secret.to_vec())))
        .map_err(|()| Error::Validation("The public key is not one of the key's curve.".to_owned()))
}

/// A new RSA key that wraps what is to be imported: private and public.
pub(crate) fn wrapping_pair(spec: KeySpec) -> Result<(Secret, Vec<u8>), Error> {
    let private = secret::generate(spec)?;
    let public = PrivateDecryptingKey::from_pkcs8(&private).map_err(|_| failed("a key pair"))?.public_key();
    let der = public.as_der().map_err(|_| failed("a public key"))?;
    Ok((private, der.as_ref().to_vec()))
}

/// How long what an RSA key encrypts is.
pub(crate) fn modulus_bytes(private: &[u8]) -> Result<usize, Error> {
    let pair = RsaKeyPair::from_pkcs8(private).map_err(|_| failed("a private key cannot be read"))?;
    Ok(pair.public_modulus_len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyUsage;

    #[test]
    fn every_kind_signs_and_knows_its_signatures() {
        for spec in KeySpec::ALL.iter().copied().filter(|spec| !spec.signing(KeyUsage::SignVerify).is_empty()) {
            // Half a minute of unoptimised primes otherwise.
            if matches!(spec, KeySpec::Rsa3072 | KeySpec::Rsa4096) {
                continue;
            }
            let private = secret::generate(spec).expect("a key");
            let public = secret::public_key(spec, &private).expect("its public key");
            assert!(secret::fits(spec, &private) && !secret::fits(spec, &private[1..]), "{spec:?}");
            for algorithm in spec.signing(KeyUsage::SignVerify).iter().copied() {
                let signed = sign(spec, &private, algorithm, MessageType::Raw, b"message").expect("signed");
                let fits = |message: &[u8], signed: &[u8]| {
                    verify(spec, &public, algorithm, MessageType::Raw, message, signed).expect("an answer")
                };
                assert!(fits(b"message", &signed), "{spec:?} {algorithm:?}");
                assert!(!fits(b"massage", &signed) && !fits(b"message", &signed[1..]) && !fits(b"message", b""));
                match hash(algorithm) {
                    Some(hash) => {
                        let digest = digest::digest(hash, b"message");
                        let again = sign(spec, &private, algorithm, MessageType::Digest, digest.as_ref());
                        assert!(fits(b"message", &again.expect("signed")), "{spec:?} {algorithm:?}");
                        assert!(sign(spec, &private, algorithm, MessageType::Digest, b"short").is_err());
                    }
                    None => assert!(sign(spec, &private, algorithm, MessageType::Digest, &[0; 64]).is_err()),
                }
            }
        }
    }

    #[test]
    fn rsa_encrypts_curves_agree_and_codes_fit() {
        let (private, public) = wrapping_pair(KeySpec::Rsa2048).expect("a pair");
        for algorithm in [EncryptionAlgorithm::OaepSha1, EncryptionAlgorithm::OaepSha256] {
            let sealed = encrypt(&public, algorithm, b"plain").expect("encrypted");
            assert_eq!(decrypt(&private, algorithm, &sealed).expect("decrypted").as_slice(), b"plain");
            assert!(matches!(decrypt(&private, algorithm, &sealed[1..]), Err(Error::InvalidCiphertext)));
            assert!(matches!(encrypt(&public, algorithm, &[0; 300]), Err(Error::Validation(_))));
        }
        for spec in [KeySpec::EccP256, KeySpec::EccP384, KeySpec::EccP521] {
            let [one, other] = [(), ()].map(|()| secret::generate(spec).expect("a key"));
            let public = |private: &[u8]| secret::public_key(spec, private).expect("a public key");
            let shared = agree(spec, &one, &public(&other)).expect("shared");
            assert_eq!(shared, agree(spec, &other, &public(&one)).expect("shared"));
            assert!(matches!(agree(spec, &one, b"nothing"), Err(Error::Validation(_))));
        }
        let code = mac(MacAlgorithm::Sha384, &[1; 48], b"m");
        assert!(mac_fits(MacAlgorithm::Sha384, &[1; 48], b"m", &code));
        assert!(!mac_fits(MacAlgorithm::Sha384, &[2; 48], b"m", &code));
    }
}
