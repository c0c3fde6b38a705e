//! The account as a whole: its alias, and how much there is in it.

use coldkeep_identity::EntityKind;
use coldkeep_query::QueryError;
use coldkeep_wire::iam::*;

use crate::IamCall;
use crate::target::Target;

operations! {
    CreateAccountAlias(CreateAccountAliasRequest) |_it| Target::None, create_alias;
    DeleteAccountAlias(DeleteAccountAliasRequest) |_it| Target::None, delete_alias;
    ListAccountAliases(ListAccountAliasesRequest) |_it| Target::None, list_aliases;
    GetAccountSummary(GetAccountSummaryRequest) |_it| Target::None, summary;
}

async fn create_alias(
    call: &mut IamCall<'_>,
    input: &CreateAccountAliasRequest,
) -> Result<CreateAccountAliasOutput, QueryError> {
    let alias = &input.account_alias;
    let letters = alias.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let edges = !alias.starts_with('-') && !alias.ends_with('-') && !alias.contains("--");
    if !(3..=63).contains(&alias.len()) || !letters || !edges {
        return Err(QueryError::validation(format!(
            "1 validation error detected: Value '{alias}' at 'accountAlias' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){{1,61}}[a-z0-9]$"
        )));
    }
    if call.edit.alias_owner(alias).await?.is_some_and(|owner| owner != call.edit.account().as_str()) {
        let words = format!("The account alias {alias} already exists.");
        return Err(QueryError::new(http::StatusCode::CONFLICT, "EntityAlreadyExists", words));
    }
    // An account has one: the new one takes the place of the old.
    let mut account = call.edit.own_account().await?;
    if let Some(old) = account.alias.replace(alias.clone()) {
        call.edit.note_alias(&old, false);
    }
    call.edit.note_alias(alias, true);
    call.edit.put_account(&account);
    Ok(CreateAccountAliasOutput {})
}

async fn delete_alias(
    call: &mut IamCall<'_>,
    input: &DeleteAccountAliasRequest,
) -> Result<DeleteAccountAliasOutput, QueryError> {
    let mut account = call.edit.own_account().await?;
    if account.alias.as_ref() != Some(&input.account_alias) {
        let words = format!("The account alias {} cannot be found.", input.account_alias);
        return Err(QueryError::no_such_entity(words));
    }
    account.alias = None;
    call.edit.note_alias(&input.account_alias, false);
    call.edit.put_account(&account);
    Ok(DeleteAccountAliasOutput {})
}

async fn list_aliases(
    call: &mut IamCall<'_>,
    _input: &ListAccountAliasesRequest,
) -> Result<ListAccountAliasesResponse, QueryError> {
    let account_aliases = call.edit.own_account().await?.alias.into_iter().collect();
    Ok(ListAccountAliasesResponse { account_aliases, is_truncated: Some(false), marker: None })
}

async fn summary(
    call: &mut IamCall<'_>,
    _input: &GetAccountSummaryRequest,
) -> Result<GetAccountSummaryResponse, QueryError> {
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let mut all = vec![
        ("AccessKeysPerUserQuota", 2),
        ("AssumeRolePolicySizeQuota", 2048),
        ("AttachedPoliciesPerGroupQuota", 10),
        ("AttachedPoliciesPerRoleQuota", 10),
        ("AttachedPoliciesPerUserQuota", 10),
        ("GroupPolicySizeQuota", number(EntityKind::Group.inline_quota() as i64)),
        ("GroupsPerUserQuota", 10),
        ("GroupsQuota", number(EntityKind::Group.quota())),
        ("MFADevices", 0),
        ("MFADevicesInUse", 0),
        ("AccountMFAEnabled", 0),
        ("PoliciesQuota", 1500),
        ("PolicySizeQuota", 6144),
        ("RolePolicySizeQuota", number(EntityKind::Role.inline_quota() as i64)),
        ("RolesQuota", number(EntityKind::Role.quota())),
        ("UserPolicySizeQuota", number(EntityKind::User.inline_quota() as i64)),
        ("UsersQuota", number(EntityKind::User.quota())),
        ("VersionsPerPolicyQuota", 5),
        ("ServerCertificates", 0),
        ("InstanceProfiles", 0),
    ];
    all.push(("Providers", number(call.edit.providers().await?.len() as i64)));
    let kinds = [
        ("Users", Some(EntityKind::User)),
        ("Groups", Some(EntityKind::Group)),
        ("Roles", Some(EntityKind::Role)),
        ("Policies", None),
    ];
    for (name, kind) in kinds {
        all.push((name, number(call.edit.count(kind).await?)));
    }
    let summary_map = all.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    Ok(GetAccountSummaryResponse { summary_map })
}
