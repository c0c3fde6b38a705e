//! GetFederationToken: temporary keys for somebody whom a user vouches for. They may what both the user's policies and the session's
//! allow.

use coldkeep_http::Call;
use coldkeep_identity::{Identity, SessionOf};
use coldkeep_query::{Asked, QueryError, Resource};
use coldkeep_wire::sts::{FederatedUser, GetFederationTokenRequest, GetFederationTokenResponse};

use crate::session_tags::SessionTags;
use crate::session_token::{USUAL_SECONDS, longest};
use crate::{must_be_permanent, terms, user_id};

/// GetFederationToken.
pub(crate) async fn get_federation_token(
    identity: &Identity,
    call: &Call,
    asked: &Asked,
    input: &GetFederationTokenRequest,
) -> Result<GetFederationTokenResponse, QueryError> {
    if input.minimum_session_token_size.is_some() {
        return Err(QueryError::not_implemented_parameter("MinimumSessionTokenSize"));
    }
    must_be_permanent(asked)?;
    terms::name("name", &input.name, 32)?;
    let account = &asked.caller.account;
    let arn = format!("arn:aws:sts::{account}:federated-user/{}", input.name);
    let resource = Resource { arn: arn.clone(), tags: Vec::new() };
    coldkeep_query::permit(call, asked, "sts:GetFederationToken", &resource)?;
    if !input.tags.is_empty() {
        coldkeep_query::permit(call, asked, "sts:TagSession", &resource)?;
    }
    let user = user_id(asked);
    let seconds = terms::duration(input.duration_seconds, 900..=longest(user.is_none()), USUAL_SECONDS)?;
    let mut session = identity.new_session(account, SessionOf::Federated(user), &input.name, seconds);
    let policy = input.policy.as_deref();
    terms::narrow(identity, account, &mut session, policy, &input.policy_arns).await?;
    SessionTags::asked(&input.tags, &[], None).put_into(&mut session)?;
    Ok(GetFederationTokenResponse {
        credentials: Some(terms::credentials(identity, &session)?),
        federated_user: Some(FederatedUser { federated_user_id: format!("{account}:{}", input.name), arn }),
        packed_policy_size: Some(terms::packed_size(&session).unwrap_or(0)),
        ..GetFederationTokenResponse::default()
    })
}
