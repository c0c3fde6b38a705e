//! AssumeRoleWithWebIdentity: a session of a role for whom a provider of the role's account vouches. Nobody signs the request: the
//! token stands for the key.
//!
//! The provider is looked up by what the token says, in the role's account only; its key is asked for then, and everything else the
//! token says counts only once that key has signed it ("Create a role for OpenID Connect federation" and "Available keys for AWS OIDC
//! federation", IAM user guide). Amazon's `IDPRejectedClaim` is a provider's own answer to an opaque token: none is asked of here.

use coldkeep_auth::policy::{Policies, Principal};
use coldkeep_http::Call;
use coldkeep_identity::{Identity, Provider, SessionOf};
use coldkeep_oidc::{Issuer, Issuers, Token, Unproven, name_of};
use coldkeep_query::{Facts, QueryError, Sent};
use coldkeep_types::AccountId;
use coldkeep_wire::sts::{AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse, AssumedRoleUser};
use http::StatusCode;

use crate::terms;
use crate::trust::Trust;
use crate::vouched::{InToken, Vouched, invalid, missing};

/// AssumeRoleWithWebIdentity.
pub(crate) async fn assume_role_with_web_identity(
    identity: &Identity,
    issuers: &Issuers,
    call: &Call,
    sent: &Sent,
    input: &AssumeRoleWithWebIdentityRequest,
) -> Result<AssumeRoleWithWebIdentityResponse, QueryError> {
    if input.provider_id.is_some() {
        // Of OAuth 2.0 access tokens, which two providers of Amazon's have.
        return Err(QueryError::not_implemented_parameter("ProviderId"));
    }
    if input.minimum_session_token_size.is_some() {
        return Err(QueryError::not_implemented_parameter("MinimumSessionTokenSize"));
    }
    terms::name("roleSessionName", &input.role_session_name, 64)?;
    let trust = Trust::find(identity, &input.role_arn).await?;
    let token = Token::parse(&input.web_identity_token).map_err(|error| invalid(&error.to_string()))?;
    let account = account_of(&input.role_arn)?;
    let provider = prove(identity, issuers, &account, &token).await?;
    let vouched = Vouched::of(&provider, &account, token.claims(), call.received)?;
    // A role that is not there and one that trusts nobody of this kind are told the same.
    let denied = |action: &str| QueryError::access_denied(format!("Not authorized to perform {action}"));
    let trust = trust.ok_or_else(|| denied("sts:AssumeRoleWithWebIdentity"))?;
    let mut actions = vec!["sts:AssumeRoleWithWebIdentity"];
    actions.extend((!vouched.tags.is_empty()).then_some("sts:TagSession"));
    actions.extend(vouched.source_identity.as_ref().map(|_| "sts:SetSourceIdentity"));
    let facts = Facts { call, sent, rights: None, resource: &trust.resource };
    let context = InToken { vouched: &vouched, facts };
    let principal = Principal::WebIdentity { provider: vouched.provider.as_str().into() };
    for action in actions {
        if !trust.allows(action, &principal, Policies::default(), &context) {
            return Err(denied(action));
        }
    }
    let seconds = terms::role_duration(input.duration_seconds, trust.longest_seconds())?;
    let name = &input.role_session_name;
    let mut session = identity.new_session(&account, SessionOf::Role(trust.role.id.clone()), name, seconds);
    let policy = input.policy.as_deref();
    terms::narrow(identity, &account, &mut session, policy, &input.policy_arns).await?;
    vouched.tags.clone().put_into(&mut session)?;
    session.keys = vouched.session_keys();
    Ok(AssumeRoleWithWebIdentityResponse {
        credentials: Some(terms::credentials(identity, &session)?),
        assumed_role_user: Some(AssumedRoleUser {
            assumed_role_id: format!("{}:{name}", trust.role.id),
            arn: format!("arn:aws:sts::{account}:assumed-role/{}/{name}", trust.role.name),
        }),
        packed_policy_size: terms::packed_size(&session),
        subject_from_web_identity_token: Some(vouched.subject),
        provider: Some(provider.url),
        audience: Some(vouched.audience),
        source_identity: vouched.source_identity,
        ..AssumeRoleWithWebIdentityResponse::default()
    })
}

/// The account in a role's ARN, which was found to be one.
fn account_of(arn: &str) -> Result<AccountId, QueryError> {
    let account = arn.split(':').nth(4).and_then(|account| AccountId::parse(account).ok());
    account.ok_or_else(|| QueryError::validation(format!("{arn} is invalid")))
}

/// The account's provider that issued the token.
async fn prove(
    identity: &Identity,
    issuers: &Issuers,
    account: &AccountId,
    token: &Token,
) -> Result<Provider, QueryError> {
    let issuer = token.claims().text("iss").ok_or_else(|| missing("iss"))?;
    let none = || invalid(&format!("No OpenIDConnect provider found in your account for {issuer}"));
    let provider = identity.edit(account).provider(name_of(issuer)).await?;
    let provider = provider.filter(|provider| provider.url == issuer).ok_or_else(none)?;
    // Whether it may be fetched was decided when it was registered, and what fetches decides again.
    let issuer = Issuer::parse(&provider.url, true).map_err(|_| none())?;
    match issuers.prove(&issuer, &provider.thumbprints, token).await {
        Ok(()) => Ok(provider),
        Err(Unproven::Unreachable) => Err(QueryError::new(
            StatusCode::BAD_REQUEST,
            "IDPCommunicationError",
            "The identity provider that was asked to verify the incoming identity token could not be reached. Retry the \
             request a limited number of times.",
        )),
        Err(Unproven::NoKey) => Err(invalid(
            "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity \
             documentation for requirements",
        )),
        Err(Unproven::Forged) => Err(invalid("The ID token's signature does not match the identity provider's key")),
    }
}
