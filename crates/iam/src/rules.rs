//! Amazon's rules for names, paths, tags, documents and pages ("IAM and AWS STS quotas").

use std::collections::HashSet;

use coldkeep_auth::policy::{Kind, Policy};
use coldkeep_identity::{EntityKind, Tag};
use coldkeep_query::QueryError;

/// Users and roles have short names, groups and policies long ones.
pub(crate) fn name(parameter: &str, text: &str, most: usize) -> Result<(), QueryError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    if text.is_empty() || text.len() > most {
        return Err(QueryError::validation(format!(
            "1 validation error detected: Value at '{parameter}' failed to satisfy constraint: Member must have length \
             between 1 and {most}"
        )));
    }
    if !text.bytes().all(allowed) {
        return Err(QueryError::validation(format!(
            "The specified value for {parameter} is invalid. It must contain only alphanumeric characters and/or the \
             following: +=,.@_-"
        )));
    }
    Ok(())
}

/// The name of a user, group or role.
pub(crate) fn entity_name(kind: EntityKind, text: &str) -> Result<(), QueryError> {
    match kind {
        EntityKind::User => name("userName", text, 64),
        EntityKind::Group => name("groupName", text, 128),
        EntityKind::Role => name("roleName", text, 64),
    }
}

/// A path; `/` where there is none.
pub(crate) fn path(text: Option<&str>) -> Result<String, QueryError> {
    let path = text.unwrap_or("/");
    let printable = path.bytes().all(|byte| (0x21..=0x7f).contains(&byte));
    if path.len() > 512 || !path.starts_with('/') || !path.ends_with('/') || !printable {
        return Err(QueryError::validation(
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
             characters and/or / characters.",
        ));
    }
    Ok(path.to_owned())
}

/// Adds tags to those there are; of the same key, the new one counts.
pub(crate) fn add_tags(known: &mut Vec<Tag>, new: &[coldkeep_wire::iam::Tag]) -> Result<(), QueryError> {
    const MOST: usize = 50;
    let mut keys = HashSet::new();
    for tag in new {
        let (key, value) = (tag.key.chars().count(), tag.value.chars().count());
        if key == 0 || key > 128 || value > 256 || tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(QueryError::validation(format!(
                "1 validation error detected: Value '{}' at 'tags' failed to satisfy constraint: keys have 1 to 128 \
                 characters and do not begin with aws:, values have at most 256",
                tag.key
            )));
        }
        if !keys.insert(tag.key.to_lowercase()) {
            return Err(QueryError::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        known.retain(|known| known.key.to_lowercase() != tag.key.to_lowercase());
        known.push(Tag { key: tag.key.clone(), value: tag.value.clone() });
    }
    if known.len() > MOST {
        return Err(QueryError::limit_exceeded(format!("Cannot exceed quota for TagsPerResource: {MOST}")));
    }
    known.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(())
}

/// Takes tags away by their keys.
pub(crate) fn remove_tags(known: &mut Vec<Tag>, keys: &[String]) {
    known.retain(|tag| !keys.iter().any(|key| key.to_lowercase() == tag.key.to_lowercase()));
}

/// The characters of a document that count: all but white space.
pub(crate) fn size(document: &str) -> usize {
    document.chars().filter(|character| !character.is_whitespace()).count()
}

/// A document must be a policy of this kind.
pub(crate) fn document(document: &str, kind: Kind<'_>) -> Result<Policy, QueryError> {
    const MOST: usize = 131_072;
    if document.is_empty() || document.len() > MOST {
        return Err(QueryError::validation(format!(
            "1 validation error detected: Value at 'policyDocument' failed to satisfy constraint: Member must have \
             length between 1 and {MOST}"
        )));
    }
    Ok(Policy::parse(document, kind)?)
}

/// How many a page may have: 100 where nothing is asked for.
pub(crate) fn max_items(asked: Option<i32>) -> Result<usize, QueryError> {
    match asked.map(usize::try_from) {
        None => Ok(100),
        Some(Ok(number)) if (1..=1000).contains(&number) => Ok(number),
        Some(_) => Err(QueryError::validation(format!(
            "1 validation error detected: Value '{}' at 'maxItems' failed to satisfy constraint: Member must be between \
             1 and 1000",
            asked.unwrap_or_default()
        ))),
    }
}

/// A page of a list that is at hand whole: from where the marker says, and the next marker.
pub(crate) fn page<T>(
    all: Vec<T>,
    marker: Option<&str>,
    asked: Option<i32>,
) -> Result<(Vec<T>, Option<String>), QueryError> {
    let (most, invalid) = (max_items(asked)?, || QueryError::validation("Invalid Marker."));
    let from = marker.map(|text| text.parse::<usize>().map_err(|_| invalid())).transpose()?.unwrap_or(0);
    if from > all.len() {
        return Err(invalid());
    }
    let next = from.saturating_add(most);
    let more = (next < all.len()).then(|| next.to_string());
    Ok((all.into_iter().skip(from).take(most).collect(), more))
}
