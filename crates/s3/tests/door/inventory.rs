//! Inventories: what a report says, where it lies, and when it is not delivered.

use std::io::Read;

use base64::Engine;

use crate::world::{Answer, Ask, World};

const LETS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},
    "Action":"s3:PutObject","Resource":"arn:aws:s3:::dst/*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::src"},
    "StringEquals":{"aws:SourceAccount":"012345678901","s3:x-amz-acl":"bucket-owner-full-control"}}}]}"#;
/// In the order of columns.
const FIELDS: [&str; 17] = [
    "Size",
    "LastModifiedDate",
    "ETag",
    "StorageClass",
    "IsMultipartUploaded",
    "ReplicationStatus",
    "EncryptionStatus",
    "ObjectLockRetainUntilDate",
    "ObjectLockMode",
    "ObjectLockLegalHoldStatus",
    "ObjectLockEventHoldStatus",
    "IntelligentTieringAccessTier",
    "BucketKeyStatus",
    "ChecksumAlgorithm",
    "ObjectAccessControlList",
    "ObjectOwner",
    "LifecycleExpirationDate",
];

async fn send(world: &World, request: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    world.send(&Ask::of(request, headers, body)).await
}

async fn sent(world: &World, request: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let answer = send(world, request, headers, body).await;
    assert!(answer.status < 300, "{request}: {}", String::from_utf8_lossy(&answer.body));
    answer.body.to_vec()
}

fn configuration(versions: &str, more: &str) -> String {
    // Named in another order than columns have.
    let fields: String = FIELDS.iter().rev().map(|field| format!("<Field>{field}</Field>")).collect();
    format!(
        "<InventoryConfiguration><Id>all</Id><IsEnabled>true</IsEnabled><Destination><S3BucketDestination>{more}\
         <Bucket>arn:aws:s3:::dst</Bucket><Format>CSV</Format><Prefix>to</Prefix></S3BucketDestination></Destination>\
         <IncludedObjectVersions>{versions}</IncludedObjectVersions><OptionalFields>{fields}</OptionalFields>\
         <Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>"
    )
}

async fn world(policy: Option<&str>, versions: &str, more: &str) -> World {
    let world = World::new().await;
    for bucket in ["src", "dst"] {
        sent(&world, &format!("PUT /{bucket}"), &[], "").await;
    }
    if let Some(policy) = policy {
        sent(&world, "PUT /dst?policy", &[], policy).await;
    }
    sent(&world, "PUT /src?inventory&id=all", &[], &configuration(versions, more)).await;
    world
}

async fn midnight(world: &mut World) {
    world.order("clock +86400000").await;
    world.order("due").await;
}

async fn keys(world: &World) -> Vec<String> {
    let list = String::from_utf8(sent(world, "GET /dst", &[], "").await).expect("XML");
    list.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect()
}

/// The manifest of the only report, and the rows of its files.
async fn report(world: &World) -> (serde_json::Value, Vec<Vec<String>>) {
    let keys = keys(world).await;
    let at = |end: &str| {
        let ended: Vec<&String> = keys.iter().filter(|key| key.ends_with(end)).collect();
        assert_eq!(ended.len(), 1, "{keys:?}");
        ended[0].clone()
    };
    let text = sent(world, &format!("GET /dst/{}", at("manifest.json")), &[], "").await;
    let sum = sent(world, &format!("GET /dst/{}", at("manifest.checksum")), &[], "").await;
    assert_eq!(String::from_utf8_lossy(&sum), md5(&text));
    let manifest: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let (mut rows, mut listed) = (Vec::new(), String::new());
    for file in manifest["files"].as_array().expect("files") {
        let key = file["key"].as_str().expect("a key");
        let bytes = sent(world, &format!("GET /dst/{key}"), &[], "").await;
        assert_eq!(
            (file["size"].as_u64(), file["MD5checksum"].as_str()),
            (Some(bytes.len() as u64), Some(&*md5(&bytes)))
        );
        let mut text = String::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
        let fields = |line: &str| line[1..line.len() - 1].split("\",\"").map(str::to_owned).collect();
        rows.extend(text.lines().map(fields));
        listed += &format!("s3://dst/{key}\n");
    }
    assert_eq!(
        sent(world, &format!("GET /dst/{}", at("symlink.txt").replace('=', "%3D")), &[], "").await,
        listed.as_bytes()
    );
    (manifest, rows)
}

fn md5(bytes: &[u8]) -> String {
    let set = coldkeep_digest::DigestSet { md5: true, ..Default::default() };
    let mut hasher = coldkeep_digest::Hasher::new(&set);
    hasher.update(bytes);
    hex::encode(hasher.finish().md5.expect("an MD5"))
}

#[tokio::test]
async fn all_versions_are_listed_in_files_of_a_few_rows() {
    let mut world = world(Some(LETS), "All", "<Encryption><SSE-S3></SSE-S3></Encryption>").await;
    sent(&world, "PUT /src/a%20%22b", &[("x-amz-server-side-encryption", "AES256")], "hello").await;
    sent(&world, "PUT /src?versioning", &[], "<V><Status>Enabled</Status></V>").await;
    sent(&world, "PUT /src/c", &[("x-amz-storage-class", "INTELLIGENT_TIERING")], "one").await;
    sent(&world, "PUT /src/c", &[], "two").await;
    sent(&world, "DELETE /src/c", &[], "").await;
    sent(&world, "PUT /src/d", &[], "").await;
    midnight(&mut world).await;
    let (manifest, rows) = report(&world).await;
    assert_eq!(manifest["files"].as_array().map(Vec::len), Some(3), "{manifest}");
    let schema = format!("Bucket, Key, VersionId, IsLatest, IsDeleteMarker, {}", FIELDS.join(", "));
    assert_eq!(manifest["fileSchema"], schema);
    assert_eq!(
        (&manifest["sourceBucket"], &manifest["destinationBucket"]),
        (&"src".into(), &"arn:aws:s3:::dst".into())
    );
    assert!(rows.iter().all(|row| row.len() == 5 + FIELDS.len() && row[0] == "src"), "{rows:?}");
    // Key, whether it is latest and a marker, size, class, encryption, tier.
    let shown: Vec<_> = rows.iter().map(|row| [1, 3, 4, 5, 8, 11, 16].map(|at| row[at].as_str())).collect();
    let wanted = [
        ["a%20%22b", "true", "false", "5", "STANDARD", "SSE-S3", ""],
        ["c", "true", "true", "", "", "", ""],
        ["c", "false", "false", "3", "STANDARD", "NOT-SSE", ""],
        ["c", "false", "false", "3", "INTELLIGENT_TIERING", "NOT-SSE", "FREQUENT"],
        ["d", "true", "false", "0", "STANDARD", "NOT-SSE", ""],
    ];
    assert_eq!(shown, wanted);
    assert_eq!((rows[0][2].as_str(), rows[0][7].as_str()), ("null", "5d41402abc4b2a76b9719d911017c592"));
    // Mode, legal hold and event hold; nothing of a delete marker.
    assert_eq!(
        (&rows[0][13..16], &rows[1][13..16]),
        (&["", "Off", ""].map(String::from)[..], &["", "", ""].map(String::from)[..])
    );
    let acl = base64::engine::general_purpose::STANDARD.decode(&rows[0][19]).expect("base64");
    let acl: serde_json::Value = serde_json::from_slice(&acl).expect("JSON");
    let grants =
        serde_json::json!([{"canonicalId": rows[0][20], "type": "CanonicalUser", "permission": "FULL_CONTROL"}]);
    assert_eq!((&acl["status"], &acl["grants"], rows[1][19].as_str()), (&"AVAILABLE".into(), &grants, ""));
    let place = "to/src/all/2026-02-04T04-05Z/manifest.json";
    assert!(keys(&world).await.iter().any(|key| key == place), "{:?}", keys(&world).await);
    let head = send(&world, &format!("HEAD /dst/{place}"), &[], "").await;
    assert!(head.headers.iter().any(|(name, value)| name == "x-amz-server-side-encryption" && value == "AES256"));
}

#[tokio::test]
async fn current_objects_are_listed_and_nothing_else() {
    let mut world = world(Some(LETS), "Current", "").await;
    sent(&world, "PUT /src?versioning", &[], "<V><Status>Enabled</Status></V>").await;
    for (key, body) in [("a", "1"), ("a", "22"), ("b", "1"), ("c", "1")] {
        sent(&world, &format!("PUT /src/{key}"), &[], body).await;
    }
    sent(&world, "DELETE /src/b", &[], "").await;
    midnight(&mut world).await;
    let (_, rows) = report(&world).await;
    assert_eq!(rows.iter().map(|row| [&*row[1], &*row[2]]).collect::<Vec<_>>(), [["a", "2"], ["c", "1"]]);
}

#[tokio::test]
async fn nothing_is_delivered_where_that_is_not_allowed_and_the_next_report_is_made() {
    let mut world = world(None, "All", "").await;
    sent(&world, "PUT /src/a", &[], "1").await;
    midnight(&mut world).await;
    assert_eq!(keys(&world).await, Vec::<String>::new());
    sent(&world, "PUT /dst?policy", &[], &LETS.replace("012345678901", "999999999999")).await;
    midnight(&mut world).await;
    assert_eq!(keys(&world).await, Vec::<String>::new());
    sent(&world, "PUT /dst?policy", &[], LETS).await;
    let other = configuration("All", "<AccountId>999999999999</AccountId>");
    sent(&world, "PUT /src?inventory&id=all", &[], &other).await;
    midnight(&mut world).await;
    assert_eq!(keys(&world).await, Vec::<String>::new());
    sent(&world, "PUT /src?inventory&id=all", &[], &configuration("All", "")).await;
    midnight(&mut world).await;
    assert_eq!(report(&world).await.1.len(), 1);
}
