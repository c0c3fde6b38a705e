//! Key policies: the default one, and which are refused. From the KMS developer guide, "Key policies" and "Default key policy".

use coldkeep_auth::policy::{Decision, Kind, NoContext, Policies, Policy, Question, decide};
use coldkeep_auth::{Caller, Rights};
use coldkeep_types::AccountId;

use crate::{Error, Place};

/// The most bytes a policy may have.
const MAX_BYTES: usize = 32 << 10;

/// The policy of keys that are made without one: the account's own policies decide.
pub fn default_policy(place: &Place) -> String {
    let (partition, account) = (place.region.partition(), &place.account);
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    )
}

/// The policy of a service's key: everyone of the account, through the service only.
pub(crate) fn service_policy(place: &Place, service: &str, description: &str) -> String {
    let (partition, account, region) = (place.region.partition(), &place.account, &place.region);
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "auto-{service}-2",
  "Statement" : [ {{
    "Sid" : "Allow access through {description} for all principals in the account that are authorized to use {description}",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "*"
    }},
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {{
      "StringEquals" : {{
        "kms:CallerAccount" : "{account}",
        "kms:ViaService" : "{service}.{region}.amazonaws.com"
      }}
    }}
  }}, {{
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:{partition}:iam::{account}:root"
    }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*" ],
    "Resource" : "*"
  }} ]
}}"#
    )
}

/// Refuses a document that is no key policy, and one after which its caller could not change it again, unless that is wanted.
pub(crate) fn check(
    document: &str,
    arn: &str,
    account: &AccountId,
    caller: &Caller,
    may_lock_out: bool,
) -> Result<Policy, Error> {
    if document.is_empty() || document.len() > MAX_BYTES {
        return Err(Error::LimitExceeded(format!("A key policy has 1 to {MAX_BYTES} bytes.")));
    }
    let policy = Policy::parse(document, Kind::Key { arn });
    let policy = policy.map_err(|error| Error::MalformedPolicy(error.to_string()))?;
    if !may_lock_out && !may_put(&policy, arn, account, caller, &caller.rights) {
        return Err(Error::MalformedPolicy(
            "The new key policy will not allow you to update the key policy in the future.".to_owned(),
        ));
    }
    Ok(policy)
}

/// Whether the key policy, with the caller's own ones where it leaves it to them, lets the caller put another. Conditions count as
/// Amazon counts them: keys that only a request has are absent.
fn may_put(policy: &Policy, arn: &str, account: &AccountId, caller: &Caller, rights: &Rights) -> bool {
    let question = Question {
        action: "kms:PutKeyPolicy",
        resource: arn,
        resource_account: Some(account),
        principal: &caller.rights.principal,
        context: &NoContext,
    };
    let policies = Policies { resource: Some(policy), resource_must_allow: true, ..rights.policies() };
    let decision: Decision<'_> = decide(&question, &policies);
    decision.is_allowed()
}
