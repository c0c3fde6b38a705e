//! What was decided and what decided it: for the log and for simulation, never for the refused caller.

use std::fmt;

use super::Policy;

/// Whether the principal may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It may.
    Allow,
    /// Nothing allows it.
    ImplicitDeny,
    /// A statement forbids it, whatever allows it.
    ExplicitDeny,
}

/// Which of the policies of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Those attached to the principal.
    Identity,
    /// The principal's permissions boundary.
    Boundary,
    /// Those of its session.
    Session,
    /// That of the resource.
    Resource,
    /// The second one of the resource: a vault's lock.
    Lock,
    /// That of the bucket beneath an access point.
    Beneath,
}

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason<'a> {
    /// This statement.
    Statement {
        /// Where the policy is attached.
        source: Source,
        /// The policy.
        policy: &'a Policy,
        /// The statement's place in the document.
        index: usize,
    },
    /// An ACL.
    Acl(Source),
    /// The root user of an account may do everything in it.
    Root,
    /// Of these, none allows it, and one would have to.
    Nothing(Source),
}

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision<'a> {
    /// The answer.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason<'a>,
}

impl Decision<'_> {
    /// Whether the principal may.
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allow
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Resource => "resource",
            Self::Lock => "lock",
            Self::Beneath => "bucket",
        })
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Statement { source, policy, index } => {
                write!(f, "{source} policy {:?}, ", policy.name())?;
                match policy.sid(*index) {
                    Some(sid) => write!(f, "statement {sid:?}"),
                    None => write!(f, "statement {index}"),
                }
            }
            Self::Acl(source) => write!(f, "the ACL of the {source}"),
            Self::Root => f.write_str("root of the account"),
            Self::Nothing(source) => write!(f, "no {source} policy allows it"),
        }
    }
}

impl fmt::Display for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Allow => "allowed",
            Outcome::ImplicitDeny => "not allowed",
            Outcome::ExplicitDeny => "denied",
        };
        write!(f, "{outcome}: {}", self.reason)
    }
}
