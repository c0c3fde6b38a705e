//! Subscriptions to topics: made, confirmed, listed, changed, ended.

use coldkeep_meta::{Commit, Version};

use crate::records::{Delivery, FilterScope, Record, SubscriptionRecord};
use crate::send::NewMessage;
use crate::{Content, Error, MAX_TRIES, Messages, Page, Place, Topic, envelope, ids, keys};

/// The most subscriptions of a topic.
const MAX_SUBSCRIPTIONS: usize = 1000;

/// A subscription as it was read.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Where its topic is.
    pub place: Place,
    /// The topic's name.
    pub topic: String,
    /// Its record.
    pub record: SubscriptionRecord,
    pub(crate) version: Version,
}

impl Subscription {
    /// The topic's ARN, a colon and the id.
    pub fn arn(&self) -> String {
        format!("{}:{}", self.place.topic_arn(&self.topic), self.record.id)
    }

    fn key(&self) -> Vec<u8> {
        keys::subscription(&self.place, &self.topic, &self.record.id)
    }
}

/// A subscription to be made.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    /// `sqs`, `http` or `https`.
    pub protocol: String,
    /// The queue's ARN, or the URL.
    pub endpoint: String,
    /// The account of who subscribes.
    pub owner: String,
    /// The ARN of who subscribes.
    pub principal: String,
    /// Whether the endpoint has to confirm it.
    pub must_confirm: bool,
    /// Whether messages come as they were published.
    pub raw: bool,
    /// Which messages it wants.
    pub filter: Option<String>,
    /// What that is about.
    pub scope: FilterScope,
    /// The ARN of the queue for what could not be delivered.
    pub dead_letters: Option<String>,
    /// Where links to this server lead.
    pub base: String,
}

impl Messages {
    /// Subscribes, or finds the subscription of the same endpoint, which is refused if it `differs` from what is asked for. An endpoint
    /// that has to confirm is asked to.
    pub async fn subscribe(
        &self,
        topic: &Topic,
        new: &NewSubscription,
        differs: impl Fn(&SubscriptionRecord) -> bool,
    ) -> Result<Subscription, Error> {
        let (place, changes) = (&topic.place, keys::changes_of_subscriptions(&topic.place, &topic.name));
        for _ in 0..MAX_TRIES {
            let version = self.0.meta.get(&changes).await?.map(|entry| entry.version);
            let all = self.subscriptions_of(topic, None, MAX_SUBSCRIPTIONS).await?;
            let same = |old: &&Subscription| old.record.protocol == new.protocol && old.record.endpoint == new.endpoint;
            let known = all.items.iter().find(same);
            if let Some(known) = known {
                let old = &known.record;
                if differs(old) {
                    let words = "Attributes Reason: Subscription already exists with different attributes";
                    return Err(Error::Invalid(words.to_owned()));
                }
                if old.token.is_none() {
                    return Ok(known.clone());
                }
            } else if all.items.len() >= MAX_SUBSCRIPTIONS {
                return Err(Error::TooMany("subscriptions"));
            }
            let now = self.now();
            // One that waits to be confirmed keeps its attributes.
            let old = known.map(|known| &known.record);
            let record = SubscriptionRecord {
                id: old.map_or_else(ids::random, |old| old.id.clone()),
                protocol: new.protocol.clone(),
                endpoint: new.endpoint.clone(),
                owner: new.owner.clone(),
                token: new.must_confirm.then(ids::token),
                raw: old.map_or(new.raw, |old| old.raw),
                filter: old.map_or(&new.filter, |old| &old.filter).clone(),
                scope: old.map_or(new.scope, |old| old.scope),
                dead_letters: old.map_or(&new.dead_letters, |old| &old.dead_letters).clone(),
                created: now.0,
                // What needs no confirmation was signed for.
                guarded: !new.must_confirm,
                principal: new.principal.clone(),
                base: new.base.clone(),
            };
            let mut commit = Commit::default();
            topic.require(&mut commit);
            commit.expect(changes.clone(), version).add(changes.clone(), 1);
            let key = keys::subscription(place, &topic.name, &record.id);
            commit.put(key.clone(), record.to_value());
            self.ask_to_confirm(&mut commit, topic, &record).await?;
            if self.commit(commit).await? {
                self.0.outgoing.notify_one();
                return self.subscription(place, &topic.name, &record.id).await;
            }
            self.topic(place, &topic.name).await?;
        }
        Err(Error::Busy)
    }

    /// Adds to a commit what asks an endpoint to confirm, if it has to.
    async fn ask_to_confirm(
        &self,
        commit: &mut Commit,
        topic: &Topic,
        record: &SubscriptionRecord,
    ) -> Result<(), Error> {
        let Some(token) = &record.token else { return Ok(()) };
        let (arn, now) = (topic.arn(), self.now());
        let id = ids::random();
        let body = envelope::confirmation(&arn, record, token, &id, now);
        if record.protocol == "sqs" {
            if let Some(queue) = self.queue_of_arn(&record.endpoint).await?
                && self.may_send(&arn, &topic.place.account, &queue)?
            {
                queue.require(commit);
                let content = Content { body, sender: "sns".to_owned(), ..Content::default() };
                self.put_new(commit, &queue, &NewMessage { content, delay_s: None });
                self.came(&queue);
            }
            return Ok(());
        }
        let headers = envelope::headers("SubscriptionConfirmation", &id, &arn, None);
        let subscription = format!("{arn}:{}", record.id);
        let delivery = Delivery { url: record.endpoint.clone(), headers, body, subscription, tries: 0 };
        commit.put(keys::delivery(now.0, ids::timed(now)), delivery.to_value());
        Ok(())
    }

    /// Confirms the subscription that this token is of. It may be told again.
    pub async fn confirm(&self, topic: &Topic, token: &str, guarded: bool) -> Result<Subscription, Error> {
        let all = self.subscriptions_of(topic, None, MAX_SUBSCRIPTIONS).await?;
        let found = all.items.into_iter().find(|it| it.record.token.as_deref() == Some(token));
        let found = found.ok_or(Error::InvalidToken)?;
        self.change_subscription(&found, |record| {
            record.token = None;
            record.guarded = guarded;
            Ok::<_, Error>(())
        })
        .await?;
        Ok(found)
    }

    /// The subscription of a topic with this id.
    pub async fn subscription(&self, place: &Place, topic: &str, id: &str) -> Result<Subscription, Error> {
        let entry = self.0.meta.get(&keys::subscription(place, topic, id)).await?;
        let entry = entry.ok_or(Error::NoSuchSubscription)?;
        let record = SubscriptionRecord::from_value(&entry.value)?;
        Ok(Subscription { place: place.clone(), topic: topic.to_owned(), record, version: entry.version })
    }

    /// Subscriptions of a topic behind this id, at most `limit`.
    pub async fn subscriptions_of(
        &self,
        topic: &Topic,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Subscription>, Error> {
        let mut range = keys::subscriptions(&topic.place, &topic.name);
        if let Some(after) = after {
            range.start = keys::behind(keys::subscription(&topic.place, &topic.name, after));
        }
        self.read(&topic.place, range, limit, false).await
    }

    /// Subscriptions of all topics of a place, behind this topic and id with a colon between, at most `limit`.
    pub async fn subscriptions(
        &self,
        place: &Place,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<Subscription>, Error> {
        let mut range = keys::all_subscriptions(place);
        if let Some((topic, id)) = after.and_then(|after| after.split_once(':')) {
            range.start = keys::behind(keys::subscription(place, topic, id));
        }
        self.read(place, range, limit, true).await
    }

    async fn read(
        &self,
        place: &Place,
        range: std::ops::Range<Vec<u8>>,
        limit: usize,
        with_topic: bool,
    ) -> Result<Page<Subscription>, Error> {
        let damaged = || Error::Damaged("the key of a subscription".into());
        let mut found = self.0.meta.scan(range, limit + 1).await?;
        let mut page = Page { items: Vec::new(), next: None };
        let more = found.len() > limit;
        found.truncate(limit);
        for (key, entry) in &found {
            let (_, named) = keys::parse_named(key).ok_or_else(damaged)?;
            let (topic, id) = named.split_once('\0').ok_or_else(damaged)?;
            if more {
                page.next = Some(if with_topic { format!("{topic}:{id}") } else { id.to_owned() });
            }
            let record = SubscriptionRecord::from_value(&entry.value)?;
            let (place, topic) = (place.clone(), topic.to_owned());
            page.items.push(Subscription { place, topic, record, version: entry.version });
        }
        Ok(page)
    }

    /// Changes a subscription from what it is at that moment. What `change` refuses changes nothing.
    pub async fn change_subscription<E: From<Error>>(
        &self,
        subscription: &Subscription,
        change: impl Fn(&mut SubscriptionRecord) -> Result<(), E>,
    ) -> Result<(), E> {
        for _ in 0..MAX_TRIES {
            let now = self.subscription(&subscription.place, &subscription.topic, &subscription.record.id).await?;
            let mut record = now.record.clone();
            change(&mut record)?;
            let mut commit = Commit::default();
            commit.expect(now.key(), Some(now.version)).put(now.key(), record.to_value());
            if self.commit(commit).await? {
                return Ok(());
            }
        }
        Err(Error::Busy.into())
    }

    /// Ends a subscription. One that is gone is no error.
    pub async fn unsubscribe(&self, subscription: &Subscription) -> Result<(), Error> {
        let mut commit = Commit::default();
        commit.add(keys::changes_of_subscriptions(&subscription.place, &subscription.topic), 1);
        commit.delete(subscription.key());
        self.commit(commit).await.map(drop)
    }
}
