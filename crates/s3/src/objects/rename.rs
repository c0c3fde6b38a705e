//! RenameObject: an object gets another key of its bucket.
//!
//! From the API reference, "RenameObject", and the user guide, "Renaming objects in directory buckets". Amazon has it for directory
//! buckets only; here all buckets have it, by decision 0039.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Error, Object, Renaming};
use coldkeep_types::ObjectKey;
use coldkeep_wire::s3::{RenameObjectOutput, RenameObjectRequest};

use super::conditions::{Conditions, Verdict};
use super::copy_source::CopySource;
use super::delete::owner;
use crate::errors::S3Error;
use crate::request::decoded;
use crate::{S3, S3Call, respond};

const SOURCE: &str = "x-amz-rename-source";
/// How often a source is read anew that changes while it is renamed: each time, somebody else has written it.
const MAX_TRIES: usize = 1000;
/// "A unique string with a max of 64 ASCII characters in the ASCII range of 33 - 126."
const MAX_TOKEN: usize = 64;

/// RenameObject.
pub(crate) async fn rename_object(
    door: &S3,
    call: &S3Call,
    input: RenameObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let source = source(call)?;
    let of_source = Conditions {
        if_match: input.source_if_match,
        if_none_match: input.source_if_none_match,
        if_modified_since: input.source_if_modified_since,
        if_unmodified_since: input.source_if_unmodified_since,
    };
    let of_target = Conditions {
        if_match: input.destination_if_match,
        if_none_match: input.destination_if_none_match,
        if_modified_since: input.destination_if_modified_since,
        if_unmodified_since: input.destination_if_unmodified_since,
    };
    let mut renaming = Renaming {
        bucket: call.bucket()?,
        from: source.key.clone(),
        to: call.key()?,
        token: input.client_token.map(token).transpose()?,
        asked: format!("{of_source:?} {of_target:?}"),
        owner: owner(call)?,
        sealing: None,
    };
    let judge = |conditions: &Conditions, of: &str, object: &Object| match conditions.judge(
        &object.etag(),
        object.modified,
        call.call.received,
    ) {
        Verdict::Proceed => Ok(()),
        Verdict::NotModified(condition) | Verdict::Failed(condition) => {
            Err(S3Error::precondition_failed(&format!("{of}{condition}")))
        }
    };
    let judge_target = |there: Option<&Object>| match there {
        Some(object) => judge(&of_target, "", object),
        None if of_target.if_match.is_some() => Err(Error::NoSuchKey.into()),
        // "If the destination exists and if it has been modified since."
        None if of_target.if_modified_since.is_some() => Err(S3Error::precondition_failed("If-Modified-Since")),
        None => Ok(()),
    };
    for _ in 0..MAX_TRIES {
        if door.store.was_renamed(&renaming).await? {
            return Ok(respond(RenameObjectOutput::default().encode()));
        }
        let opened = door.store.open_object(&renaming.bucket, &renaming.from).await;
        let reader = opened.map_err(|error| source.error(error))?;
        judge(&of_source, "x-amz-rename-source-", &reader.object)?;
        renaming.sealing = door.renaming(call, &source, reader.object.sealed.as_ref()).await?;
        let key = renaming.sealing.as_ref().map(|sealing| sealing.key.clone());
        if door.store.rename_object(&reader.with_key(key), &renaming, judge_target).await?.is_some() {
            return Ok(respond(RenameObjectOutput::default().encode()));
        }
    }
    Err(Error::Busy.into())
}

/// The object that a call renames: `[/]bucket/key` of its own bucket, or, as several clients send it, `[/]key`.
pub(crate) fn source(call: &S3Call) -> Result<CopySource, S3Error> {
    let header = call.header(SOURCE).unwrap_or_default();
    let invalid = |message: &str| S3Error::invalid_argument(message).about(SOURCE, header);
    let bucket = call.bucket()?;
    let path = decoded(header).ok_or_else(|| invalid("Invalid rename source encoding"))?;
    let key = ObjectKey::parse(key(&path, bucket.as_str())).map_err(|_| invalid("Invalid rename source object key"))?;
    Ok(CopySource { bucket, key, version: None })
}

fn key<'a>(path: &'a str, bucket: &str) -> &'a str {
    let path = path.strip_prefix('/').unwrap_or(path);
    let behind = path.strip_prefix(bucket).and_then(|rest| rest.strip_prefix('/'));
    behind.filter(|key| !key.is_empty()).unwrap_or(path)
}

fn token(token: String) -> Result<String, S3Error> {
    let fits = (1..=MAX_TOKEN).contains(&token.len()) && token.bytes().all(|byte| (33..=126).contains(&byte));
    if fits {
        return Ok(token);
    }
    let message = "A client token has 1 to 64 characters, each of them visible ASCII.";
    Err(S3Error::invalid_argument(message).about("x-amz-client-token", token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_may_name_their_bucket() {
        for (path, expected) in [
            ("bkt/k", "k"),
            ("/bkt/k", "k"),
            ("k", "k"),
            ("/k", "k"),
            ("/dir/k", "dir/k"),
            ("bkt/bkt/k", "bkt/k"),
            ("bkt/", "bkt/"),
            ("bkt2/k", "bkt2/k"),
            ("//k", "/k"),
        ] {
            assert_eq!(key(path, "bkt"), expected, "{path}");
        }
    }

    #[test]
    fn tokens_are_visible_and_short() {
        assert!(token("a!~".into()).is_ok());
        for other in ["", "a b", "\u{7f}", "é", &"a".repeat(65)] {
            assert!(token(other.to_owned()).is_err(), "{other}");
        }
    }
}
