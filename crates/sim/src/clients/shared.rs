//! What clients do where several servers are asked: all that counts at once at every server. What is remembered there for a second
//! (keys of KMS, settings of buckets) is left alone.

use std::time::Duration;

use http::Method;
use tokio::time::{Instant, sleep};

use super::{BUCKETS, Client, KEPT, VAULT, Wrong};
use crate::request::{Fate, Request};

/// What has a bucket keep versions.
const ENABLED: &str = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
/// After so long every server knows what a bucket is told to do.
const KNOWN: Duration = Duration::from_secs(2);

/// Makes the buckets that all share, one of which keeps versions, and the vault.
pub async fn make_shared(client: &mut Client) -> Result<(), Wrong> {
    let buckets = BUCKETS.into_iter().chain([KEPT]).map(|bucket| Request::s3(Method::PUT, bucket, ""));
    let versions = Request::s3(Method::PUT, KEPT, "").query("versioning", "").body(ENABLED);
    let vault = Request::glacier(Method::PUT, &format!("/{VAULT}"));
    for request in buckets.chain([versions, vault]) {
        let line = request.line();
        let answer = client.ask(request).await?;
        if answer.fate() != Fate::Done {
            return Err(format!("{line}: {}", answer.said()));
        }
    }
    sleep(KNOWN).await;
    Ok(())
}

impl Client {
    /// Works until then, with pauses.
    pub async fn work_until(mut self, end: Instant) -> Result<(), Wrong> {
        while Instant::now() < end {
            match self.dice.below(100) {
                0..20 => self.put().await?,
                20..40 => self.get().await?,
                40..43 => self.head().await?,
                43..51 => self.delete().await?,
                51..54 => self.delete_many().await?,
                54..60 => self.copy().await?,
                60..68 => self.put_if().await?,
                68..75 => self.list().await?,
                75..78 => self.refused_bucket_deletion().await?,
                _ if self.number == 0 => self.vault_work().await?,
                _ if self.number == 3 => self.sealed_work().await?,
                _ if self.dice.once_in(2) => self.version_work().await?,
                _ => self.upload().await?,
            }
            sleep(Duration::from_millis(self.dice.below(1500))).await;
        }
        Ok(())
    }
}
