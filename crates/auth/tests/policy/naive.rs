//! Decisions against an interpreter that is written for this test only: it reads the JSON anew for each question, knows nothing of the
//! compiled form, and follows the pages word by word, however slow.

use std::sync::Arc;

use coldkeep_auth::policy::{Context, Kind, Outcome, Policies, Policy, Principal, Values, decide};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::{Given, HERE, THERE, account_id, ask, federated, root, session, user};

/// What a question is, for the interpreter.
struct Facts<'a> {
    action: &'a str,
    resource: &'a str,
    principal: &'a Principal,
    given: &'a Given,
    bounded: bool,
}

impl Facts<'_> {
    fn values(&self, key: &str) -> Vec<String> {
        match (key.to_lowercase().as_str(), self.principal) {
            ("aws:username", Principal::User { name, .. }) => vec![name.to_string()],
            ("aws:username", _) => vec![],
            _ => match self.given.values(key) {
                Values::Absent => vec![],
                Values::One(value) => vec![value.into_owned()],
                Values::Many(values) => values.into_iter().map(Into::into).collect(),
            },
        }
    }

    /// The characters of a pattern, each with whether it is a wildcard; `None`: a variable has no value.
    fn expand(&self, text: &str, wildcards: bool) -> Option<Vec<(char, bool)>> {
        let mut expanded = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(variable) = rest.strip_prefix("${") {
                let (name, after) = variable.split_once('}').expect("closed");
                let value = match name {
                    "*" | "?" | "$" => name.to_owned(),
                    name => match <[String; 1]>::try_from(self.values(name)) {
                        Ok([value]) => value,
                        Err(_) => return None,
                    },
                };
                expanded.extend(value.chars().map(|character| (character, false)));
                rest = after;
            } else {
                let character = rest.chars().next().expect("not empty");
                expanded.push((character, wildcards && matches!(character, '*' | '?')));
                rest = &rest[character.len_utf8()..];
            }
        }
        Some(expanded)
    }

    fn like(&self, pattern: &str, text: &str, wildcards: bool) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.expand(pattern, wildcards).is_some_and(|pattern| matches(&pattern, &text))
    }
}

/// By the definition: a star is nothing, or one character and a star.
fn matches(pattern: &[(char, bool)], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((('*', true), rest)) => matches(rest, text) || (!text.is_empty() && matches(pattern, &text[1..])),
        Some(((character, wildcard), rest)) => {
            text.first().is_some_and(|found| *wildcard || found == character) && matches(rest, &text[1..])
        }
    }
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().map(|value| value.as_str().expect("a string")).collect(),
        value => vec![value.as_str().expect("a string")],
    }
}

/// An element or its opposite.
fn chosen(statement: &Value, element: &str, named: impl Fn(&str) -> bool) -> bool {
    match (&statement[element], &statement[format!("Not{element}")]) {
        (Value::Null, not) => !strings(not).into_iter().any(named),
        (element, _) => strings(element).into_iter().any(named),
    }
}

fn condition_holds(facts: &Facts<'_>, operator: &str, key: &str, stated: &Value) -> bool {
    let found = facts.values(key);
    let stated = strings(stated);
    if operator == "Null" {
        return stated == [if found.is_empty() { "true" } else { "false" }];
    }
    let (set, operator) = operator.split_once(':').unwrap_or(("", operator));
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let negated = operator.contains("Not");
    if found.is_empty() {
        return if_exists || set == "ForAllValues" || (set.is_empty() && negated);
    }
    let one = |found: &String| {
        let matched = stated.iter().any(|stated| match operator {
            "StringEquals" | "StringNotEquals" => facts.like(stated, found, false),
            "StringLike" | "StringNotLike" => facts.like(stated, found, true),
            "NumericLessThan" => found.parse::<i64>().is_ok_and(|found| found < stated.parse().expect("a number")),
            "NumericNotEquals" => found.parse::<i64>() == Ok(stated.parse::<i64>().expect("a number")),
            other => unreachable!("{other} is not generated"),
        });
        matched != negated
    };
    match set {
        "ForAllValues" => found.iter().all(|found| found.is_empty() || one(found)),
        "" if negated => found.iter().all(one),
        _ => found.iter().any(one),
    }
}

/// The ways in which a principal can be named, and how strong each is: 1 its account, 2 what its session is of, 3 itself.
fn names_of(principal: &Principal) -> Vec<(String, u8)> {
    let of_account = |id: &str, strength: u8| {
        vec![(id.to_owned(), strength), (format!("arn:aws:iam::{id}:root"), strength), (format!("{id:0>64}"), strength)]
    };
    let mut names = match principal {
        Principal::Root { account } => of_account(account.id.as_str(), 3),
        other => other.account().map(|account| of_account(account.id.as_str(), 1)).unwrap_or_default(),
    };
    match principal {
        Principal::User { arn, .. } => names.push((arn.to_string(), 3)),
        Principal::AssumedRole { role_arn, session_arn, .. } => {
            names.extend([(role_arn.to_string(), 2), (session_arn.to_string(), 3)]);
        }
        Principal::FederatedUser { arn, issuer_arn, .. } => {
            names.extend([(issuer_arn.to_string(), 2), (arn.to_string(), 3)]);
        }
        _ => {}
    }
    names
}

/// How strongly a statement names the principal; 3 in a policy that names none.
fn strength(facts: &Facts<'_>, statement: &Value) -> u8 {
    let listed = |principals: &Value| -> Vec<String> {
        match principals {
            Value::String(everyone) => vec![everyone.clone()],
            Value::Object(kinds) => kinds.values().flat_map(strings).map(str::to_owned).collect(),
            _ => vec![],
        }
    };
    let own = names_of(facts.principal);
    if let Some(principals) = statement.get("Principal") {
        let listed = listed(principals);
        if listed.iter().any(|name| name == "*") {
            return 3;
        }
        return own.iter().filter(|(name, _)| listed.contains(name)).map(|(_, strength)| *strength).max().unwrap_or(0);
    }
    let Some(excepted) = statement.get("NotPrincipal") else { return 3 };
    let listed = listed(excepted);
    let all_listed = (1..=3u8).all(|strength| {
        let mut ways = own.iter().filter(|(_, of)| *of == strength).peekable();
        ways.peek().is_none() || ways.any(|(name, _)| listed.contains(name))
    });
    if all_listed && !own.is_empty() && !facts.bounded { 0 } else { 3 }
}

/// How strongly this policy's statements of an effect apply.
fn says(facts: &Facts<'_>, policy: &Value, effect: &str) -> u8 {
    let statements = policy["Statement"].as_array().expect("a list");
    let of_effect = statements.iter().filter(|statement| statement["Effect"] == effect);
    let applying = of_effect.filter(|statement| {
        let action = |stated: &str| facts.like(&stated.to_lowercase(), &facts.action.to_lowercase(), true);
        let conditions = statement["Condition"].as_object().into_iter().flatten();
        chosen(statement, "Action", action)
            && chosen(statement, "Resource", |stated| facts.like(stated, facts.resource, true))
            && conditions
                .flat_map(|(operator, keys)| keys.as_object().expect("keys").iter().map(move |key| (operator, key)))
                .all(|(operator, (key, stated))| condition_holds(facts, operator, key, stated))
    });
    applying.map(|statement| strength(facts, statement)).max().unwrap_or(0)
}

/// The documents of a question.
#[derive(Clone, Debug)]
struct Documents {
    identity: Vec<Value>,
    boundary: Option<Value>,
    session: Option<Vec<Value>>,
    resource: Option<Value>,
    must_allow: bool,
}

fn interpret(facts: &Facts<'_>, documents: &Documents, owner: &str) -> Outcome {
    let allow = |policy: &Value| says(facts, policy, "Allow") > 0;
    let all = documents.identity.iter().chain(&documents.boundary).chain(documents.session.iter().flatten());
    if all.chain(&documents.resource).any(|policy| says(facts, policy, "Deny") > 0) {
        return Outcome::ExplicitDeny;
    }
    let granted = documents.resource.as_ref().map_or(0, |policy| says(facts, policy, "Allow"));
    let bounds = documents.boundary.as_ref().is_none_or(allow)
        && documents.session.as_ref().is_none_or(|session| session.iter().any(allow));
    let is_root = matches!(facts.principal, Principal::Root { .. });
    let own_side = is_root || (documents.identity.iter().any(allow) && bounds);
    let allowed = match facts.principal.account() {
        None => granted == 3,
        Some(account) if account.id.as_str() != owner => granted > 0 && own_side,
        Some(_) => granted == 3 || (granted == 2 && bounds) || (own_side && (granted > 0 || !documents.must_allow)),
    };
    if allowed { Outcome::Allow } else { Outcome::ImplicitDeny }
}

fn principals() -> Vec<Principal> {
    vec![
        Principal::Anonymous,
        root(HERE),
        root(THERE),
        user(HERE, "ann"),
        user(THERE, "bob"),
        session(HERE, "build", "ci"),
        session(THERE, "build", "ci"),
        federated(HERE, "partner", "ann"),
    ]
}

/// A list of one to three of these.
fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    subsequence(values, 1..=3).prop_map(|values| json!(values))
}

const ACTIONS: &[&str] = &["s3:GetObject", "s3:Get*", "S3:PUTOBJECT", "s3:*Object", "s3:?etObject", "*", "s3:Put*"];
const RESOURCES: &[&str] = &[
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/ann/x",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::b/${aws:PrincipalTag/t}/?",
    "arn:aws:s3:::b/*/*x",
    "arn:aws:s3:::b/${*}/x",
];
const NAMES: &[&str] = &[
    "111122223333",
    "arn:aws:iam::444455556666:root",
    "arn:aws:iam::111122223333:user/ann",
    "arn:aws:iam::444455556666:user/bob",
    "arn:aws:iam::111122223333:role/build",
    "arn:aws:sts::111122223333:assumed-role/build/ci",
    "arn:aws:sts::444455556666:assumed-role/build/ci",
    "arn:aws:sts::111122223333:federated-user/partner",
];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIfExists",
    "StringNotLikeIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:StringLike",
    "ForAllValues:StringNotEquals",
    "ForAnyValue:StringNotEquals",
    "ForAnyValue:StringLikeIfExists",
];
const TEXTS: &[&str] = &["a", "a*", "", "?", "${aws:username}", "${aws:PrincipalTag/t}*", "ann"];
const KEYS: &[&str] = &["aws:UserAgent", "aws:TagKeys", "aws:PrincipalTag/t", "aws:username"];

fn condition() -> impl Strategy<Value = Value> {
    prop_oneof![
        5 => (select(OPERATORS), select(KEYS), some_of(TEXTS))
            .prop_map(|(operator, key, stated)| json!({operator: {key: stated}})),
        1 => (select(KEYS), any::<bool>()).prop_map(|(key, null)| json!({"Null": {key: if null { "true" } else { "false" }}})),
        1 => (select(&["NumericLessThan", "NumericNotEquals"][..]), 0..12i32)
            .prop_map(|(operator, stated)| json!({operator: {"aws:EpochTime": stated.to_string()}})),
    ]
}

fn statement(of_resource: bool) -> impl Strategy<Value = Value> {
    let names = prop_oneof![
        1 => Just(json!("*")),
        4 => subsequence(NAMES, 1..=8).prop_map(|names| json!({"AWS": names})),
        1 => Just(json!({"CanonicalUser": format!("{HERE:0>64}")})),
    ];
    let condition = prop_oneof![2 => Just(None), 3 => condition().prop_map(Some)];
    let kinds =
        (prop::bool::weighted(0.7), prop::bool::weighted(0.8), prop::bool::weighted(0.8), prop::bool::weighted(0.7));
    (kinds, some_of(ACTIONS), some_of(RESOURCES), names, condition).prop_map(
        move |((allow, action, resource, principal), actions, resources, names, condition)| {
            let mut statement = json!({
                "Effect": if allow { "Allow" } else { "Deny" },
                if action { "Action" } else { "NotAction" }: actions,
                if resource { "Resource" } else { "NotResource" }: resources,
            });
            if of_resource {
                let excepts = !allow && !principal && names.get("AWS").is_some();
                statement[if excepts { "NotPrincipal" } else { "Principal" }] = names;
            }
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

fn policy(of_resource: bool) -> impl Strategy<Value = Value> {
    prop::collection::vec(statement(of_resource), 1..4)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}

fn documents() -> impl Strategy<Value = Documents> {
    let own = || prop::collection::vec(policy(false), 0..3);
    let seldom = prop::bool::weighted(0.3);
    (
        own(),
        prop::option::weighted(0.3, policy(false)),
        prop::option::weighted(0.3, own()),
        prop::option::of(policy(true)),
        seldom,
    )
        .prop_map(|(identity, boundary, session, resource, must_allow)| Documents {
            identity,
            boundary,
            session,
            resource,
            must_allow,
        })
}

fn given() -> impl Strategy<Value = Given> {
    let texts = || prop::collection::vec(select(&["a", "ab", "", "ann", "*", "b"][..]).prop_map(str::to_owned), 0..3);
    (texts(), texts(), texts(), prop::option::of(0..12i32)).prop_map(|(agent, keys, tag, time)| {
        let mut given = Given::default();
        for (key, values) in [("aws:UserAgent", agent), ("aws:TagKeys", keys), ("aws:PrincipalTag/t", tag)] {
            if !values.is_empty() {
                given.0.insert(key.to_owned(), values);
            }
        }
        given.0.extend(time.map(|time| ("aws:EpochTime".to_owned(), vec![time.to_string()])));
        given
    })
}

fn compile(policy: &Value, kind: Kind<'_>) -> Arc<Policy> {
    Arc::new(Policy::parse(&policy.to_string(), kind).unwrap_or_else(|error| panic!("{error}: {policy}")))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn decisions_are_those_of_the_interpreter(
        documents in documents(),
        given in given(),
        principal in select(principals()),
        action in select(&["s3:GetObject", "s3:PutObject"][..]),
        key in select(&["ann/x", "bob/x", "a/b", "*/x", "x", "ann/"][..]),
    ) {
        let resource = format!("arn:aws:s3:::b/{key}");
        let bounded = documents.boundary.is_some();
        let facts = Facts { action, resource: &resource, principal: &principal, given: &given, bounded };
        let expected = interpret(&facts, &documents, HERE);

        let own = |policies: &[Value]| -> Vec<_> { policies.iter().map(|policy| compile(policy, Kind::Identity)).collect() };
        let (identity, session) = (own(&documents.identity), documents.session.as_deref().map(own));
        let boundary = documents.boundary.as_ref().map(|policy| compile(policy, Kind::Managed));
        let of_bucket = documents.resource.as_ref().map(|policy| compile(policy, Kind::Bucket { name: "b" }));
        let owner = account_id(HERE);
        let policies = Policies {
            identity: &identity,
            boundary: boundary.as_deref(),
            session: session.as_deref(),
            resource: of_bucket.as_deref(),
            resource_must_allow: documents.must_allow,
            ..Policies::default()
        };
        let decision = decide(&ask(&principal, action, &resource, Some(&owner), &given), &policies);
        prop_assert_eq!(decision.outcome, expected, "{}", decision);
    }
}
