//! Pages of lists: how many, and from where on. A marker is the first item that was not returned.

use coldkeep_store::{ContainerId, OpaqueKind};
use coldkeep_types::Id;

use crate::Glacier;
use crate::errors::GlacierError;

/// The most vaults of a page, and how many there are where the client does not say.
pub(crate) const MAX_VAULTS_LISTED: usize = 10;
/// The same for jobs, uploads and parts.
pub(crate) const MAX_LISTED: usize = 50;

/// The parameter `limit`: at least 1; what is over the maximum is cut to it, as the service does.
pub(crate) fn limit(parameter: Option<&str>, max: usize) -> Result<usize, GlacierError> {
    let Some(text) = parameter else { return Ok(max) };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || text.bytes().all(|byte| byte == b'0') {
        return Err(GlacierError::invalid(format!("Invalid limit: {text}")));
    }
    Ok(text.parse().map_or(max, |limit: usize| limit.min(max)))
}

/// The parameter `marker`; an empty one means the start.
pub(crate) fn marker(parameter: Option<&str>) -> Option<&str> {
    parameter.filter(|text| !text.is_empty())
}

pub(crate) fn invalid_marker(text: &str) -> GlacierError {
    GlacierError::invalid(format!("Invalid marker: {text}"))
}

/// The id in a marker that was issued for this vault.
pub(crate) fn opened_marker(
    door: &Glacier,
    kind: OpaqueKind,
    vault: ContainerId,
    parameter: Option<&str>,
) -> Result<Option<Id>, GlacierError> {
    let Some(text) = marker(parameter) else { return Ok(None) };
    match door.store.open_id(kind, text) {
        Some(opened) if opened.vault == vault => Ok(Some(opened.id)),
        _ => Err(invalid_marker(text)),
    }
}

/// Takes the item after a full page off its end.
pub(crate) fn cut<T>(items: &mut Vec<T>, limit: usize) -> Option<T> {
    if items.len() <= limit {
        return None;
    }
    items.truncate(limit + 1);
    items.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_capped_and_checked() {
        for (text, expected) in [(None, 50), (Some("1"), 1), (Some("50"), 50), (Some("1000"), 50), (Some("007"), 7)] {
            assert_eq!(limit(text, 50).unwrap(), expected);
        }
        assert_eq!(limit(Some("99999999999999999999999999"), 50).unwrap(), 50);
        for bad in ["", "0", "00", "-1", "+1", "x", "1.0", " 1"] {
            assert_eq!(limit(Some(bad), 50).unwrap_err().message, format!("Invalid limit: {bad}"));
        }
    }

    #[test]
    fn the_item_after_a_page_is_the_marker() {
        let mut items = vec![1, 2, 3];
        assert_eq!((cut(&mut items, 2), items), (Some(3), vec![1, 2]));
        assert_eq!(cut(&mut vec![1, 2], 2), None);
    }
}
