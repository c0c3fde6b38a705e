//! ListBuckets: those of the caller's account.

use coldkeep_http::{Body, Response};
use coldkeep_types::BucketName;
use coldkeep_wire::s3::{Bucket, ListBucketsOutput, ListBucketsRequest};

use super::life::arn;
use crate::errors::S3Error;
use crate::listings::token;
use crate::sharing::acls::owner;
use crate::{S3, S3Call, respond};

/// The most buckets on a page.
const MAX_BUCKETS: i32 = 10_000;

/// ListBuckets: by name, with prefix, region and pages.
pub(crate) async fn list_buckets(
    door: &S3,
    call: &S3Call,
    input: ListBucketsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let limit = match input.max_buckets {
        None => MAX_BUCKETS,
        Some(limit @ 1..=MAX_BUCKETS) => limit,
        Some(other) => {
            let message = "Argument max-buckets must be an integer between 1 and 10000";
            return Err(S3Error::invalid_argument(message).about("max-buckets", other.to_string()));
        }
    } as usize;
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let mut after = match input.continuation_token.as_deref().filter(|given| !given.is_empty()) {
        Some(given) => token::read(given, |name| BucketName::parse(name).is_ok())?,
        None => String::new(),
    };
    let caller = call.caller.as_ref().ok_or_else(S3Error::access_denied)?;
    let region = input.bucket_region.as_deref();
    let mut found: Vec<coldkeep_store::Bucket> = Vec::new();
    loop {
        let page = door.store.list_buckets(prefix, &after, 1000).await?;
        let Some(last) = page.last() else { break };
        after = last.name.to_string();
        let mine = page.into_iter().filter(|bucket| bucket.owner == caller.account.as_str());
        found.extend(mine.filter(|bucket| region.is_none_or(|region| region == bucket.region)));
        if found.len() > limit {
            break;
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|bucket| token::write(bucket.name.as_str()));
    // The region of each bucket is shown, as at Amazon, to requests that ask by page or region.
    let paged = input.max_buckets.is_some() || input.prefix.is_some() || region.is_some();
    let rows = found.into_iter().map(|bucket| Bucket {
        bucket_arn: Some(arn(&bucket.name)),
        name: Some(bucket.name.to_string()),
        creation_date: Some(bucket.created),
        bucket_region: paged.then_some(bucket.region),
    });
    let output = ListBucketsOutput {
        buckets: rows.collect(),
        owner: Some(owner(door, call, caller.account.as_str()).await?),
        continuation_token: next,
        prefix: input.prefix.clone(),
    };
    Ok(respond(output.encode()))
}
