//! A bucket's or an access point's side of a decision, compiled once and kept with the record in memory.

use coldkeep_auth::policy::{Kind, Policy};
use coldkeep_store::{AccessPoint, Bucket, Error};
use coldkeep_types::AccountId;

/// What a bucket or an access point says by its policy.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(super) owner: Option<AccountId>,
    /// `None`: it cannot be read, so nobody may.
    pub(super) policy: Option<Option<Policy>>,
    /// Whether the policy is public.
    pub(super) public: bool,
}

impl Guard {
    pub(super) fn of_bucket(bucket: &Bucket) -> Self {
        let kind = Kind::Bucket { name: bucket.name.as_str() };
        Self::read(bucket.access.policy.as_deref(), kind, AccountId::parse(&bucket.owner).ok())
    }

    pub(super) fn of_point(point: &AccessPoint) -> Self {
        let kind = Kind::AccessPoint { arn: &point.arn.to_string() };
        Self::read(point.policy.as_deref(), kind, Some(point.arn.account.clone()))
    }

    fn read(json: Option<&str>, kind: Kind<'_>, owner: Option<AccountId>) -> Self {
        let read = |json: &str| {
            let read = Policy::parse(json, kind);
            read.inspect_err(
                |error| tracing::error!(?kind, %error, "the policy of a bucket or access point cannot be read"),
            )
        };
        let policy = json.map(read).transpose().ok();
        let public = policy.iter().flatten().any(Policy::is_public);
        Self { owner, policy, public }
    }

    /// Whether the bucket's policy is there and public.
    pub(crate) fn is_public(bucket: &Bucket) -> Result<bool, Error> {
        Ok(bucket.derived(Self::of_bucket)?.public)
    }
}
