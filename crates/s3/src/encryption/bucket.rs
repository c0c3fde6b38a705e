//! The encryption of a bucket: how new objects are sealed whose writer says nothing.

use coldkeep_http::{Body, Response};
use coldkeep_seal::Scheme;
use coldkeep_store::BucketEncryption;
use coldkeep_wire::s3::{
    BlockedEncryptionTypes, DeleteBucketEncryptionOutput, DeleteBucketEncryptionRequest, GetBucketEncryptionOutput,
    GetBucketEncryptionRequest, PutBucketEncryptionOutput, PutBucketEncryptionRequest, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};

use super::asked::{DUAL, NO_BUCKET_KEYS};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// GetBucketEncryption. Where nothing is encrypted by default, that is what it says.
pub(crate) async fn get_encryption(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketEncryptionRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let Some(kept) = &call.found()?.encryption else {
        return Err(S3Error::new(
            404,
            "ServerSideEncryptionConfigurationNotFoundError",
            "The server side encryption configuration was not found",
        ));
    };
    let algorithm = match kept.scheme {
        Scheme::Server | Scheme::Customer => "AES256",
        Scheme::Kms => "aws:kms",
        Scheme::KmsDual => DUAL,
    };
    let blocked = kept.blocks_customer_keys.map(|blocks| BlockedEncryptionTypes {
        encryption_type: vec![if blocks { "SSE-C" } else { "NONE" }.to_owned()],
    });
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(ServerSideEncryptionByDefault {
            sse_algorithm: algorithm.to_owned(),
            kms_master_key_id: kept.kms_key.clone(),
        }),
        bucket_key_enabled: Some(kept.bucket_key.unwrap_or(false)),
        blocked_encryption_types: blocked,
    };
    let configuration = ServerSideEncryptionConfiguration { rules: vec![rule] };
    Ok(respond(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) }.encode()))
}

/// PutBucketEncryption. What is there already stays as it is; clients' keys stay blocked, too, where the request does not speak of it.
pub(crate) async fn put_encryption(
    door: &S3,
    call: &S3Call,
    input: PutBucketEncryptionRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let [rule] = &input.server_side_encryption_configuration.rules[..] else { return Err(S3Error::malformed_xml()) };
    let bucket = call.found()?;
    let mut encryption = encryption(rule)?;
    let before = bucket.encryption.as_ref().and_then(|kept| kept.blocks_customer_keys);
    encryption.blocks_customer_keys = encryption.blocks_customer_keys.or(before);
    door.store.put_bucket_encryption(&bucket.name, Some(encryption)).await?;
    Ok(respond(PutBucketEncryptionOutput::default().encode()))
}

/// DeleteBucketEncryption: the bucket is as a new one again.
pub(crate) async fn delete_encryption(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketEncryptionRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    door.store.put_bucket_encryption(&call.found()?.name, None).await?;
    Ok(respond(DeleteBucketEncryptionOutput::default().encode()))
}

fn encryption(rule: &ServerSideEncryptionRule) -> Result<BucketEncryption, S3Error> {
    let by_default = rule.apply_server_side_encryption_by_default.as_ref();
    let scheme = match by_default.map(|asked| asked.sse_algorithm.as_str()) {
        None | Some("AES256") => Scheme::Server,
        Some("aws:kms") => Scheme::Kms,
        Some(DUAL) if rule.bucket_key_enabled == Some(true) => return Err(S3Error::invalid_argument(NO_BUCKET_KEYS)),
        Some(DUAL) => Scheme::KmsDual,
        Some("aws:fsx" | "aws:backup") => {
            return Err(S3Error::not_implemented("Encryption by other services is not implemented"));
        }
        Some(_) => return Err(S3Error::malformed_xml()),
    };
    let kms_key = by_default.and_then(|asked| asked.kms_master_key_id.clone());
    if kms_key.is_some() && !scheme.is_kms() {
        return Err(S3Error::invalid_argument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        )
        .with("ArgumentName", "ApplyServerSideEncryptionByDefault"));
    }
    let blocks_customer_keys = match &rule.blocked_encryption_types {
        None => None,
        Some(blocked) => match blocked.encryption_type.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["SSE-C"] => Some(true),
            [] | ["NONE"] => Some(false),
            _ => return Err(S3Error::malformed_xml()),
        },
    };
    Ok(BucketEncryption { bucket_key: rule.bucket_key_enabled, blocks_customer_keys, scheme, kms_key })
}
