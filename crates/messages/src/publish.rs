//! Publishing: what is published is written down, and answered; it is handed over in the background.

use coldkeep_meta::Commit;

use crate::records::{Attribute, Publication, Record};
use crate::{Error, Messages, Topic, ids, keys};

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
    /// The group that queues are told.
    pub group: Option<String>,
}

impl Messages {
    /// Publishes messages to a topic, all or none: their ids, in this order.
    pub async fn publish(&self, topic: &Topic, messages: Vec<NewPublication>) -> Result<Vec<String>, Error> {
        let (mut commit, mut sent) = (Commit::default(), Vec::new());
        // Its attributes may change meanwhile; that it is there was seen.
        for NewPublication { subject, texts, attributes, group } in messages {
            let now = self.now();
            let id = ids::timed(now);
            let message = ids::uuid(id);
            let (topic, published) = (topic.arn(), now.0);
            let publication = Publication {
                message: message.clone(),
                topic,
                subject,
                texts,
                attributes,
                published,
                done: None,
                group,
            };
            commit.put(keys::publication(id), publication.to_value());
            sent.push(message);
        }
        self.0.meta.commit(commit).await?;
        self.0.published.notify_one();
        Ok(sent)
    }
}
