//! Whether access logs and inventories of one bucket may be delivered to another. From the user guide, "Permissions for log delivery": the
//! target's policy allows the service to put objects there, or its ACL the group of log delivery, where ACLs count. Of inventories, only
//! its policy.

use coldkeep_auth::policy::{Context, Outcome, Policies, Principal, Question, Values, decide};
use coldkeep_store::{Bucket, Grantee, Right};

use super::guard::Guard;
use crate::errors::S3Error;

/// The service that delivers logs, as policies name it.
const LOGGING: &str = "logging.s3.amazonaws.com";
/// The service that delivers inventories.
pub(crate) const INVENTORY: &str = "s3.amazonaws.com";

/// Whether the service may put an object of this key for the source.
pub(crate) fn may_deliver(source: &Bucket, target: &Bucket, key: &str) -> Result<bool, S3Error> {
    let granted = || {
        let acl = target.access.acl.as_deref().filter(|_| target.access.has_acls()).unwrap_or_default();
        let writes = |right: Right| [Right::Write, Right::FullControl].contains(&right);
        acl.iter().any(|grant| grant.grantee == Grantee::LogDelivery && writes(grant.right))
    };
    Ok(match by_policy(LOGGING, source, target, key)? {
        Outcome::Allow => true,
        Outcome::ImplicitDeny => granted(),
        Outcome::ExplicitDeny => false,
    })
}

/// Whether the service may put a file of an inventory of the source.
pub(crate) fn may_deliver_inventory(source: &Bucket, target: &Bucket, key: &str) -> Result<bool, S3Error> {
    Ok(by_policy(INVENTORY, source, target, key)? == Outcome::Allow)
}

/// What the target's policy says of a delivery.
fn by_policy(service: &str, source: &Bucket, target: &Bucket, key: &str) -> Result<Outcome, S3Error> {
    let guard = target.derived(Guard::of_bucket)?;
    let (Some(policy), Some(owner)) = (&guard.policy, &guard.owner) else { return Ok(Outcome::ExplicitDeny) };
    let question = Question {
        action: "s3:PutObject",
        resource: &format!("arn:aws:s3:::{}/{key}", target.name),
        resource_account: Some(owner),
        principal: &Principal::Service(service.into()),
        context: &Delivery::of(source),
    };
    let policies = Policies { resource: policy.as_ref(), ..Policies::default() };
    Ok(decide(&question, &policies).outcome)
}

/// What a policy can ask of a delivery: of which bucket it is. It goes over no network.
pub(crate) struct Delivery<'a> {
    arn: String,
    account: &'a str,
}

impl<'a> Delivery<'a> {
    pub fn of(source: &'a Bucket) -> Self {
        Self { arn: format!("arn:aws:s3:::{}", source.name), account: &source.owner }
    }
}

impl Context for Delivery<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        match key {
            "aws:SourceArn" => Values::one(self.arn.as_str()),
            "aws:SourceAccount" => Values::one(self.account),
            // What is delivered is the bucket owner's, and policies that Amazon gives as examples ask for that.
            "s3:x-amz-acl" => Values::one("bucket-owner-full-control"),
            "aws:SecureTransport" => Values::one("true"),
            "aws:ViaAWSService" => Values::one("false"),
            _ => Values::Absent,
        }
    }
}
