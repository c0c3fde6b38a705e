//! Rules as they are sent, judged as Amazon judges them, and as they are kept.
//!
//! From the API reference ("LifecycleRule", "LifecycleRuleFilter", "LifecycleExpiration"), the user guide ("Lifecycle configuration
//! elements"), and the texts that Amazon answers with. What cannot be honoured is refused by its name, never kept and ignored.

use std::collections::HashSet;

use coldkeep_store::{Expiration, Filter, FilterForm, Noncurrent};
use coldkeep_types::Timestamp;
use coldkeep_wire::s3::{
    AbortIncompleteMultipartUpload, LifecycleExpiration, LifecycleRule, LifecycleRuleAndOperator, LifecycleRuleFilter,
    NoncurrentVersionExpiration,
};

use crate::errors::S3Error;
use crate::tags;

/// "You can have up to 1,000 lifecycle rules per bucket."
const MAX_RULES: usize = 1000;
/// "You can specify up to 100 noncurrent versions to retain."
const MAX_NEWER: u32 = 100;
const MAX_ID_CHARS: usize = 255;
const MAX_PREFIX_BYTES: usize = 1024;
/// What all ids and prefixes may have in all: ours, since rules are one record with their bucket's.
const MAX_BYTES: usize = 512 << 10;
const DAY_MS: i64 = 86_400_000;

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
    refuse_later(&rule)?;
    let filter = filter(rule.prefix, rule.filter)?;
    let expiration = rule.expiration.map(|asked| expiration(&asked)).transpose()?;
    let abort_days = rule.abort_incomplete_multipart_upload.map(|asked| abort_days(&asked)).transpose()?;
    let noncurrent = rule.noncurrent_version_expiration.map(|asked| noncurrent(&asked)).transpose()?;
    if expiration.is_none() && abort_days.is_none() && noncurrent.is_none() {
        return Err(S3Error::invalid_request("At least one action needs to be specified in a rule"));
    }
    if abort_days.is_some() && (filter.greater_than.is_some() || filter.less_than.is_some()) {
        return Err(S3Error::invalid_request("AbortIncompleteMultipartUpload cannot be specified with Object Size."));
    }
    let id = rule.id.filter(|id| !id.is_empty()).unwrap_or_else(unused);
    Ok(coldkeep_store::LifecycleRule { id, enabled, filter, expiration, abort_days, noncurrent })
}

/// What tags cannot be with, and what no rule here can do yet.
fn refuse_later(rule: &LifecycleRule) -> Result<(), S3Error> {
    let tags = rule
        .filter
        .as_ref()
        .is_some_and(|filter| filter.tag.is_some() || filter.and.as_ref().is_some_and(|and| !and.tags.is_empty()));
    if tags && rule.abort_incomplete_multipart_upload.is_some() {
        return Err(S3Error::invalid_request("AbortIncompleteMultipartUpload cannot be specified with Tags."));
    }
    let markers = rule.expiration.as_ref().is_some_and(|asked| asked.expired_object_delete_marker.is_some());
    if tags && markers {
        return Err(S3Error::invalid_request("ExpiredObjectDeleteMarker cannot be specified with Tags."));
    }
    let lacking = [
        (!rule.transitions.is_empty(), "Transition"),
        (!rule.noncurrent_version_transitions.is_empty(), "NoncurrentVersionTransition"),
    ];
    match lacking.into_iter().find(|(asked, _)| *asked) {
        Some((_, name)) => Err(S3Error::not_implemented(&format!(
            "{name} in lifecycle rules is not implemented. No rule was changed."
        ))),
        None => Ok(()),
    }
}

fn filter(prefix: Option<String>, filter: Option<LifecycleRuleFilter>) -> Result<Filter, S3Error> {
    let kept = match (prefix, filter) {
        (Some(prefix), None) => {
            Filter { form: FilterForm::Prefix, prefix: Some(prefix), greater_than: None, less_than: None, tags: None }
        }
        (None, Some(filter)) => filter_of(filter)?,
        (Some(_), Some(_)) | (None, None) => return Err(S3Error::malformed_xml()),
    };
    if kept.prefix.as_ref().is_some_and(|prefix| prefix.len() > MAX_PREFIX_BYTES) {
        return Err(S3Error::invalid_request("The maximum size of a prefix is 1024."));
    }
    if let (Some(greater), Some(less)) = (kept.greater_than, kept.less_than)
        && greater >= less
    {
        return Err(S3Error::invalid_request(
            "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
        ));
    }
    Ok(kept)
}

/// A filter has one condition at most, or several in `And`.
fn filter_of(filter: LifecycleRuleFilter) -> Result<Filter, S3Error> {
    let (form, prefix, greater, less, tags, conditions) = match filter.and {
        Some(and) => {
            if filter.prefix.is_some()
                || filter.object_size_greater_than.is_some()
                || filter.object_size_less_than.is_some()
                || filter.tag.is_some()
            {
                return Err(S3Error::malformed_xml());
            }
            (
                FilterForm::And,
                and.prefix,
                and.object_size_greater_than,
                and.object_size_less_than,
                and.tags,
                2..=usize::MAX,
            )
        }
        None => {
            let (greater, less) = (filter.object_size_greater_than, filter.object_size_less_than);
            (FilterForm::One, filter.prefix, greater, less, filter.tag.into_iter().collect(), 0..=1)
        }
    };
    let there = usize::from(prefix.is_some()) + usize::from(greater.is_some()) + usize::from(less.is_some());
    let there = there + tags.len();
    if !conditions.contains(&there) {
        return Err(S3Error::malformed_xml());
    }
    let size = |name: &str, bytes: Option<i64>, least: i64| {
        let invalid = || S3Error::invalid_argument(&format!("'{name}' must be an integer that is {least} or greater"));
        bytes.map(|bytes| u64::try_from(bytes).ok().filter(|_| bytes >= least).ok_or_else(invalid)).transpose()
    };
    let greater_than = size("ObjectSizeGreaterThan", greater, 0)?;
    let less_than = size("ObjectSizeLessThan", less, 1)?;
    let tags = tags::stored(tags::of_object(tags)?);
    Ok(Filter { form, prefix, greater_than, less_than, tags })
}

fn expiration(asked: &LifecycleExpiration) -> Result<Expiration, S3Error> {
    match (asked.days, asked.date, asked.expired_object_delete_marker) {
        (Some(days), None, None) => {
            let days = u32::try_from(days).ok().filter(|days| *days > 0);
            let positive = "'Days' for Expiration action must be a positive integer";
            days.map(Expiration::Days).ok_or_else(|| S3Error::invalid_argument(positive))
        }
        (None, Some(date), None) if date.0.rem_euclid(DAY_MS) == 0 => Ok(Expiration::Date(date.0)),
        (None, Some(_), None) => Err(S3Error::invalid_argument("'Date' must be at midnight GMT")),
        (None, None, Some(markers)) => Ok(Expiration::Markers(markers)),
        _ => Err(S3Error::malformed_xml()),
    }
}

fn noncurrent(asked: &NoncurrentVersionExpiration) -> Result<Noncurrent, S3Error> {
    let positive = |name: &str| {
        let message = format!("'{name}' for NoncurrentVersionExpiration action must be a positive integer");
        S3Error::invalid_argument(&message)
    };
    let days = asked.noncurrent_days.ok_or_else(S3Error::malformed_xml)?;
    let days = u32::try_from(days).ok().filter(|days| *days > 0).ok_or_else(|| positive("NoncurrentDays"))?;
    let newer = asked.newer_noncurrent_versions.map(|newer| {
        let newer = u32::try_from(newer).ok().filter(|newer| *newer > 0);
        newer.ok_or_else(|| positive("NewerNoncurrentVersions"))
    });
    let newer = newer.transpose()?;
    if newer.is_some_and(|newer| newer > MAX_NEWER) {
        let message = "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be at most 100";
        return Err(S3Error::invalid_argument(message));
    }
    Ok(Noncurrent { days, newer })
}

fn abort_days(asked: &AbortIncompleteMultipartUpload) -> Result<u32, S3Error> {
    let days = asked.days_after_initiation.ok_or_else(S3Error::malformed_xml)?;
    u32::try_from(days).ok().filter(|days| *days > 0).ok_or_else(|| {
        S3Error::invalid_argument(
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
        )
    })
}

/// A rule as it was sent, with the id it was given if it had none.
pub(super) fn shown(rule: &coldkeep_store::LifecycleRule) -> LifecycleRule {
    let Filter { form, prefix, greater_than, less_than, tags } = rule.filter.clone();
    let mut tags = tags::shown(&tags.unwrap_or_default());
    let (greater, less) = (greater_than.map(|bytes| bytes as i64), less_than.map(|bytes| bytes as i64));
    let (base, filter) = match form {
        FilterForm::Prefix => (prefix, None),
        FilterForm::One => {
            let filter = LifecycleRuleFilter {
                tag: tags.pop(),
                prefix,
                object_size_greater_than: greater,
                object_size_less_than: less,
                ..LifecycleRuleFilter::default()
            };
            (None, Some(filter))
        }
        FilterForm::And => {
            let and = LifecycleRuleAndOperator {
                tags,
                prefix,
                object_size_greater_than: greater,
                object_size_less_than: less,
            };
            (None, Some(LifecycleRuleFilter { and: Some(and), ..LifecycleRuleFilter::default() }))
        }
    };
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
        prefix: base,
        filter,
        status: if rule.enabled { "Enabled" } else { "Disabled" }.to_owned(),
        expiration,
        abort_incomplete_multipart_upload: abort,
        noncurrent_version_expiration: rule.noncurrent.map(|noncurrent| NoncurrentVersionExpiration {
            noncurrent_days: Some(noncurrent.days as i32),
            newer_noncurrent_versions: noncurrent.newer.map(|newer| newer as i32),
        }),
        ..LifecycleRule::default()
    }
}
