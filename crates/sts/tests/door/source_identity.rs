//! Source identities: set where role and caller let it be, kept from session to session, never changed.

use serde_json::json;

use crate::world::{World, account, element, session};

fn trust(actions: &[&str]) -> String {
    let statement = json!({ "Effect": "Allow", "Principal": { "AWS": account().as_str() }, "Action": actions });
    json!({ "Version": "2012-10-17", "Statement": statement }).to_string()
}

fn allow(condition: serde_json::Value) -> String {
    let statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition });
    json!({ "Version": "2012-10-17", "Statement": statement }).to_string()
}

fn form(role: &str, more: &str) -> String {
    format!("Action=AssumeRole RoleArn=arn:aws:iam::012345678901:role/{role} RoleSessionName=session {more}")
}

#[tokio::test]
async fn a_source_identity_is_set_once_and_goes_on() {
    let world = World::new().await;
    let (both, one) = (["sts:AssumeRole", "sts:SetSourceIdentity"], ["sts:AssumeRole"]);
    let everything = allow(json!({}));
    world.role("first", &trust(&both), std::slice::from_ref(&everything)).await;
    world.role("second", &trust(&both), &[allow(json!({ "StringEquals": { "aws:SourceIdentity": "ann" } }))]).await;
    world.role("without", &trust(&one), std::slice::from_ref(&everything)).await;
    let user = world.user(&account(), "ann", &[everything]).await;
    let bound = allow(json!({ "StringEquals": { "sts:SourceIdentity": "ann" } }));
    let bound = world.user(&account(), "bound", &[bound]).await;

    let ask = async |who: &crate::world::Signer, role: &str, more: &str| world.ask(Some(who), &form(role, more)).await;
    for (who, role, more, status, code) in [
        (&user, "without", "SourceIdentity=ann", 403, "AccessDenied"),
        (&user, "without", "", 200, ""),
        (&user, "first", "SourceIdentity=a", 400, "ValidationError"),
        (&user, "first", "SourceIdentity=a:b", 400, "ValidationError"),
        (&bound, "first", "SourceIdentity=bob", 403, "AccessDenied"),
        (&bound, "first", "SourceIdentity=ann", 200, ""),
        (&bound, "first", "", 403, "AccessDenied"),
    ] {
        let (came, text) = ask(who, role, more).await;
        assert_eq!((came, element(&text, "Code")), (status, code), "{role} {more}: {text}");
    }
    let (_, text) = ask(&user, "first", "SourceIdentity=ann").await;
    assert_eq!(element(&text, "SourceIdentity"), "ann");
    let first = session(&text);
    for (role, more, status) in [
        ("second", "SourceIdentity=bob", 403),
        ("without", "", 403),
        ("second", "SourceIdentity=ann", 200),
        ("second", "", 200),
    ] {
        let (came, text) = ask(&first, role, more).await;
        assert_eq!(came, status, "{role} {more}: {text}");
        if came == 200 {
            assert_eq!(element(&text, "SourceIdentity"), "ann");
            let info =
                world.ask(Some(&session(&text)), "Action=GetAccessKeyInfo AccessKeyId=AKIAIOSFODNN7EXAMPLE").await;
            assert_eq!(element(&info.1, "Code"), "ValidationError", "its policies see it");
        }
    }
}
