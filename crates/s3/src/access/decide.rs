//! The decision in the door: the caller's policies and the bucket's side of it, one permission of the request after the other.
//!
//! From the S3 user guide, "How Amazon S3 authorizes a request" (for a bucket operation, for an object operation), "Blocking
//! public access" and "Multipart upload API and permissions". The evaluator itself is `auth::policy`.

use std::sync::{Arc, OnceLock};

use coldkeep_auth::policy::{Acl, Beneath, Decision, Outcome, Policies, Principal, Question, decide};
use coldkeep_store::{Bucket, Error, Object, ObjectAccess, VersionId};
use coldkeep_types::{AccountId, BucketName, Id, ObjectKey};

use super::asks::On;
use super::encrypted::Encrypted;
use super::facts::Facts;
use super::guard::Guard;
use super::through::Through;
use super::{acl, payment};
use crate::errors::S3Error;
use crate::objects::copy_source::CopySource;
use crate::operations::Row;
use crate::request::method_not_allowed;
use crate::{S3, S3Call};

/// The buckets of a request that was permitted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// The bucket it is addressed to.
    pub bucket: Option<Arc<Bucket>>,
    /// The bucket of the object that it copies.
    pub source: Option<Arc<Bucket>>,
    /// The access point that it goes through.
    pub through: Option<Through>,
    /// The access point that its source is read through.
    pub source_through: Option<Through>,
    /// How what it is about is encrypted, where no header says so.
    pub encrypted: OnceLock<Encrypted>,
    /// Whether it is its caller who pays.
    pub charged: bool,
}

/// What a permission is asked of.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// The bucket, or a key of it.
    Bucket,
    /// What will be the caller's, where writers own what they write.
    Written,
    /// This object.
    Object(&'a ObjectAccess),
    /// The bucket, as a list of what begins with this would read it.
    Listed(&'a str),
}

/// One permission on one thing.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub action: &'a str,
    pub version: Option<&'a str>,
    pub bucket: &'a Bucket,
    /// The access point it is asked through.
    pub through: Option<&'a Through>,
    pub key: Option<&'a str>,
    pub place: Place<'a>,
}

impl S3 {
    /// Asks for everything that an operation needs. A bucket that is missing is left to the caller to tell.
    pub(crate) async fn permit(&self, call: &S3Call, row: &Row) -> Result<Found, S3Error> {
        must_be_signed(call)?;
        let new_bucket = row.asks.iter().any(|ask| ask.on == On::NewBucket);
        // What was found out before, that is which access points it goes through.
        let mut found = call.found.clone();
        if let Some(name) = call.address.bucket.as_deref().filter(|_| !new_bucket) {
            found.bucket = self.bucket_if_any(name).await?;
        }
        let version = call.call.parameter("versionId");
        for ask in row.asks.iter().filter(|ask| ask.applies(&call.call)) {
            let action = ask.action(version.is_some());
            match (ask.on, &found.bucket) {
                (On::Service, _) => self.judge_own(call, action, "*")?,
                (On::NewBucket, _) => self.judge_own(call, action, &call.address.arn())?,
                (On::EachKey, _) | (_, None) => {}
                (On::Source, Some(_)) => found.source = self.permit_source(call, ask.action, ask.of_version).await?,
                (On::SourceKey, Some(bucket)) => {
                    let (source, place) = (CopySource::of(call)?, Place::Bucket);
                    let (key, through) = (Some(source.key.as_str()), None);
                    self.judge(call, Wanted { action, version: None, bucket, through, key, place })?;
                }
                (on, Some(bucket)) => {
                    let key = call.address.key.as_deref().filter(|_| on != On::Bucket);
                    let place = if on == On::Written { Place::Written } else { Place::Bucket };
                    let through = call.found.through.as_ref();
                    let wanted = Wanted { action, version, bucket, through, key, place };
                    let judged = match on {
                        On::Object => self.judge_object(call, wanted).await,
                        _ => self.judge_or_initiator(call, wanted).await,
                    };
                    match judged {
                        // What conditions ask for stands in a body that is still to come: see `permit_body`.
                        Err(_) if call.put_off.is_noted() => {}
                        judged => judged?,
                    }
                }
            }
        }
        if let Some(bucket) = &found.bucket {
            keeps_to_itself(call, bucket)?;
        }
        for bucket in found.bucket.iter().chain(&found.source) {
            found.charged |= payment::charged(call, bucket)?;
        }
        Ok(found)
    }

    /// One of the keys that a request names, each of which has its own outcome.
    pub(crate) fn permit_key(&self, call: &S3Call, row: &Row, key: &str, version: Option<&str>) -> Result<(), S3Error> {
        let bucket = call.found.bucket.as_ref().ok_or(Error::NoSuchBucket)?;
        for ask in row.asks.iter().filter(|ask| ask.applies(&call.call)) {
            let action = ask.action(version.is_some());
            let (through, place) = (call.found.through.as_ref(), Place::Bucket);
            self.judge(call, Wanted { action, version, bucket, through, key: Some(key), place })?;
        }
        Ok(())
    }

    /// What is in no table asks for an action of its own name, which only wildcards allow.
    pub(crate) async fn permit_unlisted(&self, call: &S3Call, action: &str) -> Result<(), S3Error> {
        let bucket = match call.address.bucket.as_deref() {
            Some(name) => self.bucket_if_any(name).await?,
            None => None,
        };
        match &bucket {
            Some(bucket) => {
                let (key, place, through) = (call.address.key.as_deref(), Place::Bucket, call.found.through.as_ref());
                self.judge(call, Wanted { action, version: None, bucket, through, key, place })
            }
            None => self.judge_own(call, action, &call.address.arn()),
        }
    }

    /// Whether the caller may know that a key is missing: whoever may list what begins with it.
    pub(crate) fn may_miss(&self, call: &S3Call) -> bool {
        let found = &call.found;
        let (bucket, through) = match (&found.source, &found.bucket) {
            (Some(source), _) => (source, found.source_through.as_ref()),
            (None, Some(bucket)) => (bucket, found.through.as_ref()),
            (None, None) => return true,
        };
        let source = found.source.as_ref().and_then(|_| CopySource::of(call).ok());
        let key = source.as_ref().map(|source| source.key.as_str()).or(call.address.key.as_deref());
        let (action, place) = ("s3:ListBucket", Place::Listed(key.unwrap_or_default()));
        self.judge(call, Wanted { action, version: None, bucket, through, key: None, place }).is_ok()
    }

    async fn bucket_if_any(&self, name: &str) -> Result<Option<Arc<Bucket>>, S3Error> {
        // No bucket has a name that none can have.
        let Ok(name) = BucketName::parse(name) else { return Ok(None) };
        match self.store.bucket(&name).await {
            Ok(bucket) => Ok(Some(bucket)),
            Err(Error::NoSuchBucket) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn permit_source(
        &self,
        call: &S3Call,
        action: &str,
        of_version: Option<&str>,
    ) -> Result<Option<Arc<Bucket>>, S3Error> {
        let source = CopySource::of(call)?;
        let found = self.store.bucket(&source.bucket).await;
        let bucket = found.map_err(|error| S3Error::from(error).naming("BucketName", Some(source.bucket.as_str())))?;
        let version = source.version.as_deref();
        let action = of_version.filter(|_| version.is_some()).unwrap_or(action);
        let (key, place, through) = (Some(source.key.as_str()), Place::Bucket, call.found.source_through.as_ref());
        let judged = self.judge_object(call, Wanted { action, version, bucket: &bucket, through, key, place }).await;
        judged.map_err(|error| error.naming_key(key))?;
        Ok(Some(bucket))
    }

    /// Where ACLs count, an object has an owner and an ACL of its own; one that is missing is the bucket's owner's.
    async fn judge_object(&self, call: &S3Call, wanted: Wanted<'_>) -> Result<(), S3Error> {
        let has_acls = wanted.bucket.access.has_acls();
        if !has_acls {
            let judged = self.judge(call, wanted);
            if !call.tags.lacks_existing() {
                return judged;
            }
        }
        // An id that no version can have is told of by the handler.
        let version = wanted.version.map(VersionId::parse);
        let (Some(key), false) = (wanted.key, version == Some(None)) else { return self.judge(call, wanted) };
        let found = self.store.head_version(&wanted.bucket.name, &ObjectKey::parse(key)?, version.flatten()).await;
        let judged = match found {
            Ok(Object { access, attributes, .. }) => {
                call.tags.set_existing(Some(attributes.tags()));
                let place = if has_acls { Place::Object(&access) } else { wanted.place };
                self.judge(call, Wanted { place, ..wanted })
            }
            Err(missing @ (Error::NoSuchKey | Error::NoSuchVersion(_) | Error::IsDeleteMarker { .. })) => {
                call.tags.set_existing(Some(&[]));
                self.judge(call, wanted).or_else(|denied| {
                    let place = Place::Listed(key);
                    let listing = Wanted { action: "s3:ListBucket", version: None, key: None, place, ..wanted };
                    self.judge(call, listing).map_or(Err(denied), |()| Err(missing.into()))
                })
            }
            Err(error) => Err(error.into()),
        };
        call.tags.set_existing(None);
        judged
    }

    /// "By default, the bucket owner and the initiator of the multipart upload are allowed to perform this action ... If the
    /// initiator is an IAM user, that user's AWS account is also allowed": of AbortMultipartUpload and ListParts.
    async fn judge_or_initiator(&self, call: &S3Call, wanted: Wanted<'_>) -> Result<(), S3Error> {
        let decided = self.decided(call, wanted)?;
        let of_initiators = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
        if decided == Outcome::ImplicitDeny
            && of_initiators.contains(&wanted.action)
            && self.began(call, wanted).await?
        {
            return Ok(());
        }
        allowed(decided)
    }

    async fn began(&self, call: &S3Call, wanted: Wanted<'_>) -> Result<bool, S3Error> {
        let (Some(caller), Some(key)) = (&call.caller, wanted.key) else { return Ok(false) };
        // What bounds a caller bounds it here too.
        if caller.rights.boundary.is_some() || caller.rights.session.is_some() {
            return Ok(false);
        }
        let Some(id) = call.call.parameter("uploadId").and_then(Id::parse_hex) else { return Ok(false) };
        let upload = match self.store.upload(&wanted.bucket.name, &ObjectKey::parse(key)?, id).await {
            Ok(upload) => upload,
            Err(Error::NoSuchUpload) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        let Some(initiator) = upload.access.initiator else { return Ok(false) };
        let account = initiator.split(':').nth(4);
        let is_root = matches!(caller.rights.principal, Principal::Root { .. });
        Ok(initiator == caller.arn || (is_root && account == Some(caller.account.as_str())))
    }

    /// What needs no resource, or one that is to be the caller's own.
    pub(crate) fn judge_own(&self, call: &S3Call, action: &str, resource: &str) -> Result<(), S3Error> {
        let facts = Facts { call, action, version: None, through: None, missing: None };
        let (principal, policies) = side(call);
        let question = Question { action, resource, resource_account: None, principal, context: &facts };
        let decision = decide(&question, &policies);
        told(&question, &decision);
        allowed(decision.outcome)
    }

    pub(super) fn judge(&self, call: &S3Call, wanted: Wanted<'_>) -> Result<(), S3Error> {
        allowed(self.decided(call, wanted)?)
    }

    fn decided(&self, call: &S3Call, wanted: Wanted<'_>) -> Result<Outcome, S3Error> {
        let (principal, side) = side(call);
        let Wanted { action, bucket, through, .. } = wanted;
        let access = &bucket.access;
        let account = principal.account().map(|account| account.id.as_str());
        let own = account == Some(bucket.owner.as_str());
        let has_acls = access.has_acls();
        let plain =
            through.is_none_or(|it| it.point.policy.is_none() && account == Some(it.point.arn.account.as_str()));
        if own && !has_acls && access.policy.is_none() && plain && matches!(principal, Principal::Root { .. }) {
            return Ok(Outcome::Allow);
        }
        let guard = bucket.derived(Guard::of_bucket)?;
        let (Some(policy), Some(bucket_owner)) = (&guard.policy, &guard.owner) else {
            return Ok(Outcome::ExplicitDeny);
        };
        let of_point = through.map(|through| through.point.derived(Guard::of_point)).transpose()?;
        let point_policy = match of_point.as_deref().map(|guard| &guard.policy) {
            Some(None) => return Ok(Outcome::ExplicitDeny),
            Some(Some(policy)) => policy.as_ref(),
            None => None,
        };
        let other_owner = match wanted.place {
            Place::Object(object) if has_acls => object.owner.as_deref().and_then(|id| AccountId::parse(id).ok()),
            Place::Written if has_acls => principal.account().map(|account| account.id.clone()),
            Place::Bucket | Place::Written | Place::Listed(_) | Place::Object(_) => None,
        };
        let owner = other_owner.as_ref().unwrap_or(bucket_owner);
        let block = through.map_or_else(|| bucket.block(), |through| bucket.block().stricter(through.block));
        let missing = match wanted.place {
            Place::Listed(key) => Some(key),
            Place::Bucket | Place::Written | Place::Object(_) => None,
        };
        let (list, of_object) = match wanted.place {
            Place::Object(object) => (object.acl.as_deref(), true),
            Place::Bucket | Place::Written | Place::Listed(_) => (access.acl.as_deref(), false),
        };
        let granted = || acl::granted(list, of_object, action, principal, block.ignore_acls);
        let acl: Option<Acl<'_>> = if has_acls { Some(&granted) } else { None };
        let facts = Facts { call, action, version: wanted.version, through, missing };
        let resource = arn(bucket.name.as_str(), wanted.key);
        let point_resource = through.map(|through| point_arn(&through.arn, wanted.key));
        let point_account = through.map(|through| &through.point.arn.account);
        let question = Question {
            action,
            resource: point_resource.as_deref().unwrap_or(&resource),
            resource_account: point_account.or(Some(owner)),
            principal,
            context: &facts,
        };
        let policies = |of_bucket, of_point| match through {
            None => Policies { resource: of_bucket, acl, ..side },
            Some(_) => {
                let beneath = Beneath { resource: &resource, account: owner, policy: of_bucket, acl };
                Policies { resource: of_point, beneath: Some(beneath), ..side }
            }
        };
        // What belongs to others the bucket's policy can deny, not give; a public one that is held back gives nothing outside.
        let outside = !own && point_account.is_none_or(|of_point| account != Some(of_point.as_str()));
        let public = guard.public || of_point.as_ref().is_some_and(|guard| guard.public);
        let held_back = public && block.restrict && outside;
        // What nobody signs for is nobody's at Amazon, to say of it what its writer may.
        let of_nobody = has_acls && matches!((wanted.place, principal), (Place::Written, Principal::Anonymous));
        let (mut of_bucket, mut of_point) = (policy.as_ref(), point_policy);
        if (of_bucket.is_some() || of_point.is_some()) && (of_nobody || owner != bucket_owner || held_back) {
            let decision = decide(&question, &policies(of_bucket, of_point));
            if decision.outcome == Outcome::ExplicitDeny {
                told(&question, &decision);
                return Ok(Outcome::ExplicitDeny);
            }
            of_bucket = None;
            of_point = of_point.filter(|_| !held_back);
        }
        if of_nobody {
            return Ok(Outcome::Allow);
        }
        let decision = decide(&question, &policies(of_bucket, of_point));
        told(&question, &decision);
        Ok(decision.outcome)
    }
}

/// "If you have the correct permissions, but you're not using an identity that belongs to the bucket owner's AWS account, Amazon S3
/// returns a 405 Method Not Allowed error": of a bucket's policy, whatever that says.
fn keeps_to_itself(call: &S3Call, bucket: &Bucket) -> Result<(), S3Error> {
    let of_policies = ["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"].contains(&call.operation_name());
    let own = call.caller.as_ref().is_some_and(|caller| caller.account.as_str() == bucket.owner);
    if of_policies && !own { Err(method_not_allowed(&call.call, &call.address)) } else { Ok(()) }
}

/// What Amazon lets nobody do who has not signed, whatever the bucket's policy and ACL say. Its two spaces.
fn must_be_signed(call: &S3Call) -> Result<(), S3Error> {
    let what = match call.operation_name() {
        _ if call.caller.is_some() => return Ok(()),
        "CreateMultipartUpload" => "initiate multipart uploads",
        "CopyObject" => "copy objects",
        "SelectObjectContent" => "invoke this API",
        _ => return Ok(()),
    };
    Err(S3Error::new(403, "AccessDenied", format!("Anonymous users cannot {what}.  Please authenticate.")))
}

/// Who asks, and with which policies of their own.
fn side(call: &S3Call) -> (&Principal, Policies<'_>) {
    match &call.caller {
        Some(caller) => (&caller.rights.principal, caller.rights.policies()),
        None => (&Principal::Anonymous, Policies::default()),
    }
}

fn arn(bucket: &str, key: Option<&str>) -> String {
    match key {
        Some(key) => format!("arn:aws:s3:::{bucket}/{key}"),
        None => format!("arn:aws:s3:::{bucket}"),
    }
}

/// `arn:aws:s3:region:account:accesspoint/name/object/key`.
fn point_arn(point: &str, key: Option<&str>) -> String {
    match key {
        Some(key) => format!("{point}/object/{key}"),
        None => point.to_owned(),
    }
}

fn allowed(outcome: Outcome) -> Result<(), S3Error> {
    match outcome {
        Outcome::Allow => Ok(()),
        Outcome::ImplicitDeny | Outcome::ExplicitDeny => Err(S3Error::access_denied()),
    }
}

/// The log learns what the caller does not.
fn told(question: &Question<'_>, decision: &Decision<'_>) {
    if !decision.is_allowed() {
        let (action, resource) = (question.action, question.resource);
        let caller = question.principal.arn().unwrap_or_default();
        tracing::info!(action, resource, %caller, %decision, "access denied");
    }
}
