//! Archives that expire by a vault's tags: who may set them, what they may say, and what a lock keeps.

use coldkeep_types::{AccountId, Region, VaultName};

use crate::ask::{
    ACCOUNT, Callers, SECRET, archive, arn, ask, create_vault, door_and_store_ahead, door_of, door_with_vault, policy,
    with_policy,
};

const ADD: &str = "/-/vaults/v/tags?operation=add";
const REMOVE: &str = "/-/vaults/v/tags?operation=remove";
const RULE: &str = r#"{"Tags":{"coldkeep.expire-after-days":"30","coldkeep.keep-last":"1"}}"#;

#[tokio::test]
async fn a_rule_says_what_it_may_say() {
    let door = door_with_vault().await;
    for (key, value) in [
        ("coldkeep.expire-after-days", "0"),
        ("coldkeep.expire-after-days", "soon"),
        ("coldkeep.keep-last", ""),
        ("coldkeep.anything", "1"),
    ] {
        let body = serde_json::json!({ "Tags": { key: value } }).to_string();
        ask("POST", ADD).body(body).send(&door).await.is_invalid(&format!("Invalid tag value: {key} …"));
    }
    ask("POST", ADD).body(RULE).send(&door).await.is_bare(204);
}

/// A key that may tag, but not delete, cannot have archives deleted by a rule, nor by taking away what keeps them.
#[tokio::test]
async fn who_may_not_delete_may_set_no_rule() {
    let callers = Callers::new();
    let door = door_of(callers.clone()).await;
    create_vault(&door, "v").await;
    let allow = |actions: &str| {
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}"#
        );
        callers.change("USER", |rights| rights.identity = Box::new([policy(&text)]));
    };
    let by_user = |path: &str, body: &str| ask("POST", path).by("USER", SECRET).body(body.to_owned());
    let remove = r#"{"TagKeys":["coldkeep.keep-last"]}"#;
    allow(r#""glacier:AddTagsToVault","glacier:RemoveTagsFromVault""#);
    by_user(ADD, r#"{"Tags":{"coldkeepers":"1"}}"#).send(&door).await.is_bare(204);
    let user = format!("arn:aws:iam::{ACCOUNT}:user/ann");
    let denied = format!("User: {user} is not authorized to perform: glacier:DeleteArchive on resource: {}", arn("v"));
    for (path, body) in [(ADD, RULE), (REMOVE, remove)] {
        by_user(path, body).send(&door).await.is_error(403, "AccessDeniedException", &denied);
    }
    allow(r#""glacier:DeleteArchive""#);
    by_user(ADD, RULE).send(&door).await.is_error(403, "AccessDeniedException", "…");
    allow(r#""glacier:AddTagsToVault","glacier:RemoveTagsFromVault","glacier:DeleteArchive""#);
    for (path, body) in [(ADD, RULE), (REMOVE, remove)] {
        by_user(path, body).send(&door).await.is_bare(204);
    }
}

#[tokio::test]
async fn a_lock_keeps_what_the_rule_would_take() {
    let (door, store, clock) = door_and_store_ahead().await;
    create_vault(&door, "v").await;
    archive(&door, "kept").await;
    let deny = r#""Effect":"Deny","Principal":"*","Action":"glacier:DeleteArchive""#;
    let young = r#","Condition":{"NumericLessThan":{"glacier:ArchiveAgeInDays":"365"}}"#;
    let lock = with_policy(&format!("{deny}{young}"));
    let begun = ask("POST", "/-/vaults/v/lock-policy").body(lock).send(&door).await;
    let id = begun.is_bare(201).header("x-amz-lock-id").to_owned();
    ask("POST", &format!("/-/vaults/v/lock-policy/{id}")).send(&door).await.is_bare(204);
    ask("POST", ADD).body(RULE.replace(r#","coldkeep.keep-last":"1""#, "")).send(&door).await.is_bare(204);
    let account = AccountId::parse(ACCOUNT).expect("an account");
    let (region, name) = (Region::parse("us-east-1").expect("a region"), VaultName::parse("v").expect("a name"));
    let archives = async |days: f64| {
        clock.set(days * 24.0);
        store.run_due().await.expect("due work");
        store.vault(&account, &region, &name).await.expect("the vault").archives
    };
    assert_eq!(archives(31.5).await, 1);
    assert_eq!(archives(364.5).await, 1);
    assert_eq!(archives(366.5).await, 0);
}
