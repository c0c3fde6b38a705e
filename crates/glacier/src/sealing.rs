//! Encryption of archives, which no client of this service asks for: new ones are sealed under the server's key where the operator
//! encrypts by default; what is sealed opens whatever the operator says by then.

use coldkeep_seal::{DataKey, Envelope, SealError, Sealing, ServerKey};
use coldkeep_store::Vault;

use crate::Glacier;
use crate::errors::GlacierError;

/// The server's key, and whether new archives are sealed under it.
#[derive(Default)]
pub(crate) struct Archives {
    pub key: ServerKey,
    pub sealed: bool,
}

impl Glacier {
    /// How a new archive of a vault is to be sealed, if it is.
    pub(crate) fn sealing(&self, vault: &Vault) -> Result<Option<Sealing>, GlacierError> {
        match self.archives.sealed {
            true => self.archives.key.wrap(DataKey::random(), &about(vault)).map(Some).map_err(broken),
            false => Ok(None),
        }
    }

    /// The data key of what is sealed in a vault.
    pub(crate) fn data_key(&self, sealed: Option<&Envelope>, vault: &Vault) -> Result<Option<DataKey>, GlacierError> {
        sealed.map(|envelope| self.archives.key.unwrap(envelope, &about(vault)).map_err(broken)).transpose()
    }
}

/// What a data key is of.
fn about(vault: &Vault) -> Vec<u8> {
    format!("archive {}", vault.arn()).into_bytes()
}

fn broken(error: SealError) -> GlacierError {
    tracing::error!(%error, "an archive's data key");
    GlacierError::unavailable("The request cannot be completed. See the server's log.")
}
