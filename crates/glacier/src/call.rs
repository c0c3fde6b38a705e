//! A call with what is known of it once its caller is known: account, region, vault, and the names made of them.

use bytes::Bytes;
use coldkeep_auth::Caller;
use coldkeep_http::Call;
use coldkeep_store::{Error, Vault};
use coldkeep_types::{AccountId, Region, VaultName};

use crate::Glacier;
use crate::errors::GlacierError;
use crate::identity::Identity;

/// One call of the vault API.
pub(crate) struct GlacierCall {
    pub call: Call,
    /// The labels of the path by their names in the model, decoded.
    pub labels: Vec<(&'static str, String)>,
    pub caller: Caller,
    /// The account of the path, which is the caller's but where the vault of the path lets others in.
    account: AccountId,
    pub region: Region,
    /// The vault of the path, as it was when the caller was let in.
    pub found: Option<Vault>,
    /// The whole body; empty for operations whose body is streamed.
    pub document: Bytes,
}

impl GlacierCall {
    pub fn new(call: Call, labels: Vec<(&'static str, String)>, identity: Identity, document: Bytes) -> Self {
        let Identity { caller, region } = identity;
        let text = labels.iter().find(|(label, _)| *label == "accountId").map(|(_, text)| text.as_str());
        let account = text.and_then(|text| AccountId::parse(text).ok()).unwrap_or_else(|| caller.account.clone());
        Self { call, labels, caller, account, region, found: None, document }
    }

    /// A label of the path.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.as_str())
    }

    /// The account of the vaults.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// Whether the vaults are the caller's own.
    pub fn is_own(&self) -> bool {
        self.account == self.caller.account
    }

    /// `-` and the caller's own account number are fine. Of another's account only a vault can let the caller in.
    pub fn check_account(&self) -> Result<(), GlacierError> {
        let text = self.label("accountId").unwrap_or_default();
        let is_account = text == "-" || text == self.account.as_str();
        if is_account && (self.is_own() || self.label("vaultName").is_some()) {
            return Ok(());
        }
        Err(self.denied_account())
    }

    /// What who is not let into another's account is told, whatever there is.
    pub fn denied_account(&self) -> GlacierError {
        let text = self.label("accountId").unwrap_or_default();
        GlacierError::access_denied(format!("Access denied for account ID: {text}"))
    }

    /// The ARN of a vault of the account.
    pub fn arn_of(&self, vault_name: &str) -> String {
        self.arn(&format!("vaults/{vault_name}"))
    }

    /// The ARN of the vault in the path.
    pub fn vault_arn(&self) -> String {
        self.arn_of(self.label("vaultName").unwrap_or_default())
    }

    /// What the caller needs a permission on.
    pub fn resource(&self) -> String {
        match self.label("vaultName") {
            Some(name) => self.arn_of(name),
            None => self.arn("*"),
        }
    }

    fn arn(&self, rest: &str) -> String {
        format!("arn:{}:glacier:{}:{}:{rest}", self.region.partition(), self.region, self.account())
    }

    /// The vault of the path, which must exist.
    pub async fn vault(&self, door: &Glacier) -> Result<Vault, GlacierError> {
        if let Some(vault) = &self.found {
            return Ok(vault.clone());
        }
        let text = self.label("vaultName").unwrap_or_default();
        // A name that no vault can have is shown as it is, not as an ARN.
        let name = VaultName::parse(text).map_err(|_| GlacierError::no_vault(text))?;
        let found = door.store.vault(self.account(), &self.region, &name).await;
        found.map_err(|error| self.refused(error, ""))
    }

    /// The relative path of something in a vault, or of the vault itself, for `Location`.
    pub fn location(&self, vault_name: &VaultName, rest: &str) -> String {
        format!("/{}/vaults/{vault_name}{rest}", self.account())
    }

    /// What the client is told when the store refused; `id` is the text of the archive, upload or job it was about.
    pub fn refused(&self, error: Error, id: &str) -> GlacierError {
        GlacierError::from_store(error, &self.vault_arn(), id)
    }
}
