//! PutBucketLogging and GetBucketLogging. From the API reference and the user guide, "Enabling Amazon S3 server access logging".
//!
//! A target to which nothing could be delivered is refused, so that nobody waits for logs in vain.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Bucket, BucketLogging, Grant, LogKeys, Right};
use coldkeep_types::BucketName;
use coldkeep_wire::s3::{
    AccessControlPolicy, GetBucketLoggingOutput, GetBucketLoggingRequest, Grant as Row, LoggingEnabled, Owner,
    PartitionedPrefix, PutBucketLoggingOutput, PutBucketLoggingRequest, SimplePrefix, TargetGrant,
    TargetObjectKeyFormat,
};

use crate::access::delivery::may_deliver;
use crate::access::grants::{Owners, canonical, of_document};
use crate::errors::S3Error;
use crate::sharing::acls::rows;
use crate::{DEFAULT_REGION, S3, S3Call, respond};

/// PutBucketLogging: in place of what there is. A document that says nothing ends it.
pub(crate) async fn put_logging(
    door: &S3,
    call: &S3Call,
    input: PutBucketLoggingRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let source = call.found()?;
    let logging = match input.bucket_logging_status.logging_enabled {
        Some(enabled) => Some(kept(door, source, enabled).await?),
        None => None,
    };
    door.store.put_bucket_logging(&source.name, logging).await?;
    Ok(respond(PutBucketLoggingOutput::default().encode()))
}

/// GetBucketLogging.
pub(crate) async fn get_logging(
    door: &S3,
    call: &S3Call,
    _input: GetBucketLoggingRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let logging_enabled = match call.found()?.logging.clone() {
        Some(logging) => Some(shown(door, logging).await?),
        None => None,
    };
    Ok(respond(GetBucketLoggingOutput { logging_enabled }.encode()))
}

async fn kept(door: &S3, source: &Bucket, sent: LoggingEnabled) -> Result<BucketLogging, S3Error> {
    let keys = match sent.target_object_key_format {
        None => None,
        Some(format) => Some(keys(format)?),
    };
    let target =
        BucketName::parse(&sent.target_bucket).map_err(|_| unfit("The target bucket for logging does not exist"))?;
    let target = match door.store.bucket(&target).await {
        Err(coldkeep_store::Error::NoSuchBucket) => {
            return Err(unfit("The target bucket for logging does not exist").with("TargetBucket", sent.target_bucket));
        }
        found => found?,
    };
    if target.owner != source.owner {
        return Err(unfit("The owner for the bucket to be logged and the target bucket must be the same."));
    }
    if target.region != source.region {
        // As Amazon spells it, with the space.
        let message = "Cross S3 location logging not allowed. ";
        let error = S3Error::new(403, "CrossLocationLoggingProhibitted", message);
        let error = match source.region.as_str() {
            DEFAULT_REGION => error,
            region => error.with("SourceBucketLocation", region),
        };
        return Err(error.with("TargetBucketLocation", target.region.clone()));
    }
    if target.access.requester_pays == Some(true) {
        return Err(unfit("The target bucket must not have Requester Pays enabled."));
    }
    if target.lock.as_ref().is_some_and(|lock| lock.default.is_some()) {
        return Err(unfit("The target bucket must not have a default retention period."));
    }
    if target.encryption.as_ref().is_some_and(|kept| kept.scheme.is_kms()) {
        return Err(unfit("The target bucket must not be encrypted by default with a key of AWS KMS."));
    }
    if !may_deliver(source, &target, &sent.target_prefix)? {
        return Err(unfit(match target.access.has_acls() {
            true => "You must give the log-delivery group WRITE and READ_ACP permissions to the target bucket",
            false => "The policy of the target bucket must allow logging.s3.amazonaws.com to put objects there",
        }));
    }
    let grants = grants(door, &target, sent.target_grants).await?;
    Ok(BucketLogging { target: target.name.to_string(), prefix: sent.target_prefix, keys, grants })
}

/// A target to which nothing can be delivered.
fn unfit(message: &str) -> S3Error {
    S3Error::new(400, "InvalidTargetBucketForLogging", message)
}

fn keys(format: TargetObjectKeyFormat) -> Result<LogKeys, S3Error> {
    match (format.simple_prefix, format.partitioned_prefix) {
        (Some(_), None) => Ok(LogKeys::Simple),
        (None, Some(by)) => match by.partition_date_source.as_deref() {
            Some("EventTime") => Ok(LogKeys::ByEvent),
            Some("DeliveryTime") => Ok(LogKeys::ByDelivery),
            _ => Err(S3Error::malformed_xml()),
        },
        _ => Err(S3Error::malformed_xml()),
    }
}

async fn grants(door: &S3, target: &Bucket, sent: Vec<TargetGrant>) -> Result<Vec<Grant>, S3Error> {
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    if !target.access.has_acls() {
        return Err(S3Error::no_acls());
    }
    let owner = canonical(&target.owner);
    let row = |grant: TargetGrant| Row { grantee: grant.grantee, permission: grant.permission };
    let document = AccessControlPolicy {
        owner: Some(Owner { id: Some(owner.clone()), display_name: None }),
        grants: sent.into_iter().map(row).collect(),
    };
    let grants = of_document(door, document, &Owners { owner: &owner, bucket_owner: None }).await?;
    let of_logs = |grant: &Grant| [Right::FullControl, Right::Read, Right::Write].contains(&grant.right);
    if grants.iter().all(of_logs) { Ok(grants) } else { Err(S3Error::malformed_xml()) }
}

async fn shown(door: &S3, kept: BucketLogging) -> Result<LoggingEnabled, S3Error> {
    let rows = rows(door, &Owner::default(), Some(&kept.grants)).await?;
    let by = |source: &str| {
        let by = PartitionedPrefix { partition_date_source: Some(source.to_owned()) };
        TargetObjectKeyFormat { partitioned_prefix: Some(by), simple_prefix: None }
    };
    Ok(LoggingEnabled {
        target_bucket: kept.target,
        target_prefix: kept.prefix,
        target_grants: rows
            .into_iter()
            .map(|row| TargetGrant { grantee: row.grantee, permission: row.permission })
            .collect(),
        target_object_key_format: kept.keys.map(|keys| match keys {
            LogKeys::Simple => {
                TargetObjectKeyFormat { simple_prefix: Some(SimplePrefix::default()), partitioned_prefix: None }
            }
            LogKeys::ByEvent => by("EventTime"),
            LogKeys::ByDelivery => by("DeliveryTime"),
        }),
    })
}
