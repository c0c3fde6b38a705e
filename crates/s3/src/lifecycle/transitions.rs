//! Transitions as they are sent, and what Amazon asks of those of one rule: each class once, the colder one later, all by days or all by
//! dates, and before anything expires.
//!
//! From the user guide ("Transitioning objects using Amazon S3 Lifecycle") and the texts that Amazon answers with.

use coldkeep_store::{Expiration, Filter, LifecycleRule, Noncurrent, NoncurrentTransition, StorageClass, When};
use coldkeep_types::Timestamp;
use coldkeep_wire::s3::{NoncurrentVersionTransition, Transition};

use super::filters;
use super::rules::{DAY_MS, newer};
use crate::errors::S3Error;

/// "Before you transition objects to S3 Standard-IA or S3 One Zone-IA, you must store them for at least 30 days in Amazon S3."
const DAYS_BEFORE_INFREQUENT: u32 = 30;

/// A transition of a rule.
pub(super) fn transition(asked: &Transition) -> Result<coldkeep_store::Transition, S3Error> {
    let class = class(asked.storage_class.as_deref())?;
    let when = match (asked.days, asked.date) {
        (Some(days), None) => When::Days(days_of("Transition", "Days", days, class)?),
        (None, Some(date)) if date.0.rem_euclid(DAY_MS) == 0 => When::Date(date.0),
        (None, Some(date)) => return Err(not_midnight(date)),
        _ => return Err(S3Error::malformed_xml()),
    };
    Ok(coldkeep_store::Transition { when, class })
}

/// A transition of a rule's noncurrent versions.
pub(super) fn noncurrent(
    asked: &NoncurrentVersionTransition,
    filter: &Filter,
) -> Result<NoncurrentTransition, S3Error> {
    const ACTION: &str = "NoncurrentVersionTransition";
    let class = class(asked.storage_class.as_deref())?;
    let days = asked.noncurrent_days.ok_or_else(S3Error::malformed_xml)?;
    let days = days_of(ACTION, "NoncurrentDays", days, class)?;
    let newer = newer(ACTION, asked.newer_noncurrent_versions, filter)?;
    Ok(NoncurrentTransition { after: Noncurrent { days, newer }, class })
}

/// What Amazon answers of a date with a time.
pub(super) fn not_midnight(date: Timestamp) -> S3Error {
    S3Error::invalid_argument("'Date' must be at midnight GMT").about("Date", date.iso_millis())
}

fn class(name: Option<&str>) -> Result<StorageClass, S3Error> {
    let name = name.ok_or_else(S3Error::malformed_xml)?;
    match StorageClass::parse(name).ok_or_else(S3Error::malformed_xml)? {
        StorageClass::Standard | StorageClass::ReducedRedundancy => {
            let message = "Invalid target Storage class for Transition action";
            Err(S3Error::invalid_argument(message).about("StorageClass", name))
        }
        class => Ok(class),
    }
}

fn days_of(action: &str, field: &str, days: i32, class: StorageClass) -> Result<u32, S3Error> {
    let invalid = |message: String| S3Error::invalid_argument(&message).about(field, days.to_string());
    let days = u32::try_from(days).map_err(|_| invalid(format!("'{field}' in {action} action must be nonnegative")))?;
    let infrequent = matches!(class, StorageClass::StandardIa | StorageClass::OnezoneIa);
    if infrequent && days < DAYS_BEFORE_INFREQUENT {
        let least = format!("must be greater than or equal to {DAYS_BEFORE_INFREQUENT}");
        let message = format!("'{field}' in {action} action {least} for storageClass '{}'", class.name());
        return Err(invalid(message));
    }
    Ok(days)
}

/// How many days an object has to be of a class before it may leave it by the same rule.
fn least_days(class: StorageClass) -> i64 {
    match class {
        StorageClass::StandardIa | StorageClass::OnezoneIa => 30,
        StorageClass::GlacierIr | StorageClass::Glacier => 90,
        _ => 0,
    }
}

/// Which of the actions of a rule is judged, and how it is told of.
struct Actions<'a> {
    transition: &'a str,
    expiration: &'a str,
    days: &'a str,
    filter: String,
}

impl Actions<'_> {
    /// Whether the transitions of a rule agree with each other, and with the expiration.
    fn judge(&self, transitions: &[(When, StorageClass)], expires: Option<When>) -> Result<(), S3Error> {
        for (at, later) in transitions.iter().enumerate() {
            for earlier in &transitions[..at] {
                self.judge_pair(*earlier, *later)?;
            }
            if let Some(expires) = expires {
                self.judge_expiration(later.0, expires)?;
            }
        }
        Ok(())
    }

    fn judge_pair(&self, one: (When, StorageClass), other: (When, StorageClass)) -> Result<(), S3Error> {
        let Self { transition, filter, .. } = self;
        if one.1 == other.1 {
            return Err(S3Error::invalid_request(format!(
                "'StorageClass' must be different for '{transition}' actions in same 'Rule' with {filter}"
            )));
        }
        let ((warm_when, warm), (cold_when, cold)) =
            if other.1.may_become(one.1) { (other, one) } else { (one, other) };
        let Some(gap) = days_between(warm_when, cold_when) else {
            return Err(S3Error::invalid_request(format!(
                "Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for {filter}"
            )));
        };
        let (field, least) = (self.field(cold_when), least_days(warm));
        let (warm_name, cold_name) = (warm.name(), cold.name());
        let colder =
            format!("'{field}' in the '{transition}' action for StorageClass '{cold_name}' for {filter} must be");
        let message = if gap <= 0 || !warm.may_become(cold) {
            let than = format!("'{field}' in the '{transition}' action for StorageClass '{warm_name}' for {filter}");
            format!("{colder} greater than {than}")
        } else if gap < least {
            let than = format!("'{filter}' in the '{transition}' action for StorageClass '{warm_name}'");
            format!("{colder} {least} days more than {than}")
        } else {
            return Ok(());
        };
        Err(S3Error::invalid_argument(&message).about(field, value(other.0)))
    }

    fn judge_expiration(&self, moves: When, expires: When) -> Result<(), S3Error> {
        let Self { transition, expiration, filter, .. } = self;
        let field = self.field(expires);
        match days_between(moves, expires) {
            None => Err(S3Error::invalid_request(format!(
                "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for {filter}"
            ))),
            Some(1..) => Ok(()),
            Some(_) => {
                let message = format!(
                    "'{field}' in the {expiration} action for {filter} must be greater than '{field}' in the {transition} action"
                );
                Err(S3Error::invalid_argument(&message).about(field, value(expires)))
            }
        }
    }

    fn field(&self, when: When) -> &str {
        match when {
            When::Days(_) => self.days,
            When::Date(_) => "Date",
        }
    }
}

/// Days from one to the other; `None` if these cannot be compared.
fn days_between(one: When, other: When) -> Option<i64> {
    match (one, other) {
        (When::Days(one), When::Days(other)) => Some(i64::from(other) - i64::from(one)),
        (When::Date(one), When::Date(other)) => Some((other - one).div_euclid(DAY_MS)),
        _ => None,
    }
}

fn value(when: When) -> String {
    match when {
        When::Days(days) => days.to_string(),
        When::Date(date) => Timestamp(date).iso_millis(),
    }
}

/// Whether the actions of a rule agree with each other.
pub(super) fn judge(rule: &LifecycleRule) -> Result<(), S3Error> {
    let filter = filters::named(&rule.filter);
    let expires = match rule.expiration {
        Some(Expiration::Days(days)) => Some(When::Days(days)),
        Some(Expiration::Date(date)) => Some(When::Date(date)),
        Some(Expiration::Markers(_)) | None => None,
    };
    let current: Vec<_> = rule.transitions.iter().map(|to| (to.when, to.class)).collect();
    let actions = Actions { transition: "Transition", expiration: "Expiration", days: "Days", filter: filter.clone() };
    actions.judge(&current, expires)?;
    let noncurrent: Vec<_> =
        rule.noncurrent_transitions.iter().map(|to| (When::Days(to.after.days), to.class)).collect();
    let actions = Actions {
        transition: "NoncurrentVersionTransition",
        expiration: "NoncurrentVersionExpiration",
        days: "NoncurrentDays",
        filter,
    };
    actions.judge(&noncurrent, rule.noncurrent.map(|noncurrent| When::Days(noncurrent.days)))
}

/// A transition as it was sent.
pub(super) fn shown(to: &coldkeep_store::Transition) -> Transition {
    let (days, date) = match to.when {
        When::Days(days) => (Some(days as i32), None),
        When::Date(date) => (None, Some(Timestamp(date))),
    };
    Transition { date, days, storage_class: Some(to.class.name().to_owned()) }
}

/// A transition of noncurrent versions as it was sent.
pub(super) fn shown_noncurrent(to: &NoncurrentTransition) -> NoncurrentVersionTransition {
    NoncurrentVersionTransition {
        noncurrent_days: Some(to.after.days as i32),
        storage_class: Some(to.class.name().to_owned()),
        newer_noncurrent_versions: to.after.newer.map(|newer| newer as i32),
    }
}
