//! All operations of the vault API: one list, from which routing to handlers, permissions and body kinds follow.
//!
//! A permission has the name of its operation.

use coldkeep_auth::Permission;
use coldkeep_http::Response;
use coldkeep_wire::{Request, glacier};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::{
    Glacier, archives, job_descriptions, job_output, jobs, locks, notifications, parts, policies, retrieval_limits,
    tags, uploads, vaults,
};

/// What an operation does with its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    /// Read whole before the handler runs, also where there should be none: the signature covers it.
    Whole,
    /// A stream that the handler hands to the store.
    Stream,
}

/// What must be there before an operation's parameters are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Nothing: the operation is about the account, or about a vault that may be missing.
    Account,
    /// The vault of the path.
    Vault,
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Row {
    pub name: &'static str,
    pub permission: Permission,
    pub scope: Scope,
    pub body: BodyKind,
}

/// The row of an operation.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

macro_rules! operations {
    ($($name:ident $scope:ident $body:ident $module:ident::$handler:ident($input:ident);)*) => {
        pub(crate) const ROWS: &[Row] = &[
            $(Row {
                name: stringify!($name),
                permission: Permission(concat!("glacier:", stringify!($name))),
                scope: Scope::$scope,
                body: BodyKind::$body,
            },)*
        ];

        /// Decodes the input and runs the handler of the call's operation.
        pub(crate) async fn dispatch(
            door: &Glacier,
            call: &GlacierCall,
            row: &'static Row,
            body: &mut UploadBody,
        ) -> Result<Response, GlacierError> {
            let labels: Vec<(&str, &str)> = call.labels.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let request = Request {
                labels: &labels,
                query: &call.call.query,
                headers: &call.call.headers,
                body: &call.document,
            };
            match row.name {
                $(stringify!($name) => match glacier::$input::decode(&request) {
                    // Boxed, so that the largest handler does not set the size of every request's future.
                    Ok(input) => Box::pin($module::$handler(door, call, input, body)).await,
                    Err(error) => {
                        // A vault that is missing is told before parameters that are wrong.
                        if row.scope == Scope::Vault {
                            call.vault(door).await?;
                        }
                        Err(error.into())
                    }
                },)*
                other => Err(GlacierError::not_implemented(other)),
            }
        }
    };
}

operations! {
    AbortMultipartUpload Vault Whole uploads::abort_multipart_upload(AbortMultipartUploadInput);
    AbortVaultLock Vault Whole locks::abort_vault_lock(AbortVaultLockInput);
    AddTagsToVault Vault Whole tags::add_tags_to_vault(AddTagsToVaultInput);
    CompleteMultipartUpload Vault Whole uploads::complete_multipart_upload(CompleteMultipartUploadInput);
    CompleteVaultLock Vault Whole locks::complete_vault_lock(CompleteVaultLockInput);
    CreateVault Account Whole vaults::create_vault(CreateVaultInput);
    DeleteArchive Vault Whole archives::delete_archive(DeleteArchiveInput);
    DeleteVault Account Whole vaults::delete_vault(DeleteVaultInput);
    DeleteVaultAccessPolicy Vault Whole policies::delete_vault_access_policy(DeleteVaultAccessPolicyInput);
    DescribeJob Vault Whole job_descriptions::describe_job(DescribeJobInput);
    DescribeVault Vault Whole vaults::describe_vault(DescribeVaultInput);
    GetDataRetrievalPolicy Account Whole retrieval_limits::get_data_retrieval_policy(GetDataRetrievalPolicyInput);
    GetJobOutput Vault Whole job_output::get_job_output(GetJobOutputInput);
    GetVaultAccessPolicy Vault Whole policies::get_vault_access_policy(GetVaultAccessPolicyInput);
    GetVaultLock Vault Whole locks::get_vault_lock(GetVaultLockInput);
    InitiateJob Vault Whole jobs::initiate_job(InitiateJobInput);
    InitiateMultipartUpload Vault Whole uploads::initiate_multipart_upload(InitiateMultipartUploadInput);
    InitiateVaultLock Vault Whole locks::initiate_vault_lock(InitiateVaultLockInput);
    DeleteVaultNotifications Vault Whole notifications::delete_vault_notifications(DeleteVaultNotificationsInput);
    GetVaultNotifications Vault Whole notifications::get_vault_notifications(GetVaultNotificationsInput);
    SetVaultNotifications Vault Whole notifications::set_vault_notifications(SetVaultNotificationsInput);
    ListJobs Vault Whole job_descriptions::list_jobs(ListJobsInput);
    ListMultipartUploads Vault Whole uploads::list_multipart_uploads(ListMultipartUploadsInput);
    ListParts Vault Whole parts::list_parts(ListPartsInput);
    ListProvisionedCapacity Account Whole retrieval_limits::list_provisioned_capacity(ListProvisionedCapacityInput);
    ListTagsForVault Vault Whole tags::list_tags_for_vault(ListTagsForVaultInput);
    ListVaults Account Whole vaults::list_vaults(ListVaultsInput);
    PurchaseProvisionedCapacity Account Whole retrieval_limits::purchase_provisioned_capacity(PurchaseProvisionedCapacityInput);
    RemoveTagsFromVault Vault Whole tags::remove_tags_from_vault(RemoveTagsFromVaultInput);
    SetDataRetrievalPolicy Account Whole retrieval_limits::set_data_retrieval_policy(SetDataRetrievalPolicyInput);
    SetVaultAccessPolicy Vault Whole policies::set_vault_access_policy(SetVaultAccessPolicyInput);
    UploadArchive Vault Stream archives::upload_archive(UploadArchiveInput);
    UploadMultipartPart Vault Stream parts::upload_multipart_part(UploadMultipartPartInput);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_model_has_one_row() {
        let modelled: Vec<&str> = coldkeep_wire::operations::GLACIER.iter().map(|operation| operation.name).collect();
        let mut listed: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
        listed.sort_unstable();
        assert_eq!(listed, modelled);
    }
}
