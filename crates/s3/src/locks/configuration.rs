//! PutObjectLockConfiguration and GetObjectLockConfiguration.

use coldkeep_http::{Body, Response};
use coldkeep_store::{DefaultRetention, Period};
use coldkeep_wire::s3::{
    DefaultRetention as Shown, GetObjectLockConfigurationOutput, GetObjectLockConfigurationRequest,
    ObjectLockConfiguration, ObjectLockRule, PutObjectLockConfigurationOutput, PutObjectLockConfigurationRequest,
};

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
    if rule.default_event_hold.is_some() {
        return Err(S3Error::not_implemented("Event holds are not implemented"));
    }
    let mode = rule.mode.as_deref().and_then(mode).ok_or_else(S3Error::malformed_xml)?;
    let within = |count: i32, most: u32| {
        u32::try_from(count).ok().filter(|count| (1..=most).contains(count)).ok_or_else(|| {
            let message = format!("Default retention period must be a positive integer value of at most {most}.");
            S3Error::new(400, "InvalidRetentionPeriod", message)
        })
    };
    let period = match (rule.days, rule.years) {
        (Some(days), None) => Period::Days(within(days, MOST.0)?),
        (None, Some(years)) => Period::Years(within(years, MOST.1)?),
        _ => return Err(S3Error::malformed_xml()),
    };
    Ok(DefaultRetention { mode, period })
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
        let (days, years) = match default.period {
            Period::Days(days) => (Some(days as i32), None),
            Period::Years(years) => (None, Some(years as i32)),
        };
        let shown = Shown { mode: Some(mode_name(default.mode).to_owned()), days, years, ..Shown::default() };
        ObjectLockRule { default_retention: Some(shown) }
    });
    let configuration = ObjectLockConfiguration { object_lock_enabled: Some(ENABLED.to_owned()), rule };
    Ok(respond(GetObjectLockConfigurationOutput { object_lock_configuration: Some(configuration) }.encode()))
}
