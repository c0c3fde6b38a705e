//! Aliases. The permission on the alias is asked of the caller's own policies, that on the key of its policy too ("Controlling access
//! to aliases").

use coldkeep_keyring::{AliasRecord, KeyReference, SERVICE_ALIASES};
use coldkeep_types::Timestamp;
use coldkeep_wire::kms::{
    AliasListEntry, CreateAliasOutput, CreateAliasRequest, DeleteAliasOutput, DeleteAliasRequest, ListAliasesRequest,
    ListAliasesResponse, UpdateAliasOutput, UpdateAliasRequest,
};

use crate::KmsCall;
use crate::errors::KmsError;
use crate::pages;
use crate::wanted::{On, Wanted};

operations! {
    CreateAlias(CreateAliasRequest) |input| {
        Wanted::on(On::Alias(input.alias_name.clone())).and(On::IdOfKey(input.target_key_id.clone()))
    }, create;
    UpdateAlias(UpdateAliasRequest) |input| {
        let alias = Wanted::on(On::Alias(input.alias_name.clone()));
        alias.and(On::IdOfKey(input.target_key_id.clone())).and(On::KeyOfAlias(input.alias_name.clone()))
    }, update;
    DeleteAlias(DeleteAliasRequest) |input| {
        Wanted::on(On::Alias(input.alias_name.clone())).and(On::KeyOfAlias(input.alias_name.clone()))
    }, delete;
    ListAliases(ListAliasesRequest) |_input| Wanted::nothing(), list;
}

async fn create(kms: &mut KmsCall<'_>, input: &CreateAliasRequest) -> Result<CreateAliasOutput, KmsError> {
    let key = kms.key()?;
    kms.edit.create_alias(&key, &input.alias_name).await?;
    Ok(CreateAliasOutput {})
}

async fn update(kms: &mut KmsCall<'_>, input: &UpdateAliasRequest) -> Result<UpdateAliasOutput, KmsError> {
    let key = kms.key()?;
    kms.edit.update_alias(&key, &input.alias_name).await?;
    Ok(UpdateAliasOutput {})
}

async fn delete(kms: &mut KmsCall<'_>, input: &DeleteAliasRequest) -> Result<DeleteAliasOutput, KmsError> {
    let place = kms.asked().home.clone();
    kms.edit.delete_alias(&place, &input.alias_name).await?;
    Ok(DeleteAliasOutput {})
}

async fn list(kms: &mut KmsCall<'_>, input: &ListAliasesRequest) -> Result<ListAliasesResponse, KmsError> {
    let limit = pages::limit(input.limit, 50, 100)?;
    let place = kms.asked().home.clone();
    let keyring = kms.edit.keyring();
    let reference = input.key_id.as_ref().map(|id| KeyReference::parse(id, &place)).transpose()?;
    let key = match &reference {
        Some(reference) if reference.place != place => {
            return Err(KmsError::access_denied("Aliases of another account's key are its own to list."));
        }
        Some(reference) => Some(keyring.key(reference).await?),
        None => None,
    };
    let page = keyring.list_aliases(&place, key.as_deref(), input.marker.as_deref(), limit).await?;
    let entry = |(name, record): (String, AliasRecord)| AliasListEntry {
        alias_arn: Some(place.arn(&name)),
        creation_date: Some(Timestamp(record.created)),
        last_updated_date: Some(Timestamp(record.updated)),
        target_key_id: Some(record.target),
        alias_name: Some(name),
    };
    let mut aliases: Vec<AliasListEntry> = page.items.into_iter().map(entry).collect();
    // Aliases of services are there before their keys are, as at Amazon: on the last page.
    if page.marker.is_none() && key.is_none() {
        for service in &SERVICE_ALIASES {
            if keyring.alias(&place, service.alias).await?.is_none() {
                let (alias_arn, alias_name) = (Some(place.arn(service.alias)), Some(service.alias.to_owned()));
                aliases.push(AliasListEntry { alias_arn, alias_name, ..AliasListEntry::default() });
            }
        }
    }
    Ok(ListAliasesResponse { aliases, truncated: Some(page.marker.is_some()), next_marker: page.marker })
}
