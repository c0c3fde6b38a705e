//! GetAccountAuthorizationDetails: everybody and every policy of the account, page by page; and the credential report.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_identity::{Entity, EntityKind};
use coldkeep_query::QueryError;
use coldkeep_types::Timestamp;
use coldkeep_wire::iam::*;

use crate::target::Target;
use crate::{IamCall, policies, rules, shapes};

operations! {
    GetAccountAuthorizationDetails(GetAccountAuthorizationDetailsRequest) |_it| Target::None, details;
    GenerateCredentialReport(GenerateCredentialReportRequest) |_it| Target::None, generate_report;
    GetCredentialReport(GetCredentialReportRequest) |_it| Target::None, report;
}

/// The sections, in the order in which pages go through them.
const SECTIONS: [&str; 5] = ["User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy"];

/// A marker says the section and behind which name.
fn parse_marker(marker: Option<&str>) -> Result<(usize, Option<String>), QueryError> {
    let Some(marker) = marker else { return Ok((0, None)) };
    let parsed = marker.split_once(':').and_then(|(section, name)| Some((section.parse::<usize>().ok()?, name)));
    let (section, name) = parsed.ok_or_else(|| QueryError::validation("Invalid Marker."))?;
    Ok((section, Some(name.to_owned()).filter(|name| !name.is_empty())))
}

async fn details(
    call: &mut IamCall<'_>,
    input: &GetAccountAuthorizationDetailsRequest,
) -> Result<GetAccountAuthorizationDetailsResponse, QueryError> {
    if let Some(other) = input.filter.iter().find(|filter| !SECTIONS.contains(&filter.as_str())) {
        return Err(QueryError::validation(format!(
            "1 validation error detected: Value '{other}' at 'filter' failed to satisfy constraint: Member must satisfy \
             enum value set: [{}]",
            SECTIONS.join(", ")
        )));
    }
    let most = rules::max_items(input.max_items)?;
    let (mut section, mut after) = parse_marker(input.marker.as_deref())?;
    let mut found = GetAccountAuthorizationDetailsResponse::default();
    let mut left = most;
    while section < SECTIONS.len() {
        let wanted = input.filter.is_empty() || input.filter.iter().any(|filter| filter == SECTIONS[section]);
        let next = match SECTIONS[section] {
            _ if !wanted => None,
            "AWSManagedPolicy" => add_amazons(call, &mut found, after.as_deref(), &mut left).await?,
            "LocalManagedPolicy" => add_policies(call, &mut found, after.as_deref(), &mut left).await?,
            word => add_entities(call, &mut found, word, after.as_deref(), &mut left).await?,
        };
        if let Some(name) = next {
            return Ok(truncated(found, format!("{section}:{name}")));
        }
        (section, after) = (section + 1, None);
        if left == 0 && section < SECTIONS.len() {
            return Ok(truncated(found, format!("{section}:")));
        }
    }
    Ok(GetAccountAuthorizationDetailsResponse { is_truncated: Some(false), ..found })
}

fn truncated(found: GetAccountAuthorizationDetailsResponse, marker: String) -> GetAccountAuthorizationDetailsResponse {
    GetAccountAuthorizationDetailsResponse { is_truncated: Some(true), marker: Some(marker), ..found }
}

fn inline(entity: &Entity) -> Vec<PolicyDetail> {
    let detail = |(name, document): (&String, &String)| PolicyDetail {
        policy_name: Some(name.clone()),
        policy_document: Some(shapes::encoded(document)),
    };
    entity.inline.iter().map(detail).collect()
}

fn attached(entity: &Entity) -> Vec<AttachedPolicy> {
    let shown = |arn: &String| AttachedPolicy {
        policy_name: arn.rsplit('/').next().map(str::to_owned),
        policy_arn: Some(arn.clone()),
    };
    entity.attached.iter().map(shown).collect()
}

/// Adds users, groups or roles; the name behind which there are more.
async fn add_entities(
    call: &mut IamCall<'_>,
    found: &mut GetAccountAuthorizationDetailsResponse,
    word: &str,
    after: Option<&str>,
    left: &mut usize,
) -> Result<Option<String>, QueryError> {
    let kind = match word {
        "User" => EntityKind::User,
        "Group" => EntityKind::Group,
        _ => EntityKind::Role,
    };
    let page = call.edit.list(kind, after, *left, |_| true).await?;
    *left -= page.items.len();
    let account = call.edit.account().clone();
    for entity in page.items {
        let (user_policy_list, attached_managed_policies) = (inline(&entity), attached(&entity));
        match kind {
            EntityKind::User => {
                let mut group_list = Vec::new();
                for id in &entity.groups {
                    group_list.extend(call.edit.by_id(EntityKind::Group, id).await?.map(|group| group.name));
                }
                let user = shapes::user(&account, &entity, true);
                found.user_detail_list.push(UserDetail {
                    path: Some(user.path),
                    user_name: Some(user.user_name),
                    user_id: Some(user.user_id),
                    arn: Some(user.arn),
                    create_date: user.create_date,
                    user_policy_list,
                    group_list,
                    attached_managed_policies,
                    permissions_boundary: user.permissions_boundary,
                    tags: user.tags,
                });
            }
            EntityKind::Group => {
                let group = shapes::group(&account, &entity);
                found.group_detail_list.push(GroupDetail {
                    path: Some(group.path),
                    group_name: Some(group.group_name),
                    group_id: Some(group.group_id),
                    arn: Some(group.arn),
                    create_date: group.create_date,
                    group_policy_list: user_policy_list,
                    attached_managed_policies,
                });
            }
            EntityKind::Role => {
                let role = shapes::role(&account, &entity, true);
                found.role_detail_list.push(RoleDetail {
                    path: Some(role.path),
                    role_name: Some(role.role_name),
                    role_id: Some(role.role_id),
                    arn: Some(role.arn),
                    create_date: role.create_date,
                    assume_role_policy_document: role.assume_role_policy_document,
                    role_policy_list: user_policy_list,
                    attached_managed_policies,
                    permissions_boundary: role.permissions_boundary,
                    tags: role.tags,
                    ..RoleDetail::default()
                });
            }
        }
    }
    Ok(page.marker)
}

async fn add_policies(
    call: &mut IamCall<'_>,
    found: &mut GetAccountAuthorizationDetailsResponse,
    after: Option<&str>,
    left: &mut usize,
) -> Result<Option<String>, QueryError> {
    let page = call.edit.list_policies(after, *left).await?;
    *left -= page.items.len();
    for policy in page.items {
        let arn = policies::arn_of(&call.edit, &policy);
        found.policies.push(policies::detail(&call.edit, &policy, arn).await?);
    }
    Ok(page.marker)
}

/// Of Amazon's, those that are used in the account.
async fn add_amazons(
    call: &mut IamCall<'_>,
    found: &mut GetAccountAuthorizationDetailsResponse,
    after: Option<&str>,
    left: &mut usize,
) -> Result<Option<String>, QueryError> {
    let mut last = None;
    for (arn, policy) in policies::amazons_behind(after) {
        let detail = policies::detail(&call.edit, &policy, arn).await?;
        if detail.attachment_count == Some(0) && detail.permissions_boundary_usage_count == Some(0) {
            continue;
        }
        if *left == 0 {
            return Ok(Some(last.unwrap_or_default()));
        }
        *left -= 1;
        last = Some(policy.name);
        found.policies.push(detail);
    }
    Ok(None)
}

/// GenerateCredentialReport: it is made when it is fetched, so it is always there.
async fn generate_report(
    _call: &mut IamCall<'_>,
    _input: &GenerateCredentialReportRequest,
) -> Result<GenerateCredentialReportResponse, QueryError> {
    Ok(GenerateCredentialReportResponse { state: Some("COMPLETE".to_owned()), description: None })
}

const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/// GetCredentialReport: a table of all users and their keys. An account has at most 5000 users, so it is bounded.
async fn report(
    call: &mut IamCall<'_>,
    _input: &GetCredentialReportRequest,
) -> Result<GetCredentialReportResponse, QueryError> {
    let (account, identity, now) = (call.edit.account().clone(), call.edit.identity().clone(), call.edit.now());
    let users = call.edit.list(EntityKind::User, None, usize::MAX, |_| true).await?.items;
    let mut text = COLUMNS.to_owned();
    for user in &users {
        let (name, arn, created) = (&user.name, user.arn(&account, EntityKind::User), iso(user.created));
        // Names may hold commas.
        text.push_str(&format!("\n{},{},{created},false,N/A,N/A,N/A,false", quoted(name), quoted(&arn)));
        for at in 0..2 {
            match user.keys.get(at) {
                None => text.push_str(",false,N/A,N/A,N/A,N/A"),
                Some(key) => {
                    let used = match identity.last_use(&key.id).await? {
                        Some(used) => [used.at.iso_seconds(), told(used.region), told(used.service)].join(","),
                        None => "N/A,N/A,N/A".to_owned(),
                    };
                    text.push_str(&format!(",{},{},{used}", key.active, iso(key.created)));
                }
            }
        }
        text.push_str(",false,N/A,false,N/A");
    }
    Ok(GetCredentialReportResponse {
        content: Some(STANDARD.encode(text)),
        report_format: Some("text/csv".to_owned()),
        generated_time: Some(now),
    })
}

fn iso(millis: i64) -> String {
    Timestamp(millis).iso_seconds()
}

/// What a signature named, which is any text; uses that were written before it was kept have none.
fn told(text: String) -> String {
    if text.is_empty() { "N/A".to_owned() } else { quoted(&text).into_owned() }
}

fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains(',') { format!("\"{text}\"").into() } else { text.into() }
}
