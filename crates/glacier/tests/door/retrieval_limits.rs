//! What an account says of retrievals: the policy that bounds them, and provisioned capacity.

use coldkeep_glacier::Glacier;

use crate::ask::{archive, ask, door_with_vault};

const POLICY: &str = "/-/policies/data-retrieval";
const CAPACITY: &str = "/-/provisioned-capacity";
const JOBS: &str = "/-/vaults/v/jobs";
const REFUSED: &str = "InitiateJob request denied by current data retrieval policy.";

fn rules(rules: &str) -> String {
    format!(r#"{{"Policy":{{"Rules":[{rules}]}}}}"#)
}

async fn set(door: &Glacier, rule: &str) {
    ask("PUT", POLICY).body(rules(rule)).send(door).await.is_bare(204);
}

#[tokio::test]
async fn a_policy_is_kept_as_it_was_set() {
    let door = door_with_vault().await;
    assert_eq!(ask("GET", POLICY).send(&door).await.text(), rules(r#"{"BytesPerHour":null,"Strategy":"None"}"#));
    set(&door, r#"{"Strategy":"BytesPerHour","BytesPerHour":10737418240}"#).await;
    let kept = ask("GET", POLICY).send(&door).await;
    assert_eq!(kept.text(), rules(r#"{"BytesPerHour":10737418240,"Strategy":"BytesPerHour"}"#));
    set(&door, r#"{"Strategy":"FreeTier"}"#).await;
    assert_eq!(ask("GET", POLICY).send(&door).await.text(), rules(r#"{"BytesPerHour":null,"Strategy":"FreeTier"}"#));
}

#[tokio::test]
async fn policies_that_mean_nothing_are_refused() {
    let door = door_with_vault().await;
    for (body, missing) in [
        ("{}".to_owned(), "Policy"),
        (r#"{"Policy":{}}"#.to_owned(), "Rules"),
        (rules(""), "Rules"),
        (rules(r#"{"BytesPerHour":1}"#), "Strategy"),
    ] {
        ask("PUT", POLICY).body(body).send(&door).await.is_missing(missing);
    }
    for rule in [
        r#"{"Strategy":"None"},{"Strategy":"None"}"#,
        r#"{"Strategy":"BytesPerHour"}"#,
        r#"{"Strategy":"BytesPerHour","BytesPerHour":0}"#,
        r#"{"Strategy":"BytesPerHour","BytesPerHour":-1}"#,
        r#"{"Strategy":"None","BytesPerHour":1}"#,
        r#"{"Strategy":"FreeTier","BytesPerHour":1}"#,
        r#"{"Strategy":"Cheap"}"#,
    ] {
        ask("PUT", POLICY).body(rules(rule)).send(&door).await.is_invalid("…");
    }
}

#[tokio::test]
async fn standard_retrievals_of_archives_are_bounded_and_nothing_else() {
    let door = door_with_vault().await;
    let id = archive(&door, "12345678").await;
    let job = |more: &str| format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{id}"{more}}}"#);
    set(&door, r#"{"Strategy":"BytesPerHour","BytesPerHour":1}"#).await;
    let refused = ask("POST", JOBS).body(job("")).send(&door).await;
    refused.is_error(400, "PolicyEnforcedException", REFUSED);
    for tier in ["Expedited", "Bulk"] {
        let begun = ask("POST", JOBS).body(job(&format!(r#","Tier":"{tier}""#))).send(&door).await;
        assert_eq!(begun.status, 202, "{tier}");
    }
    let inventory = ask("POST", JOBS).body(r#"{"Type":"inventory-retrieval"}"#).send(&door).await;
    assert_eq!(inventory.status, 202);
    // Eight bytes in four hours: two an hour, and then no more.
    set(&door, r#"{"Strategy":"BytesPerHour","BytesPerHour":2}"#).await;
    assert_eq!(ask("POST", JOBS).body(job("")).send(&door).await.status, 202);
    let refused = ask("POST", JOBS).body(job(r#","Tier":"Standard""#)).send(&door).await;
    refused.is_error(400, "PolicyEnforcedException", REFUSED);
    let jobs = ask("GET", JOBS).send(&door).await.json();
    assert_eq!(jobs["JobList"].as_array().map(Vec::len), Some(4), "what is refused leaves no job");
    set(&door, r#"{"Strategy":"None"}"#).await;
    assert_eq!(ask("POST", JOBS).body(job("")).send(&door).await.status, 202);
}

#[tokio::test]
async fn an_account_has_two_units_of_capacity() {
    let door = door_with_vault().await;
    assert_eq!(ask("GET", CAPACITY).send(&door).await.text(), r#"{"ProvisionedCapacityList":[]}"#);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let bought = ask("POST", CAPACITY).send(&door).await;
        assert_eq!(bought.status, 201);
        assert_eq!(bought.header("x-amz-capacity-id").len(), 24);
        ids.push(bought.header("x-amz-capacity-id").to_owned());
    }
    ask("POST", CAPACITY).send(&door).await.is_error(400, "LimitExceededException", "…");
    let listed = ask("GET", CAPACITY).send(&door).await.json();
    let units = listed["ProvisionedCapacityList"].as_array().expect("a list");
    assert_eq!(units.iter().map(|unit| unit["CapacityId"].as_str().expect("an id")).collect::<Vec<_>>(), ids);
    assert!(units.iter().all(|unit| unit["StartDate"].as_str() < unit["ExpirationDate"].as_str()));
}
