//! What an account says of retrievals in a region: GetDataRetrievalPolicy, SetDataRetrievalPolicy, PurchaseProvisionedCapacity,
//! ListProvisionedCapacity.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coldkeep_http::Response;
use coldkeep_store::{CapacityUnit, RetrievalPolicy};
use coldkeep_types::{Id, Timestamp};
use coldkeep_wire::glacier::{
    DataRetrievalPolicy, DataRetrievalRule, GetDataRetrievalPolicyInput, GetDataRetrievalPolicyOutput,
    ListProvisionedCapacityInput, ListProvisionedCapacityOutput, ProvisionedCapacityDescription,
    PurchaseProvisionedCapacityInput, PurchaseProvisionedCapacityOutput, SetDataRetrievalPolicyInput,
    SetDataRetrievalPolicyOutput,
};
use jiff::ToSpan;
use jiff::tz::TimeZone;

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::{Glacier, respond};

/// GetDataRetrievalPolicy. Where none was set, nothing is bounded.
pub(crate) async fn get_data_retrieval_policy(
    door: &Glacier,
    call: &GlacierCall,
    _input: GetDataRetrievalPolicyInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let kept = door.store.retrieval_policy(call.account(), &call.region).await;
    let (strategy, bytes_per_hour) = match kept.map_err(|error| call.refused(error, ""))? {
        RetrievalPolicy::Unbounded => ("None", None),
        RetrievalPolicy::FreeTier => ("FreeTier", None),
        RetrievalPolicy::BytesPerHour(bytes) => ("BytesPerHour", i64::try_from(bytes).ok()),
    };
    let rule = DataRetrievalRule { strategy: Some(strategy.to_owned()), bytes_per_hour };
    let policy = Some(DataRetrievalPolicy { rules: vec![rule] });
    Ok(respond(GetDataRetrievalPolicyOutput { policy }.encode()))
}

/// SetDataRetrievalPolicy.
pub(crate) async fn set_data_retrieval_policy(
    door: &Glacier,
    call: &GlacierCall,
    input: SetDataRetrievalPolicyInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let policy = input.policy.ok_or_else(|| GlacierError::missing("Policy"))?;
    let rule = match &policy.rules[..] {
        [] => return Err(GlacierError::missing("Rules")),
        [rule] => rule,
        _ => return Err(GlacierError::invalid("A data retrieval policy has exactly one rule.")),
    };
    let strategy = rule.strategy.as_deref().ok_or_else(|| GlacierError::missing("Strategy"))?;
    let policy = match (strategy, rule.bytes_per_hour) {
        ("None", None) => RetrievalPolicy::Unbounded,
        ("FreeTier", None) => RetrievalPolicy::FreeTier,
        ("BytesPerHour", Some(bytes)) if bytes > 0 => RetrievalPolicy::BytesPerHour(bytes.unsigned_abs()),
        ("BytesPerHour", _) => {
            return Err(GlacierError::invalid("BytesPerHour of the strategy BytesPerHour must be at least 1."));
        }
        ("None" | "FreeTier", Some(_)) => {
            return Err(GlacierError::invalid(format!("The strategy {strategy} takes no BytesPerHour.")));
        }
        (other, _) => return Err(GlacierError::invalid(format!("Invalid strategy: {other}"))),
    };
    let put = door.store.put_retrieval_policy(call.account(), &call.region, policy).await;
    put.map_err(|error| call.refused(error, ""))?;
    Ok(respond(SetDataRetrievalPolicyOutput {}.encode()))
}

/// PurchaseProvisionedCapacity: kept and told; retrievals are as fast without.
pub(crate) async fn purchase_provisioned_capacity(
    door: &Glacier,
    call: &GlacierCall,
    _input: PurchaseProvisionedCapacityInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let start = door.store.now();
    let end = a_month_after(start).ok_or_else(|| GlacierError::invalid("The clock is out of range."))?;
    let bought = door.store.purchase_capacity(call.account(), &call.region, start, end).await;
    let capacity_id = Some(told(bought.map_err(|error| call.refused(error, ""))?));
    Ok(respond(PurchaseProvisionedCapacityOutput { capacity_id }.encode()))
}

/// ListProvisionedCapacity.
pub(crate) async fn list_provisioned_capacity(
    door: &Glacier,
    call: &GlacierCall,
    _input: ListProvisionedCapacityInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let described = |unit: &CapacityUnit| ProvisionedCapacityDescription {
        capacity_id: Some(told(unit.id)),
        start_date: Some(unit.start().iso_millis()),
        expiration_date: Some(unit.end().iso_millis()),
    };
    let units = door.store.capacity_units(call.account(), &call.region).await;
    let units = units.map_err(|error| call.refused(error, ""))?;
    let provisioned_capacity_list = units.iter().map(described).collect();
    Ok(respond(ListProvisionedCapacityOutput { provisioned_capacity_list }.encode()))
}

/// The id of a unit as clients see it: 24 characters, as all short ids of the API; the first bytes keep it from beginning with `-`.
fn told(id: Id) -> String {
    URL_SAFE_NO_PAD.encode([&[4, 0], &id.as_bytes()[..]].concat())
}

/// "A provisioned capacity unit lasts for one month": to the second, and to the last day of a month that has no such day.
fn a_month_after(start: Timestamp) -> Option<Timestamp> {
    let start = TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(start.0.div_euclid(1000)).ok()?);
    let end = TimeZone::UTC.to_timestamp(start.checked_add(1.month()).ok()?).ok()?;
    Some(Timestamp(end.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_on_its_day_or_on_the_last_one() {
        for (start, end) in [
            ("2017-01-31T14:26:33.031Z", "2017-02-28T14:26:33.000Z"),
            ("2016-01-31T14:26:33.031Z", "2016-02-29T14:26:33.000Z"),
            ("2017-02-28T00:00:00.999Z", "2017-03-28T00:00:00.000Z"),
            ("2017-12-15T23:59:59.000Z", "2018-01-15T23:59:59.000Z"),
        ] {
            let start = crate::dates::parse(start).unwrap();
            assert_eq!(a_month_after(start).unwrap().iso_millis(), end);
        }
    }
}
