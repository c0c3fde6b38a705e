//! Jobs that have finished, told to topics: the message is what DescribeJob tells. From the developer guide, "Configuring vault
//! notifications in Amazon S3 Glacier".

use async_trait::async_trait;
use coldkeep_messages::{Acting, Messages};
use coldkeep_store::{Error, Job, JobListener, Store, Vault};

use crate::job_descriptions::described;

/// Tells topics.
pub(crate) struct Notices(pub Messages);

#[async_trait]
impl JobListener for Notices {
    async fn finished(&self, store: &Store, vault: &Vault, job: &Job) -> Result<(), Error> {
        let configured = vault.access.notifications.as_ref();
        let wants = configured.filter(|it| if job.archive.is_some() { it.archives } else { it.inventories });
        let topics = job.sns_topic.iter().chain(wants.map(|it| &it.topic));
        let arn = vault.arn();
        let acting = Acting { service: "glacier.amazonaws.com", source: &arn, account: &vault.account };
        let text = String::from_utf8_lossy(&described(store, vault, job).encode().body).into_owned();
        for topic in topics {
            let told = self.0.tell(&acting, topic, None, text.clone()).await;
            match told.map_err(|error| Error::Unavailable(error.to_string()))? {
                true => {}
                // It never fails the job, nor keeps others from being told.
                false => {
                    tracing::warn!(topic, vault = arn, "a topic is not told of a job: it is not there, or lets nobody")
                }
            }
        }
        Ok(())
    }
}
