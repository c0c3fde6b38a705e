//! The policy language against the examples of Amazon's documentation, and against an interpreter written for this test only.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod conditions;
mod examples;
mod naive;
mod public;
mod refused;
mod who_may;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use coldkeep_auth::policy::{Account, Context, Kind, Policy, Principal, Question, Values};
use coldkeep_types::AccountId;

/// The account of most examples.
pub(crate) const HERE: &str = "111122223333";
/// Another one.
pub(crate) const THERE: &str = "444455556666";

pub(crate) fn account_id(id: &str) -> AccountId {
    AccountId::parse(id).expect("12 digits")
}

pub(crate) fn account(id: &str) -> Account {
    Account { id: account_id(id), canonical_id: format!("{id:0>64}").into() }
}

pub(crate) fn root(id: &str) -> Principal {
    Principal::Root { account: account(id) }
}

pub(crate) fn user(id: &str, name: &str) -> Principal {
    Principal::User {
        account: account(id),
        arn: format!("arn:aws:iam::{id}:user/{name}").into(),
        id: format!("AIDA{:X>17}", name.to_uppercase()).into(),
        name: name.into(),
    }
}

pub(crate) fn session(id: &str, role: &str, name: &str) -> Principal {
    Principal::AssumedRole {
        account: account(id),
        role_arn: format!("arn:aws:iam::{id}:role/{role}").into(),
        session_arn: format!("arn:aws:sts::{id}:assumed-role/{role}/{name}").into(),
        id: format!("AROA{:X>17}:{name}", role.to_uppercase()).into(),
    }
}

pub(crate) fn federated(id: &str, name: &str, issuer: &str) -> Principal {
    Principal::FederatedUser {
        account: account(id),
        arn: format!("arn:aws:sts::{id}:federated-user/{name}").into(),
        id: format!("{id}:{name}").into(),
        issuer_arn: format!("arn:aws:iam::{id}:user/{issuer}").into(),
    }
}

/// A context of given keys, as Amazon spells them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(pub(crate) BTreeMap<String, Vec<String>>);

impl Given {
    pub(crate) fn new<'a>(keys: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut given = BTreeMap::<String, Vec<String>>::new();
        for (key, value) in keys {
            given.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        Self(given)
    }
}

impl Context for Given {
    fn values(&self, key: &str) -> Values<'_> {
        match self.0.get(key).map(Vec::as_slice) {
            None => Values::Absent,
            Some([value]) => Values::one(value),
            Some(values) => Values::Many(values.iter().map(|value| Cow::Borrowed(value.as_str())).collect()),
        }
    }
}

pub(crate) fn identity(json: &str) -> Arc<Policy> {
    Arc::new(Policy::parse(json, Kind::Identity).unwrap_or_else(|error| panic!("{error}: {json}")))
}

pub(crate) fn bucket(name: &str, json: &str) -> Policy {
    Policy::parse(json, Kind::Bucket { name }).unwrap_or_else(|error| panic!("{error}: {json}"))
}

pub(crate) fn ask<'a>(
    principal: &'a Principal,
    action: &'a str,
    resource: &'a str,
    resource_account: Option<&'a AccountId>,
    context: &'a dyn Context,
) -> Question<'a> {
    Question { action, resource, resource_account, principal, context }
}
