//! Vault Lock: its states, and that it binds everybody.

use crate::ask::{Ahead, archive, arn, ask, create_vault, door_ahead, with_policy};
use coldkeep_glacier::Glacier;

const PATH: &str = "/-/vaults/v/lock-policy";

fn deny_deletes(condition: &str) -> String {
    with_policy(&format!(r#""Effect":"Deny","Principal":"*","Action":"glacier:DeleteArchive"{condition}"#))
}

async fn begin(door: &Glacier, body: &str) -> String {
    let begun = ask("POST", PATH).body(body.to_owned()).send(door).await;
    let id = begun.is_bare(201).header("x-amz-lock-id").to_owned();
    assert_eq!(id.len(), 24);
    id
}

async fn world() -> (Glacier, std::sync::Arc<Ahead>) {
    let (door, clock) = door_ahead().await;
    create_vault(&door, "v").await;
    (door, clock)
}

async fn delete(door: &Glacier, id: &str) -> u16 {
    ask("DELETE", &format!("/-/vaults/v/archives/{id}")).send(door).await.status
}

#[tokio::test]
async fn a_lock_is_begun_completed_and_stays() {
    let (door, clock) = world().await;
    let none = format!("No vault lock policy is set for: {}", arn("v"));
    ask("GET", PATH).send(&door).await.is_not_found(&none);
    ask("DELETE", PATH).send(&door).await.is_bare(204);
    ask("POST", &format!("{PATH}/x")).send(&door).await.is_not_found(&none);
    let kept = archive(&door, "kept").await;
    let id = begin(&door, &deny_deletes("")).await;
    let shown = ask("GET", PATH).send(&door).await.json();
    assert_eq!((shown["State"].as_str(), shown["ExpirationDate"].is_string()), (Some("InProgress"), true));
    // In force from the beginning, for the root too.
    assert_eq!(delete(&door, &kept).await, 403);
    ask("POST", PATH).body(deny_deletes("")).send(&door).await.is_error(403, "AccessDeniedException", "…");
    ask("POST", &format!("{PATH}/wrong")).send(&door).await.is_invalid("Invalid lock ID: wrong");
    for _ in 0..2 {
        ask("POST", &format!("{PATH}/{id}")).send(&door).await.is_bare(204);
    }
    clock.set(48.0);
    let shown = ask("GET", PATH).send(&door).await.json();
    assert_eq!((shown["State"].as_str(), shown["ExpirationDate"].is_null()), (Some("Locked"), true));
    for (method, path) in [("DELETE", PATH.to_owned()), ("POST", format!("{PATH}/wrong"))] {
        ask(method, &path).send(&door).await.is_error(403, "AccessDeniedException", "…");
    }
    ask("POST", PATH).body(deny_deletes("")).send(&door).await.is_error(403, "AccessDeniedException", "…");
    assert_eq!(delete(&door, &kept).await, 403);
}

#[tokio::test]
async fn a_lock_ends_after_a_day_unless_completed_and_can_be_aborted() {
    let (door, clock) = world().await;
    let kept = archive(&door, "kept").await;
    let id = begin(&door, &deny_deletes("")).await;
    clock.set(23.99);
    assert_eq!(delete(&door, &kept).await, 403);
    clock.set(24.01);
    ask("GET", PATH).send(&door).await.is_not_found("…");
    ask("POST", &format!("{PATH}/{id}")).send(&door).await.is_not_found("…");
    let other = begin(&door, &deny_deletes("")).await;
    assert_ne!(other, id);
    ask("DELETE", PATH).send(&door).await.is_bare(204);
    ask("POST", &format!("{PATH}/{other}")).send(&door).await.is_not_found("…");
    assert_eq!(delete(&door, &kept).await, 204);
}

/// The developer guide's two examples: deletes only after a year, and a legal hold by tag.
#[tokio::test]
async fn archives_stay_for_their_days_and_under_a_hold() {
    let (door, clock) = world().await;
    let kept = archive(&door, "kept").await;
    let held = archive(&door, "held").await;
    let age = r#","Condition":{"NumericLessThan":{"glacier:ArchiveAgeinDays":"365"}}"#;
    let id = begin(&door, &deny_deletes(age)).await;
    ask("POST", &format!("{PATH}/{id}")).send(&door).await.is_bare(204);
    clock.set(364.99 * 24.0);
    assert_eq!(delete(&door, &kept).await, 403);
    clock.set(365.01 * 24.0);
    assert_eq!(delete(&door, &kept).await, 204);
    let hold = r#","Condition":{"StringLike":{"glacier:ResourceTag/LegalHold":["true",""]}}"#;
    ask("PUT", "/-/vaults/v/access-policy").body(deny_deletes(hold)).send(&door).await.is_bare(204);
    let tags = "/-/vaults/v/tags?operation=";
    ask("POST", &format!("{tags}add")).body(r#"{"Tags":{"LegalHold":"true"}}"#).send(&door).await.is_bare(204);
    assert_eq!(delete(&door, &held).await, 403);
    ask("POST", &format!("{tags}remove")).body(r#"{"TagKeys":["LegalHold"]}"#).send(&door).await.is_bare(204);
    assert_eq!(delete(&door, &held).await, 204);
}

#[tokio::test]
async fn a_bad_policy_begins_nothing_and_an_empty_locked_vault_can_go() {
    let (door, _) = world().await;
    let twice = serde_json::json!({ "Policy": deny_deletes("") }).to_string();
    let invalid = "The specified vault lock policy is invalid. Provide a valid policy.…";
    ask("POST", PATH).body(twice).send(&door).await.is_invalid(invalid);
    ask("POST", PATH).body("{}").send(&door).await.is_missing("Policy");
    ask("GET", PATH).send(&door).await.is_not_found("…");
    let id = begin(&door, &deny_deletes("")).await;
    ask("POST", &format!("{PATH}/{id}")).send(&door).await.is_bare(204);
    ask("DELETE", "/-/vaults/v").send(&door).await.is_bare(204);
    create_vault(&door, "v").await;
    ask("GET", PATH).send(&door).await.is_not_found("…");
}
