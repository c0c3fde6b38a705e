//! A whole policy, compiled. From the IAM user guide, "Grammar of the IAM JSON policy language".

use std::collections::BTreeSet;

use super::facts::Question;
use super::json::{self, Json};
use super::malformed::{Fault, Located, Malformed, Within};
use super::principals::Grant;
use super::statement::Statement;
use super::{Kind, public};

/// A policy that was read, and can be asked as often as wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    name: Box<str>,
    /// Denying ones apart: they are all asked before any that allows.
    denying: Box<[Statement]>,
    allowing: Box<[Statement]>,
}

impl Policy {
    /// Reads a document of this kind; what could not be honoured later is refused. The caller bounds the size of `json`.
    pub fn parse(json: &str, kind: Kind<'_>) -> Result<Self, Malformed> {
        parse(json, kind).map_err(|located| located.told(kind))
    }

    /// The same policy with a name, by which a [`super::Decision`] calls it: an ARN, or the name of an inline policy.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// The name it was given; empty if none was.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The accounts, users, roles, sessions and canonical users that it names, sorted, as they were written (accounts as 12 digits):
    /// Amazon refuses policies that name whom it does not know.
    pub fn principals(&self) -> Vec<&str> {
        let mut names = BTreeSet::new();
        for principals in self.statements().filter_map(|statement| statement.principals.as_ref()) {
            principals.names(&mut names);
        }
        names.into_iter().collect()
    }

    /// The condition keys whose values it needs, sorted: what GetContextKeysForCustomPolicy answers.
    pub fn context_keys(&self) -> Vec<&str> {
        self.statements().flat_map(Statement::keys).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether it allows anything to the public, as S3 means it: see `public.rs`.
    pub fn is_public(&self) -> bool {
        self.allowing.iter().any(public::is_public)
    }

    /// The Sid of the statement at this place in the document.
    pub fn sid(&self, index: usize) -> Option<&str> {
        self.statements().find(|statement| statement.index == index)?.sid.as_deref()
    }

    fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.denying.iter().chain(&self.allowing)
    }

    /// The first statement that denies. `bounded`: the principal has a permissions boundary.
    pub(super) fn denial(&self, question: &Question<'_>, resource: &str, bounded: bool) -> Option<usize> {
        let denies = |statement: &&Statement| {
            statement.grant(question.principal, bounded) != Grant::Nothing && statement.applies(question, resource)
        };
        self.denying.iter().find(denies).map(|statement| statement.index)
    }

    /// The first of the statements that allow most directly.
    pub(super) fn grant(&self, question: &Question<'_>, resource: &str) -> (Grant, Option<usize>) {
        let mut best = (Grant::Nothing, None);
        for statement in &self.allowing {
            let grant = statement.grant(question.principal, false);
            if grant > best.0 && statement.applies(question, resource) {
                best = (grant, Some(statement.index));
                if grant == Grant::Itself {
                    break;
                }
            }
        }
        best
    }
}

fn parse(text: &str, kind: Kind<'_>) -> Result<Policy, Located> {
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Fault::NotAnObject.into());
    }
    let Json::Object(members) = json::read(text).map_err(Fault::NotJson)? else {
        return Err(Fault::NotAnObject.into());
    };
    let (mut version, mut statement) = (None, None);
    for (name, value) in &members {
        match (name.as_str(), value) {
            ("Version", Json::Text(text)) => version = Some(text.as_str()),
            ("Version", _) => return Err(Fault::Version(String::new())).within("Version"),
            ("Id", Json::Text(_)) => {}
            ("Id", _) => return Err(Fault::Form("a string")).within("Id"),
            ("Statement", value) => statement = Some(value),
            _ => return Err(Fault::UnknownElement(name.clone()).into()),
        }
    }
    // "If you do not include a Version element, the value defaults to 2008-10-17."
    let variables = match version {
        Some("2012-10-17") => true,
        None | Some("2008-10-17") if kind == Kind::Managed => return Err(Fault::VersionTooOld).within("Version"),
        None | Some("2008-10-17") => false,
        Some(other) => return Err(Fault::Version(other.to_owned())).within("Version"),
    };
    let statements = match statement.ok_or(Fault::Missing("Statement"))? {
        Json::List(values) => values
            .iter()
            .enumerate()
            .map(|(index, value)| Statement::parse(value, index, kind, variables).within_item(index))
            .collect::<Result<Vec<_>, _>>()
            .within("Statement")?,
        value => vec![Statement::parse(value, 0, kind, variables).within("Statement")?],
    };
    if statements.is_empty() {
        return Err(Fault::NoStatements).within("Statement");
    }
    if !kind.names_principals() {
        check_sids(&statements)?;
    }
    let (allowing, denying): (Vec<_>, Vec<_>) = statements.into_iter().partition(|statement| statement.allows);
    Ok(Policy { name: Box::default(), denying: denying.into(), allowing: allowing.into() })
}

/// "In IAM, the Sid value must be unique within a JSON policy"; in policies of resources Amazon only recommends it.
fn check_sids(statements: &[Statement]) -> Result<(), Located> {
    let mut sids = BTreeSet::new();
    for Statement { sid, index, .. } in statements {
        if let Some(sid) = sid
            && !sids.insert(sid)
        {
            return Err(Fault::SidTwice(sid.to_string())).within("Sid").within_item(*index).within("Statement");
        }
    }
    Ok(())
}
