//! SQS: messages of 1 KiB sent and received, one and ten a request. Beside them the same requests to the server that discards them,
//! which says what of it is HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::objects::CLIENTS;
use super::{Bench, OURS_AND_DISCARD, Scenario};
use crate::bench::endpoint::{Endpoint, Kind};
use crate::bench::load::Load;
use crate::bench::request::{Draft, Request};
use crate::bench::sample::{Figure, Sample};
use crate::bench::server::KEYS;
use crate::bench::signature::Signer;

/// How long a message is.
const BYTES: usize = 1024;

/// Makes queues new in each round.
static ROUND: AtomicUsize = AtomicUsize::new(0);

/// Sent, then received.
pub fn scenarios() -> Vec<Scenario> {
    let of = |name, each, run: fn(&Queue<'_>, usize, usize) -> Result<Sample, String>| {
        Scenario::new(name, Figure::KeysPerSecond, OURS_AND_DISCARD, move |bench: &Bench, endpoint| {
            let queue = Queue::create(endpoint)?;
            let sample = run(&queue, bench.size(5_000, 50_000), each)?;
            queue.ask("DeleteQueue", json!({ "QueueUrl": queue.url }))?;
            Ok(sample.without_bytes())
        })
    };
    vec![
        of("sqs-send", 1, send),
        of("sqs-send-10", 10, send),
        of("sqs-receive", 1, receive),
        of("sqs-receive-10", 10, receive),
    ]
}

fn send(queue: &Queue<'_>, messages: usize, each: usize) -> Result<Sample, String> {
    let sample = Load::once(&queue.sends(messages, each), CLIENTS).run(queue.endpoint)?.sample;
    if queue.is_ours() && queue.count("ApproximateNumberOfMessages")? != messages {
        return Err(format!("the queue does not have the {messages} messages that were sent"));
    }
    Ok(Sample { keys: messages as u64, ..sample })
}

fn receive(queue: &Queue<'_>, messages: usize, each: usize) -> Result<Sample, String> {
    if queue.is_ours() {
        Load::once(&queue.sends(messages, 10), CLIENTS).run(queue.endpoint)?;
        super::settle();
    }
    let asked = queue.request("ReceiveMessage", json!({ "QueueUrl": queue.url, "MaxNumberOfMessages": each }));
    let sample = Load::once(&vec![asked; messages / each], CLIENTS).run(queue.endpoint)?.sample;
    let received = if queue.is_ours() { queue.count("ApproximateNumberOfMessagesNotVisible")? } else { messages };
    Ok(Sample { keys: received as u64, ..sample })
}

struct Queue<'e> {
    endpoint: &'e Endpoint,
    signer: Signer,
    url: String,
}

impl<'e> Queue<'e> {
    fn create(endpoint: &'e Endpoint) -> Result<Self, String> {
        let signer = Signer::new(KEYS.0, KEYS.1, "sqs");
        let mut queue = Self { endpoint, signer, url: "discarded".into() };
        if queue.is_ours() {
            let name = format!("bench-{}", ROUND.fetch_add(1, Ordering::Relaxed));
            // No message comes twice while a round lasts.
            let asked = json!({ "QueueName": name, "Attributes": { "VisibilityTimeout": "3600" } });
            let made = queue.ask("CreateQueue", asked)?;
            queue.url = made["QueueUrl"].as_str().ok_or("a queue without a URL")?.to_owned();
        }
        Ok(queue)
    }

    fn is_ours(&self) -> bool {
        self.endpoint.kind == Kind::Coldkeep
    }

    fn request(&self, operation: &str, asked: Value) -> Request {
        let draft = Draft::new(&self.signer, &self.endpoint.host, "POST", "/");
        let draft = draft.header("content-type", "application/x-amz-json-1.0");
        draft.header("x-amz-target", format!("AmazonSQS.{operation}")).document(asked.to_string()).build()
    }

    fn ask(&self, operation: &str, asked: Value) -> Result<Value, String> {
        let answer = self.endpoint.call(&self.request(operation, asked))?;
        // Some answers have no body, and the discarding server's have another.
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    fn sends(&self, messages: usize, each: usize) -> Vec<Request> {
        let body = "x".repeat(BYTES);
        let one = |number: usize| json!({ "Id": number.to_string(), "MessageBody": body });
        let request = match each {
            1 => self.request("SendMessage", json!({ "QueueUrl": self.url, "MessageBody": body })),
            _ => {
                let entries: Vec<Value> = (0..each).map(one).collect();
                self.request("SendMessageBatch", json!({ "QueueUrl": self.url, "Entries": entries }))
            }
        };
        vec![request; messages / each]
    }

    fn count(&self, name: &str) -> Result<usize, String> {
        let asked = json!({ "QueueUrl": self.url, "AttributeNames": [name] });
        let said =
            self.ask("GetQueueAttributes", asked)?["Attributes"][name].as_str().and_then(|text| text.parse().ok());
        said.ok_or_else(|| format!("the queue does not say {name}"))
    }
}
