//! GenerateDataKey and its relatives, and GenerateRandom.

use coldkeep_keyring::{Key, random_secret};
use coldkeep_wire::kms::{
    GenerateDataKeyPairRequest, GenerateDataKeyPairResponse, GenerateDataKeyPairWithoutPlaintextRequest,
    GenerateDataKeyPairWithoutPlaintextResponse, GenerateDataKeyRequest, GenerateDataKeyResponse,
    GenerateDataKeyWithoutPlaintextRequest, GenerateDataKeyWithoutPlaintextResponse, GenerateRandomRequest,
    GenerateRandomResponse,
};

use crate::KmsCall;
use crate::encryption::{check_context, handed_out};
use crate::errors::KmsError;
use crate::metadata;
use crate::wanted::Wanted;

operations! {
    GenerateDataKey(GenerateDataKeyRequest) |input| {
        data_key(&input.key_id, &input.encryption_context).tokens(&input.grant_tokens).dry_run(input.dry_run)
    }, generate;
    GenerateDataKeyWithoutPlaintext(GenerateDataKeyWithoutPlaintextRequest) |input| {
        data_key(&input.key_id, &input.encryption_context).tokens(&input.grant_tokens).dry_run(input.dry_run)
    }, generate_without_plaintext;
    GenerateDataKeyPair(GenerateDataKeyPairRequest) |input| {
        let wanted = data_key(&input.key_id, &input.encryption_context).fact("kms:DataKeyPairSpec", Some(&input.key_pair_spec));
        wanted.tokens(&input.grant_tokens).dry_run(input.dry_run)
    }, generate_pair;
    GenerateDataKeyPairWithoutPlaintext(GenerateDataKeyPairWithoutPlaintextRequest) |input| {
        let wanted = data_key(&input.key_id, &input.encryption_context).fact("kms:DataKeyPairSpec", Some(&input.key_pair_spec));
        wanted.tokens(&input.grant_tokens).dry_run(input.dry_run)
    }, generate_pair_without_plaintext;
    GenerateRandom(GenerateRandomRequest) |_input| Wanted::nothing(), generate_random;
}

/// The most bytes of chance that are given at once.
const MOST: i32 = 1024;

fn data_key(key: &str, context: &coldkeep_keyring::EncryptionContext) -> Wanted {
    Wanted::key(key).context(context).fact("kms:EncryptionAlgorithm", Some("SYMMETRIC_DEFAULT"))
}

fn check_bytes(bytes: i32) -> Result<usize, KmsError> {
    match usize::try_from(bytes) {
        Ok(number) if (1..=MOST).contains(&bytes) => Ok(number),
        _ => Err(KmsError::out_of_range(bytes.into(), "numberOfBytes", 1, MOST.into())),
    }
}

/// How long a data key is to be.
fn length(spec: Option<&String>, bytes: Option<i32>) -> Result<usize, KmsError> {
    match (spec.map(String::as_str), bytes) {
        (Some("AES_256"), None) => Ok(32),
        (Some("AES_128"), None) => Ok(16),
        (None, Some(bytes)) => check_bytes(bytes),
        (Some(other), None) => Err(KmsError::not_one_of(other, "keySpec", &["AES_256", "AES_128"])),
        (None, None) | (Some(_), Some(_)) => {
            Err(KmsError::validation("Please specify either number of bytes or key spec."))
        }
    }
}

async fn generate(kms: &mut KmsCall<'_>, input: &GenerateDataKeyRequest) -> Result<GenerateDataKeyResponse, KmsError> {
    if input.recipient.is_some() {
        return Err(KmsError::unsupported_parameter("Recipient"));
    }
    let key = kms.key()?;
    let bytes = length(input.key_spec.as_ref(), input.number_of_bytes)?;
    check_context(&key, &input.encryption_context)?;
    let made = key.generate_data_key(kms.edit.now(), bytes, &input.encryption_context)?;
    Ok(GenerateDataKeyResponse {
        ciphertext_blob: Some(made.ciphertext.into()),
        key_id: Some(key.arn.clone()),
        key_material_id: Some(made.material_id),
        plaintext: Some(handed_out(made.plain)),
        ..GenerateDataKeyResponse::default()
    })
}

async fn generate_without_plaintext(
    kms: &mut KmsCall<'_>,
    input: &GenerateDataKeyWithoutPlaintextRequest,
) -> Result<GenerateDataKeyWithoutPlaintextResponse, KmsError> {
    let key = kms.key()?;
    let bytes = length(input.key_spec.as_ref(), input.number_of_bytes)?;
    check_context(&key, &input.encryption_context)?;
    let made = key.generate_data_key(kms.edit.now(), bytes, &input.encryption_context)?;
    Ok(GenerateDataKeyWithoutPlaintextResponse {
        ciphertext_blob: Some(made.ciphertext.into()),
        key_id: Some(key.arn.clone()),
        key_material_id: Some(made.material_id),
    })
}

async fn pair(
    kms: &KmsCall<'_>,
    key: &Key,
    spec: &str,
    context: &coldkeep_keyring::EncryptionContext,
) -> Result<coldkeep_keyring::DataKeyPair, KmsError> {
    check_context(key, context)?;
    let spec = metadata::spec(spec)?;
    // Data key pairs are RSA and elliptic curves.
    if !spec.is_asymmetric() || spec.name().starts_with("ML_") {
        return Err(KmsError::validation(format!("{} is no spec of a data key pair", spec.name())));
    }
    Ok(key.generate_data_key_pair(kms.edit.now(), spec, context).await?)
}

async fn generate_pair(
    kms: &mut KmsCall<'_>,
    input: &GenerateDataKeyPairRequest,
) -> Result<GenerateDataKeyPairResponse, KmsError> {
    if input.recipient.is_some() {
        return Err(KmsError::unsupported_parameter("Recipient"));
    }
    let key = kms.key()?;
    let made = pair(kms, &key, &input.key_pair_spec, &input.encryption_context).await?;
    Ok(GenerateDataKeyPairResponse {
        key_id: Some(key.arn.clone()),
        key_material_id: Some(made.material_id),
        key_pair_spec: Some(input.key_pair_spec.clone()),
        private_key_ciphertext_blob: Some(made.ciphertext.into()),
        private_key_plaintext: Some(handed_out(made.private)),
        public_key: Some(made.public.into()),
        ..GenerateDataKeyPairResponse::default()
    })
}

async fn generate_pair_without_plaintext(
    kms: &mut KmsCall<'_>,
    input: &GenerateDataKeyPairWithoutPlaintextRequest,
) -> Result<GenerateDataKeyPairWithoutPlaintextResponse, KmsError> {
    let key = kms.key()?;
    let made = pair(kms, &key, &input.key_pair_spec, &input.encryption_context).await?;
    Ok(GenerateDataKeyPairWithoutPlaintextResponse {
        key_id: Some(key.arn.clone()),
        key_material_id: Some(made.material_id),
        key_pair_spec: Some(input.key_pair_spec.clone()),
        private_key_ciphertext_blob: Some(made.ciphertext.into()),
        public_key: Some(made.public.into()),
    })
}

async fn generate_random(
    _kms: &mut KmsCall<'_>,
    input: &GenerateRandomRequest,
) -> Result<GenerateRandomResponse, KmsError> {
    if input.recipient.is_some() {
        return Err(KmsError::unsupported_parameter("Recipient"));
    }
    if input.custom_key_store_id.is_some() {
        return Err(KmsError::unsupported_parameter("CustomKeyStoreId"));
    }
    let bytes = input.number_of_bytes.ok_or_else(|| KmsError::validation("NumberOfBytes is required."))?;
    let plain = random_secret(check_bytes(bytes)?);
    Ok(GenerateRandomResponse { plaintext: Some(handed_out(plain)), ..GenerateRandomResponse::default() })
}
