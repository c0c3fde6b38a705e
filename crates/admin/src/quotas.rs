//! Quotas: set, taken away and told. What is said of what they are of is `bucket/NAME`, `vault/ACCOUNT/REGION/NAME` or `account/ID`.

use coldkeep_http::{Call, Response};
use coldkeep_store::{Error, MAX_QUOTAS, Quota as Limits, QuotaOf, QuotaReport};
use http::StatusCode;

use crate::accounts::parsed;
use crate::error::answer as respond;
use crate::shapes::{Done, Limited, Quota, Quotas};
use crate::{Admin, AdminError, Operation};

/// Answers an operation that the caller may have.
pub async fn answer(door: &Admin, call: &Call, operation: Operation, body: &[u8]) -> Result<Response, AdminError> {
    if !call.query.is_empty() {
        return Err(AdminError::invalid("This operation has no parameters."));
    }
    if operation == Operation::PutQuota {
        return put(door, body).await;
    }
    if !body.is_empty() {
        return Err(AdminError::invalid("This operation has no body."));
    }
    let quotas = door.holdings.store.quotas().await?.into_iter().map(shown).collect();
    Ok(respond(StatusCode::OK, &Quotas { quotas }))
}

async fn put(door: &Admin, body: &[u8]) -> Result<Response, AdminError> {
    let asked: Quota = parsed(body)?;
    let of = QuotaOf::parse(&asked.of).ok_or_else(|| {
        AdminError::invalid(
            "A quota is of bucket/NAME, vault/ACCOUNT/REGION/NAME or account/ID, an account's 12 digits.",
        )
    })?;
    if let QuotaOf::Account(id) = &of
        && door.identity.account(id).await?.is_none()
    {
        return Err(AdminError::no_such_account(id.as_str()));
    }
    let limits = Limits {
        hard_bytes: asked.hard_bytes,
        hard_objects: asked.hard_objects,
        soft_bytes: asked.soft_bytes,
        soft_objects: asked.soft_objects,
    };
    match door.holdings.store.set_quota(&of, limits).await {
        Ok(()) => Ok(respond(StatusCode::OK, &Done {})),
        Err(Error::NoSuchBucket | Error::NoSuchVault) => {
            Err(AdminError::no_such(format!("The {} {} does not exist.", of.kind(), asked.of)))
        }
        Err(Error::TooManyQuotas) => {
            Err(AdminError::conflict(format!("There are {MAX_QUOTAS} quotas, as many as there can be.")))
        }
        Err(Error::Busy) => Err(AdminError::busy()),
        Err(error) => Err(error.into()),
    }
}

fn shown(report: QuotaReport) -> Limited {
    let quota = Quota {
        of: report.of.to_string(),
        hard_bytes: report.quota.hard_bytes,
        hard_objects: report.quota.hard_objects,
        soft_bytes: report.quota.soft_bytes,
        soft_objects: report.quota.soft_objects,
    };
    Limited { quota, used_bytes: report.used_bytes, used_objects: report.used_objects }
}
