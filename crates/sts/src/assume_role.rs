//! AssumeRole: a session of a role, for whom its trust policy allows it. In the role's own account that is enough where it names the
//! caller; where it names the account, or the caller is of another one, the caller's policies must allow it too.

use coldkeep_auth::policy::{Kind, Policies, Policy, Principal, Question, decide};
use coldkeep_http::Call;
use coldkeep_identity::{Entity, EntityKind, Identity, SessionOf};
use coldkeep_query::{Asked, Facts, QueryError, Resource};
use coldkeep_types::AccountId;
use coldkeep_wire::sts::{AssumeRoleRequest, AssumeRoleResponse, AssumedRoleUser};

use crate::terms;

/// The longest session of a role that a session of another role takes on.
const CHAINED_SECONDS: u32 = 3600;

/// AssumeRole.
pub(crate) async fn assume_role(
    identity: &Identity,
    call: &Call,
    asked: &Asked,
    input: &AssumeRoleRequest,
) -> Result<AssumeRoleResponse, QueryError> {
    refuse_what_means_nothing(input)?;
    terms::name("roleSessionName", &input.role_session_name, 64)?;
    let principal = &asked.caller.rights.principal;
    if matches!(principal, Principal::Root { .. }) {
        return Err(QueryError::access_denied("Roles may not be assumed by root accounts."));
    }
    let denied = |action: &str| {
        let (caller, arn) = (&asked.caller.arn, &input.role_arn);
        QueryError::access_denied(format!("User: {caller} is not authorized to perform: {action} on resource: {arn}"))
    };
    // A role that is not there and one that does not trust the caller are told the same.
    let found = find(identity, &input.role_arn).await?;
    let (account, role) = found.ok_or_else(|| denied("sts:AssumeRole"))?;
    let mut actions = vec!["sts:AssumeRole"];
    actions.extend((!input.tags.is_empty()).then_some("sts:TagSession"));
    for action in actions {
        if !may(call, asked, action, &account, &role)? {
            return Err(denied(action));
        }
    }
    let longest = role.max_session_seconds.unwrap_or(CHAINED_SECONDS);
    let is_chained = matches!(principal, Principal::AssumedRole { .. });
    let longest = if is_chained { longest.min(CHAINED_SECONDS) } else { longest };
    if input.duration_seconds.is_some_and(|seconds| i64::from(seconds) > i64::from(longest)) {
        let words = match is_chained {
            true => {
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
            }
            false => "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        };
        return Err(QueryError::validation(words));
    }
    let seconds = terms::duration(input.duration_seconds, 900..=longest, 3600)?;
    let name = &input.role_session_name;
    let mut session = identity.new_session(&account, SessionOf::Role(role.id.clone()), name, seconds);
    let policy = input.policy.as_deref();
    terms::narrow(identity, &account, &mut session, policy, &input.policy_arns, &input.tags).await?;
    Ok(AssumeRoleResponse {
        credentials: Some(terms::credentials(identity, &session)?),
        assumed_role_user: Some(AssumedRoleUser {
            assumed_role_id: format!("{}:{name}", role.id),
            arn: format!("arn:aws:sts::{account}:assumed-role/{}/{name}", role.name),
        }),
        packed_policy_size: terms::packed_size(&session),
        ..AssumeRoleResponse::default()
    })
}

/// Nothing is taken and ignored.
fn refuse_what_means_nothing(input: &AssumeRoleRequest) -> Result<(), QueryError> {
    let given = [
        ("SerialNumber", input.serial_number.is_some()),
        ("TokenCode", input.token_code.is_some()),
        ("SourceIdentity", input.source_identity.is_some()),
        ("TransitiveTagKeys", !input.transitive_tag_keys.is_empty()),
        ("ProvidedContexts", !input.provided_contexts.is_empty()),
        ("MinimumSessionTokenSize", input.minimum_session_token_size.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(QueryError::not_implemented_parameter(name)),
        None => Ok(()),
    }
}

/// The role with this ARN and its account.
async fn find(identity: &Identity, arn: &str) -> Result<Option<(AccountId, Entity)>, QueryError> {
    let invalid = || QueryError::validation(format!("{arn} is invalid"));
    let rest = arn.strip_prefix("arn:aws:iam::").ok_or_else(invalid)?;
    let (account, rest) = rest.split_once(":role/").ok_or_else(invalid)?;
    let account = AccountId::parse(account).map_err(|_| invalid())?;
    let name = rest.rsplit('/').next().unwrap_or(rest);
    let role = identity.edit(&account).find(EntityKind::Role, name).await?;
    Ok(role.filter(|role| role.arn(&account, EntityKind::Role) == arn).map(|role| (account, role)))
}

fn may(call: &Call, asked: &Asked, action: &str, account: &AccountId, role: &Entity) -> Result<bool, QueryError> {
    let trust = Policy::parse(role.trust.as_deref().unwrap_or_default(), Kind::Trust)?;
    let tags = role.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    let resource = Resource { arn: role.arn(account, EntityKind::Role), tags };
    let facts = Facts { call, asked, resource: &resource };
    let rights = &asked.caller.rights;
    let question = Question {
        action,
        resource: &resource.arn,
        resource_account: Some(account),
        principal: &rights.principal,
        context: &facts,
    };
    let policies = Policies { resource: Some(&trust), resource_must_allow: true, ..rights.policies() };
    let decision = decide(&question, &policies);
    if !decision.is_allowed() {
        let (caller, role) = (asked.caller.arn.as_str(), resource.arn.as_str());
        tracing::info!(caller, action, role, %decision, "access denied");
    }
    Ok(decision.is_allowed())
}
