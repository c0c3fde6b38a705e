//! Every input of every answered operation, as the model has them: a value that no input can mean is refused, wherever it
//! stands. An input that is passed over would let it through.

use serde_json::{Value, json};

use crate::ask::{Answer, archive, ask, door_with_vault, job, tree, with_policy};

/// Not ASCII, no number, no date, no id, no name.
const NONSENSE: &str = "nons\u{e9}nse";
const NONSENSE_IN_URI: &str = "nons%C3%A9nse";

/// Where a wrong value does no harm: a vault of a name that none can have is deleted already, and HTTP has a range that cannot
/// be read passed over.
const HARMLESS: [(&str, &str); 2] = [("DeleteVault", "vaultName"), ("GetJobOutput", "Range")];

/// What makes each operation succeed, but for the vault `v` of the caller's account.
struct Right {
    labels: Vec<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
    document: Value,
    stream: Option<&'static str>,
}

/// One input given a wrong value, or none.
#[derive(Clone, Copy)]
struct Wrong<'a> {
    place: &'a str,
    name: &'a str,
}

fn policy() -> Value {
    let json = with_policy(r#""Effect":"Allow","Principal":"*","Action":"glacier:*""#);
    serde_json::from_str(&json).expect("JSON")
}

fn model() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/glacier.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the model")).expect("JSON")
}

/// Sends the operation to a new door where it succeeds, unless an input is wrong.
async fn send(operation: &str, model: &Value, inventory: bool, wrong: Option<Wrong<'_>>) -> Answer {
    let door = door_with_vault().await;
    let mut right = Right { labels: Vec::new(), headers: Vec::new(), document: Value::Null, stream: None };
    let begun = ask("POST", "/-/vaults/v/multipart-uploads").header("x-amz-part-size", "1048576").send(&door).await;
    let upload = begun.header("x-amz-multipart-upload-id").to_owned();
    match operation {
        "DeleteVault" => {
            let abort = ask("DELETE", &format!("/-/vaults/v/multipart-uploads/{upload}"));
            abort.send(&door).await.is_bare(204);
        }
        "UploadArchive" => {
            right.headers = vec![("x-amz-sha256-tree-hash", tree(b"data"))];
            right.stream = Some("data");
        }
        "AddTagsToVault" => right.document = json!({"Tags": {"key": "value"}}),
        "RemoveTagsFromVault" => right.document = json!({"TagKeys": ["key"]}),
        "SetVaultAccessPolicy" | "InitiateVaultLock" => right.document = policy(),
        "GetVaultAccessPolicy" => {
            ask("PUT", "/-/vaults/v/access-policy").body(policy().to_string()).send(&door).await.is_bare(204);
        }
        "SetDataRetrievalPolicy" => right.document = json!({"Policy": {"Rules": [{"Strategy": "FreeTier"}]}}),
        "SetVaultNotifications" => right.document = notifications(),
        "GetVaultNotifications" => {
            let put = ask("PUT", "/-/vaults/v/notification-configuration").body(notifications().to_string());
            put.send(&door).await.is_bare(204);
        }
        "GetVaultLock" | "CompleteVaultLock" => {
            let begun = ask("POST", "/-/vaults/v/lock-policy").body(policy().to_string()).send(&door).await;
            right.labels = vec![("lockId", begun.header("x-amz-lock-id").to_owned())];
        }
        "DeleteArchive" => right.labels = vec![("archiveId", archive(&door, "data").await)],
        "InitiateMultipartUpload" => right.headers = vec![("x-amz-part-size", "1048576".into())],
        "UploadMultipartPart" => {
            right.headers = vec![("x-amz-sha256-tree-hash", tree(b"data")), ("Content-Range", "bytes 0-3/*".into())];
            right.stream = Some("data");
        }
        "CompleteMultipartUpload" => {
            let part = ask("PUT", &format!("/-/vaults/v/multipart-uploads/{upload}"));
            part.header("content-range", "bytes 0-3/*").upload("data").send(&door).await.is_bare(204);
            right.headers = vec![("x-amz-sha256-tree-hash", tree(b"data")), ("x-amz-archive-size", "4".into())];
        }
        "InitiateJob" if inventory => right.document = json!({"Type": "inventory-retrieval"}),
        "InitiateJob" => {
            right.document = json!({"Type": "archive-retrieval", "ArchiveId": archive(&door, "data").await});
        }
        "DescribeJob" | "GetJobOutput" => {
            let parameters = match inventory {
                true => r#"{"Type": "inventory-retrieval"}"#.to_owned(),
                false => format!(r#"{{"Type": "archive-retrieval", "ArchiveId": "{}"}}"#, archive(&door, "data").await),
            };
            right.labels = vec![("jobId", job(&door, &parameters).await)];
        }
        _ => {}
    }
    right.labels.extend([("accountId", "-".into()), ("vaultName", "v".into()), ("uploadId", upload)]);

    let http = &model["operations"][operation]["http"];
    let mut target = http["requestUri"].as_str().expect("a path").to_owned();
    for (name, value) in &right.labels {
        let value = match wrong {
            Some(Wrong { place: "uri", name: wrong }) if wrong == *name => NONSENSE_IN_URI,
            _ => value,
        };
        target = target.replace(&format!("{{{name}}}"), value);
    }
    let (mut body, mut document) = (right.stream.unwrap_or_default().to_owned(), right.document);
    match wrong {
        Some(Wrong { place: "querystring", name }) => target.push_str(&format!("?{name}={NONSENSE_IN_URI}")),
        Some(Wrong { place: "header", name }) => {
            right.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        }
        Some(Wrong { place: "body", .. }) => body = NONSENSE.to_owned(),
        Some(Wrong { place: "document", name }) => document[name] = NONSENSE.into(),
        Some(Wrong { place: "inventory", name }) => document["InventoryRetrievalParameters"] = json!({name: NONSENSE}),
        _ => {}
    }
    if !document.is_null() && wrong.is_none_or(|wrong| wrong.place != "body") {
        body = document.to_string();
    }
    let mut request = ask(http["method"].as_str().expect("a method"), &target);
    for (name, value) in right.headers {
        request = request.header(&name.to_ascii_lowercase(), value);
    }
    if let Some(Wrong { place: "header", name }) = wrong {
        request = request.header(&name.to_ascii_lowercase(), NONSENSE);
    }
    request.body(body).send(&door).await
}

fn notifications() -> Value {
    json!({"SNSTopic": "arn:aws:sns:us-east-1:012345678901:t", "Events": ["ArchiveRetrievalCompleted"]})
}

/// The inputs of an operation: where each stands and its name there.
fn inputs<'m>(operation: &str, model: &'m Value) -> Vec<Wrong<'m>> {
    let members = |shape: &Value| model["shapes"][shape.as_str().expect("a shape")]["members"].as_object();
    let operation = &model["operations"][operation];
    let mut found = Vec::new();
    for (name, member) in members(&operation["input"]["shape"]).expect("members") {
        match (member["location"].as_str(), member["shape"].as_str()) {
            (Some(place), _) => found.push(Wrong { place, name: member["locationName"].as_str().expect("a name") }),
            (None, Some("JobParameters")) => {
                for (name, member) in members(&member["shape"]).expect("members") {
                    found.push(Wrong { place: "document", name });
                    if name == "InventoryRetrievalParameters" {
                        let names = members(&member["shape"]).expect("members").keys();
                        found.extend(names.map(|name| Wrong { place: "inventory", name }));
                    }
                }
            }
            (None, _) => found.push(Wrong { place: "body", name }),
        }
    }
    found
}

#[tokio::test]
async fn no_input_is_passed_over() {
    let model = model();
    let (mut tried, mut passed_over) = (0, Vec::new());
    for (operation, ..) in coldkeep_glacier::operations() {
        let inputs = inputs(operation, &model);
        let kinds: &[bool] = if inputs.iter().any(|input| input.place == "document") || operation == "GetJobOutput" {
            &[false, true]
        } else {
            &[false]
        };
        for inventory in kinds {
            let right = send(operation, &model, *inventory, None).await;
            assert!((200..300).contains(&right.status), "{operation}: {right:?}");
            for input in inputs.iter().filter(|input| !HARMLESS.contains(&(operation, input.name))) {
                let answer = send(operation, &model, *inventory, Some(*input)).await;
                tried += 1;
                if !(400..=501).contains(&answer.status) || answer.status == 500 {
                    let which = if *inventory { "inventory" } else { "archive" };
                    passed_over
                        .push(format!("{operation} {} {} ({which}): {}", input.place, input.name, answer.status));
                }
            }
        }
    }
    assert!(tried > 70, "the model's inputs are not found any more: {tried}");
    assert!(passed_over.is_empty(), "{passed_over:#?}");
}
