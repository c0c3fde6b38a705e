//! CreateVault, DescribeVault, ListVaults, DeleteVault. Counters and dates are of the moment: the live inventory mode.

use coldkeep_http::Response;
use coldkeep_store::Vault;
use coldkeep_types::VaultName;
use coldkeep_wire::glacier::{
    CreateVaultInput, CreateVaultOutput, DeleteVaultInput, DeleteVaultOutput, DescribeVaultInput, DescribeVaultOutput,
    ListVaultsInput, ListVaultsOutput,
};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::paging::{VAULTS, cut, invalid_marker, limit, marker};
use crate::{Glacier, respond};

/// CreateVault: creating it again changes nothing.
pub(crate) async fn create_vault(
    door: &Glacier,
    call: &GlacierCall,
    input: CreateVaultInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let name = VaultName::parse(&input.vault_name).map_err(|_| {
        GlacierError::invalid(format!(
            "Invalid vault name: {}. A vault name has 1 to 255 letters, digits, underscores, hyphens and periods.",
            input.vault_name
        ))
    })?;
    let created = door.store.create_vault(call.account(), &call.region, &name).await;
    created.map_err(|error| call.refused(error, ""))?;
    Ok(respond(CreateVaultOutput { location: Some(call.location(&name, "")) }.encode()))
}

/// DescribeVault.
pub(crate) async fn describe_vault(
    door: &Glacier,
    call: &GlacierCall,
    _input: DescribeVaultInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    Ok(respond(described(&call.vault(door).await?).encode()))
}

/// ListVaults: the caller's vaults in the region, by name.
pub(crate) async fn list_vaults(
    door: &Glacier,
    call: &GlacierCall,
    input: ListVaultsInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let limit = limit(input.limit.as_deref(), VAULTS)?;
    let from = match marker(input.marker.as_deref()) {
        None => "",
        Some(text) => {
            let name = text.strip_prefix(&call.arn_of("")).filter(|name| VaultName::parse(name).is_ok());
            name.ok_or_else(|| invalid_marker(text))?
        }
    };
    let listed = door.store.list_vaults(call.account(), &call.region, from, limit + 1).await;
    let mut vaults = listed.map_err(|error| call.refused(error, ""))?;
    let marker = cut(&mut vaults, limit).map(|next| next.arn());
    Ok(respond(ListVaultsOutput { marker, vault_list: vaults.iter().map(described).collect() }.encode()))
}

/// DeleteVault: archives are in its way; open uploads and jobs go with it. One that does not exist is deleted already.
pub(crate) async fn delete_vault(
    door: &Glacier,
    call: &GlacierCall,
    input: DeleteVaultInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    // A name that no vault can have is the name of a vault that does not exist.
    if let Ok(name) = VaultName::parse(&input.vault_name) {
        let deleted = door.store.delete_vault(call.account(), &call.region, &name).await;
        deleted.map_err(|error| call.refused(error, ""))?;
    }
    Ok(respond(DeleteVaultOutput {}.encode()))
}

fn described(vault: &Vault) -> DescribeVaultOutput {
    DescribeVaultOutput {
        creation_date: Some(vault.created.iso_millis()),
        last_inventory_date: vault.changed.map(|changed| changed.iso_millis()),
        number_of_archives: Some(vault.archives as i64),
        size_in_bytes: Some(vault.bytes as i64),
        vault_arn: Some(vault.arn()),
        vault_name: Some(vault.name.to_string()),
    }
}
