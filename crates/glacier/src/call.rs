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
    pub region: Region,
    /// The whole body; empty for operations whose body is streamed.
    pub document: Bytes,
}

impl GlacierCall {
    pub fn new(call: Call, labels: Vec<(&'static str, String)>, identity: Identity, document: Bytes) -> Self {
        let Identity { caller, region } = identity;
        Self { call, labels, caller, region, document }
    }

    fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(label, _)| *label == name).map(|(_, text)| text.as_str())
    }

    /// The account of the vaults: the caller's.
    pub fn account(&self) -> &AccountId {
        &self.caller.account
    }

    /// `-` and the caller's own account number are fine, all else is another's.
    pub fn check_account(&self) -> Result<(), GlacierError> {
        match self.label("accountId") {
            Some("-") => Ok(()),
            Some(id) if id == self.account().as_str() => Ok(()),
            other => {
                Err(GlacierError::access_denied(format!("Access denied for account ID: {}", other.unwrap_or_default())))
            }
        }
    }

    /// The ARN of a vault of the caller.
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
