//! Access logs of buckets: what a line says, and which objects come of lines.

use coldkeep_types::{AccountId, BucketName, ObjectKey};

use crate::world::{Answer, Ask, World};

const LOGS: &str = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject",
    "Resource":"arn:aws:s3:::logs/*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::src"},
    "StringEquals":{"aws:SourceAccount":"012345678901"}}}]}"#;

async fn send(world: &World, request: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    world.send(&Ask::of(request, headers, body)).await
}

/// Two buckets, of which one logs to the other below this prefix and by this form of keys.
async fn logging(prefix: &str, format: &str) -> World {
    let world = World::new().await;
    let status = format!(
        "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>{prefix}</TargetPrefix>\
         {format}</LoggingEnabled></BucketLoggingStatus>"
    );
    for (request, body) in
        [("PUT /src", ""), ("PUT /logs", ""), ("PUT /logs?policy", LOGS), ("PUT /src?logging", status.as_str())]
    {
        let answer = send(&world, request, &[], body).await;
        assert!(answer.status < 300, "{request}: {}", String::from_utf8_lossy(&answer.body));
    }
    world
}

/// The keys of the log objects, and what they say together.
async fn delivered(world: &mut World) -> (Vec<String>, String) {
    world.order("deliver").await;
    let list = String::from_utf8(send(world, "GET /logs", &[], "").await.body).expect("XML");
    let keys: Vec<String> =
        list.split("<Key>").skip(1).map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect();
    let mut text = String::new();
    for key in &keys {
        text += &String::from_utf8(send(world, &format!("GET /logs/{key}"), &[], "").await.body).expect("text");
    }
    (keys, text)
}

#[tokio::test]
async fn lines_say_what_was_asked_and_how_it_ended() {
    let mut world = logging("of/src-", "").await;
    let agent = ("user-agent", "a \"b\" c");
    send(&world, "PUT /src/a%20b", &[agent, ("referer", "http://r/")], "body").await;
    send(&world, "GET /src/a%20b presigned", &[("range", "bytes=1-2")], "").await;
    send(&world, "GET /src/none unsigned tls", &[], "").await;
    send(&world, "GET /src v2", &[], "").await;
    send(&world, "PUT /src/copy", &[("x-amz-copy-source", "/src/a%20b")], "").await;
    send(&world, "GET / unsigned host=src.website.example", &[], "").await;
    let (keys, text) = delivered(&mut world).await;
    let unique = keys[0].strip_prefix("of/src-2026-02-03-04-05-06-").expect("the time of delivery");
    assert!(
        keys.len() == 1 && unique.len() == 16 && unique.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{keys:?}"
    );
    let lines: Vec<Vec<&str>> = text.lines().map(fields).collect();
    let owner = coldkeep_auth::canonical_user_id(&AccountId::parse("012345678901").expect("12 digits"));
    for line in &lines {
        assert_eq!(line.len(), 27, "{line:?}");
        assert_eq!(line[..4], [owner.as_str(), "src", "[03/Feb/2026:04:05:06 +0000]", "127.0.0.1"]);
        assert_eq!((line[5].len(), line[18].len()), (16, 76), "{line:?}");
        assert_eq!((&line[13..15], line[20], &line[24..]), (&["7", "7"][..], "-", &["-", "-", "-"][..]));
    }
    let host = "localhost:9000";
    // Requester, operation, key, status, error, size of the object, referer, agent, signature and where it is, host, TLS.
    let shown = |line: &[&str]| [4, 6, 7, 9, 10, 12, 15, 16, 19, 21, 22, 23].map(|at| line[at].to_owned());
    let wanted: [(&str, [&str; 12]); 6] = [
        (
            "\"PUT /src/a%20b HTTP/1.1\"",
            [
                &owner,
                "REST.PUT.OBJECT",
                "a%20b",
                "200",
                "-",
                "4",
                "\"http://r/\"",
                "\"a %22b%22 c\"",
                "SigV4",
                "AuthHeader",
                host,
                "-",
            ],
        ),
        (
            "\"GET /src/a%20b?",
            [&owner, "REST.GET.OBJECT", "a%20b", "206", "-", "4", "\"-\"", "\"-\"", "SigV4", "QueryString", host, "-"],
        ),
        (
            "\"GET /src/none HTTP/1.1\"",
            ["-", "REST.GET.OBJECT", "none", "403", "AccessDenied", "-", "\"-\"", "\"-\"", "-", "-", host, "TLSv1.3"],
        ),
        (
            "\"GET /src HTTP/1.1\"",
            [&owner, "REST.GET.BUCKET", "-", "200", "-", "-", "\"-\"", "\"-\"", "SigV2", "AuthHeader", host, "-"],
        ),
        (
            "\"PUT /src/copy HTTP/1.1\"",
            [&owner, "REST.COPY.OBJECT", "copy", "200", "-", "-", "\"-\"", "\"-\"", "SigV4", "AuthHeader", host, "-"],
        ),
        (
            "\"GET / HTTP/1.1\"",
            [
                "-",
                "WEBSITE.GET.OBJECT",
                "-",
                "404",
                "NoSuchWebsiteConfiguration",
                "-",
                "\"-\"",
                "\"-\"",
                "-",
                "-",
                "src.website.example",
                "-",
            ],
        ),
    ];
    assert_eq!(lines.len(), wanted.len(), "{text}");
    for (line, (target, fields)) in lines.iter().zip(wanted) {
        assert!(line[8].starts_with(target), "{line:?}");
        assert_eq!(shown(line), fields);
    }
    assert!(lines[1][8].contains("X-Amz-Signature=- "), "whoever reads the log could ask it again: {}", lines[1][8]);
}

/// The fields of a line; what is in quotes or brackets is one.
fn fields(line: &str) -> Vec<&str> {
    let (mut fields, mut begin, mut inside) = (Vec::new(), 0, false);
    for (at, letter) in line.char_indices() {
        match letter {
            '"' => inside = !inside,
            '[' => inside = true,
            ']' => inside = false,
            ' ' if !inside => {
                fields.push(&line[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    fields.push(&line[begin..]);
    fields
}

#[tokio::test]
async fn one_object_for_each_delivery_and_none_for_nothing() {
    let mut world = logging("", "").await;
    send(&world, "GET /src", &[], "").await;
    send(&world, "GET /src", &[], "").await;
    assert_eq!(delivered(&mut world).await.0.len(), 1);
    // Neither the delivery nor the other bucket's requests have lines.
    assert_eq!(delivered(&mut world).await.0.len(), 1);
    send(&world, "GET /src", &[], "").await;
    assert_eq!(delivered(&mut world).await.0.len(), 2);
    // Whoever may not deliver any more does not, and what waited is gone.
    send(&world, "GET /src", &[], "").await;
    send(&world, "DELETE /logs?policy", &[], "").await;
    assert_eq!(delivered(&mut world).await.0.len(), 2);
    send(&world, "PUT /logs?policy", &[], LOGS).await;
    assert_eq!(delivered(&mut world).await.0.len(), 2);
    send(&world, "PUT /src?logging", &[], "<BucketLoggingStatus/>").await;
    world.order("deliver").await;
    send(&world, "GET /src", &[], "").await;
    assert_eq!(delivered(&mut world).await.0.len(), 2);
}

#[tokio::test]
async fn keys_by_the_day_of_requests() {
    let by = |source| {
        format!(
            "<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>{source}</PartitionDateSource>\
             </PartitionedPrefix></TargetObjectKeyFormat>"
        )
    };
    for (source, day, time) in [("EventTime", "2026/02/03", "00-00-00"), ("DeliveryTime", "2026/02/04", "04-05-06")] {
        let mut world = logging("p/", &by(source)).await;
        send(&world, "GET /src", &[], "").await;
        world.order("clock 86400000").await;
        let (keys, _) = delivered(&mut world).await;
        let begin = format!("p/012345678901/us-east-1/src/{day}/{}-{time}-", day.replace('/', "-"));
        assert!(matches!(&keys[..], [one] if one.starts_with(&begin)), "{keys:?}");
    }
}

#[tokio::test]
async fn a_log_is_sealed_as_its_bucket_is() {
    let mut world = logging("", "").await;
    let sealed = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256\
        </SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
    assert_eq!(send(&world, "PUT /logs?encryption", &[], sealed).await.status, 200);
    send(&world, "GET /src", &[], "").await;
    let (keys, text) = delivered(&mut world).await;
    assert!(text.contains("REST.GET.BUCKET"), "{text}");
    let (bucket, key) = (BucketName::parse("logs").expect("a name"), ObjectKey::parse(&keys[0]).expect("a key"));
    let object = world.store.head_version(&bucket, &key, None).await.expect("a log");
    assert!(object.sealed.is_some());
}
