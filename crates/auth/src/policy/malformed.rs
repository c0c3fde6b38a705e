//! What is wrong with a policy, in Amazon's words where they are known, and where.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

use super::Kind;

/// A policy that is refused. Which code that has is the door's to say: `MalformedPolicy` in S3, `MalformedPolicyDocument` in IAM.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Malformed {
    /// What Amazon tells the client.
    pub message: Cow<'static, str>,
    /// What is wrong, exactly.
    pub detail: String,
    /// Where, such as `Statement[1].Condition.StringLike`; empty: the document as a whole.
    pub at: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at.as_str() {
            "" => write!(f, "{} ({})", self.message, self.detail),
            at => write!(f, "{} (at {at}: {})", self.message, self.detail),
        }
    }
}

/// What kinds of wrong there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NotAnObject,
    NotJson(String),
    Version(String),
    VersionTooOld,
    UnknownElement(String),
    Missing(&'static str),
    Together(&'static str, &'static str),
    /// A value is not of the form that its element has.
    Form(&'static str),
    NoStatements,
    Sid(String),
    SidTwice(String),
    Effect(String),
    PrincipalForbidden,
    Principal(String),
    NotPrincipalAllows,
    /// Not `vendor:name`.
    ActionForm(String),
    ActionUnknown(String),
    NoActions,
    ResourceForbidden,
    /// What IAM says of it.
    Resource {
        resource: String,
        words: String,
    },
    NoResources,
    ActionWithoutResource(String),
    Operator(String),
    Key(String),
    KeyWithoutAction {
        key: String,
        action: String,
    },
    Value {
        operator: String,
        value: String,
    },
    Variable(String),
}

impl Fault {
    fn message(&self, kind: Kind<'_>) -> Cow<'static, str> {
        if kind.names_principals() { self.of_resources(kind) } else { self.of_iam() }
    }

    /// As PutBucketPolicy and CreateRole answer; the words of the other services are not documented, so they get these too.
    fn of_resources(&self, kind: Kind<'_>) -> Cow<'static, str> {
        match self {
            Self::NotAnObject if kind.is_s3() => "Policies must be valid JSON and the first byte must be '{'".into(),
            Self::NotAnObject | Self::NotJson(_) => "This policy contains invalid Json".into(),
            Self::Version(_) | Self::VersionTooOld => "The policy must contain a valid version string".into(),
            Self::Missing(element) => format!("Missing required field {element}").into(),
            Self::NoStatements => "Could not parse the policy: Statement is empty!".into(),
            Self::Effect(effect) => format!("Invalid effect: {effect}").into(),
            Self::Principal(_) | Self::NotPrincipalAllows | Self::PrincipalForbidden if kind.is_s3() => {
                "Invalid principal in policy".into()
            }
            Self::Principal(named) => format!("Invalid principal in policy: {named}").into(),
            Self::NotPrincipalAllows | Self::PrincipalForbidden => "Has prohibited field NotPrincipal".into(),
            Self::ActionForm(_) | Self::ActionUnknown(_) if kind == Kind::Trust => {
                "AssumeRole policy may only specify STS AssumeRole actions.".into()
            }
            Self::ActionForm(_) | Self::ActionUnknown(_) | Self::NoActions => "Policy has invalid action".into(),
            Self::ResourceForbidden => "Has prohibited field Resource".into(),
            Self::Resource { .. } | Self::NoResources => "Policy has invalid resource".into(),
            Self::ActionWithoutResource(_) => "Action does not apply to any resource(s) in statement".into(),
            Self::Operator(operator) => format!("Invalid Condition type : {operator}").into(),
            Self::Key(_) => "Policy has an invalid condition key".into(),
            Self::KeyWithoutAction { .. } => {
                "Conditions do not apply to combination of actions and resources in statement".into()
            }
            Self::UnknownElement(_)
            | Self::Together(..)
            | Self::Form(_)
            | Self::Sid(_)
            | Self::SidTwice(_)
            | Self::Value { .. }
            | Self::Variable(_) => "Invalid policy syntax.".into(),
        }
    }

    /// As PutUserPolicy and CreatePolicy answer.
    fn of_iam(&self) -> Cow<'static, str> {
        const VENDOR: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
        match self {
            Self::VersionTooOld => "Policy document must be version 2012-10-17 or greater.".into(),
            Self::SidTwice(_) => "Statement IDs (SID) in a single policy must be unique.".into(),
            Self::Sid(_) => "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
                             expression [0-9A-Za-z]*"
                .into(),
            Self::Missing("Action") | Self::NoActions => "Policy statement must contain actions.".into(),
            Self::Missing("Resource") | Self::NoResources => "Policy statement must contain resources.".into(),
            Self::PrincipalForbidden => "Policy document should not specify a principal.".into(),
            Self::Resource { words, .. } => words.clone().into(),
            Self::ActionForm(action) if action.matches(':').count() > 1 => {
                "Actions/Condition can contain only one colon.".into()
            }
            Self::ActionForm(action) => match action.split_once(':') {
                Some((vendor, _)) => format!("Vendor {vendor} is not valid").into(),
                None => VENDOR.into(),
            },
            Self::Key(key) if !key.contains(':') => VENDOR.into(),
            Self::Value { operator, .. } if operator.starts_with("Date") => "The policy failed legacy parsing".into(),
            Self::NotAnObject
            | Self::NotJson(_)
            | Self::Version(_)
            | Self::UnknownElement(_)
            | Self::Missing(_)
            | Self::Together(..)
            | Self::Form(_)
            | Self::NoStatements
            | Self::Effect(_)
            | Self::Principal(_)
            | Self::NotPrincipalAllows
            | Self::ActionUnknown(_)
            | Self::ResourceForbidden
            | Self::ActionWithoutResource(_)
            | Self::Operator(_)
            | Self::Key(_)
            | Self::KeyWithoutAction { .. }
            | Self::Value { .. }
            | Self::Variable(_) => "Syntax errors in policy.".into(),
        }
    }
}

/// The fault itself, for whoever wrote the policy.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("the document is not a JSON object"),
            Self::NotJson(error) => write!(f, "not JSON that can be read in one way only: {error}"),
            Self::Version(version) => write!(f, "the version {version:?} is neither 2012-10-17 nor 2008-10-17"),
            Self::VersionTooOld => f.write_str("managed policies are of version 2012-10-17"),
            Self::UnknownElement(name) => write!(f, "there is no element {name:?}"),
            Self::Missing(element) => write!(f, "{element} is missing"),
            Self::Together(one, other) => write!(f, "{one} and {other} exclude each other"),
            Self::Form(expected) => write!(f, "the value is not {expected}"),
            Self::NoStatements => f.write_str("there is no statement"),
            Self::Sid(sid) => write!(f, "the Sid {sid:?} has other than letters and digits"),
            Self::SidTwice(sid) => write!(f, "another statement has the Sid {sid:?} too"),
            Self::Effect(effect) => write!(f, "the effect {effect:?} is neither Allow nor Deny"),
            Self::PrincipalForbidden => f.write_str("whom the policy is attached to is the principal; it names none"),
            Self::Principal(named) => write!(f, "{named} names no principal"),
            Self::NotPrincipalAllows => f.write_str("NotPrincipal goes with the effect Deny only"),
            Self::ActionForm(action) => write!(f, "{action:?} is no action: they are written service:Name"),
            Self::ActionUnknown(action) => write!(f, "{action:?} is no action that this kind of policy can name"),
            Self::NoActions => f.write_str("there is no action"),
            Self::ResourceForbidden => f.write_str("the role is the resource; its trust policy names none"),
            Self::Resource { resource, .. } => write!(f, "{resource:?} is no resource that this policy can name"),
            Self::NoResources => f.write_str("there is no resource"),
            Self::ActionWithoutResource(action) => write!(f, "{action:?} acts on none of the resources named"),
            Self::Operator(operator) => write!(f, "there is no condition operator {operator:?}"),
            Self::Key(key) => write!(f, "there is no condition key {key:?}"),
            Self::KeyWithoutAction { key, action } => write!(f, "requests for {action:?} never have the key {key:?}"),
            Self::Value { operator, value } => write!(f, "{operator} cannot compare with {value:?}"),
            Self::Variable(variable) => write!(f, "{variable:?} is no policy variable"),
        }
    }
}

/// A fault and the way to it, innermost first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Located {
    fault: Fault,
    path: Vec<String>,
}

impl From<Fault> for Located {
    fn from(fault: Fault) -> Self {
        Self { fault, path: Vec::new() }
    }
}

impl Located {
    /// What the client of a policy of this kind is told.
    pub(super) fn told(mut self, kind: Kind<'_>) -> Malformed {
        self.path.reverse();
        let at = self.path.join(".").replace(".[", "[");
        Malformed { message: self.fault.message(kind), detail: self.fault.to_string(), at }
    }
}

/// Says in which element something went wrong.
pub(super) trait Within<T> {
    /// Puts the name of an element before the way to the fault.
    fn within(self, element: &str) -> Result<T, Located>;

    /// Puts the place in a list before the way to the fault.
    fn within_item(self, index: usize) -> Result<T, Located>;
}

impl<T, E: Into<Located>> Within<T> for Result<T, E> {
    fn within(self, element: &str) -> Result<T, Located> {
        self.map_err(|error| {
            let mut located = error.into();
            located.path.push(element.to_owned());
            located
        })
    }

    fn within_item(self, index: usize) -> Result<T, Located> {
        self.within(&format!("[{index}]"))
    }
}
