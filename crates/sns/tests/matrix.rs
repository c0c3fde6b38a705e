//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.
//!
//! Each is asked by nobody, by a stranger, by a user without policy, by one with every permission but this, by one with exactly this,
//! by one who is denied it, and by one of another account, with and without the topic's consent; who is refused has changed nothing.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_auth::Verifier;
use coldkeep_callers::{Callers, account, other, post, root, statement, stranger, xml_code};
use coldkeep_messages::{Messages, Place, default_topic_policy};
use coldkeep_sns::{Reach, Sns};
use coldkeep_types::{Region, SystemClock};

struct World {
    callers: Callers,
    messages: Messages,
    door: Sns,
}

fn place() -> Place {
    Place { account: account(), region: Region::parse("us-east-1").expect("a region") }
}

impl World {
    async fn new() -> Self {
        let callers = Callers::new().await;
        let messages = Messages::open(callers.meta.clone(), Arc::new(SystemClock));
        let verifier = Verifier::new(Duration::from_secs(900));
        let door = Sns::new(verifier, Arc::new(callers.identity.clone()), messages.clone(), Reach::Public);
        Self { callers, messages, door }
    }

    /// The topic, made anew with this policy, or the default one.
    async fn topic(&self, policy: Option<String>) {
        if let Ok(topic) = self.messages.topic(&place(), "t").await {
            self.messages.delete_topic(&topic).await.expect("deleted");
        }
        let policy = policy.unwrap_or_else(|| default_topic_policy(&place(), "t"));
        let what = (String::new(), policy, Vec::new());
        self.messages.create_topic(&place(), "t", what, |_| Ok(())).await.expect("a topic");
    }

    /// Asks for an operation with all parameters that any needs: the status, and the code of the error.
    async fn code(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, String) {
        let mut body = format!("Action={operation}{FORM}");
        if operation == "TagResource" {
            body.push_str("&Tags.member.1.Key=k&Tags.member.1.Value=v");
        }
        let (status, answer) = post(&self.door, signer, None, body).await;
        (status, xml_code(&answer))
    }
}

/// What they name is mostly not there.
const FORM: &str = "&Version=2010-03-31&Name=t&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A012345678901%3At\
&ResourceArn=arn%3Aaws%3Asns%3Aus-east-1%3A012345678901%3At&AttributeName=DisplayName&AttributeValue=d\
&SubscriptionArn=arn%3Aaws%3Asns%3Aus-east-1%3A012345678901%3At%3Anone&Token=none&Protocol=sqs\
&Endpoint=arn%3Aaws%3Asqs%3Aus-east-1%3A012345678901%3Aq&Message=m&Label=l&AWSAccountId.member.1=111122223333\
&ActionName.member.1=Publish&TagKeys.member.1=k&PublishBatchRequestEntries.member.1.Id=a\
&PublishBatchRequestEntries.member.1.Message=m";

const DENIED: &str = "AuthorizationError";
/// Nobody need sign these: a token, or the subscription itself, lets them.
const LINKS: [&str; 2] = ["ConfirmSubscription", "Unsubscribe"];
/// On no topic, or on none that need be there.
const OWN: [&str; 6] = [
    "CreateTopic",
    "GetSubscriptionAttributes",
    "ListSubscriptions",
    "ListTopics",
    "SetSubscriptionAttributes",
    "Unsubscribe",
];

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let world = World::new().await;
    let without = world.callers.user(&account(), "without", &[]).await;
    let abroad = world.callers.user(&other(), "abroad", &[statement("Allow", "Action", &["sns:*".into()])]).await;
    let (stranger, root) = (stranger(), root());
    let mut answered = 0;
    for (operation, permission, _) in coldkeep_sns::operations().filter(|(.., answered)| *answered) {
        answered += 1;
        let permissions = [permission.clone()];
        let name = |kind: &str| format!("{kind}-{operation}");
        let others =
            world.callers.user(&account(), &name("others"), &[statement("Allow", "NotAction", &permissions)]).await;
        let allow = statement("Allow", "Action", &permissions);
        let exactly = world.callers.user(&account(), &name("exactly"), std::slice::from_ref(&allow)).await;
        let both = [allow, statement("Deny", "Action", &permissions)];
        let denied = world.callers.user(&account(), &name("denied"), &both).await;
        world.topic(None).await;
        let before = world.callers.records(b'M').await;
        for (who, signer, code) in [
            ("a stranger", Some(&stranger), "InvalidClientTokenId"),
            ("a user without policy", Some(&without), DENIED),
            ("one with every other permission", Some(&others), DENIED),
            ("one who is denied", Some(&denied), DENIED),
        ] {
            assert_eq!(world.code(signer, operation).await, (403, code.to_owned()), "{operation} as {who}");
        }
        let (status, code) = world.code(None, operation).await;
        match LINKS.contains(&operation) {
            false => assert_eq!((status, code.as_str()), (403, "MissingAuthenticationToken"), "{operation} by nobody"),
            true => assert!(status == 400 || status == 404, "{operation} by nobody: {status} {code}"),
        }
        if !OWN.contains(&operation) {
            assert_eq!(world.code(Some(&abroad), operation).await, (403, DENIED.to_owned()), "{operation} from abroad");
        }
        assert_eq!(world.callers.records(b'M').await, before, "{operation}: who is refused changes nothing");
        for (who, signer) in [("one with exactly this", &exactly), ("root", &root)] {
            world.topic(None).await;
            let (status, code) = world.code(Some(signer), operation).await;
            assert!(status != 403 && status < 500, "{operation} as {who}: {status} {code}");
        }
    }
    assert_eq!(answered, 19);
}

#[tokio::test]
async fn a_topics_policy_lets_in_whom_it_names() {
    let world = World::new().await;
    let abroad = world.callers.user(&other(), "abroad", &[statement("Allow", "Action", &["sns:*".into()])]).await;
    let unable = world.callers.user(&other(), "unable", &[]).await;
    let arn = place().topic_arn("t");
    let says = |effect: &str, who: &str| {
        Some(format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{{"AWS":"{who}"}},"Action":"SNS:Publish","Resource":"{arn}"}}}}"#
        ))
    };
    world.topic(says("Allow", "998877665544")).await;
    assert_eq!(world.code(Some(&abroad), "Publish").await.0, 200);
    assert_eq!(world.code(Some(&abroad), "Subscribe").await, (403, DENIED.to_owned()));
    assert_eq!(world.code(Some(&unable), "Publish").await, (403, DENIED.to_owned()));
    world.topic(says("Deny", "*")).await;
    assert_eq!(world.code(Some(&root()), "Publish").await, (403, DENIED.to_owned()));
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    for (operation, ..) in coldkeep_sns::operations().filter(|(.., answered)| !*answered) {
        assert_eq!(world.code(Some(&root()), operation).await, (501, "NotImplemented".to_owned()), "{operation}");
    }
    assert_eq!(world.code(Some(&root()), "Dance").await, (400, "InvalidAction".to_owned()));
    assert_eq!(world.code(Some(&root()), "Publish").await, (404, "NotFound".to_owned()));
}
