//! Event holds as requests speak of them, and as they are told. From the S3 user guide, "Troubleshooting variable retention".

use coldkeep_store::{EventHold, Period};

use super::hold;
use crate::errors::S3Error;

/// 100 years, the longest that anything is retained from an event on, in days and in years.
const MOST: (i32, i32) = (36_500, 100);
/// "Amazon S3 counts 1 year as 365 days and doesn't count leap years."
const DAYS_OF_YEAR: u32 = 365;

/// The event hold that a request asks for, in the member or header of this name, with its duration.
pub(crate) fn event_hold_of(
    member: &'static str,
    named: Option<&str>,
    days: Option<i32>,
    years: Option<i32>,
) -> Result<Option<EventHold>, S3Error> {
    let unknown = |name| S3Error::invalid_argument("An event hold must be either of 'ON' or 'OFF'").about(member, name);
    let on = named.map(|name| hold(name).ok_or_else(|| unknown(name))).transpose()?;
    let refuse = |message| Err(S3Error::invalid_argument(message));
    match (on, duration(days, years)?) {
        (None, None) => Ok(None),
        (Some(false), None) => Ok(Some(EventHold::Off)),
        (Some(true), Some(duration)) => Ok(Some(EventHold::On(duration))),
        (Some(true), None) => refuse("An event hold needs a duration, in days or in years"),
        (_, Some(_)) => refuse("A duration needs an event hold that is ON"),
    }
}

/// For how long, in days or in years.
pub(crate) fn duration(days: Option<i32>, years: Option<i32>) -> Result<Option<Period>, S3Error> {
    let within = |count: i32, most: i32| {
        let message = format!("The duration of an event hold must be a positive integer value of at most {most}");
        u32::try_from(count)
            .ok()
            .filter(|_| (1..=most).contains(&count))
            .ok_or_else(|| S3Error::invalid_argument(&message))
    };
    match (days, years) {
        (None, None) => Ok(None),
        (Some(days), None) => Ok(Some(Period::Days(within(days, MOST.0)?))),
        (None, Some(years)) => Ok(Some(Period::Years(within(years, MOST.1)?))),
        _ => Err(S3Error::invalid_argument("A duration is in days or in years, not in both")),
    }
}

/// A period in days, as policies and comparisons count it.
pub(crate) fn in_days(period: Period) -> u32 {
    match period {
        Period::Days(days) => days,
        Period::Years(years) => years * DAYS_OF_YEAR,
    }
}

/// A period as it is told: days, or years.
pub(crate) fn told(period: Option<Period>) -> (Option<i32>, Option<i32>) {
    match period {
        Some(Period::Days(days)) => (Some(days as i32), None),
        Some(Period::Years(years)) => (None, Some(years as i32)),
        None => (None, None),
    }
}

/// `ON` or `OFF`.
pub(crate) fn status(hold: EventHold) -> String {
    super::hold_name(matches!(hold, EventHold::On(_))).to_owned()
}
