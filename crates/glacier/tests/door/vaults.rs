//! The life of vaults, and their lists.

use coldkeep_glacier::Glacier;

use crate::ask::{ACCOUNT, archive, archives, arn, ask, create_vault, door, door_with_vault};

#[tokio::test]
async fn a_vault_is_created_described_and_deleted() {
    let door = door().await;
    let path = "/-/vaults/v";
    let made = ask("PUT", path).send(&door).await;
    assert_eq!(made.is_bare(201).header("location"), format!("/{ACCOUNT}/vaults/v"));
    let described = ask("GET", path).send(&door).await;
    let date = described.json()["CreationDate"].as_str().expect("a date").to_owned();
    assert_eq!(
        described.text(),
        format!(
            r#"{{"CreationDate":"{date}","LastInventoryDate":null,"NumberOfArchives":0,"SizeInBytes":0,"VaultARN":"{}","VaultName":"v"}}"#,
            arn("v")
        )
    );
    assert_eq!((described.status, date.len()), (200, "2012-02-20T17:01:45.198Z".len()));
    ask("PUT", path).send(&door).await.is_bare(201);
    assert_eq!(ask("GET", path).send(&door).await.text(), described.text());
    for _ in 0..2 {
        ask("DELETE", path).send(&door).await.is_bare(204);
    }
    ask("GET", path).send(&door).await.is_not_found(&format!("Vault not found for ARN: {}", arn("v")));
}

#[tokio::test]
async fn names_that_no_vault_can_have() {
    let door = door().await;
    for (raw, name) in [("testz%3Az", "testz:z"), ("a%20b", "a b"), ("%C3%A4", "ä")] {
        let path = format!("/-/vaults/{raw}");
        ask("PUT", &path).send(&door).await.is_invalid(&format!("Invalid vault name: {name}.…"));
        ask("GET", &path).send(&door).await.is_not_found(&format!("Vault not found for ARN: {name}"));
        ask("DELETE", &path).send(&door).await.is_bare(204);
    }
    create_vault(&door, &"x".repeat(255)).await;
    ask("PUT", &format!("/-/vaults/{}", "x".repeat(256))).send(&door).await.is_invalid("…");
}

#[tokio::test]
async fn a_vault_with_archives_stays() {
    let door = door_with_vault().await;
    let id = archive(&door, vec![0; 1000]).await;
    let described = ask("GET", "/-/vaults/v").send(&door).await.json();
    assert_eq!(described["SizeInBytes"].as_i64(), Some(1000 + 32_768));
    assert!(described["LastInventoryDate"].is_string());
    let refused = ask("DELETE", "/-/vaults/v").send(&door).await;
    refused.is_invalid(&format!("Vault not empty or recently written to: {}", arn("v")));
    ask("DELETE", &format!("/-/vaults/v/archives/{id}")).send(&door).await.is_bare(204);
    assert_eq!(archives(&door).await, 0);
    ask("DELETE", "/-/vaults/v").send(&door).await.is_bare(204);
}

async fn listed(door: &Glacier, limit: &str) -> (Vec<String>, usize) {
    let (mut names, mut longest, mut marker) = (Vec::new(), 0, String::new());
    loop {
        let page = ask("GET", &format!("/-/vaults?limit={limit}&marker={marker}")).send(door).await.json();
        let vaults = page["VaultList"].as_array().expect("a list").clone();
        longest = longest.max(vaults.len());
        names.extend(vaults.iter().map(|vault| vault["VaultName"].as_str().expect("a name").to_owned()));
        match page["Marker"].as_str() {
            None => return (names, longest),
            Some(next) => {
                assert!(next.starts_with(&arn("")), "{next}");
                marker = next.replace(':', "%3A").replace('/', "%2F");
            }
        }
    }
}

#[tokio::test]
async fn lists_come_in_pages_by_name() {
    let door = door().await;
    let mut names: Vec<String> = (0..25).map(|n| format!("{}ault{n:02}", if n % 3 == 0 { 'V' } else { 'v' })).collect();
    for name in &names {
        create_vault(&door, name).await;
    }
    names.sort();
    for (limit, most) in [("1", 1), ("7", 7), ("10", 10), ("1000", 10)] {
        assert_eq!(listed(&door, limit).await, (names.clone(), most), "{limit}");
    }
    let unlimited = ask("GET", "/-/vaults").send(&door).await.json();
    assert_eq!(unlimited["VaultList"].as_array().map(Vec::len), Some(10));
    for bad in ["limit=0", "limit=-1", "limit=x", "limit=", "marker=x", "marker=arn%3Aaws%3Aglacier%3Ax"] {
        ask("GET", &format!("/-/vaults?{bad}")).send(&door).await.is_invalid("Invalid …");
    }
}

#[tokio::test]
async fn the_marker_of_a_vault_that_went_is_good() {
    let door = door().await;
    for name in ["a", "b", "c"] {
        create_vault(&door, name).await;
    }
    let page = ask("GET", "/-/vaults?limit=1").send(&door).await.json();
    assert_eq!(page["Marker"].as_str(), Some(arn("b").as_str()));
    ask("DELETE", "/-/vaults/b").send(&door).await.is_bare(204);
    let rest = ask("GET", &format!("/-/vaults?marker={}", arn("b"))).send(&door).await;
    assert!(rest.status == 403, "an unescaped marker is not what was signed");
    let marker = arn("b").replace(':', "%3A").replace('/', "%2F");
    let rest = ask("GET", &format!("/-/vaults?marker={marker}")).send(&door).await.json();
    assert_eq!(rest["VaultList"][0]["VaultName"].as_str(), Some("c"));
    assert!(rest["Marker"].is_null());
}

#[tokio::test]
async fn arns_have_the_partition_of_their_region() {
    let door = door().await;
    for (region, partition) in [
        ("us-east-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-government", "aws"),
        ("cnx", "aws"),
    ] {
        let arn = |name: &str| format!("arn:{partition}:glacier:{region}:{ACCOUNT}:vaults/{name}");
        for n in 0..11 {
            ask("PUT", &format!("/-/vaults/v{n:02}")).region(region).send(&door).await.is_bare(201);
        }
        let described = ask("GET", "/-/vaults/v00").region(region).send(&door).await.json();
        assert_eq!(described["VaultARN"].as_str(), Some(arn("v00").as_str()));
        let page = ask("GET", "/-/vaults").region(region).send(&door).await.json();
        assert_eq!(page["Marker"].as_str(), Some(arn("v10").as_str()));
        let marker = arn("v10").replace(':', "%3A").replace('/', "%2F");
        let rest = ask("GET", &format!("/-/vaults?marker={marker}")).region(region).send(&door).await.json();
        assert_eq!(rest["VaultList"][0]["VaultARN"].as_str(), Some(arn("v10").as_str()));
        let missing = ask("GET", "/-/vaults/none").region(region).send(&door).await;
        missing.is_not_found(&format!("Vault not found for ARN: {}", arn("none")));
    }
}
