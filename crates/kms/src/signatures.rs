//! Signatures, message authentication codes, public keys and shared secrets.

use coldkeep_keyring::{MacAlgorithm, MessageType, SigningAlgorithm};
use coldkeep_wire::kms::{
    DeriveSharedSecretRequest, DeriveSharedSecretResponse, GenerateMacRequest, GenerateMacResponse,
    GetPublicKeyRequest, GetPublicKeyResponse, SignRequest, SignResponse, VerifyMacRequest, VerifyMacResponse,
    VerifyRequest, VerifyResponse,
};

use crate::KmsCall;
use crate::encryption::{check_length, handed_out, told};
use crate::errors::KmsError;
use crate::metadata::metadata;
use crate::wanted::Wanted;

operations! {
    Sign(SignRequest) |input| {
        Wanted::key(&input.key_id)
            .fact("kms:SigningAlgorithm", Some(&input.signing_algorithm))
            .fact("kms:MessageType", Some(input.message_type.as_deref().unwrap_or("RAW")))
            .tokens(&input.grant_tokens)
            .dry_run(input.dry_run)
    }, sign;
    Verify(VerifyRequest) |input| {
        Wanted::key(&input.key_id)
            .fact("kms:SigningAlgorithm", Some(&input.signing_algorithm))
            .fact("kms:MessageType", Some(input.message_type.as_deref().unwrap_or("RAW")))
            .tokens(&input.grant_tokens)
            .dry_run(input.dry_run)
    }, verify;
    GenerateMac(GenerateMacRequest) |input| {
        let wanted = Wanted::key(&input.key_id).fact("kms:MacAlgorithm", Some(&input.mac_algorithm));
        wanted.tokens(&input.grant_tokens).dry_run(input.dry_run)
    }, generate_mac;
    VerifyMac(VerifyMacRequest) |input| {
        let wanted = Wanted::key(&input.key_id).fact("kms:MacAlgorithm", Some(&input.mac_algorithm));
        wanted.tokens(&input.grant_tokens).dry_run(input.dry_run)
    }, verify_mac;
    GetPublicKey(GetPublicKeyRequest) |input| Wanted::key(&input.key_id).tokens(&input.grant_tokens), get_public_key;
    DeriveSharedSecret(DeriveSharedSecretRequest) |input| {
        let wanted = Wanted::key(&input.key_id).fact("kms:KeyAgreementAlgorithm", Some(&input.key_agreement_algorithm));
        wanted.tokens(&input.grant_tokens).dry_run(input.dry_run)
    }, derive_shared_secret;
}

/// The most bytes of a message, and of a signature or code.
const MAX_MESSAGE: usize = 4096;
const MAX_SIGNATURE: usize = 6144;

fn algorithm(name: &str) -> Result<SigningAlgorithm, KmsError> {
    told(SigningAlgorithm::parse(name), name, "SigningAlgorithm")
}

fn message_type(name: Option<&String>) -> Result<MessageType, KmsError> {
    let name = name.map_or("RAW", String::as_str);
    told(MessageType::parse(name), name, "MessageType")
}

fn mac_algorithm(name: &str) -> Result<MacAlgorithm, KmsError> {
    let all = ["HMAC_SHA_384", "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512"];
    MacAlgorithm::parse(name).ok_or_else(|| KmsError::not_one_of(name, "macAlgorithm", &all))
}

async fn sign(kms: &mut KmsCall<'_>, input: &SignRequest) -> Result<SignResponse, KmsError> {
    let key = kms.key()?;
    check_length(&input.message, "message", MAX_MESSAGE)?;
    let (algorithm, kind) = (algorithm(&input.signing_algorithm)?, message_type(input.message_type.as_ref())?);
    let signature = key.sign(kms.edit.now(), algorithm, kind, &input.message)?;
    Ok(SignResponse {
        key_id: Some(key.arn.clone()),
        signature: Some(signature.into()),
        signing_algorithm: Some(input.signing_algorithm.clone()),
    })
}

async fn verify(kms: &mut KmsCall<'_>, input: &VerifyRequest) -> Result<VerifyResponse, KmsError> {
    let key = kms.key()?;
    check_length(&input.message, "message", MAX_MESSAGE)?;
    check_length(&input.signature, "signature", MAX_SIGNATURE)?;
    let (algorithm, kind) = (algorithm(&input.signing_algorithm)?, message_type(input.message_type.as_ref())?);
    key.verify(kms.edit.now(), algorithm, kind, &input.message, &input.signature)?;
    Ok(VerifyResponse {
        key_id: Some(key.arn.clone()),
        signature_valid: Some(true),
        signing_algorithm: Some(input.signing_algorithm.clone()),
    })
}

async fn generate_mac(kms: &mut KmsCall<'_>, input: &GenerateMacRequest) -> Result<GenerateMacResponse, KmsError> {
    let key = kms.key()?;
    check_length(&input.message, "message", MAX_MESSAGE)?;
    let mac = key.mac(kms.edit.now(), mac_algorithm(&input.mac_algorithm)?, &input.message)?;
    Ok(GenerateMacResponse {
        key_id: Some(key.arn.clone()),
        mac: Some(mac.into()),
        mac_algorithm: Some(input.mac_algorithm.clone()),
    })
}

async fn verify_mac(kms: &mut KmsCall<'_>, input: &VerifyMacRequest) -> Result<VerifyMacResponse, KmsError> {
    let key = kms.key()?;
    check_length(&input.message, "message", MAX_MESSAGE)?;
    check_length(&input.mac, "mac", MAX_SIGNATURE)?;
    key.verify_mac(kms.edit.now(), mac_algorithm(&input.mac_algorithm)?, &input.message, &input.mac)?;
    Ok(VerifyMacResponse {
        key_id: Some(key.arn.clone()),
        mac_algorithm: Some(input.mac_algorithm.clone()),
        mac_valid: Some(true),
    })
}

async fn get_public_key(kms: &mut KmsCall<'_>, _input: &GetPublicKeyRequest) -> Result<GetPublicKeyResponse, KmsError> {
    let (key, now) = (kms.key()?, kms.edit.now());
    let public = key.public_key(now)?;
    let told = metadata(&key.place, &key.record, now);
    Ok(GetPublicKeyResponse {
        customer_master_key_spec: told.customer_master_key_spec,
        encryption_algorithms: told.encryption_algorithms,
        key_agreement_algorithms: told.key_agreement_algorithms,
        key_id: Some(key.arn.clone()),
        key_spec: told.key_spec,
        key_usage: told.key_usage,
        public_key: Some(public.into()),
        signing_algorithms: told.signing_algorithms,
        ..GetPublicKeyResponse::default()
    })
}

async fn derive_shared_secret(
    kms: &mut KmsCall<'_>,
    input: &DeriveSharedSecretRequest,
) -> Result<DeriveSharedSecretResponse, KmsError> {
    if input.recipient.is_some() {
        return Err(KmsError::unsupported_parameter("Recipient"));
    }
    if input.key_agreement_algorithm != "ECDH" {
        return Err(KmsError::not_one_of(&input.key_agreement_algorithm, "keyAgreementAlgorithm", &["ECDH"]));
    }
    let key = kms.key()?;
    let secret = key.derive_shared_secret(kms.edit.now(), &input.public_key)?;
    Ok(DeriveSharedSecretResponse {
        key_agreement_algorithm: Some(input.key_agreement_algorithm.clone()),
        key_id: Some(key.arn.clone()),
        key_origin: Some(key.record.origin.name().to_owned()),
        shared_secret: Some(handed_out(secret)),
        ..DeriveSharedSecretResponse::default()
    })
}
