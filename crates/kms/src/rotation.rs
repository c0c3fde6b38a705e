//! Rotation of key material.

use coldkeep_keyring::{Key, KeySpec, Material, Origin, RotatedBy};
use coldkeep_types::Timestamp;
use coldkeep_wire::kms::{
    DisableKeyRotationOutput, DisableKeyRotationRequest, EnableKeyRotationOutput, EnableKeyRotationRequest,
    GetKeyRotationStatusRequest, GetKeyRotationStatusResponse, ListKeyRotationsRequest, ListKeyRotationsResponse,
    RotateKeyOnDemandRequest, RotateKeyOnDemandResponse, RotationsListEntry,
};

use crate::KmsCall;
use crate::errors::KmsError;
use crate::metadata::{expiration_model, must_be_customers};
use crate::pages;
use crate::wanted::Wanted;

operations! {
    EnableKeyRotation(EnableKeyRotationRequest) |input| {
        Wanted::id(&input.key_id).fact("kms:RotationPeriodInDays", Some(input.rotation_period_in_days.unwrap_or(365)))
    }, enable;
    DisableKeyRotation(DisableKeyRotationRequest) |input| Wanted::id(&input.key_id), disable;
    GetKeyRotationStatus(GetKeyRotationStatusRequest) |input| Wanted::id(&input.key_id), status;
    RotateKeyOnDemand(RotateKeyOnDemandRequest) |input| Wanted::id(&input.key_id), rotate;
    ListKeyRotations(ListKeyRotationsRequest) |input| Wanted::id(&input.key_id), list;
}

async fn enable(kms: &mut KmsCall<'_>, input: &EnableKeyRotationRequest) -> Result<EnableKeyRotationOutput, KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    let days = input.rotation_period_in_days.map(|days| u32::try_from(days).unwrap_or(0));
    kms.edit.enable_rotation(&key, days)?;
    Ok(EnableKeyRotationOutput {})
}

async fn disable(
    kms: &mut KmsCall<'_>,
    _input: &DisableKeyRotationRequest,
) -> Result<DisableKeyRotationOutput, KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    kms.edit.disable_rotation(&key)?;
    Ok(DisableKeyRotationOutput {})
}

async fn status(
    kms: &mut KmsCall<'_>,
    _input: &GetKeyRotationStatusRequest,
) -> Result<GetKeyRotationStatusResponse, KmsError> {
    let key = kms.key()?;
    key.must_not_be_pending_deletion(kms.edit.now())?;
    let rotation = key.record.rotation;
    Ok(GetKeyRotationStatusResponse {
        key_id: Some(key.arn.clone()),
        key_rotation_enabled: Some(rotation.is_some()),
        next_rotation_date: rotation.map(|rotation| Timestamp(rotation.next)),
        rotation_period_in_days: rotation.and_then(|rotation| i32::try_from(rotation.days).ok()),
        // A rotation on demand is done when it is answered.
        on_demand_rotation_start_date: None,
    })
}

async fn rotate(
    kms: &mut KmsCall<'_>,
    _input: &RotateKeyOnDemandRequest,
) -> Result<RotateKeyOnDemandResponse, KmsError> {
    let key = kms.key()?;
    must_be_customers(&key)?;
    kms.edit.rotate_on_demand(&key).await?;
    Ok(RotateKeyOnDemandResponse { key_id: Some(key.arn.clone()) })
}

async fn list(kms: &mut KmsCall<'_>, input: &ListKeyRotationsRequest) -> Result<ListKeyRotationsResponse, KmsError> {
    let key = kms.key()?;
    if key.record.spec != KeySpec::Symmetric {
        return Err(KmsError::unsupported(format!("{} is no symmetric encryption key.", key.arn)));
    }
    let all = match input.include_key_material.as_deref() {
        None | Some("ROTATIONS_ONLY") => false,
        Some("ALL_KEY_MATERIAL") => true,
        Some(other) => {
            return Err(KmsError::not_one_of(other, "includeKeyMaterial", &["ALL_KEY_MATERIAL", "ROTATIONS_ONLY"]));
        }
    };
    let limit = pages::limit(input.limit, 100, 1000)?;
    let mut told: Vec<(String, &Material)> = Vec::new();
    for material in key.record.materials.iter().filter(|material| all || material.by.is_some()) {
        told.push((format!("{:010}", material.number), material));
    }
    let (page, next_marker) = pages::part(&told, |(number, _)| number, input.marker.as_deref(), limit);
    Ok(ListKeyRotationsResponse {
        rotations: page.iter().map(|(_, material)| entry(&key, material)).collect(),
        truncated: Some(next_marker.is_some()),
        next_marker,
    })
}

fn entry(key: &Key, material: &Material) -> RotationsListEntry {
    let state = match material.number.cmp(&key.record.current) {
        std::cmp::Ordering::Less => "NON_CURRENT",
        std::cmp::Ordering::Equal => "CURRENT",
        std::cmp::Ordering::Greater => "PENDING_ROTATION",
    };
    let kind = material.by.map(|by| match by {
        RotatedBy::Schedule => "AUTOMATIC",
        RotatedBy::Demand => "ON_DEMAND",
    });
    let is_external = key.record.origin == Origin::External;
    let imported = if material.sealed.is_some() { "IMPORTED" } else { "PENDING_IMPORT" };
    RotationsListEntry {
        expiration_model: is_external.then(|| expiration_model(material.expires).to_owned()),
        import_state: is_external.then(|| imported.to_owned()),
        key_id: Some(key.arn.clone()),
        key_material_description: material.description.clone(),
        key_material_id: Some(material.id.clone()),
        key_material_state: Some(state.to_owned()),
        rotation_date: material.by.map(|_| Timestamp(material.since)),
        rotation_type: kind.map(str::to_owned),
        valid_to: material.expires.map(Timestamp),
    }
}
