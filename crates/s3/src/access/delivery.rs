//! Whether access logs of one bucket may be delivered to another. From the user guide, "Permissions for log delivery": the target's
//! policy allows the service to put objects there, or its ACL the group of log delivery, where ACLs count.

use coldkeep_auth::policy::{Context, Outcome, Policies, Principal, Question, Values, decide};
use coldkeep_store::{Bucket, Grantee, Right};

use super::guard::Guard;
use crate::errors::S3Error;

/// The service, as policies name it.
const SERVICE: &str = "logging.s3.amazonaws.com";

/// Whether the service may put an object of this key for the source.
pub(crate) fn may_deliver(source: &Bucket, target: &Bucket, key: &str) -> Result<bool, S3Error> {
    let guard = target.derived(Guard::of_bucket)?;
    let (Some(policy), Some(owner)) = (&guard.policy, &guard.owner) else { return Ok(false) };
    let context = Delivery { arn: format!("arn:aws:s3:::{}", source.name), account: &source.owner };
    let question = Question {
        action: "s3:PutObject",
        resource: &format!("arn:aws:s3:::{}/{key}", target.name),
        resource_account: Some(owner),
        principal: &Principal::Service(SERVICE.into()),
        context: &context,
    };
    let policies = Policies { resource: policy.as_ref(), ..Policies::default() };
    let granted = || {
        let acl = target.access.acl.as_deref().filter(|_| target.access.has_acls()).unwrap_or_default();
        let writes = |right: Right| [Right::Write, Right::FullControl].contains(&right);
        acl.iter().any(|grant| grant.grantee == Grantee::LogDelivery && writes(grant.right))
    };
    Ok(match decide(&question, &policies).outcome {
        Outcome::Allow => true,
        Outcome::ImplicitDeny => granted(),
        Outcome::ExplicitDeny => false,
    })
}

/// What a policy can ask of a delivery: whose logs they are. It goes over no network.
struct Delivery<'a> {
    arn: String,
    account: &'a str,
}

impl Context for Delivery<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        match key {
            "aws:SourceArn" => Values::one(self.arn.as_str()),
            "aws:SourceAccount" => Values::one(self.account),
            "aws:SecureTransport" => Values::one("true"),
            "aws:ViaAWSService" => Values::one("false"),
            _ => Values::Absent,
        }
    }
}
