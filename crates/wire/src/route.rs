//! Which operation a request asks for: pure functions over the generated tables.

use http::{HeaderMap, Method};

use crate::generated::operations::{GLACIER, S3, S3CONTROL};
use crate::operation::{Level, Operation};

/// The S3 operation of a request, the most specific one that matches. Parameters that no operation is told by
/// (`x-id`, `X-Amz-Signature`, `response-content-type`, `versionId` ...) do not matter.
///
/// `None` if there is none, also when the query names a subresource that the operation does not have:
/// `DELETE /bucket?acl` must not become DeleteBucket. Amazon answers `MethodNotAllowed`. Browser uploads (a form
/// POSTed to a bucket) are not in the model and give `None` too.
pub fn route_s3(
    method: &Method,
    has_bucket: bool,
    has_key: bool,
    query: &[(String, String)],
    headers: &HeaderMap,
) -> Option<&'static Operation> {
    let level = match (has_bucket, has_key) {
        (false, _) => Level::Service,
        (true, false) => Level::Bucket,
        (true, true) => Level::Object,
    };
    let candidates = S3.iter().filter(|operation| operation.method == *method && operation.level == Some(level));
    // The first of equals wins, which `max_by_key` would not give.
    let mut best: Option<(&Operation, usize)> = None;
    for operation in candidates {
        let Some(rank) = specificity(operation, query, headers) else { continue };
        if best.is_none_or(|(_, highest)| rank > highest) {
            best = Some((operation, rank));
        }
    }
    let (operation, _) = best?;
    let consumed =
        |key: &str| operation.query.iter().any(|(name, _)| *name == key) || operation.telling_query.contains(&key);
    let stray = query.iter().any(|(key, _)| !consumed(key) && is_subresource(key));
    if stray { None } else { Some(operation) }
}

/// How well a request fits; `None` if it does not. Literals weigh more than what else tells operations apart.
///
/// Of several telling parameters one is enough: `PUT /b/k?uploadId=x` is an UploadPart that lacks its part
/// number, and must not replace the object `k`.
fn specificity(operation: &Operation, query: &[(String, String)], headers: &HeaderMap) -> Option<usize> {
    let has = |name: &str| query.iter().any(|(key, _)| key == name);
    let is = |name: &str, value: &str| query.iter().any(|(key, text)| key == name && text == value);
    let literal = operation.query.iter().all(|(name, value)| value.map_or_else(|| has(name), |value| is(name, value)));
    let told = operation.telling_query.iter().filter(|name| has(name)).count();
    let in_query = told > 0 || operation.telling_query.is_empty();
    let in_headers = operation.telling_headers.iter().all(|name| headers.contains_key(*name));
    (literal && in_query && in_headers)
        .then(|| operation.query.len() * 100 + told * 10 + operation.telling_headers.len())
}

/// What makes a request one for a part of a bucket or object. An upload is one too, though its name tells.
fn is_subresource(key: &str) -> bool {
    key == "uploadId"
        || S3.iter().any(|operation| operation.query.iter().any(|(name, value)| value.is_none() && *name == key))
}

/// The labels of a Glacier path, by their names in the model.
pub type Labels<'a> = Vec<(&'static str, &'a str)>;

/// The Glacier operation of a request and its path's labels (`accountId`, `vaultName`, `uploadId` ...).
/// `segments` are the path's parts between slashes, percent-decoded, without the empty one before the first.
pub fn route_glacier<'a>(
    method: &Method,
    segments: &[&'a str],
    query: &[(String, String)],
) -> Option<(&'static Operation, Labels<'a>)> {
    GLACIER.iter().filter(|operation| operation.method == *method).find_map(|operation| {
        let labels = labels(operation.path, segments)?;
        specificity(operation, query, &HeaderMap::new()).map(|_| (operation, labels))
    })
}

/// The labels of a path of which one may be several segments together.
pub type WholeLabels = Vec<(&'static str, String)>;

/// The operation of S3 Control that a request asks for, the most specific one that matches, and its path's labels. One label
/// of a template may take several segments (`{resourceArn+}`).
pub fn route_s3control(
    method: &Method,
    segments: &[&str],
    query: &[(String, String)],
    headers: &HeaderMap,
) -> Option<(&'static Operation, WholeLabels)> {
    let mut best: Option<(usize, &Operation, WholeLabels)> = None;
    for operation in S3CONTROL.iter().filter(|operation| operation.method == *method) {
        let Some(labels) = control_labels(operation.path, segments) else { continue };
        let Some(rank) = specificity(operation, query, headers) else { continue };
        // A longer template says more than a label that takes all there is.
        let rank = rank + 1000 * operation.path.matches('/').count();
        if best.as_ref().is_none_or(|(highest, ..)| rank > *highest) {
            best = Some((rank, operation, labels));
        }
    }
    best.map(|(_, operation, labels)| (operation, labels))
}

/// Labels of a template of which one label may take several segments.
fn control_labels(template: &'static str, segments: &[&str]) -> Option<WholeLabels> {
    let Some((before, (label, behind))) = template.split_once("+}").and_then(|(path, behind)| {
        let (before, label) = path.rsplit_once("/{")?;
        Some((before, (label, behind)))
    }) else {
        return Some(owned(labels(template, segments)?));
    };
    let (first, rest) = segments.split_at_checked(before.matches('/').count())?;
    let (taken, last) = rest.split_at_checked(rest.len().checked_sub(behind.matches('/').count())?)?;
    let whole = taken.join("/");
    let mut found = owned(labels(before, first)?);
    if !behind.is_empty() {
        found.extend(owned(labels(behind, last)?));
    }
    (!whole.is_empty()).then(|| found.push((label, whole)))?;
    Some(found)
}

fn owned(labels: Labels<'_>) -> WholeLabels {
    labels.into_iter().map(|(name, text)| (name, text.to_owned())).collect()
}

fn labels<'a>(template: &'static str, segments: &[&'a str]) -> Option<Labels<'a>> {
    let mut parts = template.trim_start_matches('/').split('/');
    let mut labels = Vec::new();
    for segment in segments {
        let part = parts.next()?;
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(label) if !segment.is_empty() => labels.push((label, *segment)),
            _ if part == *segment => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(labels)
}
