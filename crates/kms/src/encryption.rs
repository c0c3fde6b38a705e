//! Encrypt, Decrypt, ReEncrypt.

use bytes::Bytes;
use coldkeep_keyring::{EncryptionAlgorithm, EncryptionContext, Error, Key, KeySpec, KeyUsage, Secret};
use coldkeep_types::Timestamp;
use coldkeep_wire::kms::{
    DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, ReEncryptRequest, ReEncryptResponse,
};

use crate::KmsCall;
use crate::errors::KmsError;
use crate::wanted::{On, Wanted};

operations! {
    Encrypt(EncryptRequest) |input| {
        let algorithm = input.encryption_algorithm.as_deref().unwrap_or(SYMMETRIC);
        Wanted::key(&input.key_id)
            .context(&input.encryption_context)
            .fact("kms:EncryptionAlgorithm", Some(algorithm))
            .tokens(&input.grant_tokens)
            .dry_run(input.dry_run)
    }, encrypt;
    Decrypt(DecryptRequest) |input| {
        let algorithm = input.encryption_algorithm.as_deref().unwrap_or(SYMMETRIC);
        Wanted::on(source(input.ciphertext_blob.as_ref(), input.key_id.as_ref()))
            .context(&input.encryption_context)
            .fact("kms:EncryptionAlgorithm", Some(algorithm))
            .tokens(&input.grant_tokens)
            .dry_run(input.dry_run)
    }, decrypt;
    ReEncrypt(ReEncryptRequest) |input| {
        Wanted::on(source(input.ciphertext_blob.as_ref(), input.source_key_id.as_ref()))
            .permission("kms:ReEncryptFrom")
            .context(&input.source_encryption_context)
            .and(On::Key(input.destination_key_id.clone()))
            .permission("kms:ReEncryptTo")
            .context(&input.destination_encryption_context)
            .tokens(&input.grant_tokens)
            .dry_run(input.dry_run)
    }, re_encrypt;
}

const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";
/// The most bytes of a plaintext, and of a ciphertext.
const MAX_PLAINTEXT: usize = 4096;
const MAX_CIPHERTEXT: usize = 6144;
/// The most bytes of all pairs of a context.
const MAX_CONTEXT: usize = 8192;

fn source(ciphertext: Option<&Bytes>, key: Option<&String>) -> On {
    On::Ciphertext(ciphertext.map(|it| it.to_vec()).unwrap_or_default(), key.cloned())
}

/// Refuses what is empty or longer than allowed.
pub(crate) fn check_length(bytes: &[u8], member: &str, most: usize) -> Result<(), KmsError> {
    let (bound, number) = match bytes.len() {
        0 => ("greater", 1),
        length if length > most => ("less", most),
        _ => return Ok(()),
    };
    Err(KmsError::validation(format!(
        "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length {bound} than or \
         equal to {number}"
    )))
}

/// Refuses contexts that are too long, or told for a key that has none.
pub(crate) fn check_context(key: &Key, context: &EncryptionContext) -> Result<(), KmsError> {
    let bytes: usize = context.iter().map(|(key, value)| key.len() + value.len()).sum();
    if bytes > MAX_CONTEXT {
        return Err(KmsError::validation(format!("The encryption context has more than {MAX_CONTEXT} bytes.")));
    }
    if !context.is_empty() && key.record.spec != KeySpec::Symmetric {
        return Err(KmsError::validation("Encryption context is not supported for asymmetric keys."));
    }
    Ok(())
}

fn algorithm(name: Option<&String>, member: &'static str) -> Result<EncryptionAlgorithm, KmsError> {
    match name.map(String::as_str) {
        Some("SM2PKE") => Err(KmsError::unsupported("SM2PKE is not implemented by this server")),
        name => {
            let name = name.unwrap_or(SYMMETRIC);
            let all: Vec<&str> = EncryptionAlgorithm::ALL.iter().map(|it| it.name()).collect();
            EncryptionAlgorithm::parse(name).ok_or_else(|| KmsError::not_one_of(name, member, &all))
        }
    }
}

fn seal(
    key: &Key,
    now: Timestamp,
    algorithm: EncryptionAlgorithm,
    plain: &[u8],
    context: &EncryptionContext,
) -> Result<Bytes, KmsError> {
    check_context(key, context)?;
    key.must_encrypt_with(algorithm, "Encrypt")?;
    let sealed = match algorithm {
        EncryptionAlgorithm::Symmetric => key.encrypt(now, plain, context)?,
        _ => key.encrypt_rsa(now, algorithm, plain)?,
    };
    Ok(sealed.into())
}

fn open(
    key: &Key,
    now: Timestamp,
    algorithm: EncryptionAlgorithm,
    ciphertext: Option<&Bytes>,
    context: &EncryptionContext,
) -> Result<Secret, KmsError> {
    let ciphertext = ciphertext.map(|it| &it[..]).unwrap_or_default();
    check_length(ciphertext, "ciphertextBlob", MAX_CIPHERTEXT)?;
    check_context(key, context)?;
    if key.record.usage != KeyUsage::EncryptDecrypt {
        return Err(Error::IncorrectKey.into());
    }
    key.must_encrypt_with(algorithm, "Decrypt")?;
    let opened = match algorithm {
        EncryptionAlgorithm::Symmetric => key.decrypt(now, ciphertext, context),
        _ => key.decrypt_rsa(now, algorithm, ciphertext),
    };
    Ok(opened?)
}

async fn encrypt(kms: &mut KmsCall<'_>, input: &EncryptRequest) -> Result<EncryptResponse, KmsError> {
    let (key, now) = (kms.key()?, kms.edit.now());
    check_length(&input.plaintext, "plaintext", MAX_PLAINTEXT)?;
    let algorithm = algorithm(input.encryption_algorithm.as_ref(), "encryptionAlgorithm")?;
    let sealed = seal(&key, now, algorithm, &input.plaintext, &input.encryption_context)?;
    Ok(EncryptResponse {
        ciphertext_blob: Some(sealed),
        encryption_algorithm: Some(algorithm.name().to_owned()),
        key_id: Some(key.arn.clone()),
    })
}

async fn decrypt(kms: &mut KmsCall<'_>, input: &DecryptRequest) -> Result<DecryptResponse, KmsError> {
    if input.recipient.is_some() {
        return Err(KmsError::unsupported_parameter("Recipient"));
    }
    if !input.dry_run_modifiers.is_empty() {
        return Err(KmsError::unsupported_parameter("DryRunModifiers"));
    }
    let (key, now) = (kms.key()?, kms.edit.now());
    let algorithm = algorithm(input.encryption_algorithm.as_ref(), "encryptionAlgorithm")?;
    let plain = open(&key, now, algorithm, input.ciphertext_blob.as_ref(), &input.encryption_context)?;
    Ok(DecryptResponse {
        encryption_algorithm: Some(algorithm.name().to_owned()),
        key_id: Some(key.arn.clone()),
        key_material_id: material_of(&key, input.ciphertext_blob.as_ref()),
        plaintext: Some(handed_out(plain)),
        ..DecryptResponse::default()
    })
}

/// Amazon's id of the material that made a ciphertext of a symmetric key.
fn material_of(key: &Key, ciphertext: Option<&Bytes>) -> Option<String> {
    let symmetric = ciphertext.filter(|_| key.record.spec == KeySpec::Symmetric)?;
    key.material_id_of(symmetric).map(str::to_owned)
}

async fn re_encrypt(kms: &mut KmsCall<'_>, input: &ReEncryptRequest) -> Result<ReEncryptResponse, KmsError> {
    if !input.dry_run_modifiers.is_empty() {
        return Err(KmsError::unsupported_parameter("DryRunModifiers"));
    }
    let [from, to] = &kms.permitted.keys[..] else { return Err(KmsError::internal()) };
    let now = kms.edit.now();
    let old = algorithm(input.source_encryption_algorithm.as_ref(), "sourceEncryptionAlgorithm")?;
    let new = algorithm(input.destination_encryption_algorithm.as_ref(), "destinationEncryptionAlgorithm")?;
    let plain = open(from, now, old, input.ciphertext_blob.as_ref(), &input.source_encryption_context)?;
    let sealed = seal(to, now, new, &plain, &input.destination_encryption_context)?;
    Ok(ReEncryptResponse {
        ciphertext_blob: Some(sealed),
        destination_encryption_algorithm: Some(new.name().to_owned()),
        destination_key_material_id: to.current_material_id().map(str::to_owned),
        key_id: Some(to.arn.clone()),
        source_encryption_algorithm: Some(old.name().to_owned()),
        source_key_id: Some(from.arn.clone()),
        source_key_material_id: material_of(from, input.ciphertext_blob.as_ref()),
    })
}

/// A secret that the answer tells: its bytes are wiped when the answer is written.
pub(crate) fn handed_out(secret: Secret) -> Bytes {
    Bytes::from_owner(Wiped(secret))
}

struct Wiped(Secret);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A message type or algorithm by its name, where it must be told.
pub(crate) fn told<T>(found: Option<T>, name: &str, what: &str) -> Result<T, KmsError> {
    found.ok_or_else(|| Error::Unsupported(format!("{what} {name} is not implemented by this server")).into())
}
