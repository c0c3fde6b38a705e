//! Rules as they are sent, judged as Amazon judges them, and as they are kept.
//!
//! From the API reference ("LifecycleRule", "LifecycleRuleFilter", "LifecycleExpiration"), the user guide ("Lifecycle configuration
//! elements"), and the texts that Amazon answers with.

use std::collections::HashSet;

use coldkeep_store::{Expiration, Filter, FilterForm, Noncurrent};
use coldkeep_types::Timestamp;
use coldkeep_wire::s3::{
    AbortIncompleteMultipartUpload, LifecycleExpiration, LifecycleRule, NoncurrentVersionExpiration,
};

use super::{filters, transitions};
use crate::errors::S3Error;

/// "You can have up to 1,000 lifecycle rules per bucket."
const MAX_RULES: usize = 1000;
/// "You can specify up to 100 noncurrent versions to retain."
const MAX_NEWER: u32 = 100;
const MAX_ID_CHARS: usize = 255;
/// What all ids and prefixes may have in all: ours, since rules are one record with their bucket's.
const MAX_BYTES: usize = 512 << 10;
pub(super) const DAY_MS: i64 = 86_400_000;

/// The rules of a configuration that means something.
pub(super) fn kept(rules: Vec<LifecycleRule>) -> Result<Vec<coldkeep_store::LifecycleRule>, S3Error> {
    if rules.is_empty() || rules.len() > MAX_RULES {
        return Err(S3Error::malformed_xml());
    }
    let named: Vec<&String> = rules.iter().filter_map(|rule| rule.id.as_ref()).filter(|id| !id.is_empty()).collect();
    let mut ids: HashSet<String> = named.iter().map(|id| (*id).clone()).collect();
    if ids.len() < named.len() {
        return Err(S3Error::invalid_argument("Rule ID must be unique. Found same ID for more than one rule"));
    }
    let old = rules.iter().filter(|rule| rule.filter.is_none()).count();
    if old > 0 && old < rules.len() {
        return Err(S3Error::invalid_request(
            "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
        ));
    }
    let mut next = 0;
    let mut unused = || loop {
        next += 1;
        let id = format!("rule-{next}");
        if ids.insert(id.clone()) {
            return id;
        }
    };
    let kept = rules.into_iter().map(|rule| kept_rule(rule, &mut unused)).collect::<Result<Vec<_>, _>>()?;
    let bytes = |rule: &coldkeep_store::LifecycleRule| {
        let tags = rule.filter.tags.iter().flatten().map(|(key, value)| key.len() + value.len()).sum::<usize>();
        rule.id.len() + rule.filter.prefix.as_ref().map_or(0, String::len) + tags
    };
    if kept.iter().map(bytes).sum::<usize>() > MAX_BYTES {
        return Err(S3Error::invalid_request("The ids, prefixes and tags of all rules are more than 512 KiB in all."));
    }
    Ok(kept)
}

fn kept_rule(
    rule: LifecycleRule,
    unused: &mut impl FnMut() -> String,
) -> Result<coldkeep_store::LifecycleRule, S3Error> {
    if rule.id.as_ref().is_some_and(|id| id.chars().count() > MAX_ID_CHARS) {
        return Err(S3Error::invalid_argument("ID length should not exceed allowed limit of 255"));
    }
    let enabled = match rule.status.as_str() {
        "Enabled" => true,
        "Disabled" => false,
        _ => return Err(S3Error::malformed_xml()),
    };
    let filter = filters::kept(rule.prefix, rule.filter)?;
    let expiration = rule.expiration.map(|asked| expiration(&asked)).transpose()?;
    let abort_days = rule.abort_incomplete_multipart_upload.map(|asked| abort_days(&asked)).transpose()?;
    let noncurrent = rule.noncurrent_version_expiration.map(|asked| noncurrent(&asked, &filter)).transpose()?;
    let transitions = rule.transitions.iter().map(transitions::transition).collect::<Result<Vec<_>, _>>()?;
    let moves = rule.noncurrent_version_transitions.iter().map(|asked| transitions::noncurrent(asked, &filter));
    let noncurrent_transitions = moves.collect::<Result<Vec<_>, _>>()?;
    let moves = !transitions.is_empty() || !noncurrent_transitions.is_empty();
    if expiration.is_none() && abort_days.is_none() && noncurrent.is_none() && !moves {
        return Err(S3Error::invalid_request("At least one action needs to be specified in a rule"));
    }
    if abort_days.is_some() {
        filters::bare(&filter, "AbortIncompleteMultipartUpload")?;
    }
    if let Some(Expiration::Markers(_)) = expiration {
        filters::bare(&filter, "ExpiredObjectDeleteMarker")?;
    }
    let id = rule.id.filter(|id| !id.is_empty()).unwrap_or_else(unused);
    let kept = coldkeep_store::LifecycleRule {
        id,
        enabled,
        filter,
        expiration,
        abort_days,
        noncurrent,
        transitions,
        noncurrent_transitions,
    };
    transitions::judge(&kept)?;
    Ok(kept)
}

fn expiration(asked: &LifecycleExpiration) -> Result<Expiration, S3Error> {
    match (asked.days, asked.date, asked.expired_object_delete_marker) {
        (Some(days), None, None) => positive("Expiration", "Days", days).map(Expiration::Days),
        (None, Some(date), None) if date.0.rem_euclid(DAY_MS) == 0 => Ok(Expiration::Date(date.0)),
        (None, Some(date), None) => Err(transitions::not_midnight(date)),
        (None, None, Some(markers)) => Ok(Expiration::Markers(markers)),
        _ => Err(S3Error::malformed_xml()),
    }
}

fn noncurrent(asked: &NoncurrentVersionExpiration, filter: &Filter) -> Result<Noncurrent, S3Error> {
    const ACTION: &str = "NoncurrentVersionExpiration";
    let days = positive(ACTION, "NoncurrentDays", asked.noncurrent_days.ok_or_else(S3Error::malformed_xml)?)?;
    Ok(Noncurrent { days, newer: newer(ACTION, asked.newer_noncurrent_versions, filter)? })
}

/// How many versions an action keeps. That filters are asked for is Amazon's; its text for more than 100 is a guess.
pub(super) fn newer(action: &str, asked: Option<i32>, filter: &Filter) -> Result<Option<u32>, S3Error> {
    let Some(asked) = asked else { return Ok(None) };
    if filter.form == FilterForm::Prefix {
        let message = "NewerNoncurrentVersions element can only be used in Lifecycle V2.";
        return Err(S3Error::invalid_request(message));
    }
    let newer = positive(action, "NewerNoncurrentVersions", asked)?;
    if newer > MAX_NEWER {
        let message = format!("'NewerNoncurrentVersions' for {action} action must be at most {MAX_NEWER}");
        return Err(S3Error::invalid_argument(&message).about("NewerNoncurrentVersions", asked.to_string()));
    }
    Ok(Some(newer))
}

fn positive(action: &str, field: &str, asked: i32) -> Result<u32, S3Error> {
    u32::try_from(asked).ok().filter(|asked| *asked > 0).ok_or_else(|| {
        let message = format!("'{field}' for {action} action must be a positive integer");
        S3Error::invalid_argument(&message).about(field, asked.to_string())
    })
}

fn abort_days(asked: &AbortIncompleteMultipartUpload) -> Result<u32, S3Error> {
    let days = asked.days_after_initiation.ok_or_else(S3Error::malformed_xml)?;
    positive("AbortIncompleteMultipartUpload", "DaysAfterInitiation", days)
}

/// A rule as it was sent, with the id it was given if it had none.
pub(super) fn shown(rule: &coldkeep_store::LifecycleRule) -> LifecycleRule {
    let (prefix, filter) = filters::shown(&rule.filter);
    let expiration = rule.expiration.map(|expiration| match expiration {
        Expiration::Days(days) => LifecycleExpiration { days: Some(days as i32), ..LifecycleExpiration::default() },
        Expiration::Date(date) => LifecycleExpiration { date: Some(Timestamp(date)), ..LifecycleExpiration::default() },
        Expiration::Markers(markers) => {
            LifecycleExpiration { expired_object_delete_marker: Some(markers), ..LifecycleExpiration::default() }
        }
    });
    let abort = rule.abort_days.map(|days| AbortIncompleteMultipartUpload { days_after_initiation: Some(days as i32) });
    LifecycleRule {
        id: Some(rule.id.clone()),
        prefix,
        filter,
        status: if rule.enabled { "Enabled" } else { "Disabled" }.to_owned(),
        expiration,
        abort_incomplete_multipart_upload: abort,
        noncurrent_version_expiration: rule.noncurrent.map(|noncurrent| NoncurrentVersionExpiration {
            noncurrent_days: Some(noncurrent.days as i32),
            newer_noncurrent_versions: noncurrent.newer.map(|newer| newer as i32),
        }),
        transitions: rule.transitions.iter().map(transitions::shown).collect(),
        noncurrent_version_transitions: rule.noncurrent_transitions.iter().map(transitions::shown_noncurrent).collect(),
    }
}
