//! Roles: what sessions are of. Instance profiles belong to machines of Amazon's, so there are none; tools ask for them.

use coldkeep_auth::policy::Kind;
use coldkeep_identity::{Entity, EntityKind, Unique};
use coldkeep_query::QueryError;
use coldkeep_types::AccountId;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::users::{must_have_no_policies, new_entity};
use crate::{IamCall, boundaries, rules, shapes};

/// Characters of a trust policy.
const MAX_TRUST: usize = 2048;
/// One hour to twelve.
const SESSION_SECONDS: std::ops::RangeInclusive<i32> = 3600..=43_200;

operations! {
    CreateRole(CreateRoleRequest) |it| Target::New(EntityKind::Role, it.path.clone(), it.role_name.clone()), create;
    GetRole(GetRoleRequest) |it| Target::role(&it.role_name), get;
    UpdateRole(UpdateRoleRequest) |it| Target::role(&it.role_name), update;
    UpdateRoleDescription(UpdateRoleDescriptionRequest) |it| Target::role(&it.role_name), describe;
    UpdateAssumeRolePolicy(UpdateAssumeRolePolicyRequest) |it| Target::role(&it.role_name), trust;
    DeleteRole(DeleteRoleRequest) |it| Target::role(&it.role_name), delete;
    ListRoles(ListRolesRequest) |_it| Target::None, list;
    ListInstanceProfilesForRole(ListInstanceProfilesForRoleRequest) |it| Target::role(&it.role_name), no_profiles_for_role;
    ListInstanceProfiles(ListInstanceProfilesRequest) |_it| Target::None, no_profiles;
}

fn session_seconds(asked: Option<i32>) -> Result<Option<u32>, QueryError> {
    match asked {
        Some(seconds) if !SESSION_SECONDS.contains(&seconds) => Err(QueryError::validation(format!(
            "1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member \
             must be between 3600 and 43200"
        ))),
        asked => Ok(asked.and_then(|seconds| u32::try_from(seconds).ok())),
    }
}

fn must_describe(text: Option<&str>) -> Result<(), QueryError> {
    match text.map(|text| text.chars().count()) {
        Some(1001..) => Err(QueryError::validation(
            "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length \
             less than or equal to 1000",
        )),
        _ => Ok(()),
    }
}

/// A trust policy that can be honoured: whom it names of this server's accounts must be there.
async fn must_trust(call: &mut IamCall<'_>, document: &str) -> Result<(), QueryError> {
    let policy = rules::document(document, Kind::Trust)?;
    if rules::size(document) > MAX_TRUST {
        return Err(QueryError::limit_exceeded(format!("Cannot exceed quota for ACLSizePerRole: {MAX_TRUST}")));
    }
    for principal in policy.principals() {
        if !is_known(call, principal).await? {
            let words = format!("Invalid principal in policy: \"AWS\":\"{principal}\"");
            return Err(QueryError::new(http::StatusCode::BAD_REQUEST, "MalformedPolicyDocument", words));
        }
    }
    Ok(())
}

/// Whether there is such an account, or user or role of the caller's account. Those of other accounts are not told.
async fn is_known(call: &mut IamCall<'_>, principal: &str) -> Result<bool, QueryError> {
    let own = call.edit.account().clone();
    let Some(rest) = principal.strip_prefix("arn:aws:iam::") else {
        return Ok(match AccountId::parse(principal) {
            Ok(account) => call.edit.identity().account(&account).await?.is_some(),
            // Sessions come and go; ids were names once.
            Err(_) => true,
        });
    };
    let Some((account, rest)) = rest.split_once(':') else { return Ok(false) };
    let Ok(account) = AccountId::parse(account) else { return Ok(false) };
    let kind = match rest.split_once('/') {
        Some(("user", _)) => EntityKind::User,
        Some(("role", _)) => EntityKind::Role,
        _ => return Ok(call.edit.identity().account(&account).await?.is_some()),
    };
    if account != own {
        return Ok(call.edit.identity().account(&account).await?.is_some());
    }
    let name = rest.rsplit('/').next().unwrap_or_default();
    let found = call.edit.find(kind, name).await?;
    Ok(found.is_some_and(|entity| entity.arn(&own, kind) == principal))
}

async fn create(call: &mut IamCall<'_>, input: &CreateRoleRequest) -> Result<CreateRoleResponse, QueryError> {
    if input.max_signin_session_duration.is_some() {
        return Err(QueryError::not_implemented_parameter("MaxSigninSessionDuration"));
    }
    rules::entity_name(EntityKind::Role, &input.role_name)?;
    must_describe(input.description.as_deref())?;
    let path = rules::path(input.path.as_deref())?;
    must_trust(call, &input.assume_role_policy_document).await?;
    let mut role = new_entity(call, Unique::Role, &input.role_name, path);
    role.trust = Some(input.assume_role_policy_document.clone());
    role.description = input.description.clone();
    role.max_session_seconds = Some(session_seconds(input.max_session_duration)?.unwrap_or(3600));
    rules::add_tags(&mut role.tags, &input.tags)?;
    if let Some(arn) = &input.permissions_boundary {
        boundaries::set(call, EntityKind::Role, &mut role, arn).await?;
    }
    call.edit.create(EntityKind::Role, &role).await?;
    // How long its sessions may be is told by GetRole.
    let role =
        Role { max_session_duration: input.max_session_duration, ..shapes::role(call.edit.account(), &role, true) };
    Ok(CreateRoleResponse { role })
}

async fn get(call: &mut IamCall<'_>, input: &GetRoleRequest) -> Result<GetRoleResponse, QueryError> {
    let role = call.edit.entity(EntityKind::Role, &input.role_name).await?;
    // Amazon tells of the last 400 days, and of a role that was not used then, that there is nothing.
    let role_last_used = Some(RoleLastUsed::default());
    Ok(GetRoleResponse { role: Role { role_last_used, ..shapes::role(call.edit.account(), &role, true) } })
}

async fn update(call: &mut IamCall<'_>, input: &UpdateRoleRequest) -> Result<UpdateRoleResponse, QueryError> {
    if input.max_signin_session_duration.is_some() || input.reset_max_signin_session_duration.is_some() {
        return Err(QueryError::not_implemented_parameter("MaxSigninSessionDuration"));
    }
    must_describe(input.description.as_deref())?;
    let mut role = call.edit.entity(EntityKind::Role, &input.role_name).await?;
    role.description = input.description.clone().or(role.description);
    role.max_session_seconds = session_seconds(input.max_session_duration)?.or(role.max_session_seconds);
    call.edit.put_entity(EntityKind::Role, &role);
    Ok(UpdateRoleResponse {})
}

async fn describe(
    call: &mut IamCall<'_>,
    input: &UpdateRoleDescriptionRequest,
) -> Result<UpdateRoleDescriptionResponse, QueryError> {
    must_describe(Some(&input.description))?;
    let mut role = call.edit.entity(EntityKind::Role, &input.role_name).await?;
    role.description = Some(input.description.clone());
    call.edit.put_entity(EntityKind::Role, &role);
    Ok(UpdateRoleDescriptionResponse { role: Some(shapes::role(call.edit.account(), &role, true)) })
}

async fn trust(
    call: &mut IamCall<'_>,
    input: &UpdateAssumeRolePolicyRequest,
) -> Result<UpdateAssumeRolePolicyOutput, QueryError> {
    let mut role = call.edit.entity(EntityKind::Role, &input.role_name).await?;
    must_trust(call, &input.policy_document).await?;
    role.trust = Some(input.policy_document.clone());
    call.edit.put_entity(EntityKind::Role, &role);
    Ok(UpdateAssumeRolePolicyOutput {})
}

async fn delete(call: &mut IamCall<'_>, input: &DeleteRoleRequest) -> Result<DeleteRoleOutput, QueryError> {
    let mut role = call.edit.entity(EntityKind::Role, &input.role_name).await?;
    must_have_no_policies(&role)?;
    boundaries::clear(call, EntityKind::Role, &mut role);
    call.edit.remove(EntityKind::Role, &role);
    Ok(DeleteRoleOutput {})
}

async fn list(call: &mut IamCall<'_>, input: &ListRolesRequest) -> Result<ListRolesResponse, QueryError> {
    let (most, prefix) = (rules::max_items(input.max_items)?, input.path_prefix.as_deref().unwrap_or("/"));
    let under = |role: &Entity| role.path.starts_with(prefix);
    let page = call.edit.list(EntityKind::Role, input.marker.as_deref(), most, under).await?;
    let roles = page.items.iter().map(|role| shapes::role(call.edit.account(), role, false)).collect();
    Ok(ListRolesResponse { roles, is_truncated: Some(page.marker.is_some()), marker: page.marker })
}

async fn no_profiles_for_role(
    call: &mut IamCall<'_>,
    input: &ListInstanceProfilesForRoleRequest,
) -> Result<ListInstanceProfilesForRoleResponse, QueryError> {
    call.edit.entity(EntityKind::Role, &input.role_name).await?;
    Ok(ListInstanceProfilesForRoleResponse { is_truncated: Some(false), ..Default::default() })
}

async fn no_profiles(
    _call: &mut IamCall<'_>,
    _input: &ListInstanceProfilesRequest,
) -> Result<ListInstanceProfilesResponse, QueryError> {
    Ok(ListInstanceProfilesResponse { is_truncated: Some(false), ..Default::default() })
}
