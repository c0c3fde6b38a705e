//! Policies: any document is refused or read; what was read can be asked, names what it needs, and denies whom it says it denies.
//!
//! The first byte says what the policy is attached to, the next two pick the question, the rest is the document.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use coldkeep_auth::policy::{Account, Context, Kind, Outcome, Policies, Policy, Principal, Question, Values, decide};
use coldkeep_types::AccountId;

use crate::byte;

const KINDS: [Kind<'static>; 7] = [
    Kind::Identity,
    Kind::Managed,
    Kind::Trust,
    Kind::Bucket { name: "photos" },
    Kind::AccessPoint { arn: "arn:aws:s3:us-east-1:111122223333:accesspoint/own" },
    Kind::Vault { arn: "arn:aws:glacier:us-east-1:111122223333:vaults/films" },
    Kind::Key { arn: "arn:aws:kms:us-east-1:111122223333:key/1234" },
];

const QUESTIONS: [(&str, &str); 5] = [
    ("s3:GetObject", "arn:aws:s3:::photos/ann/é*"),
    ("s3:ListBucket", "arn:aws:s3:::photos"),
    ("glacier:DeleteArchive", "arn:aws:glacier:us-east-1:111122223333:vaults/films"),
    ("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/1234"),
    ("sts:AssumeRole", "arn:aws:iam::111122223333:role/build"),
];

/// Gives every key values of every type, and remembers which were asked for.
#[derive(Default)]
struct Asked(RefCell<Vec<String>>);

impl Context for Asked {
    fn values(&self, key: &str) -> Values<'_> {
        self.0.borrow_mut().push(key.to_owned());
        match key.len() % 4 {
            0 => Values::Absent,
            1 => Values::one("10.1.2.3"),
            2 => Values::one("2026-01-01T00:00:00Z"),
            _ => Values::Many(["", "true", "arn:aws:s3:::photos", "17"].map(Cow::Borrowed).into()),
        }
    }
}

pub(crate) fn run(data: &[u8]) {
    let mut data = data;
    let kind = KINDS[usize::from(byte(&mut data)) % KINDS.len()];
    let (action, resource) = QUESTIONS[usize::from(byte(&mut data)) % QUESTIONS.len()];
    let principal = principal(byte(&mut data));
    let Ok(json) = std::str::from_utf8(data) else { return };
    let policy = match Policy::parse(json, kind) {
        Ok(policy) => Arc::new(policy.named("fuzzed")),
        Err(malformed) => {
            assert!(!malformed.message.is_empty() && !malformed.detail.is_empty(), "{malformed:?}");
            return;
        }
    };
    assert_eq!(Policy::parse(json, kind).ok().map(|again| again.named("fuzzed")).as_ref(), Some(&*policy));
    let asked = Asked::default();
    let owner = AccountId::parse("111122223333").ok();
    let question =
        Question { action, resource, resource_account: owner.as_ref(), principal: &principal, context: &asked };
    let of_identity = matches!(kind, Kind::Identity | Kind::Managed);
    let own = [Arc::clone(&policy)];
    let policies = Policies {
        identity: if of_identity { &own } else { &[] },
        resource: (!of_identity).then_some(&*policy),
        resource_must_allow: true,
        ..Policies::default()
    };
    let decision = decide(&question, &policies);
    assert_eq!(decision, decide(&question, &policies), "the same question has the same answer");
    assert!(!decision.to_string().is_empty());
    let known = policy.context_keys();
    for key in &*asked.0.borrow() {
        assert!(known.contains(&key.as_str()), "{key} was asked for, {known:?} were named");
    }
    // The same documents as a boundary can only take away.
    if of_identity && decision.outcome != Outcome::Allow {
        let bounded = Policies { boundary: Some(&*policy), ..policies };
        assert_ne!(decide(&question, &bounded).outcome, Outcome::Allow, "{json}");
    }
    policy.is_public();
    policy.principals();
}

fn principal(pick: u8) -> Principal {
    let Ok(id) = AccountId::parse(if pick & 8 == 0 { "111122223333" } else { "444455556666" }) else {
        return Principal::Anonymous;
    };
    let account = Account { canonical_id: format!("{id:0>64}").into(), id };
    match pick % 4 {
        0 => Principal::Anonymous,
        1 => Principal::Root { account },
        2 => Principal::User {
            arn: format!("arn:aws:iam::{}:user/ann", account.id).into(),
            id: "AIDAXXXXXXXXXXXXXXXXX".into(),
            name: "ann".into(),
            account,
        },
        _ => Principal::AssumedRole {
            role_arn: format!("arn:aws:iam::{}:role/build", account.id).into(),
            session_arn: format!("arn:aws:sts::{}:assumed-role/build/ci", account.id).into(),
            id: "AROAXXXXXXXXXXXXXXXXX:ci".into(),
            account,
        },
    }
}
