//! Identity providers: made, read back, changed and deleted; Amazon's limits and errors.

use crate::world::{World, code, root};

const ARN: &str = "arn:aws:iam::012345678901:oidc-provider/a.example/x";

struct Asking(World);

impl Asking {
    async fn send(&self, form: &str) -> (u16, String) {
        self.0.send(Some(&root()), form.replace(' ', "&")).await
    }

    async fn ok(&self, form: &str) -> String {
        let (status, text) = self.send(form).await;
        assert_eq!(status, 200, "{form}: {text}");
        text
    }

    async fn refused(&self, form: &str, status: u16, error: &str) {
        let before = self.0.records().await;
        let (came, text) = self.send(form).await;
        assert_eq!((came, code(&text).as_str()), (status, error), "{form}: {text}");
        assert_eq!(self.0.records().await, before, "{form}");
    }
}

fn on(action: &str) -> String {
    format!("Action={action} OpenIDConnectProviderArn={ARN} ")
}

#[tokio::test]
async fn providers_are_made_read_changed_and_deleted() {
    let door = Asking(World::new().await);
    let thumbprint = "AA".repeat(20);
    let made = door
        .ok(&format!(
            "Action=CreateOpenIDConnectProvider Url=https://a.example/x ClientIDList.member.1=one \
             ClientIDList.member.2=one ThumbprintList.member.1={thumbprint} Tags.member.1.Key=k Tags.member.1.Value=v"
        ))
        .await;
    assert!(made.contains(&format!("<OpenIDConnectProviderArn>{ARN}</OpenIDConnectProviderArn>")), "{made}");
    let got = door.ok(&on("GetOpenIDConnectProvider")).await;
    for part in [
        "<Url>a.example/x</Url>",
        "<ClientIDList><member>one</member></ClientIDList>",
        &format!("<ThumbprintList><member>{}</member></ThumbprintList>", thumbprint.to_lowercase()),
        "<Tags><member><Key>k</Key><Value>v</Value></member></Tags>",
    ] {
        assert!(got.contains(part), "{part} in {got}");
    }
    door.refused("Action=CreateOpenIDConnectProvider Url=https://a.example/x", 409, "EntityAlreadyExists").await;
    assert!(door.ok("Action=ListOpenIDConnectProviders").await.contains(ARN));
    let summary = door.ok("Action=GetAccountSummary").await;
    assert!(summary.contains("<key>Providers</key><value>1</value>"), "{summary}");
    door.ok(&(on("AddClientIDToOpenIDConnectProvider") + "ClientID=two")).await;
    door.ok(&(on("AddClientIDToOpenIDConnectProvider") + "ClientID=two")).await;
    door.ok(&(on("RemoveClientIDFromOpenIDConnectProvider") + "ClientID=one")).await;
    door.ok(&(on("RemoveClientIDFromOpenIDConnectProvider") + "ClientID=never")).await;
    door.ok(&on("UpdateOpenIDConnectProviderThumbprint")).await;
    door.ok(&(on("TagOpenIDConnectProvider") + "Tags.member.1.Key=l Tags.member.1.Value=w")).await;
    door.ok(&(on("UntagOpenIDConnectProvider") + "TagKeys.member.1=K")).await;
    let tags = door.ok(&on("ListOpenIDConnectProviderTags")).await;
    assert!(tags.contains("<Tags><member><Key>l</Key><Value>w</Value></member></Tags>"), "{tags}");
    let got = door.ok(&on("GetOpenIDConnectProvider")).await;
    assert!(got.contains("<ClientIDList><member>two</member></ClientIDList>"), "{got}");
    assert!(!got.contains(&thumbprint.to_lowercase()), "{got}");
    let (records, problems) = coldkeep_identity::prove(&*door.0.meta).await.expect("read");
    assert!(records > 0 && problems.is_empty(), "{problems:?}");
    door.ok(&on("DeleteOpenIDConnectProvider")).await;
    door.refused(&on("DeleteOpenIDConnectProvider"), 404, "NoSuchEntity").await;
    assert!(!door.ok("Action=ListOpenIDConnectProviders").await.contains(ARN));
}

#[tokio::test]
async fn what_no_provider_may_have_is_refused_and_kept_out() {
    let door = Asking(World::new().await);
    let create = "Action=CreateOpenIDConnectProvider Url=https://a.example/x ";
    for url in ["http://a.example", "a.example", "http://127.0.0.1:80", "https://a.example?q", "https://aws"] {
        door.refused(&format!("Action=CreateOpenIDConnectProvider Url={url}"), 400, "ValidationError").await;
    }
    for (more, status, code) in [
        ("ThumbprintList.member.1=aa".to_owned(), 400, "ValidationError"),
        (format!("ThumbprintList.member.1={}", "z".repeat(40)), 400, "ValidationError"),
        (format!("ClientIDList.member.1={}", "c".repeat(256)), 400, "ValidationError"),
        ("ContextProvider.SubjectSourceKey=s".to_owned(), 501, "NotImplemented"),
        ("IdentityCenterInstanceArn=arn".to_owned(), 501, "NotImplemented"),
    ] {
        door.refused(&format!("{create}{more}"), status, code).await;
    }
    let many = |word: &str, count: usize, value: &dyn Fn(usize) -> String| {
        (1..=count).map(|at| format!("{word}.member.{at}={} ", value(at))).collect::<String>()
    };
    let thumbprints = many("ThumbprintList", 6, &|at| at.to_string().repeat(40));
    door.refused(&format!("{create}{thumbprints}"), 400, "InvalidInput").await;
    let clients = many("ClientIDList", 101, &|at| at.to_string());
    door.refused(&format!("{create}{clients}"), 409, "LimitExceeded").await;
    door.ok(&format!("{create}{}", many("ClientIDList", 100, &|at| at.to_string()))).await;
    door.refused(&(on("AddClientIDToOpenIDConnectProvider") + "ClientID=101"), 409, "LimitExceeded").await;
    for at in 1..100 {
        door.ok(&format!("Action=CreateOpenIDConnectProvider Url=https://b.example/{at}")).await;
    }
    door.refused("Action=CreateOpenIDConnectProvider Url=https://b.example/100", 409, "LimitExceeded").await;
    for (arn, status, code) in [
        ("arn:aws:iam::012345678901:role/x-and-more", 400, "ValidationError"),
        ("arn:aws:iam::012345678901:oidc-provider/A.example/x", 404, "NoSuchEntity"),
        ("arn:aws:iam::999999999999:oidc-provider/a.example/x", 404, "NoSuchEntity"),
    ] {
        door.refused(&format!("Action=GetOpenIDConnectProvider OpenIDConnectProviderArn={arn}"), status, code).await;
    }
}
