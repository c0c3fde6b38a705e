//! Tags of vaults.

use crate::ask::{ask, door_with_vault};

const ADD: &str = "/-/vaults/v/tags?operation=add";
const REMOVE: &str = "/-/vaults/v/tags?operation=remove";
const LIST: &str = "/-/vaults/v/tags";

#[tokio::test]
async fn tags_are_added_replaced_listed_and_removed() {
    let door = door_with_vault().await;
    assert_eq!(ask("GET", LIST).send(&door).await.text(), r#"{"Tags":{}}"#);
    ask("POST", ADD).body(r#"{"Tags":{"b":"2","a":"","Größe":"x y"}}"#).send(&door).await.is_bare(204);
    ask("POST", ADD).body(r#"{"Tags":{"b":"3","B":"4"}}"#).send(&door).await.is_bare(204);
    let listed = ask("GET", LIST).send(&door).await;
    assert_eq!(listed.text(), r#"{"Tags":{"B":"4","Größe":"x y","a":"","b":"3"}}"#);
    ask("POST", REMOVE).body(r#"{"TagKeys":["a","none","B","Größe"]}"#).send(&door).await.is_bare(204);
    assert_eq!(ask("GET", LIST).send(&door).await.text(), r#"{"Tags":{"b":"3"}}"#);
    // The vault made anew has none.
    ask("DELETE", "/-/vaults/v").send(&door).await.is_bare(204);
    ask("GET", LIST).send(&door).await.is_not_found("…");
    ask("PUT", "/-/vaults/v").send(&door).await.is_bare(201);
    assert_eq!(ask("GET", LIST).send(&door).await.text(), r#"{"Tags":{}}"#);
}

#[tokio::test]
async fn limits_of_tags() {
    let door = door_with_vault().await;
    let many = |from: usize, to: usize| {
        let tags: serde_json::Map<_, _> = (from..to).map(|at| (format!("k{at}"), "v".into())).collect();
        serde_json::json!({ "Tags": tags }).to_string()
    };
    for body in ["{}", r#"{"Tags":{}}"#, ""] {
        ask("POST", ADD).body(body).send(&door).await.is_missing("Tags");
        ask("POST", REMOVE).body(body).send(&door).await.is_missing("TagKeys");
    }
    ask("POST", ADD).body(many(0, 11)).send(&door).await.is_invalid("Invalid Tags: …");
    for (key, value) in [("aws:x", "v"), ("AWS:x", "v"), ("", "v"), ("a*b", "v"), (&*"k".repeat(129), "v")] {
        let body = serde_json::json!({ "Tags": { key: value } }).to_string();
        ask("POST", ADD).body(body).send(&door).await.is_invalid(&format!("Invalid tag key: {key}"));
    }
    for value in ["a*b".to_owned(), "v".repeat(256)] {
        let body = serde_json::json!({ "Tags": { "k": value } }).to_string();
        ask("POST", ADD).body(body).send(&door).await.is_invalid("Invalid tag value: …");
    }
    for at in 0..5 {
        ask("POST", ADD).body(many(at * 10, at * 10 + 10)).send(&door).await.is_bare(204);
    }
    let full = "The quota for the number of tags that can be assigned to this resource has been reached.";
    ask("POST", ADD).body(r#"{"Tags":{"k0":"new","more":"v"}}"#).send(&door).await.is_error(
        400,
        "LimitExceededException",
        full,
    );
    // Refused whole; replacing what is there is fine.
    let listed = ask("GET", LIST).send(&door).await.json();
    assert_eq!(
        (listed["Tags"]["k0"].as_str(), listed["Tags"].as_object().map(serde_json::Map::len)),
        (Some("v"), Some(50))
    );
    ask("POST", ADD).body(r#"{"Tags":{"k0":"new"}}"#).send(&door).await.is_bare(204);
}
