//! The decision, from all policies that apply. From the IAM user guide, "Policy evaluation logic": "How AWS enforcement code logic
//! evaluates requests", "Policy evaluation for requests within a single account", "Cross-account policy evaluation logic".
//!
//! 1. A statement that denies, in any policy, decides.
//! 2. The principal's side allows if an identity policy does, within its boundary and its session's policies; root's does by itself.
//! 3. Within one account either side is enough. The resource's side is enough if it names the principal (also its boundary and
//!    session policies do not matter then), or what its session is of (then they do); naming the account leaves it to the principal's
//!    side. Across accounts both sides must allow. Where the resource's side must allow (keys, trust policies), it must.
//! 4. An access point's bucket is asked in the same way, and must allow too.

use std::sync::Arc;

use coldkeep_types::AccountId;

use super::Policy;
use super::decision::{Decision, Outcome, Reason, Source};
use super::facts::{Principal, Question};
use super::principals::Grant;

/// What an ACL grants the principal; asked only when it matters. Groups of everyone grant [`Grant::Itself`], a grant to a canonical
/// user [`Grant::Account`].
pub type Acl<'a> = &'a dyn Fn() -> Grant;

/// All policies that apply to a question.
#[derive(Clone, Copy, Default)]
pub struct Policies<'a> {
    /// Those attached to the principal, and to the groups it is in.
    pub identity: &'a [Arc<Policy>],
    /// The principal's permissions boundary.
    pub boundary: Option<&'a Policy>,
    /// The policies of the principal's session, if it has some: one of them must allow.
    pub session: Option<&'a [Arc<Policy>]>,
    /// The resource's own.
    pub resource: Option<&'a Policy>,
    /// A second one of the resource's, which says as much: a vault's lock beside its access policy.
    pub lock: Option<&'a Policy>,
    /// Whether the resource's policies can only deny: a bucket's policy allows nothing on objects that another account owns (S3 user
    /// guide, "How Amazon S3 authorizes a request for an object operation").
    pub resource_only_denies: bool,
    /// The resource's ACL, where those are in force.
    pub acl: Option<Acl<'a>>,
    /// Whether the resource's policy must allow, as those of keys and roles must.
    pub resource_must_allow: bool,
    /// The bucket of the access point that the question's resource is of.
    pub beneath: Option<Beneath<'a>>,
}

/// The bucket beneath an access point.
#[derive(Clone, Copy)]
pub struct Beneath<'a> {
    /// The ARN of the bucket or object.
    pub resource: &'a str,
    /// The bucket's account.
    pub account: &'a AccountId,
    /// The bucket's policy.
    pub policy: Option<&'a Policy>,
    /// The ACL of bucket or object, where those are in force.
    pub acl: Option<Acl<'a>>,
}

/// One resource's side.
#[derive(Clone, Copy)]
struct Guard<'a> {
    source: Source,
    resource: &'a str,
    account: Option<&'a AccountId>,
    policies: [(Source, Option<&'a Policy>); 2],
    only_denies: bool,
    acl: Option<Acl<'a>>,
    must_allow: bool,
}

/// What allows, or what does not although something there would have to.
type Side<'a> = Result<Reason<'a>, Reason<'a>>;

/// Decides a question.
pub fn decide<'a>(question: &Question<'a>, policies: &Policies<'a>) -> Decision<'a> {
    let guard = Guard {
        source: Source::Resource,
        resource: question.resource,
        account: question.resource_account,
        policies: [(Source::Resource, policies.resource), (Source::Lock, policies.lock)],
        only_denies: policies.resource_only_denies,
        acl: policies.acl,
        must_allow: policies.resource_must_allow,
    };
    let beneath = policies.beneath.map(|beneath| Guard {
        source: Source::Beneath,
        resource: beneath.resource,
        account: Some(beneath.account),
        policies: [(Source::Beneath, beneath.policy), (Source::Lock, None)],
        only_denies: false,
        acl: beneath.acl,
        must_allow: false,
    });
    if let Some(reason) = denial(question, policies, &guard, beneath.as_ref()) {
        return Decision { outcome: Outcome::ExplicitDeny, reason };
    }
    let allowed = guard.allows(question, policies);
    let decided = match (allowed, beneath) {
        (Ok(_), Some(beneath)) => beneath.allows(question, policies).and(allowed),
        _ => allowed,
    };
    match decided {
        Ok(reason) => Decision { outcome: Outcome::Allow, reason },
        Err(reason) => Decision { outcome: Outcome::ImplicitDeny, reason },
    }
}

/// The first statement that denies, wherever it is.
fn denial<'a>(
    question: &Question<'a>,
    policies: &Policies<'a>,
    guard: &Guard<'a>,
    beneath: Option<&Guard<'a>>,
) -> Option<Reason<'a>> {
    let bounded = policies.boundary.is_some();
    let denies = |source: Source, policy: &'a Policy, resource: &str| {
        let index = policy.denial(question, resource, bounded)?;
        Some(Reason::Statement { source, policy, index })
    };
    let identity = policies.identity.iter().map(|policy| (Source::Identity, &**policy));
    let boundary = policies.boundary.map(|policy| (Source::Boundary, policy));
    let session = policies.session.into_iter().flatten().map(|policy| (Source::Session, &**policy));
    let mut principals_side = identity.chain(boundary).chain(session);
    let denied = principals_side.find_map(|(source, policy)| denies(source, policy, question.resource));
    if denied.is_some() || keeps_its_policy(question, guard) {
        return denied;
    }
    let mut guards = std::iter::once(guard).chain(beneath);
    guards.find_map(|guard| guard.policies().find_map(|(source, policy)| denies(source, policy, guard.resource)))
}

/// "The root principal in a bucket owner's AWS account can perform the GetBucketPolicy, PutBucketPolicy, and DeleteBucketPolicy API
/// actions, even if their bucket policy explicitly denies the root principal's access" (API reference, PutBucketPolicy).
fn keeps_its_policy(question: &Question<'_>, guard: &Guard<'_>) -> bool {
    let is_root = matches!(question.principal, Principal::Root { account } if guard.account == Some(&account.id));
    is_root && matches!(question.action, "s3:GetBucketPolicy" | "s3:PutBucketPolicy" | "s3:DeleteBucketPolicy")
}

impl<'a> Guard<'a> {
    /// Those there are.
    fn policies(&self) -> impl Iterator<Item = (Source, &'a Policy)> + use<'a> {
        self.policies.into_iter().filter_map(|(source, policy)| Some((source, policy?)))
    }

    /// Whether this side and the principal's allow, each as far as it must.
    fn allows(&self, question: &Question<'a>, policies: &Policies<'a>) -> Side<'a> {
        let (grant, by) = self.grant(question);
        let nothing = Err(Reason::Nothing(self.source));
        let Some(account) = question.principal.account() else {
            // Who belongs to no account has no side of its own.
            return if grant == Grant::Itself { Ok(by) } else { nothing };
        };
        let same_account = self.account.is_none_or(|owner| *owner == account.id);
        if !same_account {
            return if grant == Grant::Nothing { nothing } else { principals_side(question, policies).and(Ok(by)) };
        }
        match grant {
            Grant::Itself => Ok(by),
            Grant::Entity if bounds(question, policies).is_ok() => Ok(by),
            Grant::Nothing if self.must_allow => nothing,
            _ => principals_side(question, policies),
        }
    }

    /// What the resource's side grants, and by what; the ACL is asked only if it could grant more.
    fn grant(&self, question: &Question<'a>) -> (Grant, Reason<'a>) {
        let mut best = (Grant::Nothing, Reason::Nothing(self.source));
        for (source, policy) in self.policies().filter(|_| !self.only_denies) {
            if let (grant, Some(index)) = policy.grant(question, self.resource)
                && grant > best.0
            {
                best = (grant, Reason::Statement { source, policy, index });
            }
        }
        if best.0 < Grant::Itself
            && let Some(acl) = self.acl
            && let grant = acl()
            && grant > best.0
        {
            best = (grant, Reason::Acl(self.source));
        }
        best
    }
}

/// Whether the principal's own policies allow, within what bounds them.
fn principals_side<'a>(question: &Question<'a>, policies: &Policies<'a>) -> Side<'a> {
    if matches!(question.principal, Principal::Root { .. }) {
        return Ok(Reason::Root);
    }
    let reason = any(question, policies.identity.iter().map(|policy| &**policy), Source::Identity)?;
    bounds(question, policies).map(|()| reason)
}

/// Whether the boundary and the session's policies allow, where there are some.
fn bounds<'a>(question: &Question<'a>, policies: &Policies<'a>) -> Result<(), Reason<'a>> {
    if let Some(boundary) = policies.boundary {
        any(question, std::iter::once(boundary), Source::Boundary)?;
    }
    if let Some(session) = policies.session {
        any(question, session.iter().map(|policy| &**policy), Source::Session)?;
    }
    Ok(())
}

/// Whether one of these policies allows.
fn any<'a>(question: &Question<'a>, mut policies: impl Iterator<Item = &'a Policy>, source: Source) -> Side<'a> {
    let statement = |policy: &'a Policy| {
        let index = policy.grant(question, question.resource).1?;
        Some(Reason::Statement { source, policy, index })
    };
    policies.find_map(statement).ok_or(Reason::Nothing(source))
}
