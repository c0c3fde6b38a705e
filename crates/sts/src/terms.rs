//! What sessions are given: how long they last, the policies that narrow them, their tags.

use std::ops::RangeInclusive;

use coldkeep_auth::Rights;
use coldkeep_auth::policy::{Kind, Policy};
use coldkeep_identity::{Identity, MAX_TOKEN_BYTES, Session, SessionKey};
use coldkeep_query::QueryError;
use coldkeep_types::{AccountId, Timestamp};
use coldkeep_wire::sts::{Credentials, PolicyDescriptorType};

/// Characters of policy and ARNs together.
const MAX_POLICY: usize = 2048;
/// Policies by ARN.
const MAX_ARNS: usize = 10;

pub(crate) fn constraint(value: &str, name: &str, rule: &str) -> QueryError {
    QueryError::validation(format!(
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {rule}"
    ))
}

/// How long a session lasts, in seconds.
pub(crate) fn duration(asked: Option<i32>, allowed: RangeInclusive<u32>, usual: u32) -> Result<u32, QueryError> {
    let Some(asked) = asked else { return Ok(usual.min(*allowed.end())) };
    let seconds = u32::try_from(asked).ok().filter(|seconds| allowed.contains(seconds));
    let rule = format!("Member must have value between {} and {}", allowed.start(), allowed.end());
    seconds.ok_or_else(|| constraint(&asked.to_string(), "durationSeconds", &rule))
}

/// How long a session of a role lasts that gives such long ones.
pub(crate) fn role_duration(asked: Option<i32>, longest: u32) -> Result<u32, QueryError> {
    match asked.is_some_and(|asked| i64::from(asked) > i64::from(longest)) {
        true => {
            let words = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
            Err(QueryError::validation(words))
        }
        false => duration(asked, 900..=longest, 3600),
    }
}

const SOURCE_IDENTITY: &str = "aws:SourceIdentity";

/// The source identity that a caller's session has.
pub(crate) fn source_identity(rights: &Rights) -> Option<&str> {
    let (_, values) = rights.session_keys.iter().find(|(name, _)| name == SOURCE_IDENTITY)?;
    values.first().map(String::as_str)
}

/// The same as a session keeps it.
pub(crate) fn source_identity_key(name: &str) -> SessionKey {
    SessionKey { name: SOURCE_IDENTITY.to_owned(), values: vec![name.to_owned()] }
}

/// The name of a session or of who is vouched for.
pub(crate) fn name(parameter: &str, text: &str, most: usize) -> Result<(), QueryError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    if !(2..=most).contains(&text.len()) {
        return Err(constraint(text, parameter, &format!("Member must have length between 2 and {most}")));
    }
    match text.bytes().all(allowed) {
        true => Ok(()),
        false => Err(constraint(text, parameter, r"Member must satisfy regular expression pattern: [\w+=,.@-]*")),
    }
}

/// Puts policies into a session. They must be there and be ones.
pub(crate) async fn narrow(
    identity: &Identity,
    account: &AccountId,
    session: &mut Session,
    policy: Option<&str>,
    arns: &[PolicyDescriptorType],
) -> Result<(), QueryError> {
    let arns: Vec<&str> = arns.iter().filter_map(|descriptor| descriptor.arn.as_deref()).collect();
    let characters = policy.map_or(0, |text| text.chars().count()) + arns.iter().map(|arn| arn.len()).sum::<usize>();
    if arns.len() > MAX_ARNS || characters > MAX_POLICY {
        return Err(too_large(format!("Session policies have at most {MAX_POLICY} characters and {MAX_ARNS} ARNs")));
    }
    if let Some(document) = policy {
        Policy::parse(document, Kind::Identity)?;
        session.policies = Some(vec![document.to_owned()]);
    }
    for arn in arns {
        if identity.managed(account, arn).await?.is_none() {
            return Err(QueryError::validation(format!("PolicyArns: {arn} does not exist or is not attachable.")));
        }
        session.policy_arns.push(arn.to_owned());
    }
    Ok(())
}

fn too_large(words: String) -> QueryError {
    QueryError::new(http::StatusCode::BAD_REQUEST, "PackedPolicyTooLarge", words)
}

/// The share of the room for policies that a session takes, in per cent; `None`: it has none.
pub(crate) fn packed_size(session: &Session) -> Option<i32> {
    let policies = session.policies.iter().flatten().chain(&session.policy_arns).map(String::len).sum::<usize>();
    let tags = session.tags.iter().map(|tag| tag.key.len() + tag.value.len()).sum::<usize>();
    let percent = ((policies + tags) * 100).div_ceil(MAX_POLICY).min(100);
    (percent > 0).then(|| i32::try_from(percent).unwrap_or(100))
}

/// The keys of a session, as they are told. What no request could carry is refused instead.
pub(crate) fn credentials(identity: &Identity, session: &Session) -> Result<Credentials, QueryError> {
    let session_token = identity.token(session)?;
    if session_token.len() > MAX_TOKEN_BYTES {
        let words = "Policies, tags and what the identity provider says are more than a session token may hold";
        return Err(too_large(format!("{words}: {} bytes of {MAX_TOKEN_BYTES}", session_token.len())));
    }
    Ok(Credentials {
        access_key_id: session.access_key.clone(),
        secret_access_key: session.secret.clone(),
        session_token,
        expiration: Some(Timestamp(session.expires)),
    })
}
