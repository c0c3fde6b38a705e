//! Pages of lists: how many, and from where on. A marker is the first item that was not returned.

use coldkeep_store::{ContainerId, OpaqueKind};
use coldkeep_types::Id;

use crate::Glacier;
use crate::errors::GlacierError;

/// How long the pages of a list are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pages {
    /// Where the client does not say.
    pub default: usize,
    /// At most.
    pub max: usize,
}

/// Of vaults.
pub(crate) const VAULTS: Pages = Pages { default: 10, max: 10 };
/// Of jobs, uploads and parts. The reference has 50 as the maximum too; the developer guide's chapter on multipart uploads
/// promises 1,000 to those who ask.
pub(crate) const OTHERS: Pages = Pages { default: 50, max: 1000 };

/// The parameter `limit`: at least 1; what is over the maximum is cut to it, as the service does.
pub(crate) fn limit(parameter: Option<&str>, pages: Pages) -> Result<usize, GlacierError> {
    let Some(text) = parameter else { return Ok(pages.default) };
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || text.bytes().all(|byte| byte == b'0') {
        return Err(GlacierError::invalid(format!("Invalid limit: {text}")));
    }
    Ok(text.parse().map_or(pages.max, |limit: usize| limit.min(pages.max)))
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
        for (text, expected) in
            [(None, 50), (Some("1"), 1), (Some("51"), 51), (Some("1000"), 1000), (Some("1001"), 1000), (Some("007"), 7)]
        {
            assert_eq!(limit(text, OTHERS).unwrap(), expected);
        }
        assert_eq!(limit(Some("99999999999999999999999999"), OTHERS).unwrap(), 1000);
        assert_eq!((limit(None, VAULTS).unwrap(), limit(Some("1000"), VAULTS).unwrap()), (10, 10));
        for bad in ["", "0", "00", "-1", "+1", "x", "1.0", " 1"] {
            assert_eq!(limit(Some(bad), OTHERS).unwrap_err().message, format!("Invalid limit: {bad}"));
        }
    }

    #[test]
    fn the_item_after_a_page_is_the_marker() {
        let mut items = vec![1, 2, 3];
        assert_eq!((cut(&mut items, 2), items), (Some(3), vec![1, 2]));
        assert_eq!(cut(&mut vec![1, 2], 2), None);
    }
}
