//! SimulatePrincipalPolicy and SimulateCustomPolicy: what policies would say, and which statement would decide.
//!
//! What the simulation does not know it refuses by name: organisations' policies, handling options of virtual machines, and leaving
//! policies out.

use std::borrow::Cow;
use std::sync::Arc;

use coldkeep_auth::policy::{
    Account, Context, Decision, Kind, NoContext, Outcome, Policies, Policy, Principal, Question, Reason, Source,
    Values, decide,
};
use coldkeep_identity::{Entity, EntityKind};
use coldkeep_query::QueryError;
use coldkeep_types::AccountId;
use coldkeep_wire::iam::{
    ContextEntry, EvaluationResult, PermissionsBoundaryDecisionDetail, Position, SimulateCustomPolicyRequest,
    SimulatePolicyResponse, SimulatePrincipalPolicyRequest, Statement,
};

use crate::target::Target;
use crate::{IamCall, rules};

operations! {
    SimulateCustomPolicy(SimulateCustomPolicyRequest) |_it| Target::None, custom;
    SimulatePrincipalPolicy(SimulatePrincipalPolicyRequest) |it| source_target(&it.policy_source_arn), principal;
}

/// Most results of one request: actions times resources.
const MOST: usize = 10_000;

/// A user, group or role in an ARN.
fn parse(arn: &str) -> Option<(&str, EntityKind, &str)> {
    let (account, rest) = arn.strip_prefix("arn:aws:iam::")?.split_once(':')?;
    let (word, rest) = rest.split_once('/')?;
    let kind = [EntityKind::User, EntityKind::Group, EntityKind::Role].into_iter().find(|kind| kind.word() == word)?;
    Some((account, kind, rest.rsplit('/').next().unwrap_or(rest)))
}

fn source_target(arn: &str) -> Target {
    parse(arn).map_or(Target::None, |(_, kind, name)| Target::Entity(kind, name.to_owned()))
}

/// The values that the request gives.
struct Given<'a>(&'a [ContextEntry]);

impl Given<'_> {
    fn entry(&self, key: &str) -> Option<&ContextEntry> {
        self.0.iter().find(|entry| entry.context_key_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(key)))
    }
}

impl Context for Given<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        match self.entry(key) {
            None => NoContext.values(key),
            Some(entry) => match entry.context_key_values.as_slice() {
                [one] if !entry.context_key_type.as_deref().is_some_and(|kind| kind.ends_with("List")) => {
                    Values::one(one)
                }
                many => Values::Many(many.iter().map(|value| Cow::Borrowed(value.as_str())).collect()),
            },
        }
    }
}

/// What both operations ask.
struct Asked<'a> {
    actions: &'a [String],
    resources: &'a [String],
    principal: Principal,
    identity: Vec<Arc<Policy>>,
    boundary: Option<Arc<Policy>>,
    resource_policy: Option<&'a str>,
    entries: &'a [ContextEntry],
}

/// Keys whose values follow from who asks.
const FROM_PRINCIPAL: [&str; 7] = [
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:PrincipalIsAWSService",
    "aws:userid",
    "aws:username",
    "aws:PrincipalServiceName",
];

/// Policies that the request brings, by the names that answers give them.
fn brought(documents: &[String], word: &str) -> Result<Vec<Arc<Policy>>, QueryError> {
    let parse = |(at, document): (usize, &String)| {
        Ok(Arc::new(rules::document(document, Kind::Identity)?.named(&format!("{word}.{}", at + 1))))
    };
    documents.iter().enumerate().map(parse).collect()
}

fn boundary(documents: &[String]) -> Result<Option<Arc<Policy>>, QueryError> {
    let mut policies = brought(documents, "PermissionsBoundaryPolicyInputList")?;
    match policies.len() {
        0 | 1 => Ok(policies.pop()),
        _ => Err(QueryError::invalid_input("There is at most one permissions boundary.")),
    }
}

fn refuse(parameters: &[(&str, bool)]) -> Result<(), QueryError> {
    match parameters.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(QueryError::not_implemented_parameter(name)),
        None => Ok(()),
    }
}

async fn custom(
    call: &mut IamCall<'_>,
    input: &SimulateCustomPolicyRequest,
) -> Result<SimulatePolicyResponse, QueryError> {
    refuse(&[
        ("OrderedOrganizationPolicyInputList", !input.ordered_organization_policy_input_list.is_empty()),
        ("ResourceOwner", input.resource_owner.is_some()),
        ("ResourceHandlingOption", input.resource_handling_option.is_some()),
    ])?;
    let principal = match &input.caller_arn {
        Some(arn) => caller(call, arn)?,
        None => stranger(call.edit.account()),
    };
    let asked = Asked {
        actions: &input.action_names,
        resources: &input.resource_arns,
        principal,
        identity: brought(&input.policy_input_list, "PolicyInputList")?,
        boundary: boundary(&input.permissions_boundary_policy_input_list)?,
        resource_policy: input.resource_policy.as_deref(),
        entries: &input.context_entries,
    };
    results(&asked, input.marker.as_deref(), input.max_items)
}

async fn principal(
    call: &mut IamCall<'_>,
    input: &SimulatePrincipalPolicyRequest,
) -> Result<SimulatePolicyResponse, QueryError> {
    refuse(&[
        ("PolicyExclusionList", !input.policy_exclusion_list.is_empty()),
        ("ResourceOwner", input.resource_owner.is_some()),
        ("ResourceHandlingOption", input.resource_handling_option.is_some()),
    ])?;
    let account = call.edit.account().clone();
    let invalid = || QueryError::invalid_input(format!("Invalid Entity Arn: {}", input.policy_source_arn));
    let (owner, kind, name) = parse(&input.policy_source_arn).ok_or_else(invalid)?;
    if owner != account.as_str() {
        return Err(invalid());
    }
    let entity = call.edit.entity(kind, name).await?;
    let (mut identity, own) = call.edit.identity().clone().entity_policies(&account, &entity).await?;
    identity.extend(brought(&input.policy_input_list, "PolicyInputList")?);
    let asked = Asked {
        actions: &input.action_names,
        resources: &input.resource_arns,
        principal: match &input.caller_arn {
            Some(arn) => caller(call, arn)?,
            None => of_entity(&account, kind, &entity),
        },
        identity,
        boundary: boundary(&input.permissions_boundary_policy_input_list)?.or(own),
        resource_policy: input.resource_policy.as_deref(),
        entries: &input.context_entries,
    };
    results(&asked, input.marker.as_deref(), input.max_items)
}

fn policy_account(account: &AccountId) -> Account {
    Account { id: account.clone(), canonical_id: coldkeep_auth::canonical_user_id(account).into() }
}

/// Somebody of the account whom nothing names.
fn stranger(account: &AccountId) -> Principal {
    let arn = format!("arn:aws:iam::{account}:user/").into();
    Principal::User { account: policy_account(account), arn, id: "".into(), name: "".into() }
}

fn of_entity(account: &AccountId, kind: EntityKind, entity: &Entity) -> Principal {
    let (arn, id, name) = (entity.arn(account, kind).into(), entity.id.as_str().into(), entity.name.as_str().into());
    match kind {
        EntityKind::Group => stranger(account),
        EntityKind::User => Principal::User { account: policy_account(account), arn, id, name },
        EntityKind::Role => Principal::AssumedRole {
            account: policy_account(account),
            role_arn: arn,
            session_arn: format!("arn:aws:sts::{account}:assumed-role/{name}/simulation").into(),
            id: format!("{id}:simulation").into(),
        },
    }
}

/// `CallerArn` is a user's.
fn caller(call: &IamCall<'_>, arn: &str) -> Result<Principal, QueryError> {
    let invalid = || QueryError::invalid_input(format!("The CallerArn {arn} is not that of a user."));
    let (account, kind, name) = parse(arn).ok_or_else(invalid)?;
    if kind != EntityKind::User || account != call.edit.account().as_str() {
        return Err(invalid());
    }
    let account = policy_account(call.edit.account());
    Ok(Principal::User { account, arn: arn.into(), id: "".into(), name: name.into() })
}

fn results(
    asked: &Asked<'_>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<SimulatePolicyResponse, QueryError> {
    let everywhere = ["*".to_owned()];
    let resources = if asked.resources.is_empty() { &everywhere } else { asked.resources };
    if asked.actions.is_empty() {
        return Err(QueryError::invalid_input("Invalid Input: ActionNames must not be empty."));
    }
    if asked.actions.len().saturating_mul(resources.len()) > MOST {
        return Err(QueryError::limit_exceeded(format!("A simulation has at most {MOST} results.")));
    }
    let pairs = asked.actions.iter().flat_map(|action| resources.iter().map(move |resource| (action, resource)));
    let (pairs, marker) = rules::page(pairs.collect(), marker, max_items)?;
    let mut evaluation_results = Vec::with_capacity(pairs.len());
    for (action, resource) in pairs {
        evaluation_results.push(one(asked, action, resource)?);
    }
    Ok(SimulatePolicyResponse { evaluation_results, is_truncated: Some(marker.is_some()), marker })
}

fn one(asked: &Asked<'_>, action: &str, resource: &str) -> Result<EvaluationResult, QueryError> {
    if !action.contains(':') || action.contains(['*', '?']) {
        return Err(QueryError::invalid_input(format!("Invalid Action: {action}")));
    }
    let given = Given(asked.entries);
    let question = Question { action, resource, resource_account: None, principal: &asked.principal, context: &given };
    let bucket = resource.strip_prefix("arn:aws:s3:::").and_then(|rest| rest.split('/').next());
    let resource_policy = match (asked.resource_policy, bucket) {
        (None, _) => None,
        (Some(document), Some(name)) => Some(rules::document(document, Kind::Bucket { name })?.named("ResourcePolicy")),
        (Some(_), None) => return Err(QueryError::not_implemented_parameter("ResourcePolicy of what is no bucket")),
    };
    let policies = Policies {
        identity: &asked.identity,
        boundary: asked.boundary.as_deref(),
        resource: resource_policy.as_ref(),
        ..Policies::default()
    };
    let decision = decide(&question, &policies);
    let bounded = asked.boundary.as_ref().map(|_| PermissionsBoundaryDecisionDetail {
        allowed_by_permissions_boundary: Some(decision.reason != Reason::Nothing(Source::Boundary)),
    });
    let mut missing: Vec<String> = Vec::new();
    for key in asked.identity.iter().chain(&asked.boundary).flat_map(|policy| policy.context_keys()) {
        if given.entry(key).is_none() && !FROM_PRINCIPAL.contains(&key) && !missing.iter().any(|known| known == key) {
            missing.push(key.to_owned());
        }
    }
    Ok(EvaluationResult {
        eval_action_name: action.to_owned(),
        eval_resource_name: Some(resource.to_owned()),
        eval_decision: match decision.outcome {
            Outcome::Allow => "allowed",
            Outcome::ImplicitDeny => "implicitDeny",
            Outcome::ExplicitDeny => "explicitDeny",
        }
        .to_owned(),
        matched_statements: matched(&decision),
        missing_context_values: missing,
        permissions_boundary_decision_detail: bounded,
        ..EvaluationResult::default()
    })
}

/// The statement that decided. Where it stands is told by its number, as if each had a line of its own.
fn matched(decision: &Decision<'_>) -> Vec<Statement> {
    let Reason::Statement { source, policy, index } = decision.reason else { return Vec::new() };
    let kind = match source {
        Source::Resource | Source::Beneath | Source::Lock => "Resource Policy",
        Source::Boundary => "IAM Permissions Boundary Policy",
        Source::Identity | Source::Session => "IAM Policy",
    };
    let at = |line: usize| Some(Position { line: i32::try_from(line).ok(), column: Some(1) });
    vec![Statement {
        source_policy_id: Some(policy.name().to_owned()),
        source_policy_type: Some(kind.to_owned()),
        start_position: at(index + 1),
        end_position: at(index + 2),
    }]
}
