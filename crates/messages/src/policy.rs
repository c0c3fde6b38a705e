//! Policies of queues and topics: read once, and asked for who acts.

use std::sync::Arc;

use coldkeep_auth::policy::{Context, Kind, Policies, Policy, Principal, Question, Values, decide};
use coldkeep_auth::{Caller, policy::Decision};
use coldkeep_types::AccountId;

use crate::{Error, Messages, Place, Queue};

/// A service of this server, acting for something that somebody has.
#[derive(Clone, Copy, Debug)]
pub struct Acting<'a> {
    /// Its name, such as `sns.amazonaws.com`.
    pub service: &'a str,
    /// The ARN of what it acts for.
    pub source: &'a str,
    /// The account that has that.
    pub account: &'a AccountId,
}

impl Context for Acting<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        match key {
            "aws:SourceArn" => Values::one(self.source),
            "aws:SourceAccount" | "aws:SourceOwner" => Values::one(self.account.as_str()),
            "aws:SecureTransport" => Values::one("true"),
            _ => Values::Absent,
        }
    }
}

/// The policy of topics that are made without one: who acts for the account may. Users are left to their own policies, for
/// `aws:SourceOwner` is a key that only services bring.
pub fn default_topic_policy(place: &Place, name: &str) -> String {
    let (arn, account) = (place.topic_arn(name), &place.account);
    format!(
        r#"{{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{{"AWS":"*"}},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"{arn}","Condition":{{"StringEquals":{{"AWS:SourceOwner":"{account}"}}}}}}]}}"#
    )
}

impl Messages {
    /// A policy that was put, parsed.
    pub fn policy(&self, kind: Kind<'_>, arn: &str, text: &str) -> Result<Arc<Policy>, Error> {
        let key = (arn.to_owned(), text.to_owned());
        if let Some(policy) = self.0.policies.lock().get(&key) {
            return Ok(policy.clone());
        }
        let policy =
            Policy::parse(text, kind).map_err(|error| Error::Damaged(format!("the policy of {arn}: {error}")))?;
        let policy = Arc::new(policy);
        self.0.policies.lock().put(key, policy.clone());
        Ok(policy)
    }

    /// Whether a caller may do this with a queue or topic: by its own policies and that of the resource. Otherwise what decided.
    pub fn judge(
        &self,
        caller: &Caller,
        action: &str,
        arn: &str,
        account: &AccountId,
        policy: Option<&Policy>,
        context: &dyn Context,
    ) -> Result<(), String> {
        let principal = &caller.rights.principal;
        let question = Question { action, resource: arn, resource_account: Some(account), principal, context };
        let decision = decide(&question, &Policies { resource: policy, ..caller.rights.policies() });
        if decision.is_allowed() { Ok(()) } else { Err(decision.to_string()) }
    }

    /// Whether the policy of a resource lets a service do this.
    pub(crate) fn serves(
        &self,
        acting: &Acting<'_>,
        action: &str,
        arn: &str,
        account: &AccountId,
        policy: &Policy,
    ) -> bool {
        let principal = Principal::Service(acting.service.into());
        let question =
            Question { action, resource: arn, resource_account: Some(account), principal: &principal, context: acting };
        let decision: Decision<'_> = decide(&question, &Policies { resource: Some(policy), ..Policies::default() });
        decision.is_allowed()
    }

    /// Whether a topic may send to a queue.
    pub(crate) fn may_send(&self, topic: &str, owner: &AccountId, queue: &Queue) -> Result<bool, Error> {
        let Some(text) = &queue.record.policy else { return Ok(false) };
        let arn = queue.arn();
        let policy = self.policy(Kind::Queue { arn: &arn }, &arn, text)?;
        let acting = Acting { service: "sns.amazonaws.com", source: topic, account: owner };
        Ok(self.serves(&acting, "sqs:SendMessage", &arn, &queue.place.account, &policy))
    }
}
