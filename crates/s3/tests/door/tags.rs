//! What policies say by tags: of the object that is there, and of the request, in a header or in a body.

use crate::matrix::{document, furnished};
use crate::world::{Ask, World};

fn allow(actions: &[&str], condition: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{actions:?},"Resource":"*","Condition":{condition}}}"#)
}

const ANY: &str = "{}";
const TEAM: &str = r#"{"StringEquals":{"s3:RequestObjectTag/team":"cold"}}"#;

async fn send(world: &World, key: &'static str, words: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    let mut ask = Ask::of(words, headers, body);
    ask.how.key = key;
    world.send(&ask).await.status
}

fn tagging(key: &str, value: &str) -> String {
    format!("<Tagging><TagSet><Tag><Key>{key}</Key><Value>{value}</Value></Tag></TagSet></Tagging>")
}

#[tokio::test]
async fn an_object_is_reached_by_its_tags() {
    let (world, _) = furnished(None).await;
    let public = r#"{"StringEquals":{"s3:ExistingObjectTag/public":"yes"}}"#;
    let reads = ["s3:GetObject", "s3:GetObjectTagging", "s3:PutObjectTagging", "s3:GetObjectAcl"];
    world.callers.allow("USER", &document(&[allow(&reads, public)]));
    let tag = async |value: &str| send(&world, "ROOT", "PUT /bkt/k?tagging", &[], &tagging("public", value)).await;
    let own = tagging("public", "no");
    for value in ["no", "yes", "no"] {
        assert_eq!(tag(value).await, 200);
        let status = if value == "yes" { 200 } else { 403 };
        for words in ["GET /bkt/k", "HEAD /bkt/k", "GET /bkt/k?tagging", "GET /bkt/k?acl"] {
            assert_eq!(send(&world, "USER", words, &[], "").await, status, "{value}: {words}");
        }
        // What is there counts, not what comes.
        assert_eq!(send(&world, "USER", "PUT /bkt/k?tagging", &[], &own).await, status, "{value}");
    }
    assert_eq!(send(&world, "USER", "GET /bkt/none", &[], "").await, 403);
    assert_eq!(send(&world, "ROOT", "DELETE /bkt/k?tagging", &[], "").await, 204);
    assert_eq!(send(&world, "USER", "GET /bkt/k", &[], "").await, 403);
}

#[tokio::test]
async fn a_deny_by_tags_is_a_deny() {
    let (world, _) = furnished(None).await;
    let secret = r#"{"StringEquals":{"s3:ExistingObjectTag/secret":"yes"}}"#;
    let deny = allow(&["s3:GetObject"], secret).replace("Allow", "Deny");
    let deny_team = allow(&["s3:PutObjectTagging"], TEAM).replace("Allow", "Deny");
    world.callers.allow("USER", &document(&[allow(&["s3:*"], ANY), deny, deny_team]));
    assert_eq!(send(&world, "USER", "GET /bkt/k", &[], "").await, 200);
    assert_eq!(send(&world, "USER", "PUT /bkt/k?tagging", &[], &tagging("team", "cold")).await, 403);
    assert_eq!(send(&world, "USER", "PUT /bkt/k?tagging", &[], &tagging("secret", "yes")).await, 200);
    assert_eq!(send(&world, "USER", "GET /bkt/k", &[], "").await, 403);
    let source = [("x-amz-copy-source", "bkt/k")];
    assert_eq!(send(&world, "USER", "PUT /bkt/c", &source, "").await, 403);
}

#[tokio::test]
async fn what_is_written_is_allowed_by_its_tags() {
    let (world, _) = furnished(None).await;
    let writes = ["s3:PutObject", "s3:PutObjectTagging"];
    world.callers.allow("USER", &document(&[allow(&writes, TEAM)]));
    let put = async |tags: &str| send(&world, "USER", "PUT /bkt/new", &[("x-amz-tagging", tags)], "x").await;
    assert_eq!(send(&world, "USER", "PUT /bkt/new", &[], "x").await, 403);
    for (tags, status) in [("team=warm", 403), ("a=b", 403), ("team=cold&a=b", 200)] {
        assert_eq!(put(tags).await, status, "{tags}");
    }
    for (value, status) in [("warm", 403), ("cold", 200)] {
        assert_eq!(send(&world, "USER", "PUT /bkt/k?tagging", &[], &tagging("team", value)).await, status, "{value}");
    }
    let keys = r#"{"ForAllValues:StringEquals":{"s3:RequestObjectTagKeys":["team","stage"]}}"#;
    world.callers.allow("USER", &document(&[allow(&writes, keys)]));
    for (tags, status) in [("team=any&stage=any", 200), ("team=any&other=any", 403)] {
        assert_eq!(put(tags).await, status, "{tags}");
    }
    for (key, status) in [("stage", 200), ("other", 403)] {
        assert_eq!(send(&world, "USER", "PUT /bkt/k?tagging", &[], &tagging(key, "x")).await, status, "{key}");
    }
}

#[tokio::test]
async fn tags_are_shown_and_copied_for_who_may_read_them() {
    let (world, _) = furnished(None).await;
    assert_eq!(send(&world, "ROOT", "PUT /bkt/k?tagging", &[], &tagging("a", "b")).await, 200);
    let head = async || {
        let mut ask = Ask::of("HEAD /bkt/k", &[], "");
        ask.how.key = "USER";
        world.send(&ask).await.headers.get("x-amz-tagging-count").map(|value| value.to_str().expect("text").to_owned())
    };
    let copy = async |more: &[(&str, &str)]| {
        let headers = [&[("x-amz-copy-source", "bkt/k")], more].concat();
        send(&world, "USER", "PUT /bkt/c", &headers, "").await
    };
    let replace = [("x-amz-tagging-directive", "REPLACE")];
    let mut actions = vec!["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"];
    world.callers.allow("USER", &document(&[allow(&actions, ANY)]));
    assert_eq!((head().await, copy(&[]).await, copy(&replace).await), (None, 403, 200));
    actions.push("s3:GetObjectTagging");
    world.callers.allow("USER", &document(&[allow(&actions, ANY)]));
    assert_eq!((head().await.as_deref(), copy(&[]).await), (Some("1"), 200));
}
