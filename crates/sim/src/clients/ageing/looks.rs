//! Looks: all that is there is listed, read and judged, and all that was told is heard.

use std::time::Duration;

use http::Method;
use serde_json::json;

use super::{BUCKET, MINUTE_MS, Time, queue_url};
use crate::clients::{Client, Wrong, done};
use crate::model::ageing::{Ageing, Seen};
use crate::model::content;
use crate::request::{Answer, Fate, Request};

/// How often all is looked at anew, since something changed meanwhile.
const MOST_LOOKS: u32 = 20;

/// When somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The server has just started, and cannot be sure of the time.
    Early,
    /// It had time to do all that is due.
    Quiet,
    /// It is sure of the time, but may have found something to do just now.
    Busy,
}

/// Looks at everything. What changed between list and read is looked at again: it was due just now.
pub async fn look(client: &mut Client, ageing: &mut Ageing, time: &Time, when: Look) -> Result<(), Wrong> {
    for _ in 0..MOST_LOOKS {
        if look_once(client, ageing, time, when).await? {
            return Ok(());
        }
    }
    Err("lists and reads never fit each other".to_owned())
}

/// Whether all that was read was as it was listed.
async fn look_once(client: &mut Client, ageing: &mut Ageing, time: &Time, when: Look) -> Result<bool, Wrong> {
    // What came due last need not have been done.
    let surely = (when == Look::Quiet).then(|| time.now() - 2 * MINUTE_MS);
    let listed = done(client, Request::s3(Method::GET, BUCKET, "").query("versions", "")).await?;
    let uploads = done(client, Request::s3(Method::GET, BUCKET, "").query("uploads", "")).await?;
    if when != Look::Early {
        ageing.clock(time.reading());
    }
    let row = |entry: &Answer, is_object: bool| Seen {
        key: entry.text("Key"),
        id: entry.text("VersionId"),
        object: is_object.then(|| (entry.text("ETag").replace('"', ""), entry.text("StorageClass") == "GLACIER")),
        is_latest: entry.text("IsLatest") == "true",
    };
    // Those of a key that nobody knew come in the order of their making.
    let mut rows: Vec<Seen> = listed.elements("Version").iter().map(|entry| row(entry, true)).collect();
    rows.extend(listed.elements("DeleteMarker").iter().map(|entry| row(entry, false)));
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    ageing.judge(&rows, surely)?;
    ageing.judge_uploads(&uploads.texts("UploadId"), surely)?;
    let versions = ageing.versions.clone();
    for version in versions {
        let request = Request::s3(Method::GET, BUCKET, &version.key).query("versionId", &version.id);
        let answer = client.insist(request).await?;
        if when != Look::Early {
            ageing.clock(time.reading());
        }
        match (answer.status, &version.content) {
            (405, None) => {}
            (200, Some(made)) if answer.body == content(made.bytes.0, made.bytes.1) => {
                ageing.judge_read(&version.id, true, surely)?;
            }
            (403, Some(made)) if answer.text("Code") == "InvalidObjectState" => {
                if !made.is_cold {
                    return Ok(false);
                }
                ageing.judge_read(&version.id, false, surely)?;
            }
            (404, _) if answer.text("Code") == "NoSuchVersion" => return Ok(false),
            _ => return Err(format!("{version:?} is read as {}", answer.said())),
        }
    }
    ageing.looked(client.healthy);
    if when != Look::Early {
        ageing.clock(time.reading());
    }
    Ok(true)
}

/// Receives all events there are, and deletes them; in trouble it may be that some are left.
pub async fn drain(client: &mut Client, ageing: &mut Ageing) -> Result<(), Wrong> {
    tokio::time::sleep(Duration::from_secs(5)).await;
    loop {
        let asked = json!({ "QueueUrl": queue_url(), "MaxNumberOfMessages": 10 });
        let answer = client.ask(Request::sqs("ReceiveMessage", &asked)).await?;
        if answer.fate() == Fate::Refused {
            return Err(format!("ReceiveMessage: {}", answer.said()));
        }
        let received = answer.json()["Messages"].clone();
        let Some(messages) = received.as_array().filter(|messages| !messages.is_empty()) else { return Ok(()) };
        for message in messages {
            let body: serde_json::Value = serde_json::from_str(message["Body"].as_str().unwrap_or_default())
                .map_err(|error| error.to_string())?;
            for record in body["Records"].as_array().into_iter().flatten() {
                let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
                let object = &record["s3"]["object"];
                let (key, id) = (text(&object["key"]), text(&object["versionId"]));
                ageing.told.hear(&text(&record["eventName"]), &key, &id, &text(&object["sequencer"]))?;
            }
            let asked = json!({ "QueueUrl": queue_url(), "ReceiptHandle": message["ReceiptHandle"] });
            let answer = client.insist(Request::sqs("DeleteMessage", &asked)).await?;
            if client.healthy && answer.fate() != Fate::Done {
                return Err(format!("DeleteMessage: {}", answer.said()));
            }
        }
    }
}
