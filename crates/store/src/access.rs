//! Who may, as it is kept with buckets, objects and uploads: policy, ownership, block of public access, ACLs, payment. What it
//! means is the door's to say.
//!
//! Absent means the default, that is a bucket as Amazon makes them since April 2023: its owner owns every object, nothing is
//! public. So a plain object's record has no byte of this, and a folder of before these fields opens as such.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use coldkeep_types::{BucketName, ObjectKey};
use minicbor::{Decode, Encode};

use crate::events::EventType;
use crate::records::{BucketRecord, ObjectRecord};
use crate::versions::VersionId;
use crate::{Error, Object, Store};

/// Who owns the objects of a bucket, and whether ACLs count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Ownership {
    /// `BucketOwnerEnforced`: the bucket's owner, and no ACL counts.
    #[default]
    #[n(0)]
    Enforced,
    /// `BucketOwnerPreferred`: who puts an object, or the bucket's owner if it is put with `bucket-owner-full-control`.
    #[n(1)]
    Preferred,
    /// `ObjectWriter`: who puts an object.
    #[n(2)]
    Writer,
    /// The same, because the controls were deleted.
    #[n(3)]
    Deleted,
}

/// The block of public access; each switch is as Amazon's of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PublicAccessBlock {
    /// No request may grant to the public by ACL.
    #[n(0)]
    pub block_acls: bool,
    /// What ACLs grant to the public does not count.
    #[n(1)]
    pub ignore_acls: bool,
    /// No public policy may be put.
    #[n(2)]
    pub block_policy: bool,
    /// While the policy is public, it grants to the owner's account only.
    #[n(3)]
    pub restrict: bool,
}

impl PublicAccessBlock {
    /// Everything is blocked.
    pub const ALL: Self = Self { block_acls: true, ignore_acls: true, block_policy: true, restrict: true };
    /// Nothing is.
    pub const NONE: Self = Self { block_acls: false, ignore_acls: false, block_policy: false, restrict: false };
}

/// Whom a grant is to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Grantee {
    /// The account of this canonical user id.
    #[n(0)]
    Account(#[n(0)] String),
    /// Everybody.
    #[n(1)]
    AllUsers,
    /// Everybody with a valid signature.
    #[n(2)]
    AuthenticatedUsers,
    /// Whoever delivers access logs.
    #[n(3)]
    LogDelivery,
}

/// What a grant allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Right {
    /// Everything below.
    #[n(0)]
    FullControl,
    /// To read the object, or list the bucket.
    #[n(1)]
    Read,
    /// To write objects of the bucket.
    #[n(2)]
    Write,
    /// To read the ACL.
    #[n(3)]
    ReadAcl,
    /// To write the ACL.
    #[n(4)]
    WriteAcl,
}

/// One entry of an ACL.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Grant {
    /// Whom it is to.
    #[n(0)]
    pub grantee: Grantee,
    /// What it allows.
    #[n(1)]
    pub right: Right,
}

/// Who may reach a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BucketAccess {
    /// The policy, as it was put.
    #[n(0)]
    pub policy: Option<String>,
    /// Object ownership; absent: enforced.
    #[n(1)]
    pub ownership: Option<Ownership>,
    /// Absent: all is blocked.
    #[n(2)]
    pub block: Option<PublicAccessBlock>,
    /// Absent: everything, to the owner.
    #[n(3)]
    pub acl: Option<Vec<Grant>>,
    /// Whether requesters pay.
    #[n(4)]
    pub requester_pays: Option<bool>,
    /// Whether the block of public access was deleted, not only opened.
    #[n(5)]
    pub block_deleted: Option<bool>,
    /// Which pages of other origins may, by browsers' CORS; absent: none.
    #[n(6)]
    pub cors: Option<Vec<CorsRule>>,
}

/// What pages of some origins may ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CorsRule {
    /// What its owner calls it.
    #[n(0)]
    pub id: Option<String>,
    /// Origins, with one `*` at most.
    #[n(1)]
    pub origins: Vec<String>,
    /// Methods.
    #[n(2)]
    pub methods: Vec<String>,
    /// Headers that requests may have, with one `*` at most.
    #[n(3)]
    pub headers: Vec<String>,
    /// Headers of answers that the page may see.
    #[n(4)]
    pub exposed: Vec<String>,
    /// For how many seconds a browser may keep the answer to its question.
    #[n(5)]
    pub max_age_seconds: Option<i32>,
}

impl BucketAccess {
    /// A bucket as Amazon made them before April 2023: who writes an object owns it, ACLs count, nothing public is blocked.
    pub fn open() -> Self {
        Self {
            ownership: Some(Ownership::Deleted),
            block: Some(PublicAccessBlock::NONE),
            block_deleted: Some(true),
            ..Self::default()
        }
    }

    /// Object ownership in force.
    pub fn ownership(&self) -> Ownership {
        self.ownership.unwrap_or_default()
    }

    /// The bucket's own block of public access.
    pub fn block(&self) -> PublicAccessBlock {
        self.block.unwrap_or(PublicAccessBlock::ALL)
    }

    /// Whether ACLs count.
    pub fn has_acls(&self) -> bool {
        self.ownership() != Ownership::Enforced
    }
}

/// Who may reach an object, or an upload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ObjectAccess {
    /// The account that owns it; absent: the bucket's owner.
    #[n(0)]
    pub owner: Option<String>,
    /// Absent: everything, to the owner.
    #[n(1)]
    pub acl: Option<Vec<Grant>>,
    /// Of an upload: the ARN of who began it; absent: the root of the bucket's owner.
    #[n(2)]
    pub initiator: Option<String>,
}

impl ObjectAccess {
    /// As records have it: nothing where all is the default.
    pub(crate) fn stored(&self) -> Option<Self> {
        (*self != Self::default()).then(|| self.clone())
    }

    /// Of the object that an upload with this becomes.
    pub(crate) fn completed(&self) -> Option<Self> {
        Self { initiator: None, ..self.clone() }.stored()
    }
}

/// What a door made of a record: made once, as fresh as the record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Derived(OnceLock<Arc<dyn Any + Send + Sync>>);

impl Derived {
    pub(crate) fn get<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Result<Arc<T>, Error> {
        let kept = self.0.get_or_init(|| Arc::new(make())).clone();
        kept.downcast().map_err(|_| Error::Damaged("two kinds of things were derived from one record".into()))
    }
}

impl crate::Bucket {
    /// The block of public access in force: the bucket's own or its account's, whichever is stricter.
    pub fn block(&self) -> PublicAccessBlock {
        self.access.block().stricter(self.account_block)
    }

    /// What `make` makes of this record, made when first asked for and kept with the record. One type only.
    pub fn derived<T: Any + Send + Sync>(&self, make: impl FnOnce(&Self) -> T) -> Result<Arc<T>, Error> {
        self.derived.get(|| make(self))
    }
}

impl Store {
    /// Changes who may reach a bucket.
    pub async fn change_bucket_access(
        &self,
        name: &BucketName,
        change: impl Fn(&mut BucketAccess) + Send + 'static,
    ) -> Result<(), Error> {
        let change = move |record: &mut BucketRecord| {
            let mut access = record.access.take().unwrap_or_default();
            change(&mut access);
            record.access = (access != BucketAccess::default()).then_some(access);
        };
        self.change_bucket(name, change).await
    }

    /// PutObjectAcl: the object, as it was read, gets another ACL. [`Error::NoSuchKey`] if it is another object by now.
    pub async fn put_object_acl(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        object: &Object,
        acl: &[Grant],
    ) -> Result<Object, Error> {
        let change = |record: &mut ObjectRecord| {
            let access = ObjectAccess { acl: Some(acl.to_vec()), ..record.access.take().unwrap_or_default() };
            record.access = access.stored();
            Ok(())
        };
        self.tell_change_object(Some(EventType::AclPut), bucket, key, version, Some(object), change).await
    }
}
