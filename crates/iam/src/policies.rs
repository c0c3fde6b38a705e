//! Managed policies and their versions: the account's own, and Amazon's, which nobody changes.

use coldkeep_auth::policy::Kind;
use coldkeep_identity::{
    AmazonPolicy, Edit, ManagedPolicy, PolicyVersion as Version, Unique, Usage, amazon_policies, amazon_policy,
};
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::{IamCall, rules, shapes};

/// Characters of a document.
const MAX_DOCUMENT: usize = 6144;
/// Versions that a policy may have.
const VERSIONS_PER_POLICY: usize = 5;
/// When Amazon's policies were made, as far as this server knows: 2015-02-06T18:40:00Z, as most were.
const AMAZON_CREATED: i64 = 1_423_248_000_000;

operations! {
    CreatePolicy(CreatePolicyRequest) |it| Target::NewPolicy(it.path.clone(), it.policy_name.clone()), create;
    GetPolicy(GetPolicyRequest) |it| Target::policy(&it.policy_arn), get;
    DeletePolicy(DeletePolicyRequest) |it| Target::policy(&it.policy_arn), delete;
    ListPolicies(ListPoliciesRequest) |_it| Target::None, list;
    CreatePolicyVersion(CreatePolicyVersionRequest) |it| Target::policy(&it.policy_arn), create_version;
    GetPolicyVersion(GetPolicyVersionRequest) |it| Target::policy(&it.policy_arn), get_version;
    DeletePolicyVersion(DeletePolicyVersionRequest) |it| Target::policy(&it.policy_arn), delete_version;
    ListPolicyVersions(ListPolicyVersionsRequest) |it| Target::policy(&it.policy_arn), list_versions;
    SetDefaultPolicyVersion(SetDefaultPolicyVersionRequest) |it| Target::policy(&it.policy_arn), set_default;
}

fn amazon(policy: &AmazonPolicy) -> ManagedPolicy {
    let version = Version { number: 1, document: policy.document.to_owned(), created: AMAZON_CREATED };
    ManagedPolicy {
        id: policy.id.to_owned(),
        name: policy.name().to_owned(),
        path: "/".to_owned(),
        description: Some(policy.description.to_owned()),
        created: AMAZON_CREATED,
        updated: AMAZON_CREATED,
        tags: Vec::new(),
        default: 1,
        versions: vec![version],
        next: 2,
    }
}

pub(crate) fn arn_of(edit: &Edit, policy: &ManagedPolicy) -> String {
    format!("arn:aws:iam::{}:policy{}{}", edit.account(), policy.path, policy.name)
}

/// The policy with this ARN, the account's own or Amazon's.
pub(crate) async fn find(edit: &mut Edit, arn: &str) -> Result<Option<ManagedPolicy>, QueryError> {
    if let Some(policy) = amazon_policy(arn) {
        return Ok(Some(amazon(policy)));
    }
    let Some(name) = arn.rsplit('/').next() else { return Ok(None) };
    let found = edit.policy(name).await?;
    Ok(found.filter(|policy| arn_of(edit, policy) == arn))
}

/// The policy with this ARN, or that there is none.
pub(crate) async fn known(edit: &mut Edit, arn: &str) -> Result<ManagedPolicy, QueryError> {
    parsed(edit, arn).await?.ok_or_else(|| QueryError::no_such_entity(format!("Policy {arn} was not found.")))
}

/// The same, to be attached.
pub(crate) async fn attachable(edit: &mut Edit, arn: &str) -> Result<ManagedPolicy, QueryError> {
    let none = || QueryError::no_such_entity(format!("Policy {arn} does not exist or is not attachable."));
    parsed(edit, arn).await?.ok_or_else(none)
}

async fn parsed(edit: &mut Edit, arn: &str) -> Result<Option<ManagedPolicy>, QueryError> {
    if arn.len() < 20 || !arn.starts_with("arn:") {
        return Err(QueryError::validation("Invalid ARN:  Could not be parsed!"));
    }
    find(edit, arn).await
}

/// One of the account's own: Amazon's cannot be changed.
pub(crate) async fn own(edit: &mut Edit, arn: &str) -> Result<ManagedPolicy, QueryError> {
    if amazon_policy(arn).is_some() {
        return Err(QueryError::access_denied(format!("Policy {arn} is Amazon's and cannot be changed.")));
    }
    known(edit, arn).await
}

async fn shown(edit: &Edit, policy: &ManagedPolicy, arn: String, whole: bool) -> Result<Policy, QueryError> {
    let number = |users: Vec<_>| i32::try_from(users.len()).ok();
    Ok(Policy {
        policy_name: Some(policy.name.clone()),
        policy_id: Some(policy.id.clone()),
        path: Some(policy.path.clone()),
        default_version_id: Some(shapes::version_id(policy.default)),
        attachment_count: number(edit.users_of(&arn, Usage::Attached).await?),
        permissions_boundary_usage_count: number(edit.users_of(&arn, Usage::Boundary).await?),
        is_attachable: Some(true),
        description: policy.description.clone().filter(|_| whole),
        create_date: shapes::time(policy.created),
        update_date: shapes::time(policy.updated),
        tags: if whole { shapes::tags(&policy.tags) } else { Vec::new() },
        arn: Some(arn),
    })
}

/// The policy with all its versions.
pub(crate) async fn detail(
    edit: &Edit,
    policy: &ManagedPolicy,
    arn: String,
) -> Result<ManagedPolicyDetail, QueryError> {
    let known = shown(edit, policy, arn, true).await?;
    Ok(ManagedPolicyDetail {
        policy_name: known.policy_name,
        policy_id: known.policy_id,
        arn: known.arn,
        path: known.path,
        default_version_id: known.default_version_id,
        attachment_count: known.attachment_count,
        permissions_boundary_usage_count: known.permissions_boundary_usage_count,
        is_attachable: known.is_attachable,
        description: known.description,
        create_date: known.create_date,
        update_date: known.update_date,
        policy_version_list: policy.versions.iter().map(|version| shapes::version(policy, version, true)).collect(),
    })
}

/// Amazon's policies behind this name, with their ARNs.
pub(crate) fn amazons_behind(after: Option<&str>) -> Vec<(String, ManagedPolicy)> {
    let behind = |policy: &&AmazonPolicy| after.is_none_or(|after| policy.name() > after);
    amazon_policies().iter().filter(behind).map(|policy| (policy.arn.to_owned(), amazon(policy))).collect()
}

fn must_fit(document: &str) -> Result<(), QueryError> {
    rules::document(document, Kind::Managed)?;
    match rules::size(document) > MAX_DOCUMENT {
        true => Err(QueryError::limit_exceeded(format!("Cannot exceed quota for PolicySize: {MAX_DOCUMENT}"))),
        false => Ok(()),
    }
}

async fn create(call: &mut IamCall<'_>, input: &CreatePolicyRequest) -> Result<CreatePolicyResponse, QueryError> {
    rules::name("policyName", &input.policy_name, 128)?;
    let path = rules::path(input.path.as_deref())?;
    must_fit(&input.policy_document)?;
    let now = call.edit.now().whole_seconds().0;
    let mut policy = ManagedPolicy {
        id: Unique::Policy.new_id(),
        name: input.policy_name.clone(),
        path,
        description: input.description.clone(),
        created: now,
        updated: now,
        tags: Vec::new(),
        default: 1,
        versions: vec![Version { number: 1, document: input.policy_document.clone(), created: now }],
        next: 2,
    };
    rules::add_tags(&mut policy.tags, &input.tags)?;
    call.edit.create_policy(&policy).await?;
    let arn = arn_of(&call.edit, &policy);
    // The description is told by GetPolicy.
    let shown = Policy { description: None, ..shown(&call.edit, &policy, arn, true).await? };
    Ok(CreatePolicyResponse { policy: Some(shown) })
}

async fn get(call: &mut IamCall<'_>, input: &GetPolicyRequest) -> Result<GetPolicyResponse, QueryError> {
    let policy = known(&mut call.edit, &input.policy_arn).await?;
    Ok(GetPolicyResponse { policy: Some(shown(&call.edit, &policy, input.policy_arn.clone(), true).await?) })
}

async fn delete(call: &mut IamCall<'_>, input: &DeletePolicyRequest) -> Result<DeletePolicyOutput, QueryError> {
    let policy = own(&mut call.edit, &input.policy_arn).await?;
    for usage in [Usage::Attached, Usage::Boundary] {
        if !call.edit.users_of(&input.policy_arn, usage).await?.is_empty() {
            return Err(QueryError::delete_conflict("Cannot delete a policy attached to entities."));
        }
    }
    if policy.versions.len() > 1 {
        let words = "This policy has more than one version. Before you delete a policy, you must delete the policy's \
                     versions. The default version is deleted with the policy.";
        return Err(QueryError::delete_conflict(words));
    }
    call.edit.remove_policy(&policy, &input.policy_arn);
    Ok(DeletePolicyOutput {})
}

/// ListPolicies: the account's own by name, then Amazon's. The marker says behind which of both.
async fn list(call: &mut IamCall<'_>, input: &ListPoliciesRequest) -> Result<ListPoliciesResponse, QueryError> {
    let most = rules::max_items(input.max_items)?;
    let (own, amazons) = match input.scope.as_deref() {
        None | Some("All") => (true, true),
        Some("Local") => (true, false),
        Some("AWS") => (false, true),
        Some(other) => {
            return Err(QueryError::validation(format!(
                "1 validation error detected: Value '{other}' at 'scope' failed to satisfy constraint: Member must \
                 satisfy enum value set: [All, AWS, Local]"
            )));
        }
    };
    let usage = match input.policy_usage_filter.as_deref() {
        None | Some("PermissionsPolicy") => Usage::Attached,
        Some("PermissionsBoundary") => Usage::Boundary,
        Some(other) => return Err(invalid_usage(other)),
    };
    let filtered = input.policy_usage_filter.is_some() || input.only_attached == Some(true);
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let mut policies = Vec::new();
    let (mut after, mut at_amazons) = match input.marker.as_deref().map(|marker| marker.split_at_checked(2)) {
        None => (None, !own),
        Some(Some(("o:", name))) => (Some(name.to_owned()), !own),
        Some(Some(("a:", name))) => (Some(name.to_owned()), true),
        Some(_) => return Err(QueryError::validation("Invalid Marker.")),
    };
    loop {
        let (found, next) = match at_amazons {
            false => {
                let page = call.edit.list_policies(after.as_deref(), most).await?;
                (
                    page.items.into_iter().map(|policy| (arn_of(&call.edit, &policy), policy)).collect::<Vec<_>>(),
                    page.marker,
                )
            }
            true => {
                let all = if amazons { amazons_behind(after.as_deref()) } else { Vec::new() };
                (all, None)
            }
        };
        for (arn, policy) in found {
            if !policy.path.starts_with(prefix) || filtered && call.edit.users_of(&arn, usage).await?.is_empty() {
                continue;
            }
            if policies.len() == most {
                let marker = after.map(|name| format!("{}{name}", if at_amazons { "a:" } else { "o:" }));
                return Ok(ListPoliciesResponse { policies, is_truncated: Some(true), marker });
            }
            after = Some(policy.name.clone());
            policies.push(shown(&call.edit, &policy, arn, false).await?);
        }
        match (next, at_amazons) {
            (Some(next), _) => after = Some(next),
            (None, false) => {
                // Behind all of its own: a marker that is before all of Amazon's.
                (after, at_amazons) = (Some(String::new()), true);
            }
            (None, true) => return Ok(ListPoliciesResponse { policies, is_truncated: Some(false), marker: None }),
        }
    }
}

pub(crate) fn invalid_usage(other: &str) -> QueryError {
    QueryError::validation(format!(
        "1 validation error detected: Value '{other}' at 'policyUsageFilter' failed to satisfy constraint: Member must \
         satisfy enum value set: [PermissionsPolicy, PermissionsBoundary]"
    ))
}

async fn create_version(
    call: &mut IamCall<'_>,
    input: &CreatePolicyVersionRequest,
) -> Result<CreatePolicyVersionResponse, QueryError> {
    let mut policy = own(&mut call.edit, &input.policy_arn).await?;
    must_fit(&input.policy_document)?;
    if policy.versions.len() == VERSIONS_PER_POLICY {
        let words = "A managed policy can have up to 5 versions. Before you create a new version, you must delete an \
                     existing version.";
        return Err(QueryError::limit_exceeded(words));
    }
    let now = call.edit.now().whole_seconds().0;
    let version = Version { number: policy.next, document: input.policy_document.clone(), created: now };
    policy.next += 1;
    policy.updated = now;
    if input.set_as_default == Some(true) {
        policy.default = version.number;
    }
    policy.versions.push(version.clone());
    call.edit.put_policy(&policy);
    let shown = PolicyVersion { document: None, ..shapes::version(&policy, &version, false) };
    Ok(CreatePolicyVersionResponse { policy_version: Some(shown) })
}

fn version<'a>(policy: &'a ManagedPolicy, arn: &str, id: &str) -> Result<&'a Version, QueryError> {
    let number = id.strip_prefix('v').and_then(|digits| digits.parse().ok());
    let none = || QueryError::no_such_entity(format!("Policy {arn} version {id} does not exist or is not attachable."));
    number.and_then(|number| policy.version(number)).ok_or_else(none)
}

async fn get_version(
    call: &mut IamCall<'_>,
    input: &GetPolicyVersionRequest,
) -> Result<GetPolicyVersionResponse, QueryError> {
    let policy = known(&mut call.edit, &input.policy_arn).await?;
    let version = version(&policy, &input.policy_arn, &input.version_id)?;
    Ok(GetPolicyVersionResponse { policy_version: Some(shapes::version(&policy, version, true)) })
}

async fn delete_version(
    call: &mut IamCall<'_>,
    input: &DeletePolicyVersionRequest,
) -> Result<DeletePolicyVersionOutput, QueryError> {
    let mut policy = own(&mut call.edit, &input.policy_arn).await?;
    let number = version(&policy, &input.policy_arn, &input.version_id)?.number;
    if number == policy.default {
        return Err(QueryError::delete_conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.retain(|version| version.number != number);
    call.edit.put_policy(&policy);
    Ok(DeletePolicyVersionOutput {})
}

async fn list_versions(
    call: &mut IamCall<'_>,
    input: &ListPolicyVersionsRequest,
) -> Result<ListPolicyVersionsResponse, QueryError> {
    let policy = known(&mut call.edit, &input.policy_arn).await?;
    let newest_first = policy.versions.iter().rev().map(|version| shapes::version(&policy, version, false)).collect();
    let (versions, marker) = rules::page(newest_first, input.marker.as_deref(), input.max_items)?;
    Ok(ListPolicyVersionsResponse { versions, is_truncated: Some(marker.is_some()), marker })
}

async fn set_default(
    call: &mut IamCall<'_>,
    input: &SetDefaultPolicyVersionRequest,
) -> Result<SetDefaultPolicyVersionOutput, QueryError> {
    let mut policy = own(&mut call.edit, &input.policy_arn).await?;
    policy.default = version(&policy, &input.policy_arn, &input.version_id)?.number;
    policy.updated = call.edit.now().whole_seconds().0;
    call.edit.put_policy(&policy);
    Ok(SetDefaultPolicyVersionOutput {})
}
