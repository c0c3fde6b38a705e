//! AssumeRoleWithWebIdentity: what a token must be, what trust policies ask of it, and what its session is.

use std::sync::atomic::Ordering;
use std::time::Duration;

use coldkeep_oidc::PAUSE;
use serde_json::{Value, json};

use crate::provider::Provider;
use crate::world::{NOW, Signer, World, element, session};

const ROLE: &str = "arn:aws:iam::012345678901:role/web";

fn trust(actions: &[&str], condition: Value) -> String {
    let statement = json!({
        "Effect": "Allow", "Principal": { "Federated": Provider::ARN }, "Action": actions, "Condition": condition
    });
    json!({ "Version": "2012-10-17", "Statement": statement }).to_string()
}

async fn world(actions: &[&str], condition: Value) -> World {
    let world = World::new().await;
    world.register(&["client", "other"]).await;
    world.role("web", &trust(actions, condition), &[]).await;
    world
}

const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";

fn form(token: &str) -> String {
    format!("Action=AssumeRoleWithWebIdentity RoleArn={ROLE} RoleSessionName=session WebIdentityToken={token}")
}

async fn asks(world: &World, changed: Value) -> (u16, String) {
    let (status, text) = world.ask(None, &form(&world.provider.token(changed))).await;
    (status, element(&text, "Code").to_owned())
}

const OK: (u16, &str) = (200, "");
const INVALID: (u16, &str) = (400, "InvalidIdentityToken");
const DENIED: (u16, &str) = (403, "AccessDenied");

#[tokio::test]
async fn a_good_token_has_a_session_of_the_role() {
    let world = world(&[ASSUME], json!({})).await;
    let (status, text) = world.ask(None, &form(&world.provider.token(json!({})))).await;
    assert_eq!(status, 200, "{text}");
    for (name, value) in [
        ("Provider", Provider::URL),
        ("Audience", "client"),
        ("SubjectFromWebIdentityToken", "subject"),
        ("Arn", "arn:aws:sts::012345678901:assumed-role/web/session"),
        ("Expiration", "2026-02-03T05:05:06Z"),
        ("SourceIdentity", ""),
    ] {
        assert_eq!(element(&text, name), value, "{name} in {text}");
    }
    let (status, text) = world.ask(Some(&session(&text)), "Action=GetCallerIdentity").await;
    assert_eq!((status, element(&text, "Arn")), (200, "arn:aws:sts::012345678901:assumed-role/web/session"));
}

#[tokio::test]
async fn a_token_must_be_whole_and_good_now() {
    let world = world(&[ASSUME], json!({})).await;
    let now = NOW / 1000;
    for (changed, expected) in [
        (json!({ "exp": now }), (400, "ExpiredTokenException")),
        (json!({ "exp": now - 1 }), (400, "ExpiredTokenException")),
        (json!({ "exp": now + 1 }), OK),
        (json!({ "exp": "soon" }), INVALID),
        (json!({ "exp": null }), INVALID),
        (json!({ "iat": null }), INVALID),
        (json!({ "iat": now + 300 }), OK),
        (json!({ "iat": now + 301 }), INVALID),
        (json!({ "nbf": now + 301 }), INVALID),
        (json!({ "nbf": "x" }), INVALID),
        (json!({ "iat": i64::MIN }), OK),
        (json!({ "iss": null }), INVALID),
        (json!({ "iss": "https://idp.example" }), INVALID),
        (json!({ "iss": "http://idp.example/realm" }), INVALID),
        (json!({ "iss": "idp.example/realm" }), INVALID),
        (json!({ "sub": null }), INVALID),
        (json!({ "sub": "" }), INVALID),
        (json!({ "sub": 7 }), INVALID),
        (json!({ "sub": "s".repeat(256) }), INVALID),
        (json!({ "aud": null }), INVALID),
        (json!({ "aud": "stranger" }), INVALID),
        (json!({ "aud": [] }), INVALID),
        (json!({ "aud": ["stranger", "other"] }), OK),
        (json!({ "azp": "stranger" }), INVALID),
        (json!({ "azp": "other", "aud": "stranger" }), OK),
    ] {
        let (status, code) = asks(&world, changed.clone()).await;
        assert_eq!((status, code.as_str()), expected, "{changed}");
    }
    let token = world.provider.token(json!({}));
    let (head, signature) = token.rsplit_once('.').expect("three parts");
    let turned: String = signature.chars().rev().collect();
    for token in ["opaque".to_owned(), format!("{head}.{turned}"), format!("{head}."), token.replace('.', "")] {
        let (status, text) = world.ask(None, &form(&token)).await;
        assert_eq!((status, element(&text, "Code")), INVALID, "{token}");
    }
}

#[tokio::test]
async fn parameters_are_held_to_their_rules() {
    let world = world(&[ASSUME], json!({})).await;
    let token = world.provider.token(json!({}));
    for (more, expected) in [
        ("DurationSeconds=900", OK),
        ("DurationSeconds=3601", (400, "ValidationError")),
        ("DurationSeconds=899", (400, "ValidationError")),
        ("ProviderId=www.amazon.com", (501, "NotImplemented")),
        ("MinimumSessionTokenSize=1", (501, "NotImplemented")),
        ("Policy={}", (400, "MalformedPolicyDocument")),
        ("PolicyArns.member.1.arn=arn:aws:iam::aws:policy/None", (400, "ValidationError")),
        ("PolicyArns.member.1.arn=arn:aws:iam::aws:policy/AmazonS3FullAccess", OK),
    ] {
        let (status, text) = world.ask(None, &format!("{} {more}", form(&token))).await;
        assert_eq!((status, element(&text, "Code")), expected, "{more}: {text}");
    }
    for (from, to, expected) in [
        (ROLE, "role", (400, "ValidationError")),
        (ROLE, "arn:aws:iam::012345678901:role/missing", DENIED),
        (ROLE, "arn:aws:iam::999999999999:role/web", INVALID),
        ("RoleSessionName=session", "RoleSessionName=s", (400, "ValidationError")),
        ("RoleSessionName=session", "", (400, "ValidationError")),
        ("WebIdentityToken", "x", (400, "ValidationError")),
    ] {
        let (status, text) = world.ask(None, &form(&token).replace(from, to)).await;
        assert_eq!((status, element(&text, "Code")), expected, "{to}: {text}");
    }
}

#[tokio::test]
async fn trust_policies_ask_what_the_token_says() {
    for (condition, changed, expected) in [
        (json!({ "StringEquals": { "idp.example/realm:aud": "client" } }), json!({}), OK),
        (json!({ "StringEquals": { "idp.example/realm:aud": "client" } }), json!({ "aud": "other" }), DENIED),
        (json!({ "StringEquals": { "IDP.example/realm:AUD": "client" } }), json!({}), OK),
        (json!({ "StringLike": { "idp.example/realm:sub": "repo:me/*" } }), json!({ "sub": "repo:me/x" }), OK),
        (json!({ "StringLike": { "idp.example/realm:sub": "repo:me/*" } }), json!({ "sub": "repo:it/x" }), DENIED),
        (
            json!({ "ForAnyValue:StringEquals": { "idp.example/realm:amr": "mfa" } }),
            json!({ "amr": ["pwd", "mfa"] }),
            OK,
        ),
        (json!({ "ForAnyValue:StringEquals": { "idp.example/realm:amr": "mfa" } }), json!({ "amr": ["pwd"] }), DENIED),
        (json!({ "ForAnyValue:StringEquals": { "idp.example/realm:amr": "mfa" } }), json!({}), DENIED),
        (json!({ "StringEquals": { "idp.example/realm:oaud": "x" } }), json!({ "azp": "client", "aud": "x" }), OK),
        (json!({ "StringEquals": { "idp.example/realm:oaud": "x" } }), json!({ "aud": "client", "oaud": "x" }), DENIED),
        (json!({ "StringEquals": { "idp.example/realm:department": "a" } }), json!({ "department": "a" }), OK),
        (json!({ "StringEquals": { "idp.example/other:aud": "client" } }), json!({}), DENIED),
        (json!({ "StringEquals": { "idp.example:aud": "client" } }), json!({}), DENIED),
        (json!({ "StringEquals": { "aws:FederatedProvider": Provider::ARN } }), json!({}), OK),
        (json!({ "StringEquals": { "sts:RoleSessionName": "session" } }), json!({}), OK),
        (json!({ "StringEquals": { "sts:ExternalId": "x" } }), json!({}), DENIED),
        (json!({ "IpAddress": { "aws:SourceIp": "127.0.0.1" } }), json!({}), OK),
    ] {
        let world = world(&[ASSUME], condition.clone()).await;
        let form = format!("{} ExternalId=x", form(&world.provider.token(changed.clone())));
        let (status, text) = world.ask(None, &form).await;
        assert_eq!((status, element(&text, "Code")), expected, "{condition} {changed}");
    }
    let denied = world(&["sts:AssumeRole"], json!({})).await;
    let (status, code) = asks(&denied, json!({})).await;
    assert_eq!((status, code.as_str()), DENIED);
}

#[tokio::test]
async fn tags_and_source_identities_come_from_the_token_where_the_role_lets_them() {
    let tags = json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": ["a"] } } });
    let flat = json!({ "https://aws.amazon.com/tags/principal_tags/team": "a" });
    let source = json!({ "https://aws.amazon.com/source_identity": "ann" });
    let only = world(&[ASSUME], json!({})).await;
    for changed in [&tags, &flat, &source] {
        let (status, code) = asks(&only, changed.clone()).await;
        assert_eq!((status, code.as_str()), DENIED, "{changed}");
    }
    let condition = json!({ "StringEqualsIfExists": { "aws:RequestTag/team": "a", "sts:SourceIdentity": "ann" } });
    let all = world(&[ASSUME, "sts:TagSession", "sts:SetSourceIdentity"], condition).await;
    for (changed, expected) in [
        (tags, OK),
        (flat, OK),
        (source.clone(), OK),
        (json!({ "https://aws.amazon.com/tags/principal_tags/team": "b" }), DENIED),
        (json!({ "https://aws.amazon.com/source_identity": "bob" }), DENIED),
        (json!({ "https://aws.amazon.com/source_identity": "a b" }), (400, "ValidationError")),
        (json!({ "https://aws.amazon.com/source_identity": 1 }), INVALID),
        (json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": ["a", "b"] } } }), INVALID),
        (json!({ "https://aws.amazon.com/tags": [] }), INVALID),
        (json!({ "https://aws.amazon.com/tags": { "principal_tags": [] } }), INVALID),
        (json!({ "https://aws.amazon.com/tags": { "transitive_tag_keys": ["x"] } }), (400, "InvalidParameterValue")),
        (
            json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": "a" }, "transitive_tag_keys": ["x"] } }),
            (400, "InvalidParameterValue"),
        ),
        (
            json!({ "https://aws.amazon.com/tags": { "principal_tags": { "team": "a" }, "transitive_tag_keys": ["team"] } }),
            OK,
        ),
        (json!({ "https://aws.amazon.com/tags": { "transitive_tag_keys": "team" } }), INVALID),
        (json!({ "https://aws.amazon.com/tags": { "transitive_tag_keys": [1] } }), INVALID),
    ] {
        let (status, code) = asks(&all, changed.clone()).await;
        assert_eq!((status, code.as_str()), expected, "{changed}");
    }
    let (_, text) = all.ask(None, &form(&all.provider.token(source))).await;
    assert_eq!(element(&text, "SourceIdentity"), "ann");
}

/// The session's own policies see who vouched, for its whole life.
#[tokio::test]
async fn the_session_keeps_what_the_provider_said() {
    let world = World::new().await;
    world.register(&["client"]).await;
    let condition = json!({ "StringEquals": {
        "aws:FederatedProvider": Provider::ARN,
        "idp.example/realm:sub": "subject",
        "idp.example/realm:aud": "client",
        "aws:PrincipalTag/team": "a",
        "aws:SourceIdentity": "ann",
    } });
    let statement =
        json!({ "Effect": "Allow", "Action": "sts:GetAccessKeyInfo", "Resource": "*", "Condition": condition });
    let own = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    let actions = [ASSUME, "sts:TagSession", "sts:SetSourceIdentity"];
    world.role("web", &trust(&actions, json!({})), &[own]).await;
    for (subject, code) in [("subject", "ValidationError"), ("another", "AccessDenied")] {
        let token = world.provider.token(json!({
            "sub": subject,
            "https://aws.amazon.com/tags/principal_tags/team": "a",
            "https://aws.amazon.com/source_identity": "ann",
        }));
        let (status, text) = world.ask(None, &form(&token)).await;
        assert_eq!(status, 200, "{text}");
        let asked = world.ask(Some(&session(&text)), "Action=GetAccessKeyInfo AccessKeyId=AKIAIOSFODNN7EXAMPLE").await;
        assert_eq!(element(&asked.1, "Code"), code, "{subject}");
    }
}

#[tokio::test]
async fn only_registered_providers_are_asked_and_not_often() {
    let world = world(&[ASSUME], json!({})).await;
    for changed in [json!({ "iss": "https://evil.example" }), json!({ "iss": "https://169.254.169.254" })] {
        let (status, code) = asks(&world, changed).await;
        assert_eq!((status, code.as_str()), INVALID);
    }
    // Another account's role has none of this account's providers.
    let token = world.provider.token(json!({}));
    world.ask(None, &form(&token).replace("::012345678901:role", "::999999999999:role")).await;
    assert_eq!(world.provider.asked.load(Ordering::SeqCst), 0);
    assert_eq!(asks(&world, json!({})).await.0, 200);
    world.provider.rotate("second");
    for _ in 0..5 {
        assert_eq!(asks(&world, json!({})).await.1, "InvalidIdentityToken");
    }
    assert_eq!(world.provider.asked.load(Ordering::SeqCst), 2);
    world.clock.0.fetch_add(PAUSE.as_millis() as i64, Ordering::SeqCst);
    assert_eq!(asks(&world, json!({})).await.0, 200, "a new key is fetched when it is named");
    world.provider.is_down.store(true, Ordering::SeqCst);
    world.provider.rotate("third");
    world.clock.0.fetch_add(Duration::from_secs(60).as_millis() as i64, Ordering::SeqCst);
    let (status, code) = asks(&world, json!({})).await;
    assert_eq!((status, code.as_str()), (400, "IDPCommunicationError"));
}

#[tokio::test]
async fn who_signs_all_the_same_must_sign_well() {
    let world = world(&[ASSUME], json!({})).await;
    let form = form(&world.provider.token(json!({})));
    assert_eq!(world.ask(Some(&Signer::root()), &form).await.0, 200);
    assert_eq!(world.ask(Some(&Signer::new("ROOT", "wrong")), &form).await.0, 403);
}
