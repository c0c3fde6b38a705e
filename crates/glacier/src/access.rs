//! May they: whether the caller's own policies allow an operation on the vault of the path, which is always of its own account.
//!
//! Vault access policies and locks are not there yet, so nobody else is let in. `glacier:ArchiveAgeInDays` and the keys of vaults'
//! tags are absent for now: what an `Allow` makes depend on them is not allowed.

use coldkeep_auth::policy::{Context, Question, Values, decide};

use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::operations::Row;

/// A call as conditions see it.
struct Facts<'a>(&'a GlacierCall);

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        let call = self.0;
        let known = call.caller.rights.value(key).or_else(|| coldkeep_http::circumstance(&call.call, key));
        match key {
            "aws:RequestedRegion" => Values::one(call.region.as_str()),
            _ => known.unwrap_or(Values::Absent),
        }
    }
}

/// Refuses what the caller's policies do not allow. Which of them decided is for the log only.
pub(crate) fn permit(call: &GlacierCall, row: &Row) -> Result<(), GlacierError> {
    let resource = call.resource();
    let question = Question {
        action: row.permission.0,
        resource: &resource,
        resource_account: Some(call.account()),
        principal: &call.caller.rights.principal,
        context: &Facts(call),
    };
    let decision = decide(&question, &call.caller.rights.policies());
    if decision.is_allowed() {
        return Ok(());
    }
    let (caller, action) = (&call.caller.arn, question.action);
    tracing::info!(%caller, action, resource, %decision, "access denied");
    Err(GlacierError::access_denied(format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource}"
    )))
}
