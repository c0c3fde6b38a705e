//! Who calls, and what is refused by its name.

use crate::world::{Signer, World, authorization};

const IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

#[tokio::test]
async fn the_root_is_told_who_it_is() {
    let answer = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
                  <GetCallerIdentityResult><UserId>012345678901</UserId><Account>012345678901</Account>\
                  <Arn>arn:aws:iam::012345678901:root</Arn></GetCallerIdentityResult><ResponseMetadata><RequestId>ID</RequestId>\
                  </ResponseMetadata></GetCallerIdentityResponse>";
    let world = World::new().await;
    assert_eq!(world.ask(Some(&Signer::root()), IDENTITY).await, (200, answer.to_owned()));
}

#[tokio::test]
async fn everything_else_is_refused_by_its_name() {
    let world = World::new().await;
    for (key, signed, sent, status, code) in [
        (None, "", IDENTITY, 403, "MissingAuthenticationToken"),
        (None, "", "Action=Dance", 403, "MissingAuthenticationToken"),
        (Some("NOBODY"), IDENTITY, IDENTITY, 403, "InvalidClientTokenId"),
        (Some("ROOT"), "Action=Other", IDENTITY, 403, "SignatureDoesNotMatch"),
        (Some("ROOT"), "Action=AssumeRoleWithSAML", "Action=AssumeRoleWithSAML", 501, "NotImplemented"),
        (Some("ROOT"), "Action=%3CDance%3E", "Action=%3CDance%3E", 400, "InvalidAction"),
        (Some("ROOT"), "", "", 400, "MissingAction"),
    ] {
        let authorization = key.map(|key| authorization(key, "s", signed));
        let (came, text) = world.send(authorization.as_deref(), None, sent.to_owned()).await;
        assert_eq!(came, status, "{text}");
        assert!(text.contains(&format!("<Code>{code}</Code>")), "{text}");
        assert!(!text.contains("<Dance>"), "{text}");
    }
    let long = format!("Action=GetCallerIdentity&x={}", "x".repeat(40_000));
    assert_eq!(world.ask(Some(&Signer::root()), &long).await.0, 400);
    assert_eq!(world.ask(None, &long).await.0, 400);
    let (status, text) = world.send(Some("AWS ROOT:signature"), None, IDENTITY.to_owned()).await;
    assert!(status == 400 && text.contains("IncompleteSignature"), "{text}");
}
