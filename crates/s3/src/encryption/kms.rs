//! SSE-KMS, and DSSE-KMS with the keys of both layers in one: data keys that a key of KMS wraps. What is asked of the key, for whom, and in which encryption context.
//!
//! From the S3 user guide, "Using server-side encryption with AWS KMS keys" and "Multipart upload API and permissions": who makes an
//! object or begins an upload needs `kms:GenerateDataKey`; who reads, adds a part or completes needs `kms:Decrypt`. The encryption
//! context is what the client gave with `aws:s3:arn`, the object's ARN or, with a bucket key, the bucket's. Every use reads the key's
//! state; a bucket key saves nothing here, since the keys are at hand, but decides the context.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_auth::{Caller, SignatureVersion};
use coldkeep_keyring::{Ask, EncryptionContext, Error, Key, KeyReference, Keyring, Place as KeyPlace};
use coldkeep_seal::{DataKey, Envelope, KmsKey, Scheme};
use coldkeep_types::Region;

use super::keys::Place;
use crate::access::Facts;
use crate::errors::S3Error;
use crate::{S3, S3Call};

const CONTEXT: &str = "x-amz-server-side-encryption-context";
/// The pair that S3 adds to every context.
const ARN: &str = "aws:s3:arn";
/// The most bytes of a context as it comes.
const MAX_CONTEXT: usize = 8192;

/// What a write asks of KMS.
pub(crate) struct AskedOfKms {
    /// Whether there shall be two layers.
    pub dual: bool,
    /// The key, as it was named; absent: the one of S3.
    pub key: Option<String>,
    /// The context that the client gave, as it came.
    pub context: Option<String>,
    /// Whether a bucket key is to be used.
    pub bucket_key: bool,
}

/// Reads a context: Base64 of a JSON object of texts.
pub(super) fn parse_context(text: &str) -> Result<EncryptionContext, S3Error> {
    let invalid = || {
        S3Error::invalid_argument("The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map")
            .about(CONTEXT, text)
    };
    if text.len() > MAX_CONTEXT {
        return Err(invalid());
    }
    let json = STANDARD.decode(text).map_err(|_| invalid())?;
    let read = serde_json::from_slice::<EncryptionContext>(&json);
    read.map_err(|_| invalid())
}

/// The whole context of an object's data key.
pub(super) fn whole_context(kms: &KmsKey, place: &Place<'_>, partition: &str) -> Result<EncryptionContext, S3Error> {
    let mut context = kms.context.as_deref().map(parse_context).transpose()?.unwrap_or_default();
    let arn = match kms.bucket_key {
        true => ["arn:", partition, ":s3:::", place.bucket].concat(),
        false => ["arn:", partition, ":s3:::", place.bucket, "/", place.key].concat(),
    };
    context.entry(ARN.to_owned()).or_insert(arn);
    Ok(context)
}

impl S3 {
    fn keyring(&self) -> Result<&Keyring, S3Error> {
        let none = || S3Error::not_implemented("This server has no keys of KMS");
        self.encryption.keyring.as_ref().ok_or_else(none)
    }

    /// Wraps a data key as a write asks, under a key of the bucket's region.
    pub(super) async fn wrapped_by_kms(
        &self,
        call: &S3Call,
        asked: AskedOfKms,
        data_key: &DataKey,
        place: &Place<'_>,
        region: &str,
    ) -> Result<Envelope, S3Error> {
        let (keyring, caller) = (self.keyring()?, signer(call)?);
        let region = Region::parse(region).map_err(|_| S3Error::internal())?;
        let home = KeyPlace { account: caller.account.clone(), region };
        let key = match &asked.key {
            None => keyring.service_key(&home).await.map_err(refused)?,
            Some(named) => {
                let reference = KeyReference::parse(named, &home).map_err(refused)?;
                keyring.key(&reference).await.map_err(refused)?
            }
        };
        let kms = KmsKey { arn: key.arn.clone(), context: asked.context, bucket_key: asked.bucket_key };
        let context = whole_context(&kms, place, home.region.partition())?;
        permit(keyring, call, caller, &key, "kms:GenerateDataKey", &context).await?;
        let wrapped = key.encrypt(keyring.now(), &data_key.secret(), &context).map_err(refused)?;
        let scheme = if asked.dual { Scheme::KmsDual } else { Scheme::Kms };
        Ok(Envelope { scheme, wrapped, kms: Some(kms) })
    }

    /// Wraps the data key of an object that is there under another key of KMS. Besides what reading it and making it anew ask, Amazon
    /// asks what moving a ciphertext from key to key asks.
    pub(super) async fn rewrapped_by_kms(
        &self,
        call: &S3Call,
        from: &Envelope,
        asked: AskedOfKms,
        data_key: &DataKey,
        region: &str,
    ) -> Result<Envelope, S3Error> {
        let place = Place::of(call);
        let envelope = self.wrapped_by_kms(call, asked, data_key, &place, region).await?;
        let (keyring, caller) = (self.keyring()?, signer(call)?);
        let to = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo"];
        for (envelope, actions) in [(from, ["kms:ReEncryptFrom"].as_slice()), (&envelope, to.as_slice())] {
            let Some(kms) = &envelope.kms else { continue };
            let key = keyring.key_of(&envelope.wrapped).await.map_err(refused)?;
            let context = whole_context(kms, &place, key.place.region.partition())?;
            for action in actions {
                permit(keyring, call, caller, &key, action, &context).await?;
            }
        }
        Ok(envelope)
    }

    /// Unwraps a data key, if the caller may.
    pub(super) async fn unwrapped_by_kms(
        &self,
        call: &S3Call,
        envelope: &Envelope,
        place: &Place<'_>,
    ) -> Result<DataKey, S3Error> {
        let (keyring, caller) = (self.keyring()?, signer(call)?);
        let damaged = |what: &str| coldkeep_store::Error::Damaged(format!("an object's data key: {what}"));
        let kms = envelope.kms.as_ref().ok_or_else(|| damaged("it names no key of KMS"))?;
        let key = keyring.key_of(&envelope.wrapped).await.map_err(|error| match error {
            // It was made here: so its key is gone.
            Error::InvalidCiphertext => refused(Error::NotFound(format!("Key '{}' does not exist", kms.arn))),
            error => refused(error),
        })?;
        let context = whole_context(kms, place, key.place.region.partition())?;
        permit(keyring, call, caller, &key, "kms:Decrypt", &context).await?;
        let plain = key.decrypt(keyring.now(), &envelope.wrapped, &context).map_err(|error| match error {
            Error::InvalidCiphertext => damaged("it does not open under its key of KMS").into(),
            error => refused(error),
        })?;
        let opened = DataKey::from_secret(&plain).filter(|key| key.is_dual() == envelope.scheme.is_dual());
        opened.ok_or_else(|| damaged("it has another length").into())
    }
}

/// Who signed a call, by Signature V4.
pub(super) fn signer(call: &S3Call) -> Result<&Caller, S3Error> {
    let by_v4 = call.proof.as_ref().is_some_and(|proof| proof.version == SignatureVersion::V4);
    let caller = call.caller.as_ref().filter(|_| by_v4);
    caller.ok_or_else(|| {
        S3Error::invalid_argument(
            "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
        )
        .about("Authorization", call.header("authorization").map_or("null", |_| "AWS"))
    })
}

async fn permit(
    keyring: &Keyring,
    call: &S3Call,
    caller: &Caller,
    key: &Arc<Key>,
    action: &str,
    context: &EncryptionContext,
) -> Result<(), S3Error> {
    let via = ["s3.", key.place.region.as_str(), ".amazonaws.com"].concat();
    let through = call.found.through.as_ref();
    let circumstances = Facts { call, action, version: None, through, missing: None };
    let ask = Ask { action, key, named: None, context, via: Some(&via), circumstances: &circumstances };
    match keyring.permit(caller, &ask).await.map_err(refused)? {
        Ok(_) => Ok(()),
        Err(denied) => Err(S3Error::new(403, "AccessDenied", denied.message)),
    }
}

/// What S3 tells when KMS refuses.
pub(super) fn refused(error: Error) -> S3Error {
    let message = error.to_string();
    let code = match error {
        Error::NotFound(_) | Error::InvalidArn(_) | Error::Validation(_) => "KMS.NotFoundException",
        Error::Disabled(_) => "KMS.DisabledException",
        Error::InvalidState { .. } => "KMS.KMSInvalidStateException",
        Error::InvalidKeyUsage(_) | Error::Unsupported(_) => "KMS.InvalidKeyUsageException",
        Error::Meta(error) if error.is_away() => return coldkeep_store::Error::from(error).into(),
        error => {
            tracing::error!(%error, "a key of KMS could not be used");
            return S3Error::internal();
        }
    };
    S3Error::new(400, code, message)
}
