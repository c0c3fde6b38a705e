//! All settings of a server, each declared once: as a flag, as `COLDKEEP_...` in the environment, and under the flag's name
//! in the configuration file.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use coldkeep_http::{Limits, Memory, Rate};
use coldkeep_store::{BucketAccess, BucketEncryption, Options};
use coldkeep_types::{AccountId, BucketName};

use crate::data_folder::DEFAULT;
use crate::pools::PoolArgs;
use crate::retrieval_delays::RetrievalDelays;
use crate::root_key::{RootKeyArgs, Source};
use crate::shared::SharedArgs;
use crate::values::{AccessLog, Address, AdminListen, Bytes, Idle, LogLevel, Span};

/// How TLS is set up without certificate files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tls {
    /// No TLS, unless certificate files are named.
    Off,
    /// A certificate authority of its own, kept in the data folder.
    Auto,
}

/// Whether Signature V2 is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SignatureV2 {
    /// Nowhere.
    Off,
    /// In presigned URLs, which several clients make so by default.
    Presigned,
    /// In presigned URLs and in headers.
    On,
}

/// Whether identity providers of this machine itself may speak plain HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlainProviders {
    /// No: `https:` only.
    Off,
    /// Under `localhost`, `127.0.0.1` and `[::1]`: for tests.
    Loopback,
}

/// Which HTTP and HTTPS endpoints may subscribe to topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SnsEndpoints {
    /// None: queues only.
    None,
    /// Those at public addresses.
    Public,
    /// Any, also of this machine and its network.
    Any,
}

/// Who may reach a bucket that is made, where the request does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NewBuckets {
    /// As Amazon makes them since April 2023: no ACLs, and nothing public until both are allowed.
    Closed,
    /// As Amazon made them before: writers own what they write, ACLs count, nothing public is blocked.
    Open,
}

/// How new objects of new buckets are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DefaultEncryption {
    /// As `aes256` where the root key comes from outside the data folder, otherwise as `none`.
    Auto,
    /// Not at all.
    None,
    /// With keys of the server.
    Aes256,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Settings of `coldkeep serve`. Flags win over the environment, that over the file, that over the default.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// TOML file with any of these settings, under the names of the flags
    #[arg(long, env = "COLDKEEP_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Folder of all data; made if it is missing. Not used with --meta
    #[arg(long, env = "COLDKEEP_DATA", value_name = "DIR", default_value = DEFAULT)]
    pub data: PathBuf,

    #[command(flatten)]
    pub shared: SharedArgs,

    /// Where S3 and Glacier are served, IP:PORT or :PORT; may be given several times
    #[arg(long, env = "COLDKEEP_LISTEN", value_name = "ADDR", value_delimiter = ',', default_value = "127.0.0.1:9000")]
    pub listen: Vec<Address>,

    /// Where health and metrics are served, or `off`
    #[arg(long, env = "COLDKEEP_ADMIN_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:9001")]
    pub admin_listen: AdminListen,

    /// Name under which health and metrics are asked for, besides addresses and localhost; may be given several times
    #[arg(long, env = "COLDKEEP_ADMIN_HOST", value_name = "NAME", value_delimiter = ',')]
    pub admin_host: Vec<String>,

    /// Domain under which BUCKET.DOMAIN names a bucket (virtual-hosted style); may be given several times
    #[arg(long, env = "COLDKEEP_DOMAIN", value_name = "NAME", value_delimiter = ',', default_value = "localhost")]
    pub domain: Vec<String>,

    /// Domain under which BUCKET.DOMAIN is that bucket's website, and which is itself the website of the bucket of that name; may be
    /// given several times
    #[arg(
        long,
        env = "COLDKEEP_WEBSITE_DOMAIN",
        value_name = "NAME",
        value_delimiter = ',',
        default_value = "website.localhost"
    )]
    pub website_domain: Vec<String>,

    /// TLS without certificate files: `auto` makes a local certificate authority in the data folder
    #[arg(long, env = "COLDKEEP_TLS", value_name = "MODE", default_value = "off")]
    pub tls: Tls,

    /// PEM file with the server's certificate and its chain
    #[arg(long, env = "COLDKEEP_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,

    /// PEM file with the certificate's private key
    #[arg(long, env = "COLDKEEP_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,

    /// Access key of the root account, in any format; better given by environment: other users see a command line
    #[arg(long, env = "COLDKEEP_ROOT_ACCESS_KEY", value_name = "KEY", hide_env_values = true)]
    pub root_access_key: Option<String>,

    /// Secret key of the root account, in any format; better given by file or environment
    #[arg(long, env = "COLDKEEP_ROOT_SECRET_KEY", value_name = "SECRET", hide_env_values = true)]
    pub root_secret_key: Option<String>,

    /// File with the secret key of the root account
    #[arg(long, env = "COLDKEEP_ROOT_SECRET_KEY_FILE", value_name = "FILE")]
    pub root_secret_key_file: Option<PathBuf>,

    /// Where the root key is.
    #[command(flatten)]
    pub root_key: RootKeyArgs,

    /// How objects of new buckets are encrypted by default: `none`, `aes256`, or `auto`, that is `aes256` where the root key comes from
    /// outside the data folder
    #[arg(long, env = "COLDKEEP_DEFAULT_ENCRYPTION", value_name = "HOW", default_value = "auto")]
    pub default_encryption: DefaultEncryption,

    /// Take keys that clients encrypt with (SSE-C) over connections without TLS too; whoever sees the network sees them
    #[arg(
        long,
        env = "COLDKEEP_ALLOW_SSE_C_OVER_HTTP",
        value_name = "YES",
        num_args = 0..=1,
        require_equals = true,
        default_value = "false",
        default_missing_value = "true"
    )]
    pub allow_sse_c_over_http: bool,

    /// Let the system write this process's memory to disk when it crashes; keys are in it
    #[arg(
        long,
        env = "COLDKEEP_CORE_DUMPS",
        value_name = "YES",
        num_args = 0..=1,
        require_equals = true,
        default_value = "false",
        default_missing_value = "true"
    )]
    pub core_dumps: bool,

    /// The root account's id, 12 digits
    #[arg(long, env = "COLDKEEP_ACCOUNT_ID", value_name = "ID", value_parser = AccountId::parse)]
    pub account_id: Option<AccountId>,

    /// Buckets that are made at the start where they are missing
    #[arg(
        long,
        env = "COLDKEEP_BUCKETS",
        value_name = "NAME",
        value_delimiter = ',',
        value_parser = BucketName::parse
    )]
    pub buckets: Vec<BucketName>,

    /// What new buckets begin with: `closed`, without ACLs and closed to the public, or `open`, as Amazon made them until April 2023
    #[arg(long, env = "COLDKEEP_NEW_BUCKETS", value_name = "HOW", default_value = "closed")]
    pub new_buckets: NewBuckets,

    /// Form of the log, which goes to standard error
    #[arg(long, env = "COLDKEEP_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// What is logged: error, warn, info, debug, trace, or directives such as `info,coldkeep_http=debug`
    #[arg(long, env = "COLDKEEP_LOG_LEVEL", value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,

    /// Where to write one JSON line for each request: `off`, `stdout` or a file
    #[arg(long, env = "COLDKEEP_ACCESS_LOG", value_name = "WHERE", default_value = "off")]
    pub access_log: AccessLog,

    /// Connections open at once, on each address; the limit on open files may lower it
    #[arg(long, env = "COLDKEEP_MAX_CONNECTIONS", value_name = "N", default_value = "16384")]
    pub max_connections: usize,

    /// Of these, connections of one client address on which no caller was proven; the oldest give way
    #[arg(long, env = "COLDKEEP_MAX_STRANGERS", value_name = "N", default_value = "1024")]
    pub max_strangers: usize,

    /// Requests in work at once, on each address; more are answered SlowDown
    #[arg(long, env = "COLDKEEP_MAX_REQUESTS", value_name = "N", default_value = "4096")]
    pub max_requests: usize,

    /// The longest wait for the next bytes of a request body
    #[arg(long, env = "COLDKEEP_BODY_IDLE_TIMEOUT", value_name = "TIME", default_value = "5m")]
    pub body_idle_timeout: Span,

    /// Bytes of a request body that must come in a second, averaged over half a minute; 0 allows any
    #[arg(long, env = "COLDKEEP_MIN_BODY_RATE", value_name = "SIZE", default_value = "1KiB")]
    pub min_body_rate: Bytes,

    /// Memory for XML and JSON bodies, all together; a request that finds none is answered SlowDown
    #[arg(long, env = "COLDKEEP_DOCUMENT_MEMORY", value_name = "SIZE", default_value = "64MiB")]
    pub document_memory: Bytes,

    /// Bytes of vault uploads in flight whose callers are proven only at their end (without x-amz-content-sha256, which
    /// Amazon requires); 0 refuses them
    #[arg(long, env = "COLDKEEP_UNSIGNED_VAULT_BODIES", value_name = "SIZE", default_value = "0")]
    pub unsigned_vault_bodies: Bytes,

    /// How far a client's clock may be off
    #[arg(long, env = "COLDKEEP_CLOCK_SKEW", value_name = "TIME", default_value = "15m")]
    pub clock_skew: Span,

    /// PEM file with certificate authorities of identity providers (OpenID Connect), besides the system's
    #[arg(long, env = "COLDKEEP_OIDC_CA", value_name = "FILE")]
    pub oidc_ca: Option<PathBuf>,

    /// Whether identity providers may speak plain HTTP: `off`, or `loopback` for those of this machine itself
    #[arg(long, env = "COLDKEEP_OIDC_HTTP", value_name = "WHERE", default_value = "off")]
    pub oidc_http: PlainProviders,

    /// Which HTTP and HTTPS endpoints may subscribe to topics: `none`, those at `public` addresses, or `any`, also of this
    /// machine and its network
    #[arg(long, env = "COLDKEEP_SNS_ENDPOINTS", value_name = "WHERE", default_value = "public")]
    pub sns_endpoints: SnsEndpoints,

    /// Where S3 requests may be signed with the old Signature V2: `off`, in `presigned` URLs, or `on` everywhere
    #[arg(long, env = "COLDKEEP_SIGNATURE_V2", value_name = "WHERE", default_value = "presigned")]
    pub signature_v2: SignatureV2,

    /// How long a stop waits for requests in work
    #[arg(long, env = "COLDKEEP_SHUTDOWN_DEADLINE", value_name = "TIME", default_value = "30s")]
    pub shutdown_deadline: Span,

    /// Room that uploads leave free, so that deletes still work
    #[arg(long, env = "COLDKEEP_RESERVE", value_name = "SIZE", default_value = "64MiB")]
    pub reserve: Bytes,

    /// Contents up to this size are kept with the metadata
    #[arg(long, env = "COLDKEEP_INLINE", value_name = "SIZE", default_value = "8KiB")]
    pub inline: Bytes,

    /// Memory for cached metadata
    #[arg(long, env = "COLDKEEP_METADATA_CACHE", value_name = "SIZE", default_value = "32MiB")]
    pub metadata_cache: Bytes,

    #[command(flatten)]
    pub pools: PoolArgs,

    #[command(flatten)]
    pub retrieval_delays: RetrievalDelays,

    /// How many bytes a day an account may retrieve in a region under the data retrieval policy FreeTier; unbounded if not set
    #[arg(long, env = "COLDKEEP_RETRIEVAL_FREE_TIER", value_name = "SIZE")]
    pub retrieval_free_tier: Option<Bytes>,

    /// How long a Glacier inventory takes
    #[arg(long, env = "COLDKEEP_INVENTORY_DELAY", value_name = "TIME", default_value = "0")]
    pub inventory_delay: Span,

    /// How long a Glacier job and its output are kept
    #[arg(long, env = "COLDKEEP_JOB_RETENTION", value_name = "TIME", default_value = "24h")]
    pub job_retention: Span,

    /// How long a Glacier upload may idle before it is dropped
    #[arg(long, env = "COLDKEEP_UPLOAD_IDLE_EXPIRY", value_name = "TIME", default_value = "7d")]
    pub upload_idle_expiry: Span,

    /// How long an S3 multipart upload may idle before it is dropped, or `off`; a lifecycle rule that covers it decides instead
    #[arg(long, env = "COLDKEEP_MULTIPART_IDLE_EXPIRY", value_name = "TIME", default_value = "7d")]
    pub multipart_idle_expiry: Idle,

    /// How long a day of a lifecycle rule, or of a restored copy, is; shorter for tests only
    #[arg(long, env = "COLDKEEP_LIFECYCLE_DAY", value_name = "TIME", default_value = "1d")]
    pub lifecycle_day: Span,

    /// How often access logs of buckets are delivered
    #[arg(long, env = "COLDKEEP_BUCKET_LOG_PERIOD", value_name = "TIME", default_value = "5m")]
    pub bucket_log_period: Span,

    /// How long a repeated Complete or Abort gets the same answer
    #[arg(long, env = "COLDKEEP_REMEMBER", value_name = "TIME", default_value = "24h")]
    pub remember: Span,

    /// How long stored bytes that no record names are kept in quarantine before they are deleted
    #[arg(long, env = "COLDKEEP_QUARANTINE", value_name = "TIME", default_value = "7d")]
    pub quarantine: Span,
}

impl Settings {
    /// What the S3 door's verifier is told.
    pub fn signature_v2(&self) -> coldkeep_auth::SignatureV2 {
        match self.signature_v2 {
            SignatureV2::Off => coldkeep_auth::SignatureV2::Off,
            SignatureV2::Presigned => coldkeep_auth::SignatureV2::Presigned,
            SignatureV2::On => coldkeep_auth::SignatureV2::On,
        }
    }

    /// Who may reach a new bucket.
    pub fn new_buckets(&self) -> BucketAccess {
        match self.new_buckets {
            NewBuckets::Closed => BucketAccess::default(),
            NewBuckets::Open => BucketAccess::open(),
        }
    }

    /// Whether new buckets encrypt. A key that lies beside the data protects nothing, and losing it would lose everything: so
    /// nothing is encrypted unasked with one.
    pub fn encrypts_by_default(&self) -> bool {
        match self.default_encryption {
            DefaultEncryption::None => false,
            DefaultEncryption::Aes256 => true,
            DefaultEncryption::Auto => !matches!(self.root_key.source(), Ok(Source::Folder)),
        }
    }

    /// What the store is told.
    pub fn store_options(&self) -> Options {
        Options {
            inline_bytes: self.inline.0,
            reserve_bytes: self.reserve.0,
            remember_ms: self.remember.millis(),
            vault_upload_idle_ms: self.upload_idle_expiry.millis(),
            upload_idle_ms: self.multipart_idle_expiry.0.map(Span::millis),
            lifecycle_day_ms: self.lifecycle_day.millis(),
            retrieval_delay_ms: self.retrieval_delays.glacier_ms(),
            free_retrieval_bytes: self.retrieval_free_tier.map(|bytes| bytes.0),
            deep_retrieval_delay_ms: self.retrieval_delays.deep_archive_ms(),
            inventory_delay_ms: self.inventory_delay.millis(),
            job_retention_ms: self.job_retention.millis(),
            quarantine_ms: self.quarantine.millis(),
            staging_batch: self.pools.staged_batch.get(),
            staging_retry_ms: self.pools.staged_retry.millis(),
            bucket_encryption: self.encrypts_by_default().then_some(BucketEncryption::SERVER),
            ..Options::default()
        }
    }

    /// What the listener is told.
    pub fn limits(&self) -> Limits {
        let defaults = Limits::default();
        Limits {
            max_connections: self.max_connections,
            max_strangers_per_address: self.max_strangers,
            max_requests: self.max_requests,
            body_idle_timeout: self.body_idle_timeout.0,
            body_rate: Rate { bytes_per_second: self.min_body_rate.0, ..defaults.body_rate },
            documents: Memory::new(usize::try_from(self.document_memory.0).unwrap_or(usize::MAX)),
            shutdown_timeout: self.shutdown_deadline.0,
            ..defaults
        }
    }
}
