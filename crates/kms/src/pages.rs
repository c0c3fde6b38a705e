//! Pages of listings: how many, and from where.

use crate::errors::KmsError;

/// How many a page has: as many as asked for, at most `most`, or else `by_default`.
pub(crate) fn limit(asked: Option<i32>, by_default: usize, most: usize) -> Result<usize, KmsError> {
    match asked.map(usize::try_from) {
        None => Ok(by_default),
        Some(Ok(number)) if (1..=most).contains(&number) => Ok(number),
        Some(_) => {
            let (asked, most) = (asked.unwrap_or_default().into(), i64::try_from(most).unwrap_or(i64::MAX));
            Err(KmsError::out_of_range(asked, "limit", 1, most))
        }
    }
}

/// Part of what is in memory: what is behind `marker`, at most `limit`, and where the next page begins.
pub(crate) fn part<'a, T>(
    all: &'a [T],
    name: impl Fn(&T) -> &str,
    marker: Option<&str>,
    limit: usize,
) -> (&'a [T], Option<String>) {
    let start = all.partition_point(|item| marker.is_some_and(|marker| name(item) <= marker));
    let end = (start + limit).min(all.len());
    let next = (end < all.len()).then(|| name(&all[end - 1]).to_owned());
    (&all[start..end], next)
}
