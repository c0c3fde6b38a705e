//! Keys: made, told, enabled, disabled, destroyed.

use coldkeep_keyring::{KeyUsage, NewKey, Origin};
use coldkeep_types::Timestamp;
use coldkeep_wire::kms::{
    CancelKeyDeletionRequest, CancelKeyDeletionResponse, CreateKeyRequest, CreateKeyResponse, DescribeKeyRequest,
    DescribeKeyResponse, DisableKeyOutput, DisableKeyRequest, EnableKeyOutput, EnableKeyRequest, KeyListEntry,
    ListKeysRequest, ListKeysResponse, ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse,
    UpdateKeyDescriptionOutput, UpdateKeyDescriptionRequest,
};

use crate::KmsCall;
use crate::errors::KmsError;
use crate::metadata::{metadata, must_be_customers, named, spec};
use crate::pages;
use crate::wanted::Wanted;

operations! {
    CreateKey(CreateKeyRequest) |input| new_key(input), create;
    DescribeKey(DescribeKeyRequest) |input| Wanted::key(&input.key_id).tokens(&input.grant_tokens), describe;
    ListKeys(ListKeysRequest) |_input| Wanted::nothing(), list;
    EnableKey(EnableKeyRequest) |input| Wanted::id(&input.key_id), enable;
    DisableKey(DisableKeyRequest) |input| Wanted::id(&input.key_id), disable;
    UpdateKeyDescription(UpdateKeyDescriptionRequest) |input| Wanted::id(&input.key_id), update_description;
    ScheduleKeyDeletion(ScheduleKeyDeletionRequest) |input| deletion(input), schedule_deletion;
    CancelKeyDeletion(CancelKeyDeletionRequest) |input| Wanted::id(&input.key_id), cancel_deletion;
}

const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";

fn spec_name(input: &CreateKeyRequest) -> &str {
    input.key_spec.as_deref().or(input.customer_master_key_spec.as_deref()).unwrap_or(SYMMETRIC)
}

fn new_key(input: &CreateKeyRequest) -> Wanted {
    let tags = input.tags.iter().map(|tag| (tag.tag_key.as_str(), tag.tag_value.as_str()));
    let usage = input.key_usage.as_deref().or((spec_name(input) == SYMMETRIC).then_some("ENCRYPT_DECRYPT"));
    Wanted::nothing()
        .fact("kms:KeySpec", Some(spec_name(input)))
        .fact("kms:CustomerMasterKeySpec", Some(spec_name(input)))
        .fact("kms:KeyUsage", usage)
        .fact("kms:CustomerMasterKeyUsage", usage)
        .fact("kms:KeyOrigin", Some(input.origin.as_deref().unwrap_or("AWS_KMS")))
        .fact("kms:MultiRegion", Some(input.multi_region.unwrap_or(false)))
        .fact("kms:MultiRegionKeyType", input.multi_region.unwrap_or(false).then_some("PRIMARY"))
        .fact("kms:BypassPolicyLockoutSafetyCheck", Some(input.bypass_policy_lockout_safety_check.unwrap_or(false)))
        .tags(tags)
}

async fn create(kms: &mut KmsCall<'_>, input: &CreateKeyRequest) -> Result<CreateKeyResponse, KmsError> {
    if input.custom_key_store_id.is_some() || input.xks_key_id.is_some() {
        return Err(KmsError::unsupported("Custom key stores are not implemented by this server"));
    }
    let both = input.key_spec.is_some() && input.customer_master_key_spec.is_some();
    if both && input.key_spec != input.customer_master_key_spec {
        return Err(KmsError::validation("You cannot specify KeySpec and CustomerMasterKeySpec in the same request."));
    }
    let origin = match input.origin.as_deref() {
        Some(other @ ("AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE")) => {
            return Err(KmsError::unsupported(format!("Origin {other} is not implemented by this server")));
        }
        origin => named!(Origin, origin.unwrap_or("AWS_KMS"), "origin")?,
    };
    let usage = match input.key_usage.as_deref() {
        Some(other @ "ENCAPSULATE_DECAPSULATE") => {
            return Err(KmsError::unsupported(format!("KeyUsage {other} is not implemented by this server")));
        }
        Some(name) => Some(named!(KeyUsage, name, "keyUsage")?),
        None => None,
    };
    let new = NewKey {
        spec: spec(spec_name(input))?,
        usage,
        origin,
        description: input.description.clone().unwrap_or_default(),
        tags: crate::tags::of_keyring(&input.tags),
        policy: input.policy.clone(),
        may_lock_out: input.bypass_policy_lockout_safety_check == Some(true),
        multi_region: input.multi_region == Some(true),
    };
    let place = kms.asked().home.clone();
    let caller = kms.asked().caller.clone();
    let record = kms.edit.create_key(&place, &caller, &new).await?;
    Ok(CreateKeyResponse { key_metadata: Some(metadata(&place, &record, kms.edit.now())) })
}

async fn describe(kms: &mut KmsCall<'_>, _input: &DescribeKeyRequest) -> Result<DescribeKeyResponse, KmsError> {
    let key = kms.key()?;
    Ok(DescribeKeyResponse { key_metadata: Some(metadata(&key.place, &key.record, kms.edit.now())) })
}

async fn list(kms: &mut KmsCall<'_>, input: &ListKeysRequest) -> Result<ListKeysResponse, KmsError> {
    if input.resource_owners.iter().any(|owner| owner != "SELF") {
        return Err(KmsError::unsupported_parameter("ResourceOwners"));
    }
    let limit = pages::limit(input.limit, 100, 1000)?;
    let place = kms.asked().home.clone();
    let page = kms.edit.keyring().list_keys(&place, input.marker.as_deref(), limit).await?;
    let entry = |id: String| KeyListEntry { key_arn: Some(place.arn(&format!("key/{id}"))), key_id: Some(id) };
    Ok(ListKeysResponse {
        keys: page.items.into_iter().map(entry).collect(),
        truncated: Some(page.marker.is_some()),
        next_marker: page.marker,
    })
}

async fn enable(kms: &mut KmsCall<'_>, _input: &EnableKeyRequest) -> Result<EnableKeyOutput, KmsError> {
    set_enabled(kms, true)?;
    Ok(EnableKeyOutput {})
}

async fn disable(kms: &mut KmsCall<'_>, _input: &DisableKeyRequest) -> Result<DisableKeyOutput, KmsError> {
    set_enabled(kms, false)?;
    Ok(DisableKeyOutput {})
}

fn set_enabled(kms: &mut KmsCall<'_>, enabled: bool) -> Result<(), KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    Ok(kms.edit.enable(&key, enabled)?)
}

async fn update_description(
    kms: &mut KmsCall<'_>,
    input: &UpdateKeyDescriptionRequest,
) -> Result<UpdateKeyDescriptionOutput, KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    kms.edit.describe(&key, &input.description)?;
    Ok(UpdateKeyDescriptionOutput {})
}

/// "If you do not include a value, it defaults to 30."
fn days(input: &ScheduleKeyDeletionRequest) -> i32 {
    input.pending_window_in_days.unwrap_or(30)
}

fn deletion(input: &ScheduleKeyDeletionRequest) -> Wanted {
    Wanted::id(&input.key_id).fact("kms:ScheduleKeyDeletionPendingWindowInDays", Some(days(input)))
}

async fn schedule_deletion(
    kms: &mut KmsCall<'_>,
    input: &ScheduleKeyDeletionRequest,
) -> Result<ScheduleKeyDeletionResponse, KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    let deletion = kms.edit.schedule_deletion(&key, u32::try_from(days(input)).unwrap_or(0))?;
    Ok(ScheduleKeyDeletionResponse {
        deletion_date: Some(Timestamp(deletion)),
        key_id: Some(key.arn.clone()),
        key_state: Some("PendingDeletion".to_owned()),
        pending_window_in_days: Some(days(input)),
    })
}

async fn cancel_deletion(
    kms: &mut KmsCall<'_>,
    _input: &CancelKeyDeletionRequest,
) -> Result<CancelKeyDeletionResponse, KmsError> {
    let key = kms.key()?;
    kms.edit.cancel_deletion(&key)?;
    Ok(CancelKeyDeletionResponse { key_id: Some(key.arn.clone()) })
}
