//! Brings events to queues and topics.

use async_trait::async_trait;
use coldkeep_messages::{Deaf, Messages};
use coldkeep_store::{Destination, Error, Event, EventListener, Handed};
use coldkeep_types::AccountId;

use super::{acting, bucket_arn, told};

/// The subject of what topics are told.
pub(super) const SUBJECT: &str = "Amazon S3 Notification";

/// Tells queues and topics.
pub(crate) struct Teller(pub Messages);

#[async_trait]
impl EventListener for Teller {
    async fn take(&self, destination: &Destination, events: &[Event]) -> Result<Handed, Error> {
        let mut unfit = 0;
        // Each bucket asks for itself, also where several tell the same queue.
        for events in events.chunk_by(|one, next| (&one.bucket, &one.owner) == (&next.bucket, &next.owner)) {
            let Some(Event { bucket, region, owner, .. }) = events.first() else { continue };
            let owner =
                AccountId::parse(owner).map_err(|error| Error::Damaged(format!("an event's owner: {error}")))?;
            let arn = bucket_arn(bucket, region);
            let texts = events.iter().map(told::message).collect();
            let told = self.0.tell_all(&acting(&arn, &owner), destination.arn(), Some(SUBJECT), texts).await;
            match told.map_err(|error| Error::Unavailable(error.to_string()))? {
                Ok(0) => {}
                Ok(longer) => {
                    let destination = destination.arn();
                    tracing::warn!(destination, longer, "events are longer than the queue takes, and are dropped");
                    unfit += longer;
                }
                Err(Deaf::NotThere) => return Ok(Handed::Refused("it is not there".to_owned())),
                Err(Deaf::Forbids) => return Ok(Handed::Refused(format!("its policy does not let {arn}"))),
            }
        }
        Ok(Handed::Over { unfit })
    }
}
