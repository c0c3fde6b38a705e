//! Inventory retrievals, and lists of jobs in pages.

use coldkeep_glacier::Glacier;
use serde_json::Value;

use crate::ask::{archive, arn, ask, door_with_vault, job, tree};

/// Runs an inventory job: content type, text, and its `InventoryRetrievalParameters`.
async fn inventory(door: &Glacier, parameters: &str) -> (String, String, Value) {
    let job = job(door, &format!(r#"{{"Type":"inventory-retrieval"{parameters}}}"#)).await;
    let output = ask("GET", &format!("/-/vaults/v/jobs/{job}/output")).send(door).await;
    assert_eq!(output.status, 200);
    assert!(!output.headers.contains_key("x-amz-sha256-tree-hash"));
    let described = ask("GET", &format!("/-/vaults/v/jobs/{job}")).send(door).await.json();
    assert_eq!(described["Action"].as_str(), Some("InventoryRetrieval"));
    assert_eq!(described["InventorySizeInBytes"].as_u64(), Some(output.body.len() as u64));
    for member in ["ArchiveId", "ArchiveSHA256TreeHash", "ArchiveSizeInBytes", "RetrievalByteRange", "Tier"] {
        assert!(described[member].is_null(), "{member}");
    }
    let content_type = output.header("content-type").to_owned();
    (content_type, output.text().to_owned(), described["InventoryRetrievalParameters"].clone())
}

#[tokio::test]
async fn both_forms_list_the_vault() {
    let door = door_with_vault().await;
    let (_, empty, _) = inventory(&door, "").await;
    assert!(empty.ends_with(r#","ArchiveList":[]}"#), "{empty}");
    let described = ask("POST", "/-/vaults/v/archives").upload("x").header("x-amz-archive-description", r#"a,1"2\"#);
    let first = described.send(&door).await.is_bare(201).header("x-amz-archive-id").to_owned();
    let second = archive(&door, "yy").await;
    let (content_type, json, parameters) = inventory(&door, "").await;
    assert_eq!(content_type, "application/json");
    assert_eq!(
        parameters.to_string(),
        r#"{"EndDate":null,"Format":"JSON","Limit":null,"Marker":null,"StartDate":null}"#
    );
    let listed: Value = serde_json::from_str(&json).expect("JSON");
    let date = |at: usize| listed["ArchiveList"][at]["CreationDate"].as_str().unwrap();
    assert_eq!(
        json,
        format!(
            r#"{{"VaultARN":"{}","InventoryDate":"{}","ArchiveList":[{{"ArchiveId":"{first}","ArchiveDescription":"a,1\"2\\","CreationDate":"{}","Size":1,"SHA256TreeHash":"{}"}},{{"ArchiveId":"{second}","ArchiveDescription":"","CreationDate":"{}","Size":2,"SHA256TreeHash":"{}"}}]}}"#,
            arn("v"),
            listed["InventoryDate"].as_str().unwrap(),
            date(0),
            tree(b"x"),
            date(1),
            tree(b"yy")
        )
    );
    assert_eq!(date(0).len(), "2017-08-22T17:24:07Z".len());
    let (content_type, csv, _) = inventory(&door, r#","Format":"CSV""#).await;
    assert_eq!(content_type, "text/csv");
    assert_eq!(
        csv,
        format!(
            "ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n{first},\"a,1\\\"2\\\",{},1,{}\n{second},\"\",{},2,{}\n",
            date(0),
            tree(b"x"),
            date(1),
            tree(b"yy")
        )
    );
}

#[tokio::test]
async fn limits_lead_on_by_markers() {
    let door = door_with_vault().await;
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(archive(&door, vec![number; 3]).await);
    }
    let (mut seen, mut marker) = (Vec::new(), String::new());
    for _ in 0..3 {
        let parameters = format!(r#","InventoryRetrievalParameters":{{"Limit":2{marker}}}"#);
        let (_, json, described) = inventory(&door, &parameters).await;
        let listed: Value = serde_json::from_str(&json).expect("JSON");
        seen.extend(
            listed["ArchiveList"].as_array().unwrap().iter().map(|one| one["ArchiveId"].as_str().unwrap().to_owned()),
        );
        assert_eq!(described["Limit"].as_str(), Some("2"));
        match described["Marker"].as_str() {
            Some(next) => marker = format!(r#","Marker":"{next}""#),
            None => break,
        }
    }
    assert_eq!(seen, made);
    let window = r#","InventoryRetrievalParameters":{"StartDate":"2012-06-01","EndDate":"2099-01-01T00:00:00+01:00"}"#;
    let (_, json, described) = inventory(&door, window).await;
    assert_eq!(json.matches("ArchiveId").count(), 5);
    assert_eq!(described["StartDate"].as_str(), Some("2012-06-01T00:00:00.000Z"));
    assert_eq!(described["EndDate"].as_str(), Some("2098-12-31T23:00:00.000Z"));
    let past = r#","InventoryRetrievalParameters":{"EndDate":"2012-06-01"}"#;
    assert_eq!(inventory(&door, past).await.1.matches("ArchiveId").count(), 0);
}

#[tokio::test]
async fn jobs_are_listed_newest_first_in_pages() {
    let door = door_with_vault().await;
    let mut made = Vec::new();
    for _ in 0..53 {
        made.insert(0, job(&door, r#"{"Type":"inventory-retrieval"}"#).await);
    }
    for (limit, most) in [("20", 20), ("50", 50), ("1000", 53)] {
        let (mut listed, mut marker) = (Vec::new(), String::new());
        loop {
            let path = format!("/-/vaults/v/jobs?completed=true&limit={limit}&marker={marker}");
            let page = ask("GET", &path).send(&door).await.json();
            let jobs = page["JobList"].as_array().expect("a list").clone();
            assert!(jobs.len() <= most);
            listed.extend(jobs.iter().map(|one| one["JobId"].as_str().expect("an id").to_owned()));
            match page["Marker"].as_str() {
                Some(next) => marker = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(listed, made);
    }
}
