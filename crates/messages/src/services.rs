//! What services of this server tell queues and topics, as those let them.

use coldkeep_auth::policy::Kind;

use crate::{Acting, Content, Error, Messages, NewMessage, NewPublication, Queue, Topic};

/// Why somebody is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deaf {
    /// There is no such queue or topic.
    NotThere,
    /// Its policy does not let the service.
    Forbids,
}

/// Who is told.
enum Recipient {
    Queue(Queue),
    Topic(Topic),
}

impl Messages {
    /// Whether the queue or topic of this ARN would take what a service tells.
    pub async fn listens(&self, acting: &Acting<'_>, arn: &str) -> Result<Result<(), Deaf>, Error> {
        Ok(self.recipient(acting, arn).await?.map(drop))
    }

    async fn recipient(&self, acting: &Acting<'_>, arn: &str) -> Result<Result<Recipient, Deaf>, Error> {
        if let Some(queue) = self.queue_of_arn(arn).await? {
            let may = match &queue.record.policy {
                Some(text) => {
                    let policy = self.policy(Kind::Queue { arn }, arn, text)?;
                    self.serves(acting, "sqs:SendMessage", arn, &queue.place.account, &policy)
                }
                None => false,
            };
            return Ok(if may { Ok(Recipient::Queue(queue)) } else { Err(Deaf::Forbids) });
        }
        let Some(named) = crate::parse_arn(arn, "sns") else { return Ok(Err(Deaf::NotThere)) };
        let topic = match self.topic(&named.place, &named.name).await {
            Err(Error::NoSuchTopic) => return Ok(Err(Deaf::NotThere)),
            found => found?,
        };
        let policy = self.policy(Kind::Topic { arn }, arn, &topic.record.policy)?;
        let may = self.serves(acting, "sns:Publish", arn, &topic.place.account, &policy);
        Ok(if may { Ok(Recipient::Topic(topic)) } else { Err(Deaf::Forbids) })
    }

    /// Sends what a service tells to the queue of this ARN, or publishes it to the topic, all or none: how many texts there were that
    /// are longer than the queue takes, which it does not get.
    pub async fn tell_all(
        &self,
        acting: &Acting<'_>,
        arn: &str,
        subject: Option<&str>,
        texts: Vec<String>,
    ) -> Result<Result<u64, Deaf>, Error> {
        match self.recipient(acting, arn).await? {
            Err(deaf) => Ok(Err(deaf)),
            Ok(Recipient::Topic(topic)) => {
                let publication = |text| {
                    let texts = vec![("default".to_owned(), text)];
                    NewPublication { subject: subject.map(str::to_owned), texts, ..NewPublication::default() }
                };
                self.publish(&topic, texts.into_iter().map(publication).collect()).await?;
                Ok(Ok(0))
            }
            Ok(Recipient::Queue(queue)) => {
                let all = texts.len();
                let sender = acting.service.split('.').next().unwrap_or_default();
                let message = |body| {
                    let content = Content { body, sender: sender.to_owned(), ..Content::default() };
                    NewMessage { content, delay_s: None }
                };
                let fits = |message: &NewMessage| message.content.bytes() <= queue.record.max_bytes as usize;
                let messages: Vec<NewMessage> = texts.into_iter().map(message).filter(fits).collect();
                match self.send(&queue, &messages).await {
                    Err(Error::NoSuchQueue) => Ok(Err(Deaf::NotThere)),
                    sent => sent.map(|sent| Ok((all - sent.len()) as u64)),
                }
            }
        }
    }

    /// Publishes what a service tells to the topic of this ARN. `false`: the topic is not there, or does not let it.
    pub async fn tell(
        &self,
        acting: &Acting<'_>,
        arn: &str,
        subject: Option<&str>,
        text: String,
    ) -> Result<bool, Error> {
        Ok(crate::parse_arn(arn, "sns").is_some() && self.tell_all(acting, arn, subject, vec![text]).await?.is_ok())
    }
}
