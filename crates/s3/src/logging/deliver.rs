//! From requests to lines, and from lines to objects.

use std::sync::Arc;

use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_http::{Annotation, Body, Call, Dialect, Ended, Record, RequestId, Response};
use coldkeep_store::{
    Attributes, Bucket, BucketLogging, Error, Grant, Grantee, LogKeys, NewObject, ObjectAccess, Right,
};
use coldkeep_types::{BucketName, ObjectKey, Timestamp};

use super::pending::Of;
use super::record::Asked;
use crate::access::delivery::may_deliver;
use crate::access::grants::canonical;
use crate::errors::S3Error;
use crate::{Address, S3};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl S3 {
    /// Notes a call, if its bucket has logging. Nothing is read that the call would not read itself.
    pub(crate) async fn noted(&self, call: &Call, address: &Address) -> Option<Asked> {
        address.bucket.as_ref()?;
        let name = self.bucket_behind(address).await.ok()?;
        let bucket = self.store.bucket(&name).await.ok()?;
        bucket.logging.as_ref()?;
        Some(Asked::of(call, address, &bucket))
    }

    /// Has the line of a noted call written when the last byte of its answer is out.
    pub(crate) fn log(&self, asked: Option<Asked>, response: &Response, annotation: &mut Annotation) {
        let Some(asked) = asked else { return };
        let (pending, bytes) = (self.pending.clone(), asked.object_bytes(response));
        let write = move |record: &Record| {
            let of = (asked.bucket().clone(), record.received.0.div_euclid(DAY_MS));
            pending.add(of, &asked.line(record, bytes));
        };
        annotation.ended = Some(Ended(Arc::new(write)));
    }

    /// Delivers what waits: one object for each bucket and day. What cannot be delivered any more is dropped, and the log says why;
    /// what storage has no room or no time for is tried again.
    pub async fn deliver_logs(&self, now: Timestamp) -> Result<(), Error> {
        let (mut taken, mut failed) = (self.pending.take(), None);
        for (of, lines) in taken.left.clone() {
            match self.deliver(&of, lines, now).await {
                Ok(()) => {}
                Err(Undelivered::For(error)) => {
                    tracing::warn!(bucket = %of.0, error, "an access log could not be delivered and is dropped");
                }
                Err(Undelivered::Yet(error)) => {
                    failed = Some(error);
                    continue;
                }
            }
            taken.left.remove(&of);
        }
        failed.map_or(Ok(()), Err)
    }

    async fn deliver(&self, (name, day): &Of, lines: String, now: Timestamp) -> Result<(), Undelivered> {
        let source = self.store.bucket(name).await?;
        let Some(logging) = &source.logging else { return Ok(()) };
        let target = BucketName::parse(&logging.target).map_err(|error| Undelivered::For(error.to_string()))?;
        let target = self.store.bucket(&target).await?;
        let key = ObjectKey::parse(&key(&source, logging, *day, now));
        let key = key.map_err(|error| Undelivered::For(error.to_string()))?;
        if target.owner != source.owner || !may_deliver(&source, &target, key.as_str())? {
            return Err(Undelivered::For(format!("nobody may deliver to {}", target.name)));
        }
        let new = NewObject {
            bucket: target.name.clone(),
            sealing: self.sealing_of_own(&target, &key)?,
            key,
            attributes: Attributes { content_type: Some("text/plain".to_owned()), ..Attributes::default() },
            class: Default::default(),
            access: access(&target, &logging.grants),
            lock: Default::default(),
            algorithm: ChecksumAlgorithm::Crc64Nvme,
            expected: Default::default(),
            precondition: Default::default(),
        };
        self.store.put_object(new, &mut Body::from_bytes(lines)).await?;
        Ok(())
    }
}

/// Why lines were not delivered.
enum Undelivered {
    /// They never will be.
    For(String),
    /// They may be later.
    Yet(Error),
}

impl From<Error> for Undelivered {
    fn from(error: Error) -> Self {
        match error {
            Error::Busy
            | Error::Full
            | Error::QuotaExceeded { .. }
            | Error::Unavailable(_)
            | Error::OutcomeUnknown(_) => Self::Yet(error),
            error => Self::For(error.to_string()),
        }
    }
}

impl From<S3Error> for Undelivered {
    fn from(error: S3Error) -> Self {
        Self::For(error.code_and_message().1.to_owned())
    }
}

/// `PREFIXYYYY-mm-DD-HH-MM-SS-UNIQUE`, or the same below the source's account, region, name and day.
fn key(source: &Bucket, logging: &BucketLogging, day: i64, now: Timestamp) -> String {
    let at = if logging.keys == Some(LogKeys::ByEvent) { Timestamp(day * DAY_MS) } else { now };
    let time = at.iso_seconds().replace(['T', ':'], "-").replace('Z', "");
    let (unique, prefix) = (RequestId::random(Dialect::S3), &logging.prefix);
    let unique = unique.as_str();
    match logging.keys {
        None | Some(LogKeys::Simple) => format!("{prefix}{time}-{unique}"),
        Some(LogKeys::ByEvent | LogKeys::ByDelivery) => {
            let day = time[..10].replace('-', "/");
            format!("{prefix}{}/{}/{}/{day}/{time}-{unique}", source.owner, source.region, source.name)
        }
    }
}

/// Who may read a log: the target's owner, and whom the configuration grants something, where ACLs count.
fn access(target: &Bucket, grants: &[Grant]) -> ObjectAccess {
    if grants.is_empty() || !target.access.has_acls() {
        return ObjectAccess::default();
    }
    let own = Grant { grantee: Grantee::Account(canonical(&target.owner)), right: Right::FullControl };
    let acl = std::iter::once(own).chain(grants.iter().cloned()).collect();
    ObjectAccess { acl: Some(acl), ..ObjectAccess::default() }
}
