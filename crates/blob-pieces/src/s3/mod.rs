//! An S3 as the store: Amazon's, or another server that refuses to write over an object where it is asked to (`If-None-Match: *`).
//!
//! Every call has a time in which it ends. The SDK tries again where that may help; a write that it tries again is refused if the first try came
//! through, and the engine finds its own bytes then. The bucket keeps no versions: what is deleted would stay.

mod answers;
mod location;

use std::future::Future;
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::{Client, Config};
use aws_smithy_http_client::{Builder, tls};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use coldkeep_blob::Space;
use coldkeep_blob::table::crc;

pub use location::Location;

use crate::store::{Listed, PieceStore, StoreError};

/// The length of pieces. Larger ones cost fewer requests, and more memory.
const PIECE_BYTES: u32 = 16 << 20;
/// How often a request is tried; the pauses between grow up to [`LONGEST_PAUSE`].
const TRIES: u32 = 3;
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// How long a try may take: a piece at half a MiB a second.
const TRY_PATIENCE: Duration = Duration::from_secs(32);
/// How long a call may take, with all its tries and its body.
const CALL_PATIENCE: Duration = Duration::from_secs(100);
/// As many as are listed at once.
const MOST_LISTED: usize = 1000;

/// The keys that requests are signed with.
#[derive(Clone)]
pub struct Keys {
    /// The access key.
    pub access_key: String,
    /// Its secret.
    pub secret_key: String,
}

/// An S3 bucket, or what is under a prefix in it.
pub struct S3 {
    client: Client,
    location: Location,
}

impl S3 {
    /// A client of that place. Nothing is asked yet.
    pub fn new(location: Location, keys: Keys) -> Self {
        let tls = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT_PATIENCE);
        let timeouts = timeouts.operation_attempt_timeout(TRY_PATIENCE).operation_timeout(CALL_PATIENCE);
        let config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(Builder::new().tls_provider(tls).build_https())
            .credentials_provider(Credentials::new(keys.access_key, keys.secret_key, None, None, "settings"))
            .region(Region::new(location.region.clone()))
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES).with_max_backoff(LONGEST_PAUSE))
            .timeout_config(timeouts.build())
            // Objects have a checksum that is made here, and readers verify by those of their own.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            // Only Amazon's own names are known to have one for each bucket.
            .force_path_style(location.endpoint.is_some());
        let config = match &location.endpoint {
            Some(endpoint) => config.endpoint_url(endpoint),
            None => config,
        };
        Self { client: Client::from_conf(config.build()), location }
    }

    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.location.prefix)
    }

    /// A name, of a key below the prefix.
    fn name(&self, key: Option<String>) -> Option<String> {
        Some(key?.strip_prefix(&self.location.prefix)?.to_owned())
    }
}

/// Gives a call its time, body and all.
async fn within<T>(call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let late = |_| StoreError::Unknown(format!("the object store gave no answer within {} s", CALL_PATIENCE.as_secs()));
    tokio::time::timeout(CALL_PATIENCE, call).await.map_err(late)?
}

#[async_trait]
impl PieceStore for S3 {
    fn piece_bytes(&self) -> u32 {
        PIECE_BYTES
    }

    async fn put_new(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        let checksum = STANDARD.encode(crc(&bytes).to_be_bytes());
        let call = self.client.put_object().bucket(&self.location.bucket).key(self.key(name)).if_none_match("*");
        let call = call.checksum_crc32_c(checksum).body(ByteStream::from(bytes));
        within(async { call.send().await.map(drop).map_err(answers::told) }).await
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        let last = if range.end == u64::MAX { String::new() } else { range.end.saturating_sub(1).to_string() };
        let call = self.client.get_object().bucket(&self.location.bucket).key(self.key(name));
        let call = call.range(format!("bytes={}-{last}", range.start));
        within(async {
            match call.send().await {
                Ok(object) => {
                    let body = object.body.collect().await;
                    let cut = |error| StoreError::Unknown(format!("the object store's answer was cut short: {error}"));
                    Ok(body.map_err(cut)?.into_bytes())
                }
                Err(error) if answers::is_beyond_end(&error) => Ok(Bytes::new()),
                Err(error) => Err(answers::told(error)),
            }
        })
        .await
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        let call = self.client.delete_object().bucket(&self.location.bucket).key(self.key(name));
        match within(async { call.send().await.map(drop).map_err(answers::told) }).await {
            Err(StoreError::NotFound) => Ok(()),
            done => done,
        }
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError> {
        let mut found: Vec<Listed> = Vec::new();
        loop {
            let room = limit - found.len();
            if room == 0 {
                return Ok(found);
            }
            let after = found.last().map_or(after, |listed| &listed.name);
            let call = self.client.list_objects_v2().bucket(&self.location.bucket).prefix(self.key(prefix));
            let call = call.set_start_after((!after.is_empty()).then(|| self.key(after)));
            let call = call.max_keys(room.min(MOST_LISTED) as i32);
            let page = within(async { call.send().await.map_err(answers::told) }).await?;
            let (is_last, before) = (page.is_truncated != Some(true), found.len());
            found.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| {
                let bytes = object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
                Some(Listed { name: self.name(object.key)?, bytes })
            }));
            if is_last || found.len() == before {
                return Ok(found);
            }
        }
    }

    async fn folders(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let call = self.client.list_objects_v2().bucket(&self.location.bucket).prefix(self.key(prefix));
            let call = call.delimiter("/").set_continuation_token(token);
            let page = within(async { call.send().await.map_err(answers::told) }).await?;
            found.extend(page.common_prefixes.unwrap_or_default().into_iter().filter_map(|common| {
                Some(self.name(common.prefix)?.strip_prefix(prefix)?.strip_suffix('/')?.to_owned())
            }));
            token = page.next_continuation_token.filter(|_| page.is_truncated == Some(true));
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// An S3 does not say. That it is full shows when something is written.
    async fn space(&self) -> Result<Space, StoreError> {
        let any = i64::MAX as u64;
        Ok(Space { free_bytes: any, total_bytes: any })
    }
}
