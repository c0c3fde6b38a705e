//! The matrix of who may, generated from the door's own list: each operation, by each kind of caller. Who is refused has changed
//! nothing. What is not there is refused by its name.

use std::sync::atomic::Ordering;

use coldkeep_identity::{Session, SessionOf};
use coldkeep_sts::{Needs, operations};
use serde_json::json;

use crate::provider::Provider;
use crate::world::{NOW, Signer, World, account, element, other_account};

const ROLE: &str = "arn:aws:iam::012345678901:role/role";

/// What each operation is asked with, so that nothing is refused for want of it.
fn form(operation: &str, token: &str) -> String {
    let more = match operation {
        "AssumeRole" => format!("RoleArn={ROLE} RoleSessionName=session"),
        "AssumeRoleWithWebIdentity" => format!("RoleArn={ROLE} RoleSessionName=session WebIdentityToken={token}"),
        "GetFederationToken" => "Name=somebody".to_owned(),
        "GetAccessKeyInfo" => "AccessKeyId=AKIAIOSFODNN7EXAMPLE".to_owned(),
        "DecodeAuthorizationMessage" => "EncodedMessage=message".to_owned(),
        "GetCallerIdentity" | "GetSessionToken" => String::new(),
        other => panic!("{other} has no example"),
    };
    format!("Action={operation} Version=2011-06-15 {more}")
}

fn document(statements: &[(&str, &str, &str)]) -> String {
    let statement = |(effect, element, action): &(&str, &str, &str)| json!({ "Effect": effect, (*element): action, "Resource": "*" });
    let statements: Vec<_> = statements.iter().map(statement).collect();
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn trust(principal: serde_json::Value, action: &str) -> String {
    let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": action });
    json!({ "Version": "2012-10-17", "Statement": statement }).to_string()
}

/// A session of a role that may everything, narrowed or not.
async fn session(world: &World, name: &str, policy: Option<String>) -> Session {
    let all = document(&[("Allow", "Action", "*")]);
    let role = world.role(name, &trust(json!({ "AWS": "*" }), "sts:AssumeRole"), &[all]).await;
    let mut session = world.identity.new_session(&account(), SessionOf::Role(role.id), "s", 900);
    session.policies = policy.map(|policy| vec![policy]);
    session
}

const REFUSED: [&str; 4] = ["AccessDenied", "MissingAuthenticationToken", "InvalidClientTokenId", "ExpiredToken"];

#[tokio::test]
async fn each_operation_asks_for_what_it_needs_and_the_refused_change_nothing() {
    let mut wrong = Vec::new();
    let mut answered = 0;
    for (operation, needs) in operations() {
        let Some(needs) = needs else { continue };
        answered += 1;
        let world = World::new().await;
        world.register(&["client"]).await;
        let everyone = json!({ "AWS": account().as_str() });
        let by_account = trust(everyone, "sts:AssumeRole");
        world.role("role", &by_account, &[]).await;
        let action = format!("sts:{operation}");
        let (only, others) = (document(&[("Allow", "Action", &action)]), document(&[("Allow", "NotAction", &action)]));
        let denied = document(&[("Allow", "Action", "*"), ("Deny", "Action", &action)]);
        let own = account();
        let user = async |name: &str, policies: &[String]| Some(world.user(&own, name, policies).await);
        let whole = session(&world, "whole", None).await;
        let narrowed = session(&world, "narrowed", Some(others.clone())).await;
        let mut expired = session(&world, "expired", None).await;
        (expired.issued, expired.expires) = (NOW - 900_000, NOW);
        let elsewhere = world.user(&other_account(), "ann", std::slice::from_ref(&only)).await;

        let by_policy = matches!(needs, Needs::Permission | Needs::Trust);
        let signed = needs != Needs::Token;
        // Only permanent keys have others made; and a role does not trust another account's users.
        let by_session = !matches!(operation, "GetSessionToken" | "GetFederationToken");
        let by_stranger = operation != "AssumeRole";
        let cases: Vec<(&str, Option<Signer>, bool)> = vec![
            ("nobody", None, false),
            ("a key that there is not", Some(Signer::new("AKIAIOSFODNN7EXAMPLE", "s")), false),
            ("a user without policy", user("without", &[]).await, signed && !by_policy),
            ("a user with exactly that", user("exactly", &[only]).await, signed),
            ("a user with everything else", user("others", &[others]).await, signed && !by_policy),
            ("a user with an explicit deny", user("denied", &[denied]).await, signed && !by_policy),
            ("a session with it", Some(world.signer(&whole)), signed && by_session),
            ("a session without it", Some(world.signer(&narrowed)), signed && by_session && !by_policy),
            ("an expired session", Some(world.signer(&expired)), false),
            ("a user of another account", Some(elsewhere), signed && by_stranger),
            ("the root", Some(Signer::root()), signed && operation != "AssumeRole"),
        ];
        // A good token, for a role that does not trust its provider.
        let form = form(operation, &world.provider.token(json!({})));
        for (who, signer, permitted) in cases {
            let before = world.records().await;
            let (status, text) = world.ask(signer.as_ref(), &form).await;
            let refused = REFUSED.contains(&element(&text, "Code"));
            if refused == permitted || status >= 500 {
                wrong.push(format!("{operation}: {who}: {status} {text}"));
            }
            assert!(
                world.records().await == before,
                "{operation}: {who}: sessions are in no record, and nothing else changes"
            );
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(answered, 7);
}

#[tokio::test]
async fn across_accounts_both_sides_must_consent_to_a_role() {
    let world = World::new().await;
    let own = trust(json!({ "AWS": account().as_str() }), "sts:AssumeRole");
    let theirs = trust(json!({ "AWS": other_account().as_str() }), "sts:AssumeRole");
    let by_name = trust(json!({ "AWS": format!("arn:aws:iam::{}:user/without", other_account()) }), "sts:AssumeRole");
    for (name, trust) in [("own", &own), ("theirs", &theirs), ("named", &by_name)] {
        world.role(name, trust, &[]).await;
    }
    let may = document(&[("Allow", "Action", "sts:AssumeRole")]);
    let with = world.user(&other_account(), "with", &[may]).await;
    let without = world.user(&other_account(), "without", &[]).await;
    for (who, role, status) in [
        (&with, "own", 403),
        (&with, "theirs", 200),
        (&without, "theirs", 403),
        (&without, "named", 403),
        (&with, "named", 403),
        (&with, "missing", 403),
    ] {
        let form = format!("Action=AssumeRole RoleArn=arn:aws:iam::012345678901:role/{role} RoleSessionName=session");
        let (came, text) = world.ask(Some(who), &form).await;
        assert_eq!(came, status, "{role}: {text}");
    }
}

#[tokio::test]
async fn a_token_is_asked_for_only_by_who_needs_it() {
    let world = World::new().await;
    world.register(&["client"]).await;
    let trusted = trust(json!({ "Federated": Provider::ARN }), "sts:AssumeRoleWithWebIdentity");
    world.role("role", &trusted, &[]).await;
    let form = form("AssumeRoleWithWebIdentity", &world.provider.token(json!({})));
    let (status, text) = world.ask(None, &form).await;
    assert_eq!(status, 200, "{text}");
    // Whom a role trusts by a token, it does not trust by a key.
    let (status, text) = world.ask(Some(&Signer::root()), &form.replace("WithWebIdentity", "")).await;
    assert_eq!((status, element(&text, "Code")), (403, "AccessDenied"));
    assert_eq!(world.provider.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    for (operation, _) in operations().filter(|(_, needs)| needs.is_none()) {
        let (status, text) = world.ask(Some(&Signer::root()), &format!("Action={operation}")).await;
        assert_eq!((status, element(&text, "Code")), (501, "NotImplemented"), "{operation}");
        let (status, text) = world.ask(None, &format!("Action={operation}")).await;
        assert_eq!((status, element(&text, "Code")), (403, "MissingAuthenticationToken"), "{operation}");
    }
}

#[tokio::test]
async fn no_message_is_one_of_ours() {
    let world = World::new().await;
    let (status, text) = world.ask(Some(&Signer::root()), "Action=DecodeAuthorizationMessage EncodedMessage=x").await;
    assert_eq!((status, element(&text, "Code")), (400, "InvalidAuthorizationMessageException"));
    let (status, text) = world.ask(Some(&Signer::root()), "Action=DecodeAuthorizationMessage").await;
    assert_eq!((status, element(&text, "Code")), (400, "ValidationError"));
}
