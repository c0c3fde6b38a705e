//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.

use crate::world::{Answer, ROOT, STRANGER, World, root};

const ARN: &str = "arn:aws:s3:us-east-1:012345678901:accesspoint/ann";
const TAGS: &str = "/v20180820/tags/arn%3Aaws%3As3%3Aus-east-1%3A012345678901%3Aaccesspoint/ann";

/// An example of each operation, and whether it is about the access point that there is.
const EXAMPLES: &[(&str, &str, &str, &str, bool)] = &[
    ("CreateAccessPoint", "PUT", "/v20180820/accesspoint/new", "<C><Bucket>bkt</Bucket></C>", false),
    ("DeleteAccessPoint", "DELETE", "/v20180820/accesspoint/ann", "", true),
    ("DeleteAccessPointPolicy", "DELETE", "/v20180820/accesspoint/ann/policy", "", true),
    ("DeletePublicAccessBlock", "DELETE", "/v20180820/configuration/publicAccessBlock", "", false),
    ("GetAccessPoint", "GET", "/v20180820/accesspoint/ann", "", true),
    ("GetAccessPointPolicy", "GET", "/v20180820/accesspoint/ann/policy", "", true),
    ("GetAccessPointPolicyStatus", "GET", "/v20180820/accesspoint/ann/policyStatus", "", true),
    ("GetPublicAccessBlock", "GET", "/v20180820/configuration/publicAccessBlock", "", false),
    ("ListAccessPoints", "GET", "/v20180820/accesspoint", "", false),
    ("ListTagsForResource", "GET", TAGS, "", true),
    ("PutAccessPointPolicy", "PUT", "/v20180820/accesspoint/ann/policy", "<P><Policy>{}</Policy></P>", true),
    ("PutPublicAccessBlock", "PUT", "/v20180820/configuration/publicAccessBlock", "<P></P>", false),
    ("TagResource", "POST", TAGS, "<T><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></T>", true),
    ("UntagResource", "DELETE", "TAGS?tagKeys=team", "", true),
];

fn policy(effect: &str, element: &str, action: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","{element}":"{action}","Resource":"*"}}}}"#)
}

fn of_point(effect: &str, principal: &str, action: &str) -> Option<String> {
    Some(format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{{"AWS":"{principal}"}},"Action":"{action}","Resource":"{ARN}"}}}}"#
    ))
}

/// Let in is whatever the operation answers then.
fn is_let_in(answer: &Answer) -> bool {
    answer.status != 403 && answer.status < 500
}

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let mut answered = 0;
    for (operation, permission) in coldkeep_control::operations() {
        answered += 1;
        let action = permission.0;
        let example = EXAMPLES.iter().find(|(name, ..)| *name == operation);
        let (_, method, target, body, is_of_point) = example.unwrap_or_else(|| panic!("{operation} has no example"));
        let target = target.replace("TAGS", TAGS);
        let world = World::new().await;
        let without = world.user("without", &[]).await;
        let others = world.user("others", &[policy("Allow", "NotAction", action)]).await;
        let both = [policy("Allow", "Action", "*"), policy("Deny", "Action", action)];
        let denied = world.user("denied", &both).await;
        let unknown = ("AKIAIOSFODNN7EXAMPLE".to_owned(), "s".to_owned());
        let forged = ("ROOT".to_owned(), "other".to_owned());
        let before = world.records().await;
        for (who, signer, code) in [
            ("nobody", None, "AccessDenied"),
            ("an unknown key", Some(&unknown), "InvalidAccessKeyId"),
            ("a forger", Some(&forged), "SignatureDoesNotMatch"),
            ("a user without policy", Some(&without), "AccessDenied"),
            ("one with every other permission", Some(&others), "AccessDenied"),
            ("one who is denied", Some(&denied), "AccessDenied"),
            ("another account's root", Some(&world.stranger), "AccessDenied"),
        ] {
            let answer = world.ask(signer, method, &target, body).await;
            assert_eq!((answer.status, answer.code.as_str()), (403, code), "{operation} as {who}");
        }
        assert_eq!(world.records().await, before, "{operation}: who is refused changes nothing");
        if *is_of_point {
            let all = world.user("all", &[policy("Allow", "Action", "*")]).await;
            world.put_policy(of_point("Deny", &format!("arn:aws:iam::{ROOT}:user/all"), action)).await;
            assert_eq!(world.ask(Some(&all), method, &target, body).await.status, 403, "{operation}: the point denies");
            world.put_policy(of_point("Deny", &format!("arn:aws:iam::{ROOT}:root"), action)).await;
            let own = World::new().await;
            own.put_policy(of_point("Deny", &format!("arn:aws:iam::{ROOT}:root"), action)).await;
            assert!(is_let_in(&own.ask(Some(&root()), method, &target, body).await), "{operation}: root is locked out");
            world.put_policy(of_point("Allow", STRANGER, action)).await;
            let answer = world.ask(Some(&world.stranger), method, &target, body).await;
            assert!(is_let_in(&answer), "{operation} as a stranger whom the point lets in: {}", answer.body);
        }
        let world = World::new().await;
        let exactly = world.user("exactly", &[policy("Allow", "Action", action)]).await;
        let answer = world.ask(Some(&exactly), method, &target, body).await;
        assert!(is_let_in(&answer), "{operation} as one with exactly this: {}", answer.body);
        let world = World::new().await;
        let answer = world.ask(Some(&root()), method, &target, body).await;
        assert!(is_let_in(&answer), "{operation} as root: {}", answer.body);
    }
    assert_eq!(answered, EXAMPLES.len());
}

/// What a new point is given at once asks for more.
#[tokio::test]
async fn a_block_and_tags_of_a_new_point_ask_for_permissions_of_their_own() {
    let (target, create) = ("/v20180820/accesspoint/new", policy("Allow", "Action", "s3:CreateAccessPoint"));
    for (action, more) in [
        ("s3:PutAccessPointPublicAccessBlock", "<PublicAccessBlockConfiguration></PublicAccessBlockConfiguration>"),
        ("s3:TagResource", "<Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>"),
    ] {
        let world = World::new().await;
        let body = format!("<C><Bucket>bkt</Bucket>{more}</C>");
        let only = world.user("only", std::slice::from_ref(&create)).await;
        assert_eq!(world.ask(Some(&only), "PUT", target, &body).await.code, "AccessDenied", "{action}");
        let both = world.user("both", &[create.clone(), policy("Allow", "Action", action)]).await;
        assert_eq!(world.ask(Some(&both), "PUT", target, &body).await.status, 200, "{action}");
    }
}

/// Whatever else the model has asks for an action that only wildcards allow, and is told to be missing.
#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    let without = world.user("without", &[]).await;
    for (name, method, target) in [
        ("ListJobs", "GET", "/v20180820/jobs"),
        ("CreateStorageLensGroup", "POST", "/v20180820/storagelensgroup"),
        ("GetAccessPointScope", "GET", "/v20180820/accesspoint/ann/scope"),
        ("ListMultiRegionAccessPoints", "GET", "/v20180820/mrap/instances"),
        ("GetMultiRegionAccessPointPolicy", "GET", "/v20180820/mrap/instances/x/policy"),
    ] {
        let answer = world.ask(Some(&root()), method, target, "").await;
        assert_eq!((answer.status, answer.code.as_str()), (501, "NotImplemented"), "{name}");
        assert!(answer.body.contains(&format!("The operation {name} is not")), "{}", answer.body);
        assert_eq!(world.ask(Some(&without), method, target, "").await.code, "AccessDenied", "{name}");
    }
    let answer = world.ask(Some(&root()), "PATCH", "/v20180820/accesspoint/ann", "").await;
    assert_eq!((answer.status, answer.code.as_str()), (405, "MethodNotAllowed"));
}
