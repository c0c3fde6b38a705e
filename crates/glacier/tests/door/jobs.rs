//! Archive retrievals: what is refused, what is told of them, and their output.

use bytes::Bytes;
use coldkeep_glacier::Glacier;
use coldkeep_store::Options;

use crate::ask::{
    Answer, MIB, archive, archives, arn, ask, create_vault, door_with, door_with_vault, job, pattern, tree,
};

const PATH: &str = "/-/vaults/v/jobs";

async fn retrieve(door: &Glacier, archive: &str, more: &str) -> String {
    job(door, &format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{archive}"{more}}}"#)).await
}

async fn output(door: &Glacier, job: &str, range: Option<&str>) -> Answer {
    let ask = ask("GET", &format!("{PATH}/{job}/output"));
    if let Some(range) = range { ask.header("range", range) } else { ask }.send(door).await
}

#[tokio::test]
async fn a_whole_archive_is_retrieved() {
    let door = door_with_vault().await;
    let data = pattern(6 * MIB + MIB / 2);
    let uploaded = ask("POST", "/-/vaults/v/archives").upload(data.clone());
    let uploaded = uploaded.header("x-amz-archive-description", "  a  b").send(&door).await;
    let id = uploaded.is_bare(201).header("x-amz-archive-id").to_owned();
    let job = retrieve(&door, &id, r#","Description":"get \"it\"","SNSTopic":"""#).await;
    let described = ask("GET", &format!("{PATH}/{job}")).send(&door).await;
    let json = described.json();
    let (begun, ended) = (json["CreationDate"].as_str().unwrap(), json["CompletionDate"].as_str().unwrap());
    assert_eq!(described.status, 200);
    assert_eq!(
        described.text(),
        format!(
            r#"{{"Action":"ArchiveRetrieval","ArchiveId":"{id}","ArchiveSHA256TreeHash":"{hash}","ArchiveSizeInBytes":6815744,"Completed":true,"CompletionDate":"{ended}","CreationDate":"{begun}","InventoryRetrievalParameters":null,"InventorySizeInBytes":null,"JobDescription":"get \"it\"","JobId":"{job}","RetrievalByteRange":"0-6815743","SHA256TreeHash":"{hash}","SNSTopic":null,"StatusCode":"Succeeded","StatusMessage":"Succeeded","Tier":"Standard","VaultARN":"{}"}}"#,
            arn("v"),
            hash = tree(&data),
        )
    );
    let answer = output(&door, &job, None).await;
    assert_eq!((answer.status, &answer.body), (200, &data));
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("accept-ranges"), "bytes");
    assert_eq!(answer.header("x-amz-sha256-tree-hash"), tree(&data));
    assert_eq!(answer.header("x-amz-archive-description"), "a  b");
    assert!(!answer.headers.contains_key("content-range"));
}

#[tokio::test]
async fn what_would_not_be_done_is_refused_and_makes_no_job() {
    let door = door_with_vault().await;
    let id = archive(&door, pattern(5)).await;
    for kind in ["\"inventory-retrieval\"".to_owned(), format!("\"archive-retrieval\",\"ArchiveId\":\"{id}\"")] {
        let post = async |more: &str| {
            ask("POST", PATH).body(format!("{{\"Type\":{kind},{more}}}")).without_payload_hash().send(&door).await
        };
        for bad in [
            "nonsense",
            "arn:aws:sqs:us-east-1:123456789012:queue",
            "arn:aws:sns:us-east-1",
            "arn:aws:sns:::",
            "arn:aws:sns:us-east-1:1:t",
            "arn:aws:sns:us-east-1:123456789012:",
            "arn:aws:sns:us-east-1:123456789012:a b",
            "arn:aws:sns:us-east-1:123456789012:t:x",
            "arn:aws-cn:sns:us-east-1:123456789012:t",
        ] {
            let answer = post(&format!("\"SNSTopic\":\"{bad}\"")).await;
            answer.is_invalid(&format!("Invalid SNS topic ARN: {bad}"));
        }
        let far = "arn:aws:sns:eu-west-1:123456789012:t";
        let answer = post(&format!("\"SNSTopic\":\"{far}\"")).await;
        answer.is_invalid(&format!("SNS topics must be in the local AWS region: {far}"));
        let missing = "arn:aws:sns:us-east-1:123456789012:t";
        let answer = post(&format!("\"SNSTopic\":\"{missing}\"")).await;
        answer.is_invalid(&format!("The SNS topic does not exist, or is not this account's: {missing}"));
        for name in ["SelectParameters", "OutputLocation"] {
            post(&format!("\"{name}\":{{}}")).await.is_invalid("Only select jobs take …");
        }
    }
    assert_eq!(ask("GET", PATH).send(&door).await.json()["JobList"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn ranges_of_archives_and_of_outputs() {
    let door = door_with_vault().await;
    let data = pattern(6 * MIB + MIB / 2);
    let id = archive(&door, data.clone()).await;
    let aligned = |first: usize, last: usize| {
        let (a, b) = (first / MIB, last.div_ceil(MIB));
        [(0, 2), (2, 4), (4, 6), (0, 4), (4, 7), (0, 7)].contains(&(a, b)) || b == a + 1
    };
    for (a, b) in [(0, 1), (2, 4), (4, 7), (6, 7), (1, 3), (0, 3), (2, 7)] {
        let (first, end) = (a * MIB, data.len().min(b * MIB));
        let range = format!(r#","RetrievalByteRange":"{first}-{}""#, end - 1);
        let job = retrieve(&door, &id, &range).await;
        let piece: Bytes = data.slice(first..end);
        let answer = output(&door, &job, None).await;
        assert_eq!(answer.body, piece);
        let hash = answer.headers.get("x-amz-sha256-tree-hash").map(|hash| hash.to_str().unwrap().to_owned());
        assert_eq!(hash, aligned(first, end).then(|| tree(&piece)), "{a} {b}");
        let described = ask("GET", &format!("{PATH}/{job}")).send(&door).await.json();
        assert_eq!(described["SHA256TreeHash"].as_str(), hash.as_deref());
        let some = output(&door, &job, Some("bytes=10-19")).await;
        assert_eq!((some.status, some.body), (206, data.slice(first + 10..first + 20)));
    }
    let job = retrieve(&door, &id, "").await;
    let total = data.len();
    for (range, first, last) in [
        ("bytes=0-9".to_owned(), 0, 9),
        ("bytes=6000000-99999999999".to_owned(), 6_000_000, total - 1),
        ("bytes=-100".to_owned(), total - 100, total - 1),
        (format!("bytes={}-", 6 * MIB), 6 * MIB, total - 1),
        (format!("bytes={}-{}", 4 * MIB, 8 * MIB - 1), 4 * MIB, total - 1),
        (format!("bytes=0-{}", total - 1), 0, total - 1),
    ] {
        let answer = output(&door, &job, Some(&range)).await;
        assert_eq!((answer.status, &answer.body), (206, &data.slice(first..=last)), "{range}");
        assert_eq!(answer.header("content-range"), format!("bytes {first}-{last}/{total}"));
        let whole_chunks = first % MIB == 0 && (last + 1 == total || (last + 1) % MIB == 0);
        let hash = answer.headers.get("x-amz-sha256-tree-hash").map(|hash| hash.to_str().unwrap().to_owned());
        assert_eq!(hash, whole_chunks.then(|| tree(&answer.body)), "{range}");
    }
    for ignored in ["bytes 0-4194303/235812776", "bytes=0-1,3-4", "bytes=9-8"] {
        assert_eq!(output(&door, &job, Some(ignored)).await.status, 200);
    }
    let beyond = format!("bytes={total}-{}", total + 9);
    let message = format!("The start of the range is larger than size of retrieved data: {beyond}");
    output(&door, &job, Some(&beyond)).await.is_invalid(&message);
}

#[tokio::test]
async fn bad_requests_begin_no_job() {
    let door = door_with_vault().await;
    let id = archive(&door, vec![0; 2 * MIB + 1]).await;
    let post = |body: String| ask("POST", PATH).body(body).send(&door);
    post(String::new()).await.is_missing("Job Parameters");
    for body in ["{}", r#"{"Type":null}"#] {
        post(body.to_owned()).await.is_missing("type");
    }
    post(r#"{"Type":"archive-retrieval","ArchiveId":null}"#.to_owned()).await.is_missing("archiveId");
    for bad in [
        r#"{"Type":"inventory-retrieval""#,
        r#"["inventory-retrieval"]"#,
        r#"{"Type":5}"#,
        r#"{"Type":{}}"#,
        r#"{"Type":"inventory-retrieval","InventoryRetrievalParameters":{"StartDate":5}}"#,
        &"[".repeat(200_000),
    ] {
        post(bad.to_owned()).await.is_error(400, "SerializationException", "…");
    }
    for bad in [
        r#""Type":"Archive-Retrieval","ArchiveId":"x""#,
        r#""Type":"select","ArchiveId":"x""#,
        r#""Type":"inventory-retrieval","Format":"XML""#,
        r#""Type":"inventory-retrieval","ArchiveId":"x""#,
        r#""Type":"inventory-retrieval","RetrievalByteRange":"0-1048575""#,
        r#""Type":"inventory-retrieval","Description":"\u00e4""#,
        r#""Type":"inventory-retrieval","InventoryRetrievalParameters":{"Limit":"0"}"#,
        r#""Type":"inventory-retrieval","InventoryRetrievalParameters":{"Limit":-1}"#,
        r#""Type":"inventory-retrieval","InventoryRetrievalParameters":{"StartDate":"yesterday"}"#,
        r#""Type":"inventory-retrieval","InventoryRetrievalParameters":{"Marker":"forged"}"#,
    ] {
        post(format!("{{{bad}}}")).await.is_invalid("…");
    }
    for range in ["1-1048575", "0-5", "0-1048576", "1048576-0", "0-2097153", "3145728-4194303", "x", "0-", "0"] {
        let body = format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{id}","RetrievalByteRange":"{range}"}}"#);
        post(body).await.is_invalid(&format!("Invalid retrieval byte range: {range}.…"));
    }
    post(format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{id}","Tier":"Slow"}}"#)).await.is_invalid("…");
    let never = "A".repeat(138);
    let unknown = post(format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{never}"}}"#)).await;
    unknown.is_not_found(&format!("The archive ID was not found: {never}"));
    create_vault(&door, "w").await;
    let body = format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{id}"}}"#);
    let wrong = ask("POST", "/-/vaults/w/jobs").body(body).send(&door).await;
    wrong.is_invalid(&format!("Invalid vault name: {}", arn("w")));
    // The vault is looked for before the parameters are.
    ask("POST", "/-/vaults/none/jobs").body("{").send(&door).await.is_not_found("Vault not found for ARN: …");
    assert_eq!(ask("GET", PATH).send(&door).await.text(), r#"{"JobList":[],"Marker":null}"#);
    let gone = format!("The job ID was not found: {}", "A".repeat(92));
    ask("GET", &format!("{PATH}/{}", "A".repeat(92))).send(&door).await.is_not_found(&gone);
    output(&door, &"A".repeat(92), None).await.is_not_found(&gone);
}

#[tokio::test]
async fn the_output_outlives_the_archive() {
    let door = door_with_vault().await;
    let id = archive(&door, "data").await;
    let job = retrieve(&door, &id, r#","Tier":"Bulk""#).await;
    ask("DELETE", &format!("/-/vaults/v/archives/{id}")).send(&door).await.is_bare(204);
    assert_eq!(archives(&door).await, 0);
    assert_eq!(output(&door, &job, None).await.body, "data");
    let body = format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{id}"}}"#);
    let late = ask("POST", PATH).body(body).send(&door).await;
    late.is_not_found(&format!("The archive ID was not found: {id}"));
}

#[tokio::test]
async fn a_job_in_progress_has_no_output() {
    let door = door_with(Options { retrieval_delay_ms: [0, 3_600_000, 0], ..Options::default() }).await;
    create_vault(&door, "v").await;
    let id = archive(&door, "data").await;
    let slow = retrieve(&door, &id, "").await;
    let described = ask("GET", &format!("{PATH}/{slow}")).send(&door).await.json();
    assert_eq!((described["Completed"].as_bool(), described["StatusCode"].as_str()), (Some(false), Some("InProgress")));
    assert!(described["StatusMessage"].is_null() && described["CompletionDate"].is_null());
    assert_eq!(described["SHA256TreeHash"].as_str(), Some(tree(b"data").as_str()));
    let message = format!("The job is not currently available for download: {slow}");
    output(&door, &slow, None).await.is_invalid(&message);
    let fast = retrieve(&door, &id, r#","Tier":"Expedited""#).await;
    for (filter, expected) in [
        ("completed=true", vec![&fast]),
        ("completed=false", vec![&slow]),
        ("statuscode=Succeeded", vec![&fast]),
        ("statuscode=InProgress", vec![&slow]),
        ("statuscode=InProgress&completed=true", vec![]),
        ("statuscode=Failed", vec![]),
        ("limit=50", vec![&fast, &slow]),
    ] {
        let listed = ask("GET", &format!("{PATH}?{filter}")).send(&door).await.json();
        let ids: Vec<&str> =
            listed["JobList"].as_array().unwrap().iter().map(|job| job["JobId"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{filter}");
    }
    ask("GET", &format!("{PATH}?statuscode=Done"))
        .send(&door)
        .await
        .is_invalid("The job status code is not valid: Done");
    for bad in ["completed=maybe", "limit=0", "marker=forged"] {
        ask("GET", &format!("{PATH}?{bad}")).send(&door).await.is_invalid("…");
    }
}
