//! Tags of sessions: those that go on, those that do not, and how many a session has room for.

use serde_json::json;

use crate::world::{Signer, World, account, element, session};

fn trust(actions: &[&str]) -> String {
    let statement = json!({ "Effect": "Allow", "Principal": { "AWS": account().as_str() }, "Action": actions });
    json!({ "Version": "2012-10-17", "Statement": statement }).to_string()
}

fn allow(action: &str, condition: serde_json::Value) -> serde_json::Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": "*", "Condition": condition })
}

fn policy(statements: &[serde_json::Value]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

fn form(role: &str, more: &str) -> String {
    format!("Action=AssumeRole RoleArn=arn:aws:iam::012345678901:role/{role} RoleSessionName=session {more}")
}

fn tag(at: usize, key: &str, value: &str) -> String {
    format!("Tags.member.{at}.Key={key} Tags.member.{at}.Value={value} ")
}

/// Two roles that ask after the tag `team` in what they allow, one that lets nobody tag, and a user who may all.
async fn world() -> (World, Signer) {
    let world = World::new().await;
    let both = trust(&["sts:AssumeRole", "sts:TagSession"]);
    let own = policy(&[
        allow("sts:AssumeRole", json!({})),
        allow("sts:TagSession", json!({})),
        allow("sts:GetAccessKeyInfo", json!({ "StringEquals": { "aws:PrincipalTag/team": "a" } })),
    ]);
    for role in ["first", "second", "third"] {
        world.role(role, &both, std::slice::from_ref(&own)).await;
    }
    world.role("untagged", &trust(&["sts:AssumeRole"]), std::slice::from_ref(&own)).await;
    let user = world.user(&account(), "ann", &[policy(&[allow("*", json!({}))])]).await;
    (world, user)
}

async fn has_team(world: &World, who: &Signer) -> bool {
    let form = "Action=GetAccessKeyInfo AccessKeyId=AKIAIOSFODNN7EXAMPLE";
    element(&world.ask(Some(who), form).await.1, "Code") == "ValidationError"
}

#[tokio::test]
async fn transitive_tags_go_on_and_the_others_do_not() {
    let (world, user) = world().await;
    let assume = async |who: &Signer, role: &str, more: &str| {
        let (status, text) = world.ask(Some(who), &form(role, more)).await;
        assert_eq!(status, 200, "{role} {more}: {text}");
        session(&text)
    };
    let plain = assume(&user, "first", &tag(1, "team", "a")).await;
    assert!(has_team(&world, &plain).await);
    assert!(!has_team(&world, &assume(&plain, "second", "").await).await, "a tag that is not passed on");
    let passed = tag(1, "team", "a") + "TransitiveTagKeys.member.1=Team";
    let first = assume(&user, "first", &passed).await;
    let second = assume(&first, "second", &tag(1, "other", "b")).await;
    let third = assume(&second, "third", "").await;
    for who in [&first, &second, &third] {
        assert!(has_team(&world, who).await);
    }
    for (who, role, more, status, code) in [
        (&second, "third", tag(1, "TEAM", "b"), 400, "InvalidParameterValue"),
        (&second, "untagged", String::new(), 403, "AccessDenied"),
        (&user, "untagged", tag(1, "team", "a"), 403, "AccessDenied"),
        (&user, "first", "TransitiveTagKeys.member.1=team".to_owned(), 400, "InvalidParameterValue"),
        (&user, "first", tag(1, "team", "a") + &tag(2, "Team", "b"), 400, "InvalidParameterValue"),
        (&user, "first", tag(1, "aws:x", "a"), 400, "ValidationError"),
        (&user, "untagged", String::new(), 200, ""),
    ] {
        let (came, text) = world.ask(Some(who), &form(role, &more)).await;
        assert_eq!((came, element(&text, "Code")), (status, code), "{role} {more}");
    }
}

#[tokio::test]
async fn a_session_that_no_request_could_carry_is_refused() {
    let (world, user) = world().await;
    let tags = |count: usize| (1..=count).map(|at| tag(at, &format!("k{at}"), &"v".repeat(200))).collect::<String>();
    let (status, text) = world.ask(Some(&user), &form("first", &tags(40))).await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(world.ask(Some(&session(&text)), "Action=GetCallerIdentity").await.0, 200);
    let long = (1..=50).map(|at| tag(at, &format!("k{at}"), &"v".repeat(256))).collect::<String>();
    let (status, text) = world.ask(Some(&user), &form("first", &long)).await;
    assert_eq!((status, element(&text, "Code")), (400, "PackedPolicyTooLarge"), "{text}");
    let (status, text) = world.ask(Some(&user), &form("first", &tags(51))).await;
    assert_eq!((status, element(&text, "Code")), (400, "ValidationError"), "{text}");
}
