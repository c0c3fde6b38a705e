//! Access policies of vaults: kept as put, refused where they cannot be honoured, in force at once.

use crate::ask::{ACCOUNT, Callers, SECRET, arn, ask, create_vault, door_of, door_with_vault, policy, with_policy};

const PATH: &str = "/-/vaults/v/access-policy";

#[tokio::test]
async fn a_policy_is_kept_as_it_was_put() {
    let door = door_with_vault().await;
    let none = format!("No vault access policy is set for: {}", arn("v"));
    ask("GET", PATH).send(&door).await.is_not_found(&none);
    ask("DELETE", PATH).send(&door).await.is_bare(204);
    for action in [r#""glacier:UploadArchive""#, r#"["glacier:DeleteArchive", "glacier:List*"]"#] {
        let put = with_policy(&format!(r#""Effect":"Allow","Principal":{{"AWS":"*"}},"Action":{action}"#));
        ask("PUT", PATH).body(put.clone()).send(&door).await.is_bare(204);
        let kept = ask("GET", PATH).send(&door).await;
        assert_eq!((kept.status, kept.text()), (200, put.as_str()));
    }
    ask("DELETE", PATH).send(&door).await.is_bare(204);
    ask("GET", PATH).send(&door).await.is_not_found(&none);
    let absent = "/-/vaults/w/access-policy";
    for method in ["GET", "PUT", "DELETE"] {
        let body = with_policy(r#""Effect":"Allow","Principal":"*","Action":"glacier:*""#);
        ask(method, absent).body(body).send(&door).await.is_not_found("…");
    }
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused() {
    let door = door_with_vault().await;
    ask("PUT", PATH).body("{}").send(&door).await.is_missing("Policy");
    ask("PUT", PATH).send(&door).await.is_missing("Policy");
    let invalid = "The specified vault access policy is invalid. Provide a valid policy.…";
    let allow = r#""Effect":"Allow","Principal":"*","Action":"glacier:*""#;
    for (put, what) in [
        (r#"{"Policy":"no JSON"}"#.to_owned(), "no JSON"),
        (with_policy(r#""Effect":"Allow","Action":"glacier:*""#), "no principal"),
        (with_policy(r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject""#), "another service"),
        (with_policy(r#""Effect":"Allow","Principal":"*","Action":"glacier:CreateVault""#), "not of a vault"),
        (with_policy(allow).replace("vaults/v", "vaults/other"), "another vault"),
        (with_policy(&format!(r#"{allow},"Condition":{{"StringIs":{{"aws:username":"x"}}}}"#)), "operator"),
        (with_policy(&format!(r#"{allow},"Condition":{{"StringEquals":{{"glacier:Nothing":"x"}}}}"#)), "key"),
        (with_policy(&format!(r#"{allow},"Sid":"{}""#, "x".repeat(20 << 10))), "too large"),
    ] {
        let answer = ask("PUT", PATH).body(put).send(&door).await;
        assert_eq!(answer.status, 400, "{what}");
        answer.is_invalid(invalid);
    }
    ask("GET", PATH).send(&door).await.is_not_found("…");
}

#[tokio::test]
async fn another_account_works_in_a_vault_that_lets_it_in_and_learns_of_no_other() {
    let callers = Callers::new();
    let door = door_of(callers.clone()).await;
    create_vault(&door, "v").await;
    create_vault(&door, "closed").await;
    let vaults = format!("/{ACCOUNT}/vaults");
    let denied = format!("Access denied for account ID: {ACCOUNT}");
    let by_stranger = |method: &str, rest: &str| ask(method, &format!("{vaults}{rest}")).by("STRANGER", SECRET);
    for rest in ["/v", "/closed", "/missing", ""] {
        by_stranger("GET", rest).send(&door).await.is_error(403, "AccessDeniedException", &denied);
    }
    let put = with_policy(
        r#""Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":["glacier:UploadArchive","glacier:DescribeVault"]"#,
    );
    ask("PUT", PATH).body(put).send(&door).await.is_bare(204);
    let uploaded = by_stranger("POST", "/v/archives").upload("theirs").send(&door).await;
    let id = uploaded.is_bare(201).header("x-amz-archive-id").to_owned();
    assert_eq!(uploaded.header("location"), format!("/{ACCOUNT}/vaults/v/archives/{id}"));
    assert_eq!(by_stranger("GET", "/v").send(&door).await.json()["VaultARN"], arn("v"));
    for (method, rest) in [("DELETE", format!("/v/archives/{id}")), ("GET", "/closed".into()), ("PUT", "/new".into())] {
        by_stranger(method, &rest).send(&door).await.is_error(403, "AccessDeniedException", &denied);
    }
    // What a user of the other account may is for its own policies to say too.
    let by_guest = || ask("GET", &format!("{vaults}/v")).by("GUEST", SECRET);
    by_guest().send(&door).await.is_error(403, "AccessDeniedException", &denied);
    callers.change("GUEST", |rights| {
        let json = format!(r#"{{"Statement":{{"Effect":"Allow","Action":"glacier:*","Resource":"{}"}}}}"#, arn("v"));
        rights.identity = Box::new([policy(&json)]);
    });
    assert_eq!(by_guest().send(&door).await.status, 200);
}
