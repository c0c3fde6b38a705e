//! One statement: what it says yes or no to. From the IAM user guide, "IAM JSON policy elements: Statement".

use super::conditions::{self, Condition};
use super::facts::{Principal, Question};
use super::json::Json;
use super::kind::Reach;
use super::malformed::{Fault, Located, Within};
use super::pattern::Pattern;
use super::principals::{Grant, Principals};
use super::{Kind, actions, resources, s3_actions, wildcards};

/// A compiled statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Statement {
    pub sid: Option<Box<str>>,
    /// Its place in the document.
    pub index: usize,
    pub allows: bool,
    /// Of a resource's policy.
    pub principals: Option<Principals>,
    not_actions: bool,
    actions: Box<[Box<[u8]>]>,
    not_resources: bool,
    /// Empty in a role's trust policy, which is about the role.
    resources: Box<[Pattern]>,
    pub conditions: Box<[Condition]>,
}

/// How an element and its `Not` form were written.
struct Choice<'a> {
    element: &'static str,
    not: bool,
    value: &'a Json,
}

impl Statement {
    /// Whether the statement is about this: action, resource and conditions. The cheapest and most telling comes first.
    pub(super) fn applies(&self, question: &Question<'_>, resource: &str) -> bool {
        let action = question.action.as_bytes();
        self.actions.iter().any(|stated| wildcards::matches_ignoring_case(stated, action)) != self.not_actions
            && (self.resources.is_empty()
                || self.resources.iter().any(|stated| stated.matches(resource, question)) != self.not_resources)
            && self.conditions.iter().all(|condition| condition.holds(question))
    }

    /// How directly the statement names the principal; an identity's policy is about whom it is attached to.
    pub(super) fn grant(&self, principal: &Principal, bounded: bool) -> Grant {
        self.principals.as_ref().map_or(Grant::Itself, |principals| principals.grant(principal, bounded))
    }

    /// The keys whose values the statement needs.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.resources.iter().flat_map(Pattern::keys).chain(self.conditions.iter().flat_map(Condition::keys))
    }

    pub(super) fn parse(value: &Json, index: usize, kind: Kind<'_>, variables: bool) -> Result<Self, Located> {
        let Json::Object(members) = value else { return Err(Fault::Form("an object").into()) };
        let unknown = members.iter().find(|(name, _)| !ELEMENTS.contains(&name.as_str()));
        if let Some((name, _)) = unknown {
            return Err(Fault::UnknownElement(name.clone()).into());
        }
        let sid = optional(members, "Sid").map(|sid| parse_sid(sid, kind)).transpose().within("Sid")?.flatten();
        let allows = parse_effect(required(members, "Effect")?).within("Effect")?;
        let principals = parse_principals(members, kind, allows)?;
        let action = choice(members, "Action", "NotAction")?.ok_or(Fault::Missing("Action"))?;
        let actions = items(&action, Fault::NoActions, |text| actions::parse(text, kind))?;
        let (resources, not_resources, reach) = parse_resources(members, kind, variables)?;
        let conditions = match optional(members, "Condition") {
            Some(value) => conditions::parse(value, variables).within("Condition")?,
            None => Box::default(),
        };
        let statement = Self {
            sid,
            index,
            allows,
            principals,
            not_actions: action.not,
            actions,
            not_resources,
            resources,
            conditions,
        };
        if kind.is_s3() && !statement.not_actions && !statement.not_resources {
            statement.check_use(reach)?;
        }
        Ok(statement)
    }

    /// Whether what S3 is told could ever come true.
    fn check_use(&self, reach: Reach) -> Result<(), Located> {
        for action in &self.actions {
            let written = || wildcards::text(action);
            if !s3_actions::acts_on(action, reach) {
                return Err(Fault::ActionWithoutResource(written())).within("Action");
            }
            let never = self.conditions.iter().find(|condition| !s3_actions::can_have(action, reach, &condition.key));
            if let Some(Condition { key, .. }) = never {
                let fault = Fault::KeyWithoutAction { key: key.to_string(), action: written() };
                return Err(fault).within("Condition");
            }
        }
        Ok(())
    }
}

const ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn optional<'a>(members: &'a [(String, Json)], element: &str) -> Option<&'a Json> {
    members.iter().find(|(name, _)| name == element).map(|(_, value)| value)
}

fn required<'a>(members: &'a [(String, Json)], element: &'static str) -> Result<&'a Json, Fault> {
    optional(members, element).ok_or(Fault::Missing(element))
}

fn choice<'a>(
    members: &'a [(String, Json)],
    element: &'static str,
    not_element: &'static str,
) -> Result<Option<Choice<'a>>, Fault> {
    match (optional(members, element), optional(members, not_element)) {
        (Some(_), Some(_)) => Err(Fault::Together(element, not_element)),
        (Some(value), None) => Ok(Some(Choice { element, not: false, value })),
        (None, Some(value)) => Ok(Some(Choice { element: not_element, not: true, value })),
        (None, None) => Ok(None),
    }
}

/// Reads a string or a list of some.
fn items<T>(choice: &Choice<'_>, none: Fault, parse: impl Fn(&str) -> Result<T, Fault>) -> Result<Box<[T]>, Located> {
    let text = |value: &Json| match value {
        Json::Text(text) => parse(text),
        _ => Err(Fault::Form("a string or a list of some")),
    };
    let read = || match choice.value {
        Json::List(values) if values.is_empty() => Err(none.into()),
        Json::List(values) => values.iter().enumerate().map(|(index, value)| text(value).within_item(index)).collect(),
        value => Ok(Box::from([text(value)?])),
    };
    read().within(choice.element)
}

/// Policies of identities have letters and digits there; those of resources any text, as Amazon's examples do. An empty one is none.
fn parse_sid(value: &Json, kind: Kind<'_>) -> Result<Option<Box<str>>, Fault> {
    let Json::Text(sid) = value else { return Err(Fault::Form("a string")) };
    if !kind.names_principals() && !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Fault::Sid(sid.clone()));
    }
    Ok((!sid.is_empty()).then(|| sid.as_str().into()))
}

fn parse_effect(value: &Json) -> Result<bool, Fault> {
    match value {
        Json::Text(effect) if effect == "Allow" => Ok(true),
        Json::Text(effect) if effect == "Deny" => Ok(false),
        Json::Text(effect) => Err(Fault::Effect(effect.clone())),
        _ => Err(Fault::Form("\"Allow\" or \"Deny\"")),
    }
}

fn parse_principals(members: &[(String, Json)], kind: Kind<'_>, allows: bool) -> Result<Option<Principals>, Located> {
    let choice = choice(members, "Principal", "NotPrincipal")?;
    if !kind.names_principals() {
        return match choice {
            Some(choice) => Err(Fault::PrincipalForbidden).within(choice.element),
            None => Ok(None),
        };
    }
    let Choice { element, not, value } = choice.ok_or(Fault::Missing("Principal"))?;
    if not && (allows || kind == Kind::Trust) {
        return Err(Fault::NotPrincipalAllows).within(element);
    }
    Principals::parse(value, not).within(element).map(Some)
}

type Resources = (Box<[Pattern]>, bool, Reach);

fn parse_resources(members: &[(String, Json)], kind: Kind<'_>, variables: bool) -> Result<Resources, Located> {
    let choice = choice(members, "Resource", "NotResource")?;
    if kind == Kind::Trust {
        return match choice {
            Some(choice) => Err(Fault::ResourceForbidden).within(choice.element),
            None => Ok((Box::default(), false, Reach::NOTHING)),
        };
    }
    let choice = choice.ok_or(Fault::Missing("Resource"))?;
    let parsed = items(&choice, Fault::NoResources, |text| resources::parse(text, kind, variables))?;
    let reach = parsed.iter().fold(Reach::NOTHING, |all, (_, reach)| all.and(*reach));
    Ok((parsed.into_iter().map(|(pattern, _)| pattern).collect(), choice.not, reach))
}
