//! What a rule is about: its `Filter`, or the `Prefix` of before there were filters.

use coldkeep_store::{Filter, FilterForm};
use coldkeep_wire::s3::{LifecycleRuleAndOperator, LifecycleRuleFilter};

use crate::errors::S3Error;
use crate::tags;

const MAX_PREFIX_BYTES: usize = 1024;
/// What Amazon says of sizes it does not take.
const MAX_BYTES: u64 = 1_099_511_627_776_000;

/// The filter of a rule.
pub(crate) fn kept(prefix: Option<String>, filter: Option<LifecycleRuleFilter>) -> Result<Filter, S3Error> {
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
    let size = |name: &str, bytes: Option<i64>, least: u64| {
        let unfit = || S3Error::invalid_request(format!("'{name}' should be between {least} and {MAX_BYTES}."));
        let fits = |bytes: &u64| (least..=MAX_BYTES).contains(bytes);
        bytes.map(|bytes| u64::try_from(bytes).ok().filter(fits).ok_or_else(unfit)).transpose()
    };
    let greater_than = size("ObjectSizeGreaterThan", greater, 0)?;
    let less_than = size("ObjectSizeLessThan", less, 1)?;
    if tags.iter().enumerate().any(|(at, tag)| tags[..at].iter().any(|other| other.key == tag.key)) {
        return Err(S3Error::invalid_request("Duplicate Tag Keys are not allowed."));
    }
    let tags = tags::stored(tags::of_object(tags)?);
    Ok(Filter { form, prefix, greater_than, less_than, tags })
}

/// What an action without tags and sizes cannot be with.
pub(super) fn bare(filter: &Filter, action: &str) -> Result<(), S3Error> {
    let what = match (&filter.tags, filter.greater_than.or(filter.less_than)) {
        (Some(_), _) => "Tags",
        (None, Some(_)) => "Object Size",
        (None, None) => return Ok(()),
    };
    Err(S3Error::invalid_request(format!("{action} cannot be specified with {what}.")))
}

/// A filter as error texts name it: `filter '(prefix=a and objectsizelessthan=5)'`. How tags stand in it is a guess.
pub(super) fn named(filter: &Filter) -> String {
    let prefix = filter.prefix.as_ref().map(|prefix| prefix.replace(char::is_control, "?"));
    if filter.form == FilterForm::Prefix {
        return format!("prefix '{}'", prefix.unwrap_or_default());
    }
    let tags = filter.tags.iter().flatten().map(|(key, value)| format!("tag: key={key}, value={value}"));
    let conditions: Vec<String> = (prefix.map(|prefix| format!("prefix={prefix}")).into_iter())
        .chain(tags)
        .chain(filter.greater_than.map(|bytes| format!("objectsizegreaterthan={bytes}")))
        .chain(filter.less_than.map(|bytes| format!("objectsizelessthan={bytes}")))
        .collect();
    format!("filter '({})'", conditions.join(" and "))
}

/// A filter as it was sent: the prefix of the rule, or its filter.
pub(super) fn shown(filter: &Filter) -> (Option<String>, Option<LifecycleRuleFilter>) {
    let Filter { form, prefix, greater_than, less_than, tags } = filter.clone();
    let mut tags = tags::shown(&tags.unwrap_or_default());
    let (greater, less) = (greater_than.map(|bytes| bytes as i64), less_than.map(|bytes| bytes as i64));
    match form {
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
    }
}
