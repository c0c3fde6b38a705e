//! `coldkeep vault lock`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use coldkeep_client::Error;
use coldkeep_types::VaultName;
use serde_json::json;

use super::{Context, print};
use crate::shown::rows;

/// `coldkeep vault lock`.
#[derive(Args, Debug)]
pub struct Lock {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Shows a vault's lock; exits with 4 when there is none
    Status {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
    },
    /// Begins a lock, and prints the id that completes it within 24 hours; meanwhile the policy is in effect
    Initiate {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
        /// File with the lock's policy
        policy: PathBuf,
    },
    /// Completes a lock: nobody can change or remove it after that
    Complete {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
        /// The lock's id
        #[arg(allow_hyphen_values = true)]
        lock: String,
    },
    /// Takes back a lock that is not complete
    Abort {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
    },
}

pub(super) async fn run(context: &Context, lock: &Lock) -> Result<(), Error> {
    match &lock.what {
        What::Status { vault } => {
            let found = context.vault(vault).lock().await?;
            let none = || Error::Missing(format!("the vault {vault} has no lock."));
            let [policy, state, created, expires] = found.ok_or_else(none)?;
            let document = json!({ "policy": policy, "state": state, "created": created, "expires": expires });
            print(context, &document, || {
                rows(&[
                    ("state", state.as_deref()),
                    ("created", created.as_deref()),
                    ("expires", expires.as_deref()),
                    ("policy", policy.as_deref()),
                ])
            })
        }
        What::Initiate { vault, policy } => {
            let text = std::fs::read_to_string(policy).map_err(|error| Error::file("read", policy, &error))?;
            let id = context.vault(vault).begin_lock(&text).await?;
            print(context, &json!({ "lockId": id }), || {
                let next = format!("coldkeep vault lock complete {vault} {id}");
                rows(&[("lock", Some(&id)), ("complete it", Some(&next))])
            })
        }
        What::Complete { vault, lock } => {
            context.vault(vault).complete_lock(lock).await?;
            print(context, &json!({}), || format!("The lock of {vault} is complete.\n"))
        }
        What::Abort { vault } => {
            context.vault(vault).abort_lock().await?;
            print(context, &json!({}), || format!("The vault {vault} has no lock that is under way.\n"))
        }
    }
}
