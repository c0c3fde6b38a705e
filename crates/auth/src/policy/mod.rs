//! The policy language of Amazon's access management, and its evaluation: pure decisions over given facts.
//!
//! - [`Policy::parse`] reads a document and compiles it once. What could not be honoured later is refused then, saying what and
//!   where ([`Malformed`]).
//! - [`decide()`] answers a [`Question`] from all [`Policies`] that apply to it, in Amazon's order, and says which statement decided.
//! - [`Policy::is_public`] is Amazon's meaning of "public" for bucket policies.
//!
//! Invariants: no document makes this panic or recurse deeper than a constant; a wildcard costs at most text times pattern steps,
//! never more; a policy that was read means the same for ever, whatever service answers; whatever is unknown or absent allows nothing.
//!
//! Nothing here does I/O, reads a clock, knows a status code, or looks up whether a principal that a policy names exists. The size
//! of documents is the caller's to limit. Service control policies do not exist here. The rules are those of the IAM user guide
//! ("IAM JSON policy reference" and "Policy evaluation logic"); each file names the page that it follows.

mod actions;
mod compare;
mod conditions;
mod context_keys;
mod decide;
mod decision;
mod document;
mod facts;
mod json;
mod kind;
mod malformed;
mod pattern;
mod principals;
mod public;
mod resources;
mod s3_actions;
mod statement;
mod wildcards;

pub use decide::{Acl, Beneath, Policies, decide};
pub use decision::{Decision, Outcome, Reason, Source};
pub use document::Policy;
pub use facts::{Account, Context, NoContext, Principal, Question, Values};
pub use kind::Kind;
pub use malformed::Malformed;
pub use principals::Grant;
