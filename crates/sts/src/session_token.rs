//! GetSessionToken: temporary keys of the user that asks. It needs no permission.

use coldkeep_identity::{Identity, SessionOf};
use coldkeep_query::{Asked, QueryError};
use coldkeep_wire::sts::{GetSessionTokenRequest, GetSessionTokenResponse};

use crate::{must_be_permanent, terms, user_id};

/// What a user's session may last; the root user's ends after an hour.
pub(crate) fn longest(is_root: bool) -> u32 {
    if is_root { 3600 } else { 129_600 }
}

/// Twelve hours, where nothing is asked for.
pub(crate) const USUAL_SECONDS: u32 = 43_200;

/// GetSessionToken.
pub(crate) fn get_session_token(
    identity: &Identity,
    asked: &Asked,
    input: &GetSessionTokenRequest,
) -> Result<GetSessionTokenResponse, QueryError> {
    if input.serial_number.is_some() || input.token_code.is_some() {
        return Err(QueryError::not_implemented_parameter("SerialNumber"));
    }
    if input.minimum_session_token_size.is_some() {
        return Err(QueryError::not_implemented_parameter("MinimumSessionTokenSize"));
    }
    must_be_permanent(asked)?;
    let user = user_id(asked);
    let seconds = terms::duration(input.duration_seconds, 900..=longest(user.is_none()), USUAL_SECONDS)?;
    let session = identity.new_session(&asked.caller.account, SessionOf::User(user), "", seconds);
    let credentials = Some(terms::credentials(identity, &session)?);
    Ok(GetSessionTokenResponse { credentials, ..GetSessionTokenResponse::default() })
}
