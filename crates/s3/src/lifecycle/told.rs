//! What clients are told of the rules that cover an object or upload: `x-amz-expiration`, `x-amz-abort-date` and `x-amz-abort-rule-id`.
//! By the rules of now, so that it changes with them.

use coldkeep_auth::uri::encode;
use coldkeep_store::{Bucket, Object, Store, Upload};
use coldkeep_types::{ObjectKey, Timestamp};

/// When the object expires and by which rule, if one covers it. "The value of the rule-id is URL-encoded."
pub(crate) fn expiration(store: &Store, bucket: &Bucket, key: &ObjectKey, object: &Object) -> Option<String> {
    let lifecycle = bucket.lifecycle.as_ref()?;
    let ruled = lifecycle.expiration(key, object.traits(), object.modified, store.options().lifecycle_day_ms)?;
    Some(format!("expiry-date=\"{}\", rule-id=\"{}\"", ruled.due.http_date(), encode(ruled.rule.as_bytes())))
}

/// When the upload is aborted and by which rule, if one covers it.
pub(crate) fn abort(
    store: &Store,
    bucket: &Bucket,
    key: &ObjectKey,
    upload: &Upload,
) -> (Option<Timestamp>, Option<String>) {
    let ruled = bucket
        .lifecycle
        .as_ref()
        .and_then(|lifecycle| lifecycle.abort(key, upload.created, store.options().lifecycle_day_ms));
    (ruled.map(|ruled| ruled.due), ruled.map(|ruled| ruled.rule.to_owned()))
}
