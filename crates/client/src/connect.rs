//! Which service is spoken with, and as whom: the SDK's own chain of variables and files, and what the command line says on top.

use std::path::PathBuf;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_glacier::config::{SharedCredentialsProvider, SharedHttpClient, StalledStreamProtectionConfig};
use aws_smithy_http_client::{Builder, tls};

use crate::{Bucket, Error, Vault};

/// How often a request is tried; the pauses between grow up to [`LONGEST_PAUSE`].
const TRIES: u32 = 8;
const LONGEST_PAUSE: Duration = Duration::from_secs(20);
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// How long a transfer may stand still before it is given up and tried again.
const STALL_PATIENCE: Duration = Duration::from_secs(120);

/// What a command line says about the service. What it leaves out, the environment and the files of the AWS CLI say.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `http://HOST:PORT`; Amazon's own for the region otherwise.
    pub endpoint: Option<String>,
    /// The profile in the files of the AWS CLI.
    pub profile: Option<String>,
    /// The region. With an endpoint, `us-east-1` unless something says another.
    pub region: Option<String>,
    /// PEM file with the certificates to trust in the place of the system's.
    pub ca: Option<PathBuf>,
}

/// A service of vaults and buckets. Nothing is asked yet.
pub struct Service {
    config: aws_config::SdkConfig,
    pub(crate) client: aws_sdk_glacier::Client,
    /// What it is called in the names of what is kept between runs.
    pub(crate) name: String,
}

impl Service {
    /// Reads the environment and the files of the AWS CLI.
    pub async fn new(settings: &Settings) -> Result<Self, Error> {
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(http_client(settings)?)
            .retry_config(RetryConfig::standard().with_max_attempts(TRIES).with_max_backoff(LONGEST_PAUSE))
            .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_PATIENCE).build())
            .stalled_stream_protection(StalledStreamProtectionConfig::enabled().grace_period(STALL_PATIENCE).build());
        if let Some(profile) = &settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = &settings.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(region) = &settings.region {
            loader = loader.region(Region::new(region.clone()));
        }
        let config = loader.load().await;
        let config = match (config.region(), config.endpoint_url()) {
            (None, Some(_)) => config.into_builder().region(Region::from_static("us-east-1")).build(),
            (None, None) => {
                return Err(Error::Invalid(
                    "neither a region nor an endpoint is named.\nName a server with --endpoint or AWS_ENDPOINT_URL, or a region of Amazon's with --region or AWS_REGION."
                        .into(),
                ));
            }
            _ => config,
        };
        let config = match &settings.profile {
            // Named on the command line, it goes before keys in the environment, as with the AWS CLI.
            Some(profile) => {
                let with = ProviderConfig::without_region().with_region(config.region().cloned());
                let keys = ProfileFileCredentialsProvider::builder()
                    .configure(&with.with_http_client(http_client(settings)?))
                    .profile_name(profile)
                    .build();
                config.into_builder().credentials_provider(SharedCredentialsProvider::new(keys)).build()
            }
            None => config,
        };
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        let name = format!("{} {region}", config.endpoint_url().unwrap_or("aws"));
        Ok(Self { client: aws_sdk_glacier::Client::new(&config), config, name })
    }

    /// A vault of it. Whether it is there shows when something is asked.
    pub fn vault(&self, name: &str) -> Vault {
        Vault { client: self.client.clone(), service: self.name.clone(), name: name.to_owned() }
    }

    /// A bucket of it, in which what is stored has keys that begin with `prefix`, and this storage class or the bucket's usual.
    pub fn bucket(&self, name: &str, prefix: &str, storage_class: Option<&str>) -> Bucket {
        let config = aws_sdk_s3::config::Builder::from(&self.config);
        // Only Amazon's own names are known to have one for each bucket.
        let config = config.force_path_style(self.config.endpoint_url().is_some()).build();
        Bucket {
            client: aws_sdk_s3::Client::from_conf(config),
            service: self.name.clone(),
            name: name.to_owned(),
            prefix: prefix.to_owned(),
            storage_class: storage_class.map(Into::into),
        }
    }
}

fn http_client(settings: &Settings) -> Result<SharedHttpClient, Error> {
    let builder = Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc));
    let Some(path) = &settings.ca else { return Ok(builder.build_https()) };
    let pem = std::fs::read(path).map_err(|error| Error::file("read", path, &error))?;
    // The SDK panics on a file without certificates.
    if !pem.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") {
        return Err(Error::Invalid(format!("{} holds no certificate in PEM form.", path.display())));
    }
    let trust = tls::TrustStore::empty().with_pem_certificate(pem);
    let context = tls::TlsContext::builder().with_trust_store(trust).build();
    let context = context.map_err(|error| Error::Invalid(format!("cannot use {} for TLS: {error}", path.display())))?;
    Ok(builder.tls_context(context).build_https())
}
