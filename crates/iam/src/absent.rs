//! What users never have here: second factors, certificates, passwords. Tools ask for each before they delete a user, and go on when
//! there is none.

use coldkeep_identity::EntityKind;
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::IamCall;
use crate::target::{Target, own_name};
use crate::users::must_name_user;

operations! {
    ListMFADevices(ListMFADevicesRequest) |it| Target::UserOrSelf(it.user_name.clone()), no_devices;
    ListVirtualMFADevices(ListVirtualMFADevicesRequest) |_it| Target::None, no_virtual_devices;
    ListSSHPublicKeys(ListSSHPublicKeysRequest) |it| Target::UserOrSelf(it.user_name.clone()), no_ssh_keys;
    ListSigningCertificates(ListSigningCertificatesRequest) |it| Target::UserOrSelf(it.user_name.clone()), no_certificates;
    ListServiceSpecificCredentials(ListServiceSpecificCredentialsRequest) |it| Target::UserOrSelf(it.user_name.clone()), no_credentials;
    GetLoginProfile(GetLoginProfileRequest) |it| Target::UserOrSelf(it.user_name.clone()), no_password;
    DeleteLoginProfile(DeleteLoginProfileRequest) |it| Target::UserOrSelf(it.user_name.clone()), no_password_to_delete;
}

/// Whether there is such a user is told all the same.
async fn must_be_there(call: &mut IamCall<'_>, name: Option<&String>) -> Result<(), QueryError> {
    if let Some(name) = name {
        call.edit.entity(EntityKind::User, name).await?;
    }
    Ok(())
}

async fn no_devices(
    call: &mut IamCall<'_>,
    input: &ListMFADevicesRequest,
) -> Result<ListMFADevicesResponse, QueryError> {
    must_be_there(call, input.user_name.as_ref()).await?;
    Ok(ListMFADevicesResponse { is_truncated: Some(false), ..ListMFADevicesResponse::default() })
}

async fn no_ssh_keys(
    call: &mut IamCall<'_>,
    input: &ListSSHPublicKeysRequest,
) -> Result<ListSSHPublicKeysResponse, QueryError> {
    must_be_there(call, input.user_name.as_ref()).await?;
    Ok(ListSSHPublicKeysResponse { is_truncated: Some(false), ..ListSSHPublicKeysResponse::default() })
}

async fn no_certificates(
    call: &mut IamCall<'_>,
    input: &ListSigningCertificatesRequest,
) -> Result<ListSigningCertificatesResponse, QueryError> {
    must_be_there(call, input.user_name.as_ref()).await?;
    Ok(ListSigningCertificatesResponse { is_truncated: Some(false), ..ListSigningCertificatesResponse::default() })
}

async fn no_credentials(
    call: &mut IamCall<'_>,
    input: &ListServiceSpecificCredentialsRequest,
) -> Result<ListServiceSpecificCredentialsResponse, QueryError> {
    must_be_there(call, input.user_name.as_ref()).await?;
    Ok(ListServiceSpecificCredentialsResponse::default())
}

async fn no_virtual_devices(
    _call: &mut IamCall<'_>,
    input: &ListVirtualMFADevicesRequest,
) -> Result<ListVirtualMFADevicesResponse, QueryError> {
    match input.assignment_status.as_deref() {
        None | Some("Any" | "Assigned" | "Unassigned") => {}
        Some(other) => {
            return Err(QueryError::validation(format!(
                "1 validation error detected: Value '{other}' at 'assignmentStatus' failed to satisfy constraint: Member \
                 must satisfy enum value set: [Any, Assigned, Unassigned]"
            )));
        }
    }
    Ok(ListVirtualMFADevicesResponse { is_truncated: Some(false), ..ListVirtualMFADevicesResponse::default() })
}

/// That a user has no password, or that there is no such user.
async fn none_of(call: &mut IamCall<'_>, name: Option<&String>) -> Result<QueryError, QueryError> {
    let name = name.cloned().or_else(|| own_name(call.asked)).ok_or_else(must_name_user)?;
    let user = call.edit.entity(EntityKind::User, &name).await?;
    Ok(QueryError::no_such_entity(format!("Login Profile for User {} cannot be found.", user.name)))
}

async fn no_password(
    call: &mut IamCall<'_>,
    input: &GetLoginProfileRequest,
) -> Result<GetLoginProfileResponse, QueryError> {
    Err(none_of(call, input.user_name.as_ref()).await?)
}

async fn no_password_to_delete(
    call: &mut IamCall<'_>,
    input: &DeleteLoginProfileRequest,
) -> Result<DeleteLoginProfileOutput, QueryError> {
    Err(none_of(call, input.user_name.as_ref()).await?)
}
