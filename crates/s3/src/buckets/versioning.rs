//! GetBucketVersioning and PutBucketVersioning.

use coldkeep_http::{Body, Response};
use coldkeep_store::Versioning;
use coldkeep_wire::s3::{
    GetBucketVersioningOutput, GetBucketVersioningRequest, PutBucketVersioningOutput, PutBucketVersioningRequest,
};

use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// GetBucketVersioning: nothing where it was never put.
pub(crate) async fn get_versioning(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketVersioningRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let status = call.found()?.versioning.map(|versioning| match versioning {
        Versioning::Enabled => "Enabled".to_owned(),
        Versioning::Suspended => "Suspended".to_owned(),
    });
    Ok(respond(GetBucketVersioningOutput { status, ..GetBucketVersioningOutput::default() }.encode()))
}

/// PutBucketVersioning. Deleting with a second factor is refused: no request here can prove one.
pub(crate) async fn put_versioning(
    door: &S3,
    call: &S3Call,
    input: PutBucketVersioningRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let configuration = input.versioning_configuration;
    match configuration.mfa_delete.as_deref() {
        None | Some("Disabled") => {}
        Some("Enabled") => return Err(S3Error::not_implemented("MFA delete is not implemented")),
        Some(_) => return Err(S3Error::malformed_xml()),
    }
    let versioning = match configuration.status.as_deref() {
        Some("Enabled") => Versioning::Enabled,
        Some("Suspended") => Versioning::Suspended,
        Some(_) => return Err(S3Error::malformed_xml()),
        None => {
            let message = "The Versioning element must be specified";
            return Err(S3Error::new(400, "IllegalVersioningConfigurationException", message));
        }
    };
    door.store.set_versioning(&call.bucket()?, versioning).await?;
    Ok(respond(PutBucketVersioningOutput::default().encode()))
}
