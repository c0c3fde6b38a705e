//! AssumeRole: a session of a role, for whom its trust policy allows it. In the role's own account that is enough where it names the
//! caller; where it names the account, or the caller is of another one, the caller's policies must allow it too.

use coldkeep_auth::policy::Principal;
use coldkeep_http::Call;
use coldkeep_identity::{Identity, SessionOf};
use coldkeep_query::{Asked, Facts, QueryError};
use coldkeep_wire::sts::{AssumeRoleRequest, AssumeRoleResponse, AssumedRoleUser};

use crate::session_tags::SessionTags;
use crate::terms;
use crate::trust::Trust;

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
    let rights = &asked.caller.rights;
    if matches!(rights.principal, Principal::Root { .. }) {
        return Err(QueryError::access_denied("Roles may not be assumed by root accounts."));
    }
    let denied = |action: &str| {
        let (caller, arn) = (&asked.caller.arn, &input.role_arn);
        QueryError::access_denied(format!("User: {caller} is not authorized to perform: {action} on resource: {arn}"))
    };
    // A role that is not there and one that does not trust the caller are told the same.
    let trust = Trust::find(identity, &input.role_arn).await?.ok_or_else(|| denied("sts:AssumeRole"))?;
    // Once set, a source identity goes from session to session, and never changes.
    let inherited = terms::source_identity(rights);
    let source_identity = input.source_identity.as_deref().or(inherited);
    if let Some(name) = source_identity {
        terms::name("sourceIdentity", name, 64)?;
    }
    let mut actions = vec!["sts:AssumeRole"];
    let tags = SessionTags::asked(&input.tags, &input.transitive_tag_keys, Some(rights));
    actions.extend((!tags.is_empty()).then_some("sts:TagSession"));
    actions.extend(source_identity.map(|_| "sts:SetSourceIdentity"));
    let facts = Facts { call, sent: &asked.sent, rights: Some(rights), resource: &trust.resource };
    for action in actions {
        if !trust.allows(action, &rights.principal, rights.policies(), &facts) {
            return Err(denied(action));
        }
    }
    if inherited.is_some_and(|inherited| source_identity != Some(inherited)) {
        return Err(denied("sts:SetSourceIdentity"));
    }
    let longest = trust.longest_seconds();
    let is_chained = matches!(rights.principal, Principal::AssumedRole { .. });
    let longest = if is_chained { longest.min(CHAINED_SECONDS) } else { longest };
    if is_chained && input.duration_seconds.is_some_and(|seconds| i64::from(seconds) > i64::from(longest)) {
        let words =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
        return Err(QueryError::validation(words));
    }
    let seconds = terms::role_duration(input.duration_seconds, longest)?;
    let (account, name) = (&trust.account, &input.role_session_name);
    let mut session = identity.new_session(account, SessionOf::Role(trust.role.id.clone()), name, seconds);
    let policy = input.policy.as_deref();
    terms::narrow(identity, account, &mut session, policy, &input.policy_arns).await?;
    tags.put_into(&mut session)?;
    session.keys.extend(source_identity.map(terms::source_identity_key));
    Ok(AssumeRoleResponse {
        credentials: Some(terms::credentials(identity, &session)?),
        assumed_role_user: Some(AssumedRoleUser {
            assumed_role_id: format!("{}:{name}", trust.role.id),
            arn: format!("arn:aws:sts::{account}:assumed-role/{}/{name}", trust.role.name),
        }),
        packed_policy_size: terms::packed_size(&session),
        source_identity: source_identity.map(str::to_owned),
        ..AssumeRoleResponse::default()
    })
}

/// Nothing is taken and ignored.
fn refuse_what_means_nothing(input: &AssumeRoleRequest) -> Result<(), QueryError> {
    let given = [
        ("SerialNumber", input.serial_number.is_some()),
        ("TokenCode", input.token_code.is_some()),
        ("ProvidedContexts", !input.provided_contexts.is_empty()),
        ("MinimumSessionTokenSize", input.minimum_session_token_size.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(QueryError::not_implemented_parameter(name)),
        None => Ok(()),
    }
}
