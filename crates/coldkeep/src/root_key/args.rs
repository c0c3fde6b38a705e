//! The settings that say where the root key is.

use std::path::PathBuf;

use clap::Args;
use coldkeep_identity::RootKey;

use super::Source;
use super::aws_kms::AwsKms;
use super::transit::Transit;
use crate::Failure;
use crate::client::Endpoint;
use crate::secret::secret;

/// Where the root key is. With none of these it is in the data folder.
#[derive(Args, Clone, Debug, Default)]
pub struct RootKeyArgs {
    /// The root key that everything secret is sealed under, 64 hexadecimal digits; better given by file
    #[arg(long, env = "COLDKEEP_ROOT_KEY", value_name = "KEY", hide_env_values = true)]
    pub root_key: Option<String>,

    /// File with the root key
    #[arg(long, env = "COLDKEEP_ROOT_KEY_FILE", value_name = "FILE")]
    pub root_key_file: Option<PathBuf>,

    /// KMS key that wraps the root key, asked with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN
    #[arg(long, env = "COLDKEEP_ROOT_KEY_KMS", value_name = "ARN")]
    pub root_key_kms: Option<String>,

    /// Where that KMS is; Amazon's otherwise
    #[arg(long, env = "COLDKEEP_ROOT_KEY_KMS_ENDPOINT", value_name = "URL")]
    pub root_key_kms_endpoint: Option<Endpoint>,

    /// Transit key of HashiCorp Vault or OpenBao that wraps the root key, such as https://vault:8200/v1/transit/keys/coldkeep
    #[arg(long, env = "COLDKEEP_ROOT_KEY_TRANSIT", value_name = "URL")]
    pub root_key_transit: Option<String>,

    /// File with the token to ask Vault or OpenBao with; VAULT_TOKEN otherwise
    #[arg(long, env = "COLDKEEP_ROOT_KEY_TRANSIT_TOKEN_FILE", value_name = "FILE")]
    pub root_key_transit_token_file: Option<PathBuf>,

    /// PEM file with the certificates to trust a key management service by; those of the system otherwise
    #[arg(long, env = "COLDKEEP_ROOT_KEY_CA", value_name = "FILE")]
    pub root_key_ca: Option<PathBuf>,
}

impl RootKeyArgs {
    /// What they say. Nobody is asked yet.
    pub fn source(&self) -> Result<Source, Failure> {
        let given = [
            ("COLDKEEP_ROOT_KEY", self.root_key.is_some()),
            ("COLDKEEP_ROOT_KEY_FILE", self.root_key_file.is_some()),
            ("COLDKEEP_ROOT_KEY_KMS", self.root_key_kms.is_some()),
            ("COLDKEEP_ROOT_KEY_TRANSIT", self.root_key_transit.is_some()),
        ];
        let given: Vec<&str> = given.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect();
        if given.len() > 1 {
            return Err(Failure::new(format!("{} are both set: leave one out.", given[..2].join(" and "))));
        }
        let file = self.root_key_file.as_deref();
        if let Some(text) = secret("COLDKEEP_ROOT_KEY", self.root_key.as_deref(), file)? {
            let name = file.map_or("COLDKEEP_ROOT_KEY".into(), |path| path.display().to_string());
            return parse(&text, &name).map(Source::Given);
        }
        if let Some(arn) = &self.root_key_kms {
            return Ok(Source::Wrapped(Box::new(self.kms(arn)?)));
        }
        if let Some(url) = &self.root_key_transit {
            return Ok(Source::Wrapped(Box::new(self.transit(url)?)));
        }
        Ok(Source::Folder)
    }

    /// This KMS key, asked as these settings say.
    pub(super) fn kms(&self, arn: &str) -> Result<AwsKms, Failure> {
        AwsKms::new(arn, self.root_key_kms_endpoint.clone(), self.root_key_ca.clone())
    }

    /// This Transit key, asked as these settings say.
    pub(super) fn transit(&self, url: &str) -> Result<Transit, Failure> {
        Transit::new(url, self.root_key_transit_token_file.as_deref(), self.root_key_ca.clone())
    }
}

fn parse(text: &str, name: &str) -> Result<RootKey, Failure> {
    let words = "has not 64 hexadecimal digits, as a root key has. Make one with: openssl rand -hex 32";
    RootKey::parse(text).ok_or_else(|| Failure::new(format!("{name} {words}")))
}
