//! Who may, for every operation that is answered: generated from the door's own list, so that a new operation is in it.
//!
//! Each is asked by nobody, by a stranger, by a user without policy, by one with every permission but this, by one with exactly this,
//! by one who is denied it, and by one of another account, with and without the queue's consent; who is refused has changed nothing.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_auth::Verifier;
use coldkeep_callers::{Callers, account, other, post, root, statement, stranger};
use coldkeep_messages::{Messages, Place, defaults};
use coldkeep_sqs::Sqs;
use coldkeep_types::{Region, SystemClock};
use serde_json::{Value, json};

struct World {
    callers: Callers,
    messages: Messages,
    door: Sqs,
}

fn place() -> Place {
    Place { account: account(), region: Region::parse("us-east-1").expect("a region") }
}

impl World {
    async fn new() -> Self {
        let callers = Callers::new().await;
        let messages = Messages::open(callers.meta.clone(), Arc::new(SystemClock));
        let verifier = Verifier::new(Duration::from_secs(900));
        let door = Sqs::new(verifier, Arc::new(callers.identity.clone()), messages.clone());
        Self { callers, messages, door }
    }

    /// The queue, made anew with this policy, which is none if it is empty.
    async fn queue(&self, policy: &str) {
        if let Ok(queue) = self.messages.queue(&place(), "q").await {
            self.messages.delete_queue(&queue).await.expect("deleted");
        }
        let mut record = defaults();
        record.policy = (!policy.is_empty()).then(|| policy.to_owned());
        self.messages.create_queue(&place(), "q", record, |_| Ok(())).await.expect("a queue");
    }

    /// Asks for an operation with all parameters that any needs.
    async fn ask(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, Value) {
        let entry = json!({"Id": "a", "MessageBody": "m", "ReceiptHandle": "x", "VisibilityTimeout": 1});
        let parameters = json!({
            "QueueUrl": "http://h/012345678901/q", "QueueName": "q", "QueueOwnerAWSAccountId": "012345678901",
            "Attributes": {"DelaySeconds": "0"}, "MessageBody": "m", "ReceiptHandle": "x", "VisibilityTimeout": 1,
            "Entries": [entry], "Label": "l", "AWSAccountIds": ["111122223333"], "Actions": ["SendMessage"],
            "Tags": {"k": "v"}, "TagKeys": ["k"],
        });
        let target = format!("AmazonSQS.{operation}");
        let (status, body) = post(&self.door, signer, Some(&target), parameters.to_string()).await;
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    async fn code(&self, signer: Option<&(String, String)>, operation: &str) -> (u16, String) {
        let (status, body) = self.ask(signer, operation).await;
        let kind = body["__type"].as_str().unwrap_or_default();
        (status, kind.strip_prefix("com.amazonaws.sqs#").unwrap_or_default().to_owned())
    }
}

const DENIED: &str = "AccessDeniedException";

#[tokio::test]
async fn every_operation_asks_for_its_own_permission_and_for_no_other() {
    let world = World::new().await;
    let without = world.callers.user(&account(), "without", &[]).await;
    let abroad = world.callers.user(&other(), "abroad", &[statement("Allow", "Action", &["sqs:*".into()])]).await;
    let (stranger, root) = (stranger(), root());
    let mut answered = 0;
    for (operation, permission, _) in coldkeep_sqs::operations().filter(|(.., answered)| *answered) {
        answered += 1;
        let permissions = [permission.clone()];
        let name = |kind: &str| format!("{kind}-{operation}");
        let others =
            world.callers.user(&account(), &name("others"), &[statement("Allow", "NotAction", &permissions)]).await;
        let allow = statement("Allow", "Action", &permissions);
        let exactly = world.callers.user(&account(), &name("exactly"), std::slice::from_ref(&allow)).await;
        let both = [allow, statement("Deny", "Action", &permissions)];
        let denied = world.callers.user(&account(), &name("denied"), &both).await;
        world.queue("").await;
        let before = world.callers.records(b'M').await;
        for (who, signer, code) in [
            ("nobody", None, "MissingAuthenticationTokenException"),
            ("a stranger", Some(&stranger), "UnrecognizedClientException"),
            ("a user without policy", Some(&without), DENIED),
            ("one with every other permission", Some(&others), DENIED),
            ("one who is denied", Some(&denied), DENIED),
        ] {
            assert_eq!(world.code(signer, operation).await, (403, code.to_owned()), "{operation} as {who}");
        }
        if !["CreateQueue", "ListQueues"].contains(&operation) {
            assert_eq!(world.code(Some(&abroad), operation).await, (403, DENIED.to_owned()), "{operation} from abroad");
        }
        assert_eq!(world.callers.records(b'M').await, before, "{operation}: who is refused changes nothing");
        for (who, signer) in [("one with exactly this", &exactly), ("root", &root)] {
            world.queue("").await;
            let (status, code) = world.code(Some(signer), operation).await;
            assert!(code != DENIED && status < 500, "{operation} as {who}: {status} {code}");
        }
    }
    assert_eq!(answered, 20);
}

#[tokio::test]
async fn a_queues_policy_lets_in_whom_it_names_and_keeps_out_whom_it_denies() {
    let world = World::new().await;
    let abroad = world.callers.user(&other(), "abroad", &[statement("Allow", "Action", &["sqs:*".into()])]).await;
    let unable = world.callers.user(&other(), "unable", &[]).await;
    let arn = place().queue_arn("q");
    let says = |effect: &str, who: &str| {
        let statement =
            json!({"Effect": effect, "Principal": {"AWS": who}, "Action": "SQS:SendMessage", "Resource": arn});
        json!({"Version": "2012-10-17", "Statement": statement}).to_string()
    };
    world.queue(&says("Allow", "998877665544")).await;
    assert_eq!(world.code(Some(&abroad), "SendMessage").await.0, 200);
    assert_eq!(world.code(Some(&abroad), "SendMessageBatch").await.0, 200);
    assert_eq!(world.code(Some(&abroad), "ReceiveMessage").await, (403, DENIED.to_owned()));
    assert_eq!(world.code(Some(&unable), "SendMessage").await, (403, DENIED.to_owned()));
    world.queue(&says("Deny", "*")).await;
    assert_eq!(world.code(Some(&root()), "SendMessage").await, (403, DENIED.to_owned()));
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_its_name() {
    let world = World::new().await;
    for (operation, ..) in coldkeep_sqs::operations().filter(|(.., answered)| !*answered) {
        let told = world.code(Some(&root()), operation).await;
        assert_eq!(told, (501, "NotImplementedException".to_owned()), "{operation}");
    }
    assert_eq!(world.code(Some(&root()), "Dance").await, (400, "UnknownOperationException".to_owned()));
    assert_eq!(world.code(Some(&root()), "SendMessage").await, (400, "QueueDoesNotExist".to_owned()));
}
