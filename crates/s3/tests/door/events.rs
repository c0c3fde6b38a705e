//! What events are to those who read them, byte by byte; and that a destination is asked for each bucket.

use std::time::Duration;

use coldkeep_messages::Ask as Receive;
use serde_json::{Value, json};

use crate::callers::ROOT;
use crate::world::{Answer, Ask, How, World};

async fn ask(world: &World, words: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut words = words.split(' ');
    let (method, target) = (words.next().expect("a method"), words.next().expect("a target"));
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    let ask = Ask { method: method.into(), target: target.into(), how: How::of(words), headers, body: body.into() };
    world.send(&ask).await
}

fn rule(queue: &str, event: &str) -> String {
    let arn = format!("arn:aws:sqs:us-east-1:{ROOT}:{queue}");
    format!("<N><QueueConfiguration><Id>i</Id><Queue>{arn}</Queue><Event>{event}</Event></QueueConfiguration></N>")
}

async fn received(world: &World, queue: &coldkeep_messages::Queue) -> Vec<Value> {
    let all = Receive { most: 10, visibility_s: None, wait: Duration::ZERO };
    let received = world.messages.receive(queue, &all).await.expect("messages");
    received.iter().map(|it| serde_json::from_str(&it.content.body).expect("JSON")).collect()
}

#[tokio::test]
async fn an_event_has_all_that_the_user_guide_names() {
    let world = World::new().await;
    let queue = world.make_queue("q", true).await;
    assert_eq!(ask(&world, "PUT /bkt", &[], "").await.status, 200);
    let configured = ask(&world, "PUT /bkt?notification", &[], &rule("q", "s3:ObjectCreated:*")).await;
    assert_eq!(configured.status, 200);
    let [test] = &received(&world, &queue).await[..] else { panic!("one message") };
    let expected = json!({
        "Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-02-03T04:05:06.789Z", "Bucket": "bkt",
        "RequestId": configured.request_id, "HostId": configured.host_id,
    });
    assert_eq!(*test, expected);
    let put = ask(&world, "PUT /bkt/red%20flower user", &[], "x").await;
    assert_eq!(put.status, 403, "and nothing is told of it");
    let put = ask(&world, "PUT /bkt/red%20flower", &[], "x").await;
    world.store.deliver_events().await.expect("handed over");
    let [event] = &received(&world, &queue).await[..] else { panic!("one message") };
    let sequencer = event["Records"][0]["s3"]["object"]["sequencer"].as_str().expect("a sequencer");
    assert!(sequencer.len() == 24 && sequencer.bytes().all(|digit| digit.is_ascii_hexdigit()), "{sequencer}");
    let owner = coldkeep_auth::canonical_user_id(&coldkeep_types::AccountId::parse(ROOT).expect("12 digits"));
    let record = json!({
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
        "eventTime": "2026-02-03T04:05:06.789Z", "eventName": "ObjectCreated:Put",
        "userIdentity": { "principalId": format!("AWS:{ROOT}") },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": { "x-amz-request-id": put.request_id, "x-amz-id-2": put.host_id },
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "i",
            "bucket": { "name": "bkt", "ownerIdentity": { "principalId": owner }, "arn": "arn:aws:s3:::bkt" },
            "object": {
                "key": "red+flower", "size": 1, "eTag": "9dd4e461268c8034f5c8564e155c67a6", "sequencer": sequencer,
            },
        },
    });
    assert_eq!(*event, json!({ "Records": [record] }));
}

/// Method, target, headers, body.
type Asked<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

#[tokio::test]
async fn each_handler_says_who_called() {
    let world = World::new().await;
    let queue = world.make_queue("q", true).await;
    assert_eq!(ask(&world, "PUT /bkt", &[], "").await.status, 200);
    let all = ["ObjectCreated", "ObjectRemoved", "ObjectTagging"].map(|group| format!("<Event>s3:{group}:*</Event>"));
    let rules = rule("q", "s3:ObjectAcl:Put").replace("<Event>", &format!("{}<Event>", all.concat()));
    assert_eq!(
        ask(&world, "PUT /bkt?notification", &[("x-amz-skip-destination-validation", "true")], &rules).await.status,
        200
    );
    let copied = [("x-amz-copy-source", "bkt/k")];
    let begun = ask(&world, "POST /bkt/m?uploads", &[], "").await;
    let begun = String::from_utf8(begun.body).expect("a document");
    let id = begun.split("<UploadId>").nth(1).and_then(|rest| rest.split('<').next()).expect("an id");
    let part = ask(&world, &format!("PUT /bkt/m?partNumber=1&uploadId={id}"), &[], "x").await;
    assert_eq!(part.status, 200);
    let complete = "<C><Part><PartNumber>1</PartNumber><ETag>9dd4e461268c8034f5c8564e155c67a6</ETag></Part></C>";
    let delete = "<Delete><Object><Key>c</Key></Object></Delete>";
    let digest = [("content-md5", "x/fV59V9GsnlUsnTATEORw==")];
    let asked: [Asked<'_>; 7] = [
        ("ObjectCreated:Put", "PUT /bkt/k", &[], "x"),
        ("ObjectCreated:Copy", "PUT /bkt/c", &copied, ""),
        ("ObjectCreated:CompleteMultipartUpload", &format!("POST /bkt/m?uploadId={id}"), &[], complete),
        ("ObjectTagging:Put", "PUT /bkt/k?tagging", &[], "<Tagging><TagSet></TagSet></Tagging>"),
        ("ObjectTagging:Delete", "DELETE /bkt/k?tagging", &[], ""),
        ("ObjectRemoved:Delete", "POST /bkt?delete", &digest, delete),
        ("ObjectRemoved:Delete", "DELETE /bkt/k", &[], ""),
    ];
    for (event, words, headers, body) in asked {
        let answer = ask(&world, words, headers, body).await;
        assert!(answer.status < 300, "{words}: {}", String::from_utf8_lossy(&answer.body));
        world.store.deliver_events().await.expect("handed over");
        let [told] = &received(&world, &queue).await[..] else { panic!("one message of {words}") };
        let record = &told["Records"][0];
        assert_eq!(record["eventName"], event);
        assert_eq!(record["responseElements"]["x-amz-request-id"], answer.request_id, "{words}");
    }
}

/// A policy that lets one bucket is none that lets another, whenever it is asked.
#[tokio::test]
async fn a_queue_is_asked_for_each_bucket() {
    let world = World::new().await;
    let queue = world.make_queue("q", true).await;
    for bucket in ["bkt", "other"] {
        assert_eq!(ask(&world, &format!("PUT /{bucket}"), &[], "").await.status, 200);
        let skip = [("x-amz-skip-destination-validation", "true")];
        let put = ask(&world, &format!("PUT /{bucket}?notification"), &skip, &rule("q", "s3:ObjectCreated:*")).await;
        assert_eq!(put.status, 200);
    }
    let put = ask(&world, "PUT /other?notification", &[], &rule("q", "s3:ObjectCreated:*")).await;
    assert_eq!((put.status, put.error.as_deref()), (400, Some("InvalidArgument")));
    assert_eq!(ask(&world, "PUT /bkt/k", &[], "x").await.status, 200);
    assert_eq!(ask(&world, "PUT /other/k", &[], "x").await.status, 200);
    assert!(world.store.deliver_events().await.expect("handed over").is_some(), "one of them is refused");
    assert_eq!(received(&world, &queue).await.len(), 1);
}
