//! Imported key material.

use coldkeep_keyring::{Imported, KeySpec, WrappingAlgorithm};
use coldkeep_types::Timestamp;
use coldkeep_wire::kms::{
    DeleteImportedKeyMaterialRequest, DeleteImportedKeyMaterialResponse, GetParametersForImportRequest,
    GetParametersForImportResponse, ImportKeyMaterialRequest, ImportKeyMaterialResponse,
};

use crate::KmsCall;
use crate::encryption::{check_length, told};
use crate::errors::KmsError;
use crate::wanted::Wanted;

operations! {
    GetParametersForImport(GetParametersForImportRequest) |input| {
        Wanted::id(&input.key_id)
            .fact("kms:WrappingAlgorithm", Some(&input.wrapping_algorithm))
            .fact("kms:WrappingKeySpec", Some(&input.wrapping_key_spec))
    }, parameters;
    ImportKeyMaterial(ImportKeyMaterialRequest) |input| {
        Wanted::id(&input.key_id)
            .fact("kms:ExpirationModel", Some(input.expiration_model.as_deref().unwrap_or(EXPIRES)))
            .fact("kms:ValidTo", input.valid_to.map(Timestamp::iso_seconds))
    }, import;
    DeleteImportedKeyMaterial(DeleteImportedKeyMaterialRequest) |input| Wanted::id(&input.key_id), delete;
}

const EXPIRES: &str = "KEY_MATERIAL_EXPIRES";
const EXPIRES_NOT: &str = "KEY_MATERIAL_DOES_NOT_EXPIRE";

async fn parameters(
    kms: &mut KmsCall<'_>,
    input: &GetParametersForImportRequest,
) -> Result<GetParametersForImportResponse, KmsError> {
    let key = kms.key()?;
    let name = &input.wrapping_algorithm;
    let algorithm = told(WrappingAlgorithm::parse(name), name, "WrappingAlgorithm")?;
    let name = &input.wrapping_key_spec;
    let spec = told(KeySpec::parse(name).filter(|spec| spec.is_rsa()), name, "WrappingKeySpec")?;
    let parameters = kms.edit.import_parameters(&key, algorithm, spec).await?;
    Ok(GetParametersForImportResponse {
        import_token: Some(parameters.token.into()),
        key_id: Some(key.arn.clone()),
        parameters_valid_to: Some(Timestamp(parameters.valid_to)),
        public_key: Some(parameters.public.into()),
    })
}

async fn import(
    kms: &mut KmsCall<'_>,
    input: &ImportKeyMaterialRequest,
) -> Result<ImportKeyMaterialResponse, KmsError> {
    let key = kms.key()?;
    check_length(&input.encrypted_key_material, "encryptedKeyMaterial", 6144)?;
    check_length(&input.import_token, "importToken", 6144)?;
    let expires = match (input.expiration_model.as_deref().unwrap_or(EXPIRES), input.valid_to) {
        (EXPIRES, Some(at)) => Some(at.0),
        (EXPIRES_NOT, None) => None,
        (EXPIRES, None) => {
            return Err(KmsError::validation(
                "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
            ));
        }
        (EXPIRES_NOT, Some(_)) => {
            return Err(KmsError::validation("A validTo date is for ExpirationModel KEY_MATERIAL_EXPIRES only"));
        }
        (other, _) => return Err(KmsError::not_one_of(other, "expirationModel", &[EXPIRES, EXPIRES_NOT])),
    };
    let is_new = match input.import_type.as_deref() {
        Some("NEW_KEY_MATERIAL") => true,
        None | Some("EXISTING_KEY_MATERIAL") => false,
        Some(other) => {
            return Err(KmsError::not_one_of(other, "importType", &["NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"]));
        }
    };
    let imported = Imported {
        token: &input.import_token,
        wrapped: &input.encrypted_key_material,
        expires,
        is_new,
        description: input.key_material_description.clone(),
        material_id: input.key_material_id.clone(),
    };
    let id = kms.edit.import(&key, &imported).await?;
    Ok(ImportKeyMaterialResponse { key_id: Some(key.arn.clone()), key_material_id: Some(id) })
}

async fn delete(
    kms: &mut KmsCall<'_>,
    input: &DeleteImportedKeyMaterialRequest,
) -> Result<DeleteImportedKeyMaterialResponse, KmsError> {
    let key = kms.key()?;
    let id = kms.edit.delete_imported(&key, input.key_material_id.as_deref())?;
    Ok(DeleteImportedKeyMaterialResponse { key_id: Some(key.arn.clone()), key_material_id: id })
}
