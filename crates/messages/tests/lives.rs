//! The lives of messages over records in memory, under a clock that the test sets: claimed once, seen again when their time has come,
//! kept until they are deleted or surely past their time; published to those that subscribed.

#![allow(clippy::disallowed_methods, reason = "tests arrange time as they need")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_messages::{
    Ask, Content, Error, FilterScope, Messages, NewMessage, NewPublication, NewSubscription, Place, Post, PostError,
    Queue, Received, Redrive, Topic, default_topic_policy, defaults, prove,
};
use coldkeep_meta::Memory;
use coldkeep_types::{AccountId, Clock, Region, Timestamp};
use parking_lot::Mutex;

#[derive(Default)]
struct Set(AtomicI64);

impl Clock for Set {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }

    fn random_u32(&self) -> u32 {
        7
    }
}

struct World {
    meta: Arc<Memory>,
    clock: Arc<Set>,
    messages: Messages,
    place: Place,
}

/// An endpoint that answers as it is told, and remembers.
#[derive(Default)]
struct Told {
    answers: Mutex<Vec<Result<(), PostError>>>,
    got: Mutex<Vec<String>>,
}

#[async_trait]
impl Post for Told {
    async fn post(&self, _url: &str, _headers: &[(String, String)], body: &str) -> Result<(), PostError> {
        self.got.lock().push(body.to_owned());
        self.answers.lock().pop().unwrap_or(Ok(()))
    }
}

impl World {
    fn new() -> Self {
        let (meta, clock) = (Arc::new(Memory::default()), Arc::new(Set(AtomicI64::new(1_770_000_000_000))));
        let messages = Messages::open(meta.clone(), clock.clone());
        let account = AccountId::parse("111122223333").expect("12 digits");
        let place = Place { account, region: Region::parse("us-east-1").expect("a region") };
        Self { meta, clock, messages, place }
    }

    fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    async fn queue(&self, name: &str, change: impl Fn(&mut coldkeep_messages::QueueRecord)) -> Queue {
        let mut wanted = defaults();
        change(&mut wanted);
        self.messages.create_queue(&self.place, name, wanted, |_| Ok(())).await.expect("a queue")
    }

    async fn send(&self, queue: &Queue, body: &str) -> String {
        let content = Content { body: body.to_owned(), ..Content::default() };
        let sent = self.messages.send(queue, &[NewMessage { content, delay_s: None }]).await.expect("sent");
        sent.into_iter().next().expect("an id")
    }

    async fn receive(&self, queue: &Queue) -> Vec<Received> {
        let ask = Ask { most: 10, visibility_s: None, wait: Duration::ZERO };
        self.messages.receive(queue, &ask).await.expect("received")
    }

    async fn bodies(&self, queue: &Queue) -> Vec<String> {
        self.receive(queue).await.into_iter().map(|message| message.content.body).collect()
    }

    async fn topic(&self, name: &str) -> Topic {
        let what = (String::new(), default_topic_policy(&self.place, name), Vec::new());
        self.messages.create_topic(&self.place, name, what, |_| Ok(())).await.expect("a topic")
    }

    async fn subscribe(&self, topic: &Topic, protocol: &str, endpoint: &str, dead: Option<&Queue>) {
        let new = NewSubscription {
            protocol: protocol.to_owned(),
            endpoint: endpoint.to_owned(),
            owner: self.place.account.to_string(),
            principal: "arn".to_owned(),
            must_confirm: false,
            raw: true,
            filter: None,
            scope: FilterScope::Attributes,
            dead_letters: dead.map(Queue::arn),
            base: "http://h".to_owned(),
        };
        self.messages.subscribe(topic, &new, |_| false).await.expect("a subscription");
    }

    async fn publish(&self, topic: &Topic, text: &str) {
        let texts = vec![("default".to_owned(), text.to_owned())];
        let new = NewPublication { texts, ..NewPublication::default() };
        self.messages.publish(topic, vec![new]).await.expect("published");
    }

    /// A queue that takes what the topic sends.
    async fn open_queue(&self, name: &str, topic: &Topic) -> Queue {
        let arn = self.place.queue_arn(name);
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"Service":"sns.amazonaws.com"}},"Action":"sqs:SendMessage","Resource":"{arn}","Condition":{{"ArnEquals":{{"aws:SourceArn":"{}"}}}}}}}}"#,
            topic.arn()
        );
        self.queue(name, |record| record.policy = Some(policy.clone())).await
    }

    async fn is_whole(&self) -> u64 {
        let (records, problems) = prove(&*self.meta).await.expect("read");
        assert_eq!(problems, Vec::<String>::new());
        records
    }
}

#[tokio::test]
async fn a_message_is_one_receivers_until_its_time() {
    let world = World::new();
    let queue = world.queue("q", |_| ()).await;
    let id = world.send(&queue, "m").await;
    let [first] = &world.receive(&queue).await[..] else { panic!("one message") };
    assert_eq!((first.id.as_str(), first.receives), (id.as_str(), 1));
    world.pass(29);
    assert!(world.receive(&queue).await.is_empty());
    world.pass(1);
    let [second] = &world.receive(&queue).await[..] else { panic!("one message") };
    assert_eq!((second.id.as_str(), second.receives, second.first_received), (id.as_str(), 2, first.first_received));
    // The first receiver's time is over: its receipt does nothing.
    world.messages.delete(&queue, &first.receipt).await.expect("no error");
    let late = world.messages.change_visibility(&queue, &first.receipt, 0).await;
    assert!(matches!(late, Err(Error::NotInFlight)), "{late:?}");
    world.messages.delete(&queue, &second.receipt).await.expect("deleted");
    world.pass(3600);
    assert!(world.receive(&queue).await.is_empty());
    assert_eq!(world.is_whole().await, 1, "nothing but the queue is left");
}

#[tokio::test]
async fn a_clock_that_jumps_shows_and_hides_but_drops_nothing() {
    let world = World::new();
    let queue = world.queue("q", |record| record.retention_s = 60).await;
    world.send(&queue, "m").await;
    let start = world.clock.now();
    // A year ahead the message is past its time: not shown, and not dropped, for nobody is sure.
    world.pass(365 * 24 * 3600);
    assert!(world.receive(&queue).await.is_empty());
    world.messages.drop_old(start).await.expect("a pass");
    world.clock.0.store(start.0, Ordering::Relaxed);
    assert_eq!(world.bodies(&queue).await, ["m"]);
    // A clock that goes back hides it until it has caught up.
    world.clock.0.store(start.0 - 3_600_000, Ordering::Relaxed);
    assert!(world.receive(&queue).await.is_empty());
    world.clock.0.store(start.0 + 30_000, Ordering::Relaxed);
    assert_eq!(world.bodies(&queue).await, ["m"]);
    let due = world.messages.drop_old(start.plus_millis(59_999)).await.expect("a pass");
    assert_eq!((due.done, due.next), (0, Some(start.plus_millis(60_000))));
    let due = world.messages.drop_old(start.plus_millis(60_000)).await.expect("a pass");
    assert_eq!((due.done, due.next), (1, None));
    assert_eq!(world.is_whole().await, 1);
}

/// Where a queue begins is remembered for a second; clocks, of other servers too, may put a message before that.
#[tokio::test]
async fn what_comes_before_all_that_is_known_is_found() {
    let world = World::new();
    let queue = world.queue("q", |_| ()).await;
    let start = world.clock.now().0;
    let at = |millis| world.clock.0.store(start + millis, Ordering::Relaxed);
    world.send(&queue, "first").await;
    at(600);
    assert_eq!(world.bodies(&queue).await, ["first"]);
    at(690);
    world.send(&queue, "second").await;
    at(700);
    assert_eq!(world.bodies(&queue).await, ["second"]);
    at(650);
    assert!(world.receive(&queue).await.is_empty());
    world.send(&queue, "before").await;
    at(800);
    assert_eq!(world.bodies(&queue).await, ["before"]);
}

#[tokio::test]
async fn many_receivers_share_without_a_double() {
    let world = Arc::new(World::new());
    let queue = world.queue("q", |_| ()).await;
    for number in 0..300 {
        world.send(&queue, &number.to_string()).await;
    }
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (world, queue) = (world.clone(), queue.clone());
        tasks.spawn(async move {
            let mut got = Vec::new();
            loop {
                let received = world.receive(&queue).await;
                if received.is_empty() {
                    return got;
                }
                for message in received {
                    world.messages.delete(&queue, &message.receipt).await.expect("deleted");
                    got.push(message.content.body.parse::<u32>().expect("a number"));
                }
            }
        });
    }
    let mut all: Vec<u32> = tasks.join_all().await.into_iter().flatten().collect();
    all.sort_unstable();
    assert_eq!(all, (0..300).collect::<Vec<_>>());
    assert_eq!(world.is_whole().await, 1);
}

#[tokio::test]
async fn two_servers_over_the_same_records_share_too() {
    let world = World::new();
    let queue = world.queue("q", |_| ()).await;
    let other = Messages::open(world.meta.clone(), world.clock.clone());
    for number in 0..40 {
        world.send(&queue, &number.to_string()).await;
    }
    let ask = Ask { most: 10, visibility_s: None, wait: Duration::ZERO };
    let take = |messages: Messages, queue: Queue| async move {
        let mut got = Vec::new();
        loop {
            let received = messages.receive(&queue, &ask).await.expect("received");
            if received.is_empty() {
                return got;
            }
            got.extend(received.into_iter().map(|message| message.id));
        }
    };
    let (one, two) = tokio::join!(take(world.messages.clone(), queue.clone()), take(other, queue.clone()));
    let mut all = [one, two].concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 40);
}

#[tokio::test]
async fn what_is_received_too_often_goes_to_the_dead_letters_whole() {
    let world = World::new();
    let dead = world.queue("dead", |_| ()).await;
    let redrive = Redrive { target: dead.arn(), max_receives: 2 };
    let queue = world
        .queue("q", |record| {
            record.redrive = Some(redrive.clone());
            record.visibility_s = 0;
        })
        .await;
    // More than one value of the metadata holds.
    let body = "x".repeat(1 << 20);
    let id = world.send(&queue, &body).await;
    assert_eq!((world.receive(&queue).await.len(), world.receive(&queue).await.len()), (1, 1));
    assert!(world.receive(&queue).await.is_empty());
    let [message] = &world.receive(&dead).await[..] else { panic!("one message") };
    assert_eq!((message.id.as_str(), message.content.body == body), (id.as_str(), true));
    assert_eq!(message.content.came_from, Some(queue.arn()));
    assert_eq!(world.messages.dead_letter_sources(&dead).await.expect("read"), ["q"]);
    world.is_whole().await;
}

#[tokio::test]
async fn a_purged_and_a_deleted_queue_leave_nothing() {
    let world = World::new();
    let queue = world.queue("q", |_| ()).await;
    world.send(&queue, "old").await;
    let [old] = &world.receive(&queue).await[..] else { panic!("one message") };
    world.send(&queue, "older").await;
    world.messages.purge(&queue).await.expect("purged");
    assert!(matches!(world.messages.purge(&queue).await, Err(Error::PurgedLately(_))));
    let queue = world.messages.queue(&world.place, "q").await.expect("it is there");
    world.send(&queue, "new").await;
    world.messages.delete(&queue, &old.receipt).await.expect("what is gone is no error");
    assert_eq!(world.bodies(&queue).await, ["new"]);
    world.messages.drop_old(Timestamp(0)).await.expect("a pass");
    world.is_whole().await;
    world.messages.delete_queue(&queue).await.expect("deleted");
    assert!(matches!(world.messages.send(&queue, &[]).await, Err(Error::NoSuchQueue)));
    let again = world.queue("q", |_| ()).await;
    assert!(world.receive(&again).await.is_empty());
    assert!(matches!(world.messages.delete(&again, &old.receipt).await, Err(Error::InvalidReceipt(_))));
    world.messages.drop_old(Timestamp(0)).await.expect("a pass");
    assert_eq!(world.is_whole().await, 1);
}

#[tokio::test]
async fn who_waits_is_woken() {
    let world = Arc::new(World::new());
    let queue = world.queue("q", |_| ()).await;
    let waiting = tokio::spawn({
        let (world, queue) = (world.clone(), queue.clone());
        async move {
            let ask = Ask { most: 1, visibility_s: None, wait: Duration::from_secs(20) };
            world.messages.receive(&queue, &ask).await.expect("received")
        }
    });
    tokio::task::yield_now().await;
    world.send(&queue, "now").await;
    let got = tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("woken").expect("no panic");
    assert_eq!(got.len(), 1);
}

#[tokio::test]
async fn what_is_published_comes_once_to_each_that_may_have_it() {
    let world = World::new();
    let topic = world.topic("t").await;
    let dead = world.open_queue("dead", &topic).await;
    let closed = world.queue("closed", |_| ()).await;
    // More subscriptions than one commit serves.
    let mut queues = Vec::new();
    for number in 0..40 {
        let queue = world.open_queue(&format!("q{number}"), &topic).await;
        world.subscribe(&topic, "sqs", &queue.arn(), None).await;
        queues.push(queue);
    }
    world.subscribe(&topic, "sqs", &closed.arn(), Some(&dead)).await;
    world.subscribe(&topic, "sqs", &world.place.queue_arn("missing"), None).await;
    world.publish(&topic, "news").await;
    assert_eq!(world.messages.hand_over().await.expect("handed over"), 1);
    assert_eq!(world.messages.hand_over().await.expect("nothing is left"), 0);
    for queue in &queues {
        assert_eq!(world.bodies(queue).await, ["news"], "{}", queue.name);
    }
    assert!(world.receive(&closed).await.is_empty());
    assert_eq!(world.bodies(&dead).await, ["news"]);
    world.is_whole().await;
    world.publish(&topic, "nobody").await;
    world.messages.delete_topic(&topic).await.expect("deleted");
    world.messages.hand_over().await.expect("handed over to nobody");
    assert!(world.receive(&queues[1]).await.is_empty());
}

#[tokio::test]
async fn an_endpoint_is_asked_until_it_takes_it_or_never_will() {
    let world = World::new();
    let topic = world.topic("t").await;
    let dead = world.open_queue("dead", &topic).await;
    world.subscribe(&topic, "https", "https://h/x", Some(&dead)).await;
    let endpoint = Told::default();
    let later = || Err(PostError::Later("not now".into()));
    *endpoint.answers.lock() = vec![Ok(()), later(), later()];
    world.publish(&topic, "one").await;
    world.messages.hand_over().await.expect("handed over");
    for (pause, tries) in [(0, 1), (19, 1), (1, 2), (39, 2), (1, 3), (86_400, 3)] {
        world.pass(pause);
        world.messages.deliver(&endpoint).await.expect("a pass");
        assert_eq!(endpoint.got.lock().len(), tries);
    }
    assert!(world.receive(&dead).await.is_empty());
    *endpoint.answers.lock() = vec![Err(PostError::Never("gone".into()))];
    world.publish(&topic, "two").await;
    world.messages.hand_over().await.expect("handed over");
    let due = world.messages.deliver(&endpoint).await.expect("a pass");
    assert_eq!((due.done, due.next), (1, None));
    assert_eq!(world.bodies(&dead).await, ["two"]);
    world.is_whole().await;
}
