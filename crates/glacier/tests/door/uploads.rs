//! The six multipart operations.

use bytes::Bytes;
use coldkeep_glacier::Glacier;

use crate::ask::{ACCOUNT, Answer, MIB, archives, arn, ask, create_vault, door_with_vault, pattern, tree};

const PATH: &str = "/-/vaults/v/multipart-uploads";

async fn begin(door: &Glacier, part_size: usize) -> String {
    let answer = ask("POST", PATH).header("x-amz-part-size", part_size.to_string()).send(door).await;
    let id = answer.is_bare(201).header("x-amz-multipart-upload-id").to_owned();
    assert_eq!(answer.header("location"), format!("/{ACCOUNT}/vaults/v/multipart-uploads/{id}"));
    assert_eq!(id.len(), 92);
    id
}

async fn put(door: &Glacier, id: &str, range: &str, body: Bytes) -> Answer {
    ask("PUT", &format!("{PATH}/{id}")).header("content-range", range).upload(body).send(door).await
}

async fn send(door: &Glacier, id: &str, first: usize, body: Bytes) {
    let (range, hash) = (format!("bytes {first}-{}/*", first + body.len() - 1), tree(&body));
    assert_eq!(put(door, id, &range, body).await.is_bare(204).header("x-amz-sha256-tree-hash"), hash);
}

async fn complete(door: &Glacier, id: &str, size: impl ToString, hash: &str) -> Answer {
    let ask = ask("POST", &format!("{PATH}/{id}")).header("x-amz-archive-size", size.to_string());
    ask.header("x-amz-sha256-tree-hash", hash).without_payload_hash().send(door).await
}

async fn ranges(door: &Glacier, id: &str) -> Vec<String> {
    let listed = ask("GET", &format!("{PATH}/{id}")).send(door).await.json();
    let parts = listed["Parts"].as_array().expect("a list").iter();
    parts.map(|part| part["RangeInBytes"].as_str().expect("a range").to_owned()).collect()
}

#[tokio::test]
async fn parts_in_any_order_become_an_archive() {
    let door = door_with_vault().await;
    let data = pattern(3 * MIB + 5);
    let id = begin(&door, MIB).await;
    for first in [3 * MIB, MIB, 0, 2 * MIB] {
        send(&door, &id, first, data.slice(first..data.len().min(first + MIB))).await;
    }
    let listed = ask("GET", &format!("{PATH}/{id}?limit=2")).send(&door).await;
    let date = listed.json()["CreationDate"].as_str().expect("a date").to_owned();
    assert_eq!(
        listed.text(),
        format!(
            r#"{{"ArchiveDescription":null,"CreationDate":"{date}","Marker":"2097152","MultipartUploadId":"{id}","PartSizeInBytes":1048576,"Parts":[{{"RangeInBytes":"0-1048575","SHA256TreeHash":"{}"}},{{"RangeInBytes":"1048576-2097151","SHA256TreeHash":"{}"}}],"VaultARN":"{}"}}"#,
            tree(&data[..MIB]),
            tree(&data[MIB..2 * MIB]),
            arn("v")
        )
    );
    let rest = ask("GET", &format!("{PATH}/{id}?limit=2&marker=2097152")).send(&door).await.json();
    assert_eq!(rest["Parts"][1]["RangeInBytes"].as_str(), Some("3145728-3145732"));
    assert!(rest["Marker"].is_null());
    let uploads = ask("GET", PATH).send(&door).await;
    assert_eq!(
        uploads.text(),
        format!(
            r#"{{"Marker":null,"UploadsList":[{{"ArchiveDescription":null,"CreationDate":"{date}","MultipartUploadId":"{id}","PartSizeInBytes":1048576,"VaultARN":"{}"}}]}}"#,
            arn("v")
        )
    );
    let first = complete(&door, &id, data.len(), &tree(&data)).await;
    let archive = first.is_bare(201).header("x-amz-archive-id");
    assert_eq!(first.header("location"), format!("/{ACCOUNT}/vaults/v/archives/{archive}"));
    assert_eq!(first.header("x-amz-sha256-tree-hash"), tree(&data));
    let again = complete(&door, &id, data.len(), &tree(&data)).await;
    assert_eq!(again.is_bare(201).header("x-amz-archive-id"), archive);
    complete(&door, &id, 5, &tree(&data)).await.is_invalid("The upload was completed before…");
    assert_eq!(archives(&door).await, 1);
    let gone = format!("The upload ID was not found: {id}");
    ask("GET", &format!("{PATH}/{id}")).send(&door).await.is_not_found(&gone);
    ask("DELETE", &format!("{PATH}/{id}")).send(&door).await.is_not_found(&gone);
    put(&door, &id, "bytes 0-3/*", "late".into()).await.is_not_found(&gone);
    assert_eq!(ask("GET", PATH).send(&door).await.text(), r#"{"Marker":null,"UploadsList":[]}"#);
}

#[tokio::test]
async fn part_sizes_are_powers_of_two() {
    let door = door_with_vault().await;
    for power in 20..=32 {
        begin(&door, 1 << power).await;
    }
    let text = "Part size must not be null, must be a power of two and be between 1048576 and 4294967296 bytes.";
    for bad in ["0", "1", "-1048576", "1048575", "10485760", "8589934592", "x", "1e6"] {
        let refused = ask("POST", PATH).header("x-amz-part-size", bad).send(&door).await;
        refused.is_invalid(&format!("Invalid part size: {bad}. {text}"));
    }
    ask("POST", PATH).send(&door).await.is_invalid(&format!("Invalid part size: null. {text}"));
    let nowhere = ask("POST", "/-/vaults/none/multipart-uploads").send(&door).await;
    nowhere.is_not_found(&format!("Vault not found for ARN: {}", arn("none")));
}

#[tokio::test]
async fn bad_parts_are_refused() {
    let door = door_with_vault().await;
    let id = begin(&door, MIB).await;
    let ten = || Bytes::from_static(b"0123456789");
    let table = [
        ("bytes 909994937-909994936/*", "Invalid Content-Range: bytes 909994937-909994936/*"),
        ("0-9", "Invalid Content-Range: 0-9"),
        ("bytes 0-10/*", "Content-Range: bytes 0-10/* is incompatible with Content-Length: 10"),
        ("bytes 1-10/*", "Content-Range: bytes 1-10/* does not begin at a multiple of the part size: 1048576"),
        (
            "bytes 10485760000-10485760009/*",
            "This is part number 10001 for the current multipart upload. It exceeds the limit of 10000 parts.",
        ),
    ];
    for (range, message) in table {
        put(&door, &id, range, ten()).await.is_invalid(message);
    }
    let long = put(&door, &id, "bytes 0-1048576/*", vec![0; MIB + 1].into()).await;
    long.is_invalid("Content-Range: bytes 0-1048576/* is longer than the part size: 1048576");
    let part = || ask("PUT", &format!("{PATH}/{id}")).header("content-range", "bytes 0-9/*").body(ten());
    part().send(&door).await.is_missing("x-amz-sha256-tree-hash");
    let malformed = part().header("x-amz-sha256-tree-hash", "000").send(&door).await;
    malformed.is_invalid("Invalid x-amz-sha256-tree-hash: 000");
    let wrong = part().header("x-amz-sha256-tree-hash", tree(b"x")).send(&door).await;
    wrong.is_invalid("Checksum mismatch: …");
    let unplaced = ask("PUT", &format!("{PATH}/{id}")).upload("x").send(&door).await;
    unplaced.is_missing("Content-Range");
    let endless = ask("PUT", &format!("{PATH}/{id}")).header("content-range", "bytes 0-9/*").upload(ten());
    endless.length(None).send(&door).await.is_missing("Content-Length");
    assert_eq!(ranges(&door, &id).await, Vec::<String>::new());
    let last = 9_999 * MIB;
    let total = put(&door, &id, &format!("bytes {last}-{}/{}", last + 3, last + 4), "data".into()).await;
    total.is_bare(204);
    assert_eq!(ranges(&door, &id).await, [format!("{last}-{}", last + 3)]);
}

#[tokio::test]
async fn a_refused_complete_leaves_the_upload_open() {
    let door = door_with_vault().await;
    let data = pattern(2 * MIB + 9);
    let id = begin(&door, MIB).await;
    complete(&door, &id, data.len(), &tree(&data)).await.is_invalid("The upload has no parts.");
    send(&door, &id, MIB, data.slice(MIB..2 * MIB)).await;
    send(&door, &id, 2 * MIB, data.slice(2 * MIB..)).await;
    complete(&door, &id, data.len(), &tree(&data)).await.is_invalid("The bytes from 0 on were not uploaded…");
    send(&door, &id, 0, data.slice(..100)).await;
    complete(&door, &id, data.len(), &tree(&data)).await.is_invalid("The bytes from 100 on were not uploaded…");
    send(&door, &id, 0, data.slice(..MIB)).await;
    for bad in ["-5", "x", "5"] {
        let refused = complete(&door, &id, bad, &tree(&data)).await;
        refused.is_invalid(&format!("Invalid x-amz-archive-size: {bad}…"));
    }
    let wrong = tree(b"wrong");
    let refused = complete(&door, &id, data.len(), &wrong).await;
    refused.is_invalid(&format!("Invalid x-amz-sha256-tree-hash: {wrong}"));
    complete(&door, &id, data.len(), "000").await.is_invalid("Invalid x-amz-sha256-tree-hash: 000");
    let post = || ask("POST", &format!("{PATH}/{id}"));
    post().header("x-amz-archive-size", "4").send(&door).await.is_missing("x-amz-sha256-tree-hash");
    post().header("x-amz-sha256-tree-hash", &wrong).send(&door).await.is_missing("x-amz-archive-size");
    assert_eq!((archives(&door).await, ranges(&door, &id).await.len()), (0, 3));
    complete(&door, &id, data.len(), &tree(&data)).await.is_bare(201);
}

#[tokio::test]
async fn an_upload_is_aborted_twice_and_is_its_vaults_own() {
    let door = door_with_vault().await;
    create_vault(&door, "w").await;
    let id = begin(&door, MIB).await;
    send(&door, &id, 0, "data".into()).await;
    let gone = format!("The upload ID was not found: {id}");
    ask("GET", &format!("/-/vaults/w/multipart-uploads/{id}")).send(&door).await.is_not_found(&gone);
    for _ in 0..2 {
        ask("DELETE", &format!("{PATH}/{id}")).send(&door).await.is_bare(204);
    }
    put(&door, &id, "bytes 0-3/*", "late".into()).await.is_not_found(&gone);
    complete(&door, &id, 4, &tree(b"data")).await.is_not_found(&gone);
    for unknown in ["A".repeat(92), "x".to_owned()] {
        let message = format!("The upload ID was not found: {unknown}");
        ask("DELETE", &format!("{PATH}/{unknown}")).send(&door).await.is_not_found(&message);
    }
    ask("DELETE", "/-/vaults/v").send(&door).await.is_bare(204);
}

#[tokio::test]
async fn uploads_are_listed_in_pages() {
    let door = door_with_vault().await;
    let mut made = Vec::new();
    for _ in 0..55 {
        made.push(begin(&door, MIB).await);
    }
    for (limit, most) in [("20", 20), ("50", 50), ("1000", 55)] {
        let (mut listed, mut marker) = (Vec::new(), String::new());
        loop {
            let page = ask("GET", &format!("{PATH}?limit={limit}&marker={marker}")).send(&door).await.json();
            let uploads = page["UploadsList"].as_array().expect("a list").clone();
            assert!(uploads.len() <= most);
            listed.extend(uploads.iter().map(|one| one["MultipartUploadId"].as_str().expect("an id").to_owned()));
            match page["Marker"].as_str() {
                Some(next) => marker = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(listed, made);
    }
    let unlimited = ask("GET", PATH).send(&door).await.json();
    assert_eq!(unlimited["UploadsList"].as_array().map(Vec::len), Some(50));
    ask("GET", &format!("{PATH}?marker=forged")).send(&door).await.is_invalid("Invalid marker: forged");
    ask("GET", &format!("{PATH}/{}?marker=7", made[0])).send(&door).await.is_invalid("Invalid marker: 7");
    ask("GET", &format!("{PATH}/{}?limit=0", made[0])).send(&door).await.is_invalid("Invalid limit: 0");
}
