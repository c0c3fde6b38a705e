//! A key with its secrets opened, and what it does. Whether its state and its usage allow it is checked in each.

use std::collections::BTreeMap;
use std::sync::Arc;

use coldkeep_auth::policy::{Kind, Policy};
use coldkeep_identity::Sealer;
use coldkeep_meta::Version;
use coldkeep_types::Timestamp;

use crate::cipher::{self, Origin as CiphertextOrigin};
use crate::secret::Secret;
use crate::series::Series;
use crate::{
    EncryptionAlgorithm, EncryptionContext, Error, KeyRecord, KeySpec, KeyState, KeyUsage, MacAlgorithm, Material,
    MessageType, Place, SigningAlgorithm, asymmetric, keys, secret,
};

/// A key as it was at one moment.
pub struct Key {
    /// Where it is.
    pub place: Place,
    /// Its ARN.
    pub arn: String,
    /// Its record.
    pub record: KeyRecord,
    /// Its policy.
    pub policy: Arc<Policy>,
    /// Where the record is.
    pub(crate) at: Vec<u8>,
    /// The version of the record.
    pub(crate) version: Version,
    /// What its ciphertexts begin with.
    head: Vec<u8>,
    secrets: BTreeMap<u32, Secret>,
    series: Series,
}

/// Secrets are in no log: only which key it is.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.arn)
    }
}

/// A data key: what encrypts, and the same encrypted under the key.
pub struct DataKey {
    /// What encrypts.
    pub plain: Secret,
    /// To be kept beside what is encrypted.
    pub ciphertext: Vec<u8>,
    /// Amazon's id of the key material that encrypted it.
    pub material_id: String,
}

/// A pair of data keys.
pub struct DataKeyPair {
    /// The private key, in PKCS #8.
    pub private: Secret,
    /// The private key, encrypted under the key.
    pub ciphertext: Vec<u8>,
    /// The public key, in DER.
    pub public: Vec<u8>,
    /// Amazon's id of the key material that encrypted it.
    pub material_id: String,
}

/// What the seal of key material is bound to.
pub(crate) fn about_material(place: &Place, id: &str, number: u32) -> String {
    format!("key material {number} of {}", place.arn(&format!("key/{id}")))
}

impl Key {
    pub(crate) fn open(sealer: &Sealer, place: Place, record: KeyRecord, version: Version) -> Result<Self, Error> {
        let arn = place.arn(&format!("key/{}", record.id));
        let policy = Policy::parse(&record.policy, Kind::Key { arn: &arn });
        let policy = policy.map_err(|error| Error::Damaged(format!("the policy of {arn}: {error}")))?.named(&arn);
        let head = cipher::head(&place, &record.id);
        let head = head.ok_or_else(|| Error::Damaged(format!("the place or the id of {arn}")))?;
        let mut secrets = BTreeMap::new();
        for material in &record.materials {
            if let Some(sealed) = &material.sealed {
                let about = about_material(&place, &record.id, material.number);
                secrets.insert(material.number, sealer.open(sealed, &about)?);
            }
        }
        let (at, policy) = (keys::key_of(&place, &record.id), policy.into());
        Ok(Self { place, arn, record, policy, at, version, head, secrets, series: Series::default() })
    }

    /// Its state.
    pub fn state(&self, now: Timestamp) -> KeyState {
        self.record.state(now.0)
    }

    /// Refuses a key that may not be used now.
    pub fn must_be_usable(&self, now: Timestamp) -> Result<(), Error> {
        match self.state(now) {
            KeyState::Enabled => Ok(()),
            KeyState::Disabled => Err(Error::Disabled(self.arn.clone())),
            state => Err(self.wrong_state(state)),
        }
    }

    /// Refuses a key that is to be destroyed: hardly anything is done with it.
    pub fn must_not_be_pending_deletion(&self, now: Timestamp) -> Result<(), Error> {
        match self.state(now) {
            state @ KeyState::PendingDeletion => Err(self.wrong_state(state)),
            _ => Ok(()),
        }
    }

    pub(crate) fn wrong_state(&self, state: KeyState) -> Error {
        Error::InvalidState { arn: self.arn.clone(), state }
    }

    fn must_be_for(&self, usage: KeyUsage, doing: &str) -> Result<(), Error> {
        if self.record.usage == usage {
            return Ok(());
        }
        let (arn, own) = (&self.arn, self.record.usage.name());
        Err(Error::InvalidKeyUsage(format!("{arn} key usage is {own} which is not valid for {doing}.")))
    }

    fn must_be_symmetric(&self, doing: &str) -> Result<(), Error> {
        self.must_be_for(KeyUsage::EncryptDecrypt, doing)?;
        match self.record.spec {
            KeySpec::Symmetric => Ok(()),
            spec => {
                let (arn, spec) = (&self.arn, spec.name());
                Err(Error::InvalidKeyUsage(format!("{arn} key spec is {spec} which is not valid for {doing}.")))
            }
        }
    }

    /// The material that encrypts, and its secret.
    fn current(&self) -> Result<(&Material, &Secret), Error> {
        let material = self.record.current().zip(self.secrets.get(&self.record.current));
        material.ok_or_else(|| self.wrong_state(KeyState::PendingImport))
    }

    /// Amazon's id of the material that encrypts; of symmetric keys only.
    pub fn current_material_id(&self) -> Option<&str> {
        let material = self.record.current().filter(|_| self.record.spec == KeySpec::Symmetric);
        material.map(|material| material.id.as_str())
    }

    /// Amazon's id of the material that made a ciphertext.
    pub fn material_id_of(&self, ciphertext: &[u8]) -> Option<&str> {
        let (origin, _) = CiphertextOrigin::read(ciphertext)?;
        self.record.material(origin.material).map(|material| material.id.as_str())
    }

    /// Encrypts under a symmetric key; `plain` may be of any length: doors have their limits.
    pub fn encrypt(&self, now: Timestamp, plain: &[u8], context: &EncryptionContext) -> Result<Vec<u8>, Error> {
        self.must_be_symmetric("Encrypt")?;
        self.must_be_usable(now)?;
        let (material, secret) = self.current()?;
        cipher::seal(&self.series, secret, (&self.head, material.number), plain, context)
    }

    /// Opens what [`encrypt`](Self::encrypt) made, with whichever material did.
    pub fn decrypt(&self, now: Timestamp, ciphertext: &[u8], context: &EncryptionContext) -> Result<Secret, Error> {
        self.must_be_symmetric("Decrypt")?;
        self.must_be_usable(now)?;
        let Some((material, header_bytes)) = cipher::material(&self.head, ciphertext) else {
            return Err(CiphertextOrigin::read(ciphertext).map_or(Error::InvalidCiphertext, |_| Error::IncorrectKey));
        };
        let secret = self.secrets.get(&material).ok_or(Error::InvalidCiphertext)?;
        cipher::open(&self.series, secret, ciphertext, (material, header_bytes), context)
    }

    /// A new data key of so many bytes: what [`Keyring::decrypt`](crate::Keyring::decrypt) opens with the same context.
    pub fn generate_data_key(
        &self,
        now: Timestamp,
        bytes: usize,
        context: &EncryptionContext,
    ) -> Result<DataKey, Error> {
        let plain = secret::random_secret(bytes);
        let ciphertext = self.encrypt(now, &plain, context)?;
        Ok(DataKey { plain, ciphertext, material_id: self.current()?.0.id.clone() })
    }

    /// A new pair of data keys. RSA keys take up to seconds, on a thread for such work.
    pub async fn generate_data_key_pair(
        &self,
        now: Timestamp,
        spec: KeySpec,
        context: &EncryptionContext,
    ) -> Result<DataKeyPair, Error> {
        self.must_be_symmetric("GenerateDataKeyPair")?;
        self.must_be_usable(now)?;
        let private = generate_apart(spec).await?;
        let public = secret::public_key(spec, &private)?;
        let ciphertext = self.encrypt(now, &private, context)?;
        Ok(DataKeyPair { private, ciphertext, public, material_id: self.current()?.0.id.clone() })
    }

    /// The public key of a pair, in DER.
    pub fn public_key(&self, now: Timestamp) -> Result<Vec<u8>, Error> {
        if !self.record.spec.is_asymmetric() {
            let (arn, spec) = (&self.arn, self.record.spec.name());
            return Err(Error::Unsupported(format!("{arn} key spec is {spec} which is not valid for GetPublicKey.")));
        }
        self.must_be_usable(now)?;
        secret::public_key(self.record.spec, self.current()?.1)
    }

    /// Refuses an algorithm of encryption that the key has not.
    pub fn must_encrypt_with(&self, algorithm: EncryptionAlgorithm, doing: &str) -> Result<(), Error> {
        self.must_be_for(KeyUsage::EncryptDecrypt, doing)?;
        let known = self.record.spec.encryption(self.record.usage).contains(&algorithm);
        if known { Ok(()) } else { Err(self.wrong_algorithm(algorithm.name())) }
    }

    fn wrong_algorithm(&self, algorithm: &str) -> Error {
        let spec = self.record.spec.name();
        Error::InvalidKeyUsage(format!("Algorithm {algorithm} is incompatible with key spec {spec}."))
    }

    /// Encrypts with the public key of an RSA pair.
    pub fn encrypt_rsa(&self, now: Timestamp, algorithm: EncryptionAlgorithm, plain: &[u8]) -> Result<Vec<u8>, Error> {
        self.must_encrypt_with(algorithm, "Encrypt")?;
        asymmetric::encrypt(&self.public_key(now)?, algorithm, plain)
    }

    /// Decrypts with the private key of an RSA pair.
    pub fn decrypt_rsa(
        &self,
        now: Timestamp,
        algorithm: EncryptionAlgorithm,
        ciphertext: &[u8],
    ) -> Result<Secret, Error> {
        self.must_encrypt_with(algorithm, "Decrypt")?;
        self.must_be_usable(now)?;
        asymmetric::decrypt(self.current()?.1, algorithm, ciphertext)
    }

    fn must_sign_with(&self, algorithm: SigningAlgorithm, doing: &str) -> Result<(), Error> {
        self.must_be_for(KeyUsage::SignVerify, doing)?;
        let known = self.record.spec.signing(self.record.usage).contains(&algorithm);
        if known { Ok(()) } else { Err(self.wrong_algorithm(algorithm.name())) }
    }

    /// Signs a message.
    pub fn sign(
        &self,
        now: Timestamp,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
    ) -> Result<Vec<u8>, Error> {
        self.must_sign_with(algorithm, "Sign")?;
        self.must_be_usable(now)?;
        asymmetric::sign(self.record.spec, self.current()?.1, algorithm, kind, message)
    }

    /// Refuses a signature that is not the message's.
    pub fn verify(
        &self,
        now: Timestamp,
        algorithm: SigningAlgorithm,
        kind: MessageType,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        self.must_sign_with(algorithm, "Verify")?;
        let public = self.public_key(now)?;
        let fits = asymmetric::verify(self.record.spec, &public, algorithm, kind, message, signature)?;
        if fits { Ok(()) } else { Err(Error::InvalidSignature) }
    }

    fn must_mac_with(&self, algorithm: MacAlgorithm, doing: &str) -> Result<(), Error> {
        self.must_be_for(KeyUsage::GenerateVerifyMac, doing)?;
        let known = self.record.spec.mac() == Some(algorithm);
        if known { Ok(()) } else { Err(self.wrong_algorithm(algorithm.name())) }
    }

    /// The message authentication code of a message.
    pub fn mac(&self, now: Timestamp, algorithm: MacAlgorithm, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.must_mac_with(algorithm, "GenerateMac")?;
        self.must_be_usable(now)?;
        Ok(asymmetric::mac(algorithm, self.current()?.1, message))
    }

    /// Refuses a code that is not the message's.
    pub fn verify_mac(
        &self,
        now: Timestamp,
        algorithm: MacAlgorithm,
        message: &[u8],
        code: &[u8],
    ) -> Result<(), Error> {
        self.must_mac_with(algorithm, "VerifyMac")?;
        self.must_be_usable(now)?;
        let fits = asymmetric::mac_fits(algorithm, self.current()?.1, message, code);
        if fits { Ok(()) } else { Err(Error::InvalidMac) }
    }

    /// The secret that this key and another's public key (in DER) share.
    pub fn derive_shared_secret(&self, now: Timestamp, public: &[u8]) -> Result<Secret, Error> {
        self.must_be_for(KeyUsage::KeyAgreement, "DeriveSharedSecret")?;
        self.must_be_usable(now)?;
        asymmetric::agree(self.record.spec, self.current()?.1, public)
    }
}

/// New key material; pairs are made on a thread for such work: RSA takes up to seconds.
pub(crate) async fn generate_apart(spec: KeySpec) -> Result<Secret, Error> {
    if spec.secret_bytes().is_some() {
        return secret::generate(spec);
    }
    let made = tokio::task::spawn_blocking(move || secret::generate(spec)).await;
    made.map_err(|_| secret::failed("the making of a key was broken off"))?
}
