//! May they: whether the caller's own policies, and an access point's where there is one, allow an operation.
//!
//! An access point's policy may let others see and change the point itself. The root of its account is never locked out by it.

use coldkeep_auth::policy::{Context, Kind, Policies, Policy, Principal, Question, Values, decide};
use coldkeep_store::{AccessPoint, Bucket};

use crate::call::ControlCall;
use crate::errors::ControlError;

/// What a call is about, as conditions see it.
#[derive(Default)]
pub(crate) struct About<'a> {
    /// The ARN of the access point, and the network it may be reached from.
    pub point: Option<(&'a str, Option<&'a str>)>,
    /// Its tags as they are.
    pub tags: &'a [(String, String)],
    /// The tags that the request gives it.
    pub new_tags: &'a [(String, String)],
    /// The keys of tags that it takes away.
    pub old_keys: &'a [String],
}

struct Facts<'a> {
    call: &'a ControlCall,
    about: &'a About<'a>,
}

fn tag<'a>(tags: &'a [(String, String)], name: &str) -> Values<'a> {
    tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str()).into()
}

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        let (call, about) = (self.call, self.about);
        let known = call.caller.rights.value(key).or_else(|| coldkeep_http::circumstance(&call.call, key));
        if let Some(values) = known {
            return values;
        }
        if let Some(name) = ["aws:ResourceTag/", "s3:AccessPointTag/"].iter().find_map(|start| key.strip_prefix(start))
        {
            return tag(about.tags, name);
        }
        if let Some(name) = key.strip_prefix("aws:RequestTag/") {
            return tag(about.new_tags, name);
        }
        match key {
            "aws:RequestedRegion" => Values::one(call.region.as_str()),
            "aws:TagKeys" => {
                let given = about.new_tags.iter().map(|(key, _)| key);
                Values::Many(given.chain(about.old_keys).map(|key| key.as_str().into()).collect())
            }
            "s3:DataAccessPointArn" => about.point.map(|(arn, _)| arn).into(),
            "s3:DataAccessPointAccount" => about.point.map(|_| call.account.as_str()).into(),
            "s3:AccessPointNetworkOrigin" => about.point.map(|(_, vpc)| origin(vpc)).into(),
            "s3:signatureAge" => Values::One((call.call.received.0 - call.signed_at.0).max(0).to_string().into()),
            _ => Values::Absent,
        }
    }
}

/// `NetworkOrigin`, as answers and conditions have it.
pub(crate) fn origin(vpc: Option<&str>) -> &'static str {
    if vpc.is_some() { "VPC" } else { "Internet" }
}

impl ControlCall {
    /// A permission on what has no policy of its own.
    pub fn permit_own(&self, action: &str, resource: &str) -> Result<(), ControlError> {
        self.permit(action, resource, None, &About::default())
    }

    /// A permission on an access point that is there.
    pub fn permit_point(&self, action: &str, point: &AccessPoint, about: About<'_>) -> Result<(), ControlError> {
        let arn = point.arn.to_string();
        let is_root =
            matches!(&self.caller.rights.principal, Principal::Root { account } if account.id == point.arn.account);
        let policy = point.policy.as_deref().filter(|_| !is_root);
        let policy = policy.map(|json| Policy::parse(json, Kind::AccessPoint { arn: &arn })).transpose();
        let policy = policy.map_err(|error| {
            tracing::error!(arn, %error, "the policy of an access point cannot be read");
            ControlError::access_denied()
        })?;
        let about = About { point: Some((&arn, point.vpc.as_deref())), tags: &point.tags, ..about };
        self.permit(action, &arn, policy.as_ref(), &about)
    }

    /// A permission on a bucket that is there. Its policy counts, too, also for the root of its account.
    pub fn permit_bucket(
        &self,
        action: &str,
        arn: &str,
        bucket: &Bucket,
        about: &About<'_>,
    ) -> Result<(), ControlError> {
        let policy = bucket.access.policy.as_deref();
        let policy = policy.map(|json| Policy::parse(json, Kind::Bucket { name: bucket.name.as_str() })).transpose();
        let policy = policy.map_err(|error| {
            tracing::error!(arn, %error, "the policy of a bucket cannot be read");
            ControlError::access_denied()
        })?;
        let outside = self.caller.account.as_str() != bucket.owner;
        if outside && bucket.block().restrict && policy.as_ref().is_some_and(Policy::is_public) {
            return Err(ControlError::access_denied());
        }
        self.permit(action, arn, policy.as_ref(), about)
    }

    /// Refuses what is not allowed. Why is for the log only.
    pub fn permit(
        &self,
        action: &str,
        resource: &str,
        policy: Option<&Policy>,
        about: &About<'_>,
    ) -> Result<(), ControlError> {
        let question = Question {
            action,
            resource,
            resource_account: Some(&self.account),
            principal: &self.caller.rights.principal,
            context: &Facts { call: self, about },
        };
        let decision = decide(&question, &Policies { resource: policy, ..self.caller.rights.policies() });
        if decision.is_allowed() {
            return Ok(());
        }
        tracing::info!(caller = self.caller.arn.as_str(), action, resource, %decision, "access denied");
        Err(ControlError::access_denied())
    }
}
