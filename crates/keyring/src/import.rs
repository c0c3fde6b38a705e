//! Key material of the owner's own. From the KMS developer guide, "Importing key material".
//!
//! The wrapping key travels in the import token, sealed under the store's key: nobody has to remember it, and any server of the same
//! store takes it. What is imported again must be what it was; the id of imported material is a hash that tells nothing of it.

use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::create::DAY_MS;
use crate::key::about_material;
use crate::secret::{self, Secret};
use crate::{Edit, EncryptionAlgorithm, Error, Key, KeySpec, KeyState, Material, Origin, asymmetric};

/// What tokens are bound to.
const ABOUT: &str = "import token";

/// How key material is wrapped on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrappingAlgorithm {
    /// `RSAES_OAEP_SHA_1`.
    OaepSha1,
    /// `RSAES_OAEP_SHA_256`.
    OaepSha256,
    /// `RSA_AES_KEY_WRAP_SHA_1`: a key for AES key wrap (RFC 5649) by RSAES-OAEP, then the material by that.
    AesSha1,
    /// `RSA_AES_KEY_WRAP_SHA_256`.
    AesSha256,
}

impl WrappingAlgorithm {
    /// The one of Amazon's name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "RSAES_OAEP_SHA_1" => Self::OaepSha1,
            "RSAES_OAEP_SHA_256" => Self::OaepSha256,
            "RSA_AES_KEY_WRAP_SHA_1" => Self::AesSha1,
            "RSA_AES_KEY_WRAP_SHA_256" => Self::AesSha256,
            _ => return None,
        })
    }

    fn number(self) -> u8 {
        self as u8
    }

    fn oaep(number: u8) -> EncryptionAlgorithm {
        match number {
            0 | 2 => EncryptionAlgorithm::OaepSha1,
            _ => EncryptionAlgorithm::OaepSha256,
        }
    }
}

/// What the owner of key material needs to wrap it.
pub struct ImportParameters {
    /// The public key, in DER.
    pub public: Vec<u8>,
    /// To be given back with the material.
    pub token: Vec<u8>,
    /// Until when both are good.
    pub valid_to: i64,
}

/// What comes in.
pub struct Imported<'a> {
    /// The token of the parameters.
    pub token: &'a [u8],
    /// The material, wrapped.
    pub wrapped: &'a [u8],
    /// When it ends; `None`: never.
    pub expires: Option<i64>,
    /// Whether it is new material for a key that has some already, to be rotated to.
    pub is_new: bool,
    /// What is said of it.
    pub description: Option<String>,
    /// The id of the material that is imported again, if it is told.
    pub material_id: Option<String>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Token {
    #[n(0)]
    arn: String,
    #[n(1)]
    algorithm: u8,
    #[n(2)]
    valid_to: i64,
    #[cbor(n(3), with = "minicbor::bytes")]
    private: Vec<u8>,
}

fn must_be_external(key: &Key) -> Result<(), Error> {
    match key.record.origin {
        Origin::External => Ok(()),
        Origin::Kms => {
            let arn = &key.arn;
            Err(Error::Unsupported(format!("{arn} origin is AWS_KMS which is not valid for this operation.")))
        }
    }
}

/// Gives a wrapping key and a token, good for a day.
pub(crate) fn parameters(
    edit: &Edit,
    key: &Key,
    algorithm: WrappingAlgorithm,
    pair: (Secret, Vec<u8>),
) -> Result<ImportParameters, Error> {
    let (private, public) = pair;
    let valid_to = edit.now().0 + DAY_MS;
    let token = Token { arn: key.arn.clone(), algorithm: algorithm.number(), valid_to, private: private.to_vec() };
    let plain = minicbor::to_vec(&token).map(Zeroizing::new).map_err(|error| Error::Damaged(error.to_string()))?;
    drop(Zeroizing::new(token.private));
    Ok(ImportParameters { public, token: edit.sealer().seal(&plain, ABOUT)?, valid_to })
}

impl Edit {
    /// What the owner of key material needs to import it into this key.
    pub async fn import_parameters(
        &self,
        key: &Key,
        algorithm: WrappingAlgorithm,
        wrapping: KeySpec,
    ) -> Result<ImportParameters, Error> {
        must_be_external(key)?;
        key.must_not_be_pending_deletion(self.now())?;
        let fits_in_rsa =
            key.record.spec == KeySpec::Symmetric || key.record.spec.is_hmac() || !key.record.spec.is_rsa();
        let is_direct = matches!(algorithm, WrappingAlgorithm::OaepSha1 | WrappingAlgorithm::OaepSha256);
        if is_direct && !fits_in_rsa {
            return Err(Error::Unsupported(
                "RSA private keys are wrapped by RSA_AES_KEY_WRAP algorithms only.".to_owned(),
            ));
        }
        let pair = tokio::task::spawn_blocking(move || asymmetric::wrapping_pair(wrapping)).await;
        parameters(self, key, algorithm, pair.map_err(|_| secret::failed("the making of a key was broken off"))??)
    }

    /// Takes key material in. The id of the material.
    pub async fn import(&mut self, key: &Key, imported: &Imported<'_>) -> Result<String, Error> {
        must_be_external(key)?;
        key.must_not_be_pending_deletion(self.now())?;
        let secret = self.unwrap(key, imported)?;
        let now = self.now().0;
        if imported.expires.is_some_and(|expires| expires <= now || expires > now + 365 * DAY_MS) {
            return Err(Error::Validation("ValidTo must be in the future, at most 365 days from now.".to_owned()));
        }
        let digest = Sha256::new().chain_update("imported key material").chain_update(&key.arn).chain_update(&*secret);
        let id = hex::encode(digest.finalize());
        if imported.material_id.as_ref().is_some_and(|wanted| *wanted != id) {
            return Err(Error::IncorrectKeyMaterial(
                "The key material is not the one of this KeyMaterialId.".to_owned(),
            ));
        }
        let mut record = key.record.clone();
        let known = record.materials.iter().position(|material| material.id == id);
        let at = match known {
            Some(at) => at,
            None if record.materials.is_empty() => self.note_material(&mut record, &id, true),
            None if imported.is_new && record.spec == KeySpec::Symmetric => {
                let waits = |material: &&Material| material.number > key.record.current && material.sealed.is_some();
                if let Some(waiting) = record.materials.iter().find(waits) {
                    return Err(Error::InvalidMaterialState(format!(
                        "New key material (id: {id}) cannot be imported into KMS key {}, because another key material (id: {}) is \
                         pending rotation.",
                        record.id, waiting.id
                    )));
                }
                record.materials.retain(|material| material.number <= key.record.current);
                self.note_material(&mut record, &id, false)
            }
            None => {
                return Err(Error::IncorrectKeyMaterial(format!(
                    "{} was imported with other key material before: only the same can be imported again.",
                    key.arn
                )));
            }
        };
        let material = &mut record.materials[at];
        let about = about_material(&key.place, &record.id, material.number);
        material.sealed = Some(self.sealer().seal(&secret, &about)?);
        material.expires = imported.expires;
        material.description = imported.description.clone().or_else(|| material.description.take());
        self.put_key(key, &record);
        Ok(id)
    }

    fn note_material(&self, record: &mut crate::KeyRecord, id: &str, is_current: bool) -> usize {
        let number = record.materials.iter().map(|material| material.number).max().unwrap_or(0).max(record.current) + 1;
        let since = self.now().0;
        let material =
            Material { number, id: id.to_owned(), sealed: None, since, by: None, expires: None, description: None };
        record.materials.push(material);
        if is_current {
            record.current = number;
        }
        record.materials.len() - 1
    }

    fn unwrap(&self, key: &Key, imported: &Imported<'_>) -> Result<Secret, Error> {
        let plain = self.sealer().open(imported.token, ABOUT);
        let plain = plain.map_err(|_| Error::InvalidImportToken)?;
        let token: Token = minicbor::decode(&plain).map_err(|_| Error::InvalidImportToken)?;
        let private = Zeroizing::new(token.private);
        if token.arn != key.arn {
            return Err(Error::InvalidImportToken);
        }
        if token.valid_to <= self.now().0 {
            return Err(Error::ExpiredImportToken);
        }
        let oaep = WrappingAlgorithm::oaep(token.algorithm);
        let secret = match token.algorithm {
            0 | 1 => asymmetric::decrypt(&private, oaep, imported.wrapped)?,
            _ => {
                // The wrapped AES key is as long as the RSA key's modulus.
                let modulus = asymmetric::modulus_bytes(&private)?;
                let (head, rest) = imported.wrapped.split_at_checked(modulus).ok_or(Error::InvalidCiphertext)?;
                let kek = asymmetric::decrypt(&private, oaep, head)?;
                let kek = AesKek::new(&AES_256, &kek).map_err(|_| Error::InvalidCiphertext)?;
                let mut out = Zeroizing::new(vec![0; rest.len()]);
                let length = kek.unwrap_with_padding(rest, &mut out).map_err(|_| Error::InvalidCiphertext)?.len();
                out.truncate(length);
                out
            }
        };
        let long_enough = |bytes: usize| (bytes..=bytes.max(128)).contains(&secret.len());
        let fits = match key.record.spec {
            // HMAC keys may be longer than those made here.
            spec if spec.is_hmac() => spec.secret_bytes().is_some_and(long_enough),
            spec => secret::fits(spec, &secret),
        };
        match fits {
            true => Ok(secret),
            false => Err(Error::IncorrectKeyMaterial(format!(
                "The key material is none of key spec {}.",
                key.record.spec.name()
            ))),
        }
    }

    /// Forgets imported key material; the key waits for it then. The id of the material, if there was some.
    pub fn delete_imported(&mut self, key: &Key, material_id: Option<&str>) -> Result<Option<String>, Error> {
        must_be_external(key)?;
        let now = self.now();
        key.must_not_be_pending_deletion(now)?;
        let mut record = key.record.clone();
        let current = record.current;
        let wanted = |material: &&mut Material| match material_id {
            Some(id) => material.id == id,
            None => material.number == current,
        };
        let Some(material) = record.materials.iter_mut().find(wanted) else {
            return match material_id {
                Some(id) => Err(Error::NotFound(format!("{} has no key material {id}.", key.arn))),
                None => Err(key.wrong_state(KeyState::PendingImport)),
            };
        };
        let id = material.id.clone();
        material.sealed = None;
        material.expires = None;
        self.put_key(key, &record);
        Ok(Some(id))
    }
}
