//! What policies say by locks, of headers and of bodies; who sees a lock, and who may pass over it.

use crate::matrix::{document, furnished};
use crate::world::{Answer, Ask, How, World};

fn statement(effect: &str, actions: &[&str], condition: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":{actions:?},"Resource":"*","Condition":{condition}}}"#)
}

const ANY: &str = "{}";

async fn ask(world: &World, key: &'static str, words: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let (method, target) = words.split_once(' ').expect("a method and a target");
    let mut how = How::of(std::iter::empty());
    how.key = key;
    let digest = [("x-amz-checksum-crc32", checksum(body))];
    let digest = digest.iter().map(|(name, value)| (*name, value.as_str())).filter(|_| !body.is_empty());
    let headers = headers.iter().copied().chain(digest);
    let headers = headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).collect();
    world.send(&Ask { method: method.into(), target: target.into(), how, headers, body: body.into() }).await
}

fn checksum(body: &str) -> String {
    let set =
        coldkeep_digest::DigestSet { checksums: vec![coldkeep_digest::ChecksumAlgorithm::Crc32], ..Default::default() };
    let mut hasher = coldkeep_digest::Hasher::new(&set);
    hasher.update(body.as_bytes());
    hasher.finish().checksum(coldkeep_digest::ChecksumAlgorithm::Crc32).expect("asked for").to_base64()
}

fn retention(mode: &str, until: &str) -> String {
    format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>")
}

/// A world with a bucket that has object lock, and an object in it.
async fn locked() -> World {
    let (world, _) = furnished(None).await;
    let enabled = [("x-amz-bucket-object-lock-enabled", "true")];
    assert_eq!(ask(&world, "ROOT", "PUT /lck", &enabled, "").await.status, 200);
    assert_eq!(ask(&world, "ROOT", "PUT /lck/k", &[], "x").await.status, 200);
    world
}

/// It is 3 February 2026.
#[tokio::test]
async fn a_policy_bounds_for_how_long() {
    let world = locked().await;
    let long = r#"{"NumericGreaterThan":{"s3:object-lock-remaining-retention-days":"10"}}"#;
    let deny = statement("Deny", &["s3:PutObject", "s3:PutObjectRetention"], long);
    world.callers.allow("USER", &document(&[statement("Allow", &["s3:*"], ANY), deny]));
    for (until, status) in [("2026-02-13T04:05:06Z", 200), ("2026-02-14T04:05:07Z", 403)] {
        let headers = [("x-amz-object-lock-mode", "GOVERNANCE"), ("x-amz-object-lock-retain-until-date", until)];
        assert_eq!(ask(&world, "USER", "PUT /lck/new", &headers, "x").await.status, status, "{until}");
        let body = retention("GOVERNANCE", until);
        assert_eq!(ask(&world, "USER", "PUT /lck/k?retention", &[], &body).await.status, status, "{until}");
    }
}

#[tokio::test]
async fn a_policy_allows_one_mode_and_one_status() {
    let world = locked().await;
    let mode = r#"{"StringEquals":{"s3:object-lock-mode":"GOVERNANCE"}}"#;
    let status = r#"{"StringEquals":{"s3:object-lock-legal-hold":"OFF"}}"#;
    world.callers.allow(
        "USER",
        &document(&[
            statement("Allow", &["s3:PutObjectRetention"], mode),
            statement("Allow", &["s3:PutObjectLegalHold"], status),
        ]),
    );
    for (mode, status) in [("COMPLIANCE", 403), ("GOVERNANCE", 200)] {
        let body = retention(mode, "2026-03-01T00:00:00Z");
        assert_eq!(ask(&world, "USER", "PUT /lck/k?retention", &[], &body).await.status, status, "{mode}");
    }
    for (hold, status) in [("ON", 403), ("OFF", 200)] {
        let body = format!("<LegalHold><Status>{hold}</Status></LegalHold>");
        assert_eq!(ask(&world, "USER", "PUT /lck/k?legal-hold", &[], &body).await.status, status, "{hold}");
    }
}

/// The user guide's examples: no hold but of so many days, and none at all; years count as 365 days.
#[tokio::test]
async fn a_policy_bounds_event_holds() {
    let world = locked().await;
    let short = r#"{"NumericLessThan":{"s3:object-lock-event-hold-duration-days":"90"}}"#;
    let on = r#"{"StringEquals":{"s3:object-lock-event-hold":"ON"},"NumericGreaterThan":{"s3:object-lock-event-hold-duration-days":"365"}}"#;
    let deny = |condition| statement("Deny", &["s3:PutObject", "s3:PutObjectRetention"], condition);
    world.callers.allow("USER", &document(&[statement("Allow", &["s3:*"], ANY), deny(short), deny(on)]));
    for (unit, number, status) in [("Days", 89, 403), ("Days", 90, 200), ("Years", 1, 200), ("Years", 2, 403)] {
        let (number, name) =
            (number.to_string(), format!("x-amz-object-lock-event-hold-duration-{unit}").to_lowercase());
        let headers = [
            ("x-amz-object-lock-mode", "GOVERNANCE"),
            ("x-amz-object-lock-event-hold", "ON"),
            (name.as_str(), number.as_str()),
        ];
        let put = ask(&world, "USER", "PUT /lck/new", &headers, "x").await;
        assert_eq!(put.status, status, "{unit} {number}");
        let duration = format!("<EventHoldDuration><{unit}>{number}</{unit}></EventHoldDuration>");
        let body = format!("<Retention><Mode>GOVERNANCE</Mode><EventHold>ON</EventHold>{duration}</Retention>");
        let put = ask(&world, "USER", "PUT /lck/k?retention", &[], &body).await;
        assert_eq!(put.status, status, "{unit} {number}");
    }
    // Who may not put retention sets no hold, and who may releases it.
    world.callers.allow("USER", &document(&[statement("Allow", &["s3:PutObject"], ANY)]));
    let headers = [
        ("x-amz-object-lock-mode", "GOVERNANCE"),
        ("x-amz-object-lock-event-hold", "ON"),
        ("x-amz-object-lock-event-hold-duration-days", "9"),
    ];
    assert_eq!(ask(&world, "USER", "PUT /lck/new", &headers, "x").await.status, 403);
    world.callers.allow("USER", &document(&[statement("Allow", &["s3:PutObjectRetention", "s3:GetObject"], ANY)]));
    let release = "<Retention><EventHold>OFF</EventHold></Retention>";
    assert_eq!(ask(&world, "USER", "PUT /lck/k?retention", &[], release).await.status, 200);
    let seen = ask(&world, "USER", "HEAD /lck/k", &[], "").await;
    assert!(!seen.headers.contains_key("x-amz-object-lock-event-hold"));
    let seen = ask(&world, "ROOT", "HEAD /lck/k", &[], "").await;
    assert_eq!(seen.headers["x-amz-object-lock-event-hold"], "OFF");
    assert!(!seen.headers.contains_key("x-amz-object-lock-event-hold-duration-years"));
}

/// Whether the bucket has object lock is told to those who may lock.
#[tokio::test]
async fn who_may_not_lock_learns_nothing_of_the_bucket() {
    let world = locked().await;
    let mode = r#"{"StringEquals":{"s3:object-lock-mode":"GOVERNANCE"}}"#;
    world.callers.allow("USER", &document(&[statement("Allow", &["s3:PutObjectRetention"], mode)]));
    for (mode, status) in [("COMPLIANCE", 403), ("GOVERNANCE", 400)] {
        let body = retention(mode, "2026-03-01T00:00:00Z");
        assert_eq!(ask(&world, "USER", "PUT /bkt/k?retention", &[], &body).await.status, status, "{mode}");
    }
}

#[tokio::test]
async fn a_reader_sees_what_it_may() {
    let world = locked().await;
    let headers = [
        ("x-amz-object-lock-mode", "GOVERNANCE"),
        ("x-amz-object-lock-retain-until-date", "2026-03-01T00:00:00Z"),
        ("x-amz-object-lock-legal-hold", "ON"),
    ];
    assert_eq!(ask(&world, "ROOT", "PUT /lck/k", &headers, "x").await.status, 200);
    for (actions, seen) in [
        (&["s3:GetObject"][..], [false, false]),
        (&["s3:GetObject", "s3:GetObjectRetention"], [true, false]),
        (&["s3:GetObject", "s3:GetObjectLegalHold"], [false, true]),
        (&["s3:*"], [true, true]),
    ] {
        world.callers.allow("USER", &document(&[statement("Allow", actions, ANY)]));
        for words in ["GET /lck/k", "HEAD /lck/k"] {
            let answer = ask(&world, "USER", words, &[], "").await;
            let has = |name: &str| answer.headers.contains_key(format!("x-amz-object-lock-{name}"));
            assert_eq!(answer.status, 200);
            assert_eq!([has("mode"), has("legal-hold")], seen, "{actions:?}");
            assert_eq!(has("retain-until-date"), seen[0]);
        }
    }
}

/// To delete is one thing, to bypass another; of many keys, each is refused for itself.
#[tokio::test]
async fn only_some_may_bypass() {
    let world = locked().await;
    let headers =
        [("x-amz-object-lock-mode", "GOVERNANCE"), ("x-amz-object-lock-retain-until-date", "2026-03-01T00:00:00Z")];
    let put = ask(&world, "ROOT", "PUT /lck/k", &headers, "x").await;
    let version = put.headers["x-amz-version-id"].to_str().expect("a version");
    let bypass = [("x-amz-bypass-governance-retention", "true")];
    let body = format!("<Delete><Object><Key>k</Key><VersionId>{version}</VersionId></Object></Delete>");
    let one = format!("DELETE /lck/k?versionId={version}");
    let denies = |answer: &Answer| String::from_utf8_lossy(&answer.body).contains("<Code>AccessDenied</Code>");
    world.callers.allow("USER", &document(&[statement("Allow", &["s3:DeleteObjectVersion"], ANY)]));
    for headers in [&bypass[..], &[]] {
        assert!(denies(&ask(&world, "USER", &one, headers, "").await));
        let many = ask(&world, "USER", "POST /lck?delete", headers, &body).await;
        assert!(many.status == 200 && denies(&many));
    }
    let both = ["s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"];
    world.callers.allow("USER", &document(&[statement("Allow", &both, ANY)]));
    assert!(denies(&ask(&world, "USER", "POST /lck?delete", &[], &body).await));
    assert!(!denies(&ask(&world, "USER", "POST /lck?delete", &bypass, &body).await));
    assert_eq!(ask(&world, "ROOT", &format!("GET /lck/k?versionId={version}"), &[], "").await.status, 404);
}
