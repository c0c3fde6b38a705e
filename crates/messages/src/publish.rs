//! Publishing: what is published is written down, and answered; it is handed over in the background.

use coldkeep_auth::policy::Kind;
use coldkeep_meta::Commit;

use crate::records::{Attribute, Publication, Record};
use crate::{Acting, Error, Messages, Topic, ids, keys};

/// The most bytes of a message, with its attributes.
pub const MAX_MESSAGE_BYTES: usize = 256 << 10;

/// A message to be published.
#[derive(Clone, Debug, Default)]
pub struct NewPublication {
    /// The subject.
    pub subject: Option<String>,
    /// The text for each protocol; `default` for those that have none.
    pub texts: Vec<(String, String)>,
    /// Attributes.
    pub attributes: Vec<Attribute>,
}

impl Messages {
    /// Publishes messages to a topic, all or none: their ids, in this order.
    pub async fn publish(&self, topic: &Topic, messages: Vec<NewPublication>) -> Result<Vec<String>, Error> {
        let (mut commit, mut sent) = (Commit::default(), Vec::new());
        // Its attributes may change meanwhile; that it is there was seen.
        for NewPublication { subject, texts, attributes } in messages {
            let now = self.now();
            let id = ids::timed(now);
            let message = ids::uuid(id);
            let (topic, published) = (topic.arn(), now.0);
            let publication =
                Publication { message: message.clone(), topic, subject, texts, attributes, published, done: None };
            commit.put(keys::publication(id), publication.to_value());
            sent.push(message);
        }
        self.0.meta.commit(commit).await?;
        self.0.published.notify_one();
        Ok(sent)
    }

    /// Publishes what a service tells to the topic of this ARN. `false`: the topic is not there, or does not let it.
    pub async fn tell(
        &self,
        acting: &Acting<'_>,
        arn: &str,
        subject: Option<&str>,
        text: String,
    ) -> Result<bool, Error> {
        let Some(named) = crate::parse_arn(arn, "sns") else { return Ok(false) };
        let topic = match self.topic(&named.place, &named.name).await {
            Err(Error::NoSuchTopic) => return Ok(false),
            found => found?,
        };
        let policy = self.policy(Kind::Topic { arn }, arn, &topic.record.policy)?;
        if !self.serves(acting, "sns:Publish", arn, &topic.place.account, &policy) {
            return Ok(false);
        }
        let texts = vec![("default".to_owned(), text)];
        let subject = subject.map(str::to_owned);
        self.publish(&topic, vec![NewPublication { subject, texts, attributes: Vec::new() }]).await?;
        Ok(true)
    }
}
