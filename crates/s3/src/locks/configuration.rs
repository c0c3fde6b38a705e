//! PutObjectLockConfiguration and GetObjectLockConfiguration.

use coldkeep_http::{Body, Response};
use coldkeep_store::{DefaultRetention, Period};
use coldkeep_wire::s3::{
    DefaultRetention as Shown, EventHoldDuration, GetObjectLockConfigurationOutput, GetObjectLockConfigurationRequest,
    ObjectLockConfiguration, ObjectLockRule, PutObjectLockConfigurationOutput, PutObjectLockConfigurationRequest,
};

use super::event_hold::{duration, in_days, told};
use super::{mode, mode_name};
use crate::checksums::must_have_digest;
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// 100 years, the longest that anything is retained by default, in days and in years.
const MOST: (u32, u32) = (36_500, 100);

const ENABLED: &str = "Enabled";

/// PutObjectLockConfiguration: gives the bucket object lock, for good, and new versions this retention. Without a rule they get none.
pub(crate) async fn put_lock_configuration(
    door: &S3,
    call: &S3Call,
    input: PutObjectLockConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    must_have_digest(call)?;
    let configuration = input.object_lock_configuration.ok_or_else(S3Error::malformed_xml)?;
    if configuration.object_lock_enabled.as_deref() != Some(ENABLED) {
        return Err(S3Error::malformed_xml());
    }
    let default = match configuration.rule {
        None => None,
        Some(rule) => Some(kept(&rule.default_retention.ok_or_else(S3Error::malformed_xml)?)?),
    };
    door.store.put_bucket_lock(&call.bucket()?, default).await?;
    Ok(respond(PutObjectLockConfigurationOutput::default().encode()))
}

fn kept(rule: &Shown) -> Result<DefaultRetention, S3Error> {
    let mode = rule.mode.as_deref().and_then(mode).ok_or_else(S3Error::malformed_xml)?;
    let refuse = |message: String| S3Error::new(400, "InvalidRetentionPeriod", message);
    let within = |count: i32, most: u32| {
        u32::try_from(count).ok().filter(|count| (1..=most).contains(count)).ok_or_else(|| {
            refuse(format!("Default retention period must be a positive integer value of at most {most}."))
        })
    };
    let period = match (rule.days, rule.years) {
        (None, None) => None,
        (Some(days), None) => Some(Period::Days(within(days, MOST.0)?)),
        (None, Some(years)) => Some(Period::Years(within(years, MOST.1)?)),
        _ => return Err(S3Error::malformed_xml()),
    };
    let event_hold = match &rule.default_event_hold {
        Some(hold) => Some(duration(hold.days, hold.years)?.ok_or_else(S3Error::malformed_xml)?),
        None => None,
    };
    match (period, event_hold) {
        (None, None) => return Err(S3Error::malformed_xml()),
        (Some(period), Some(hold)) if in_days(hold) > in_days(period) => {
            return Err(refuse("The event hold duration cannot exceed the default retention period.".into()));
        }
        _ => {}
    }
    Ok(DefaultRetention { mode, period, event_hold })
}

/// GetObjectLockConfiguration.
pub(crate) async fn get_lock_configuration(
    _door: &S3,
    call: &S3Call,
    _input: GetObjectLockConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let none = || {
        let message = "Object Lock configuration does not exist for this bucket";
        S3Error::new(404, "ObjectLockConfigurationNotFoundError", message)
    };
    let lock = call.found()?.lock.ok_or_else(none)?;
    let rule = lock.default.map(|default| {
        let (days, years) = told(default.period);
        let hold = told(default.event_hold);
        let default_event_hold = default.event_hold.map(|_| EventHoldDuration { days: hold.0, years: hold.1 });
        let shown = Shown { mode: Some(mode_name(default.mode).to_owned()), days, years, default_event_hold };
        ObjectLockRule { default_retention: Some(shown) }
    });
    let configuration = ObjectLockConfiguration { object_lock_enabled: Some(ENABLED.to_owned()), rule };
    Ok(respond(GetObjectLockConfigurationOutput { object_lock_configuration: Some(configuration) }.encode()))
}
