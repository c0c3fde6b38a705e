//! Identity providers of accounts: issuers whose tokens may stand for a key, and which audiences those must have.
//!
//! A provider is named by its URL without the scheme, and changes no name. An account has at most [`PROVIDERS`].

use coldkeep_types::AccountId;
use minicbor::{Decode, Encode};

use crate::records::Record;
use crate::{Edit, Error, Tag, keys};

/// Providers that an account may have (quotas of IAM).
pub const PROVIDERS: usize = 100;

/// An OpenID Connect provider.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Provider {
    /// Its URL, as it was written.
    #[n(0)]
    pub url: String,
    /// The audiences that its tokens may have.
    #[n(1)]
    pub client_ids: Vec<String>,
    /// SHA-1 of certificates that may stand for an authority, in hexadecimal.
    #[n(2)]
    pub thumbprints: Vec<String>,
    /// When it was made.
    #[n(3)]
    pub created: i64,
    /// Its tags, by key.
    #[n(4)]
    pub tags: Vec<Tag>,
}

impl Record for Provider {}

impl Provider {
    /// The URL without its scheme.
    pub fn name(&self) -> &str {
        self.url.split_once("://").map_or(&*self.url, |(_, name)| name)
    }

    /// Its ARN in this account.
    pub fn arn(&self, account: &AccountId) -> String {
        format!("arn:aws:iam::{account}:oidc-provider/{}", self.name())
    }
}

impl Edit {
    /// The provider of this name.
    pub async fn provider(&mut self, name: &str) -> Result<Option<Provider>, Error> {
        self.record(keys::provider(&self.account().clone(), name)).await
    }

    /// Adds a provider.
    pub async fn create_provider(&mut self, provider: &Provider) -> Result<(), Error> {
        self.own_account().await?;
        if self.provider(provider.name()).await?.is_some() {
            return Err(Error::AlreadyExists(format!("Provider with url {} already exists.", provider.url)));
        }
        if self.providers().await?.len() >= PROVIDERS {
            let words = format!("Cannot exceed quota for OpenIdConnectProvidersPerAccount: {PROVIDERS}");
            return Err(Error::LimitExceeded(words));
        }
        self.put_provider(provider);
        Ok(())
    }

    /// Writes a provider that was read.
    pub fn put_provider(&mut self, provider: &Provider) {
        self.put(keys::provider(&self.account().clone(), provider.name()), provider);
    }

    /// Removes a provider.
    pub fn remove_provider(&mut self, name: &str) {
        self.delete(keys::provider(&self.account().clone(), name));
    }

    /// All providers of the account, by name.
    pub async fn providers(&self) -> Result<Vec<Provider>, Error> {
        let found = self.all(keys::providers(self.account())).await?;
        found.iter().map(|(_, entry)| Ok(Provider::from_value(&entry.value)?)).collect()
    }
}
