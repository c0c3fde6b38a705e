//! What a caller brings to every decision: who it is to policies, and which policies are its own.
//!
//! Made once for a user or session and shared by its requests. The resource's side is the door's to add.

use std::sync::Arc;

use coldkeep_types::Timestamp;

use crate::policy::{Policies, Policy, Principal, Values};

/// Who a caller is to policies, and what its own policies are.
#[derive(Clone, Debug, PartialEq)]
pub struct Rights {
    /// Who it is.
    pub principal: Principal,
    /// The name of its account, as listings show owners.
    pub account_name: Arc<str>,
    /// The policies attached to it and to its groups; of a session, to the role or user that it is of.
    pub identity: Box<[Arc<Policy>]>,
    /// The permissions boundary of the user or role.
    pub boundary: Option<Arc<Policy>>,
    /// The session's own policies, if it was given some: they only narrow.
    pub session: Option<Box<[Arc<Policy>]>>,
    /// The tags of the user or role, then of the session: of the same key, the last counts.
    pub tags: Box<[(String, String)]>,
    /// When the session's token was given out; `None`: it is no session.
    pub token_issued_at: Option<Timestamp>,
    /// Condition keys that the session was given for its whole life: `aws:FederatedProvider`, `aws:SourceIdentity`, and what its
    /// identity provider said (`host:sub`).
    pub session_keys: Box<[(String, Vec<String>)]>,
    /// The keys of those tags that go on to sessions of other roles.
    pub transitive: Box<[String]>,
}

impl Rights {
    /// A principal without policies: root, or somebody who may nothing.
    pub fn of(principal: Principal, account_name: &str) -> Self {
        Self {
            principal,
            account_name: account_name.into(),
            identity: Box::default(),
            boundary: None,
            session: None,
            tags: Box::default(),
            token_issued_at: None,
            session_keys: Box::default(),
            transitive: Box::default(),
        }
    }

    /// The caller's side of a decision; the door adds the resource's.
    pub fn policies(&self) -> Policies<'_> {
        Policies {
            identity: &self.identity,
            boundary: self.boundary.as_deref(),
            session: self.session.as_deref(),
            ..Policies::default()
        }
    }

    /// The value of a condition key that follows from the caller alone (`aws:PrincipalTag/...`, `aws:TokenIssueTime`,
    /// `aws:MultiFactorAuthPresent`, those of its session); `None`: it is no such key. What follows from the [`Principal`] is known to the evaluator.
    pub fn value(&self, key: &str) -> Option<Values<'_>> {
        if let Some(name) = key.strip_prefix("aws:PrincipalTag/") {
            let tag = self.tags.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name));
            return Some(tag.map(|(_, value)| value.as_str()).into());
        }
        match key {
            "aws:TokenIssueTime" => Some(self.token_issued_at.map(Timestamp::iso_seconds).into()),
            // Nobody has a second factor here; who signs with a permanent key has no such key, as at Amazon.
            "aws:MultiFactorAuthPresent" => Some(self.token_issued_at.map(|_| "false").into()),
            "aws:FederatedProvider" | "aws:SourceIdentity" => Some(self.session_key(key).unwrap_or(Values::Absent)),
            _ => self.session_key(key),
        }
    }

    fn session_key(&self, key: &str) -> Option<Values<'_>> {
        let (_, values) = self.session_keys.iter().find(|(known, _)| known.eq_ignore_ascii_case(key))?;
        Some(match values.as_slice() {
            [one] => Values::one(one),
            many => Values::Many(many.iter().map(|value| value.as_str().into()).collect()),
        })
    }
}
