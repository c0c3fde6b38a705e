//! The account's block of public access: GetPublicAccessBlock, PutPublicAccessBlock, DeletePublicAccessBlock. The stricter of it and
//! each bucket's own is in force.

use coldkeep_store::PublicAccessBlock;
use coldkeep_wire::Encoded;
use coldkeep_wire::s3control::{
    DeletePublicAccessBlockOutput, DeletePublicAccessBlockRequest, GetPublicAccessBlockOutput,
    GetPublicAccessBlockRequest, PublicAccessBlockConfiguration, PutPublicAccessBlockOutput,
    PutPublicAccessBlockRequest,
};

use crate::Control;
use crate::call::ControlCall;
use crate::errors::ControlError;

/// A switch that is not named is off.
pub(crate) fn block(told: &PublicAccessBlockConfiguration) -> PublicAccessBlock {
    PublicAccessBlock {
        block_acls: told.block_public_acls.unwrap_or(false),
        ignore_acls: told.ignore_public_acls.unwrap_or(false),
        block_policy: told.block_public_policy.unwrap_or(false),
        restrict: told.restrict_public_buckets.unwrap_or(false),
    }
}

/// As answers have it.
pub(crate) fn configuration(block: PublicAccessBlock) -> PublicAccessBlockConfiguration {
    PublicAccessBlockConfiguration {
        block_public_acls: Some(block.block_acls),
        ignore_public_acls: Some(block.ignore_acls),
        block_public_policy: Some(block.block_policy),
        restrict_public_buckets: Some(block.restrict),
    }
}

/// GetPublicAccessBlock.
pub(crate) async fn get(
    door: &Control,
    call: &ControlCall,
    action: &str,
    _input: GetPublicAccessBlockRequest,
) -> Result<Encoded, ControlError> {
    call.permit_own(action, "*")?;
    let none = || {
        let message = "The public access block configuration was not found";
        ControlError::new(404, "NoSuchPublicAccessBlockConfiguration", message)
            .naming("AccountId", call.account.as_str())
    };
    let kept = door.store.account_block(&call.account).await?.ok_or_else(none)?;
    let public_access_block_configuration = Some(configuration(kept));
    Ok(GetPublicAccessBlockOutput { public_access_block_configuration }.encode())
}

/// PutPublicAccessBlock.
pub(crate) async fn put(
    door: &Control,
    call: &ControlCall,
    action: &str,
    input: PutPublicAccessBlockRequest,
) -> Result<Encoded, ControlError> {
    call.permit_own(action, "*")?;
    if input.public_access_block_configuration == PublicAccessBlockConfiguration::default() {
        return Err(ControlError::invalid_request("Must specify at least one configuration."));
    }
    door.store.put_account_block(&call.account, Some(block(&input.public_access_block_configuration))).await?;
    Ok(PutPublicAccessBlockOutput::default().encode())
}

/// DeletePublicAccessBlock: no error if there is none.
pub(crate) async fn delete(
    door: &Control,
    call: &ControlCall,
    action: &str,
    _input: DeletePublicAccessBlockRequest,
) -> Result<Encoded, ControlError> {
    call.permit_own(action, "*")?;
    door.store.put_account_block(&call.account, None).await?;
    Ok(DeletePublicAccessBlockOutput::default().encode())
}
