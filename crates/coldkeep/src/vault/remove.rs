//! `coldkeep vault rm` and `empty`.

use clap::Args;
use coldkeep_client::{Archive, Error, Listing, empty};
use coldkeep_types::VaultName;
use serde_json::json;

use super::bar::{Bar, Of};
use super::listing::Fresh;
use super::{Context, print};

/// `coldkeep vault rm`.
#[derive(Args, Debug)]
pub struct Rm {
    /// The vault's name
    #[arg(value_parser = VaultName::parse)]
    vault: VaultName,
    /// The archives: ids, or paths as `ls` shows them; after `--` where one begins with `-`
    #[arg(required = true)]
    archives: Vec<String>,
    /// Remove all archives of a path that several have
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    fresh: Fresh,
}

/// `coldkeep vault empty`.
#[derive(Args, Debug)]
pub struct Empty {
    /// The vault's name
    #[arg(value_parser = VaultName::parse)]
    vault: VaultName,
    /// Yes, every archive is to be deleted
    #[arg(long, required = true)]
    yes: bool,
    /// How many requests are under way at a time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    parallel: u16,
    #[command(flatten)]
    fresh: Fresh,
}

pub(super) async fn rm(context: &Context, what: &Rm) -> Result<(), Error> {
    let vault = context.vault(&what.vault);
    let is_id = |name: &String| looks_like_id(name);
    let mut listing = if what.archives.iter().all(is_id) {
        Listing::known(&vault, &context.folders)?
    } else {
        what.fresh.open(context, &what.vault).await?
    };
    let mut ids = Vec::new();
    for name in &what.archives {
        if is_id(name) {
            ids.push(name.clone());
        } else {
            ids.extend(meant(&listing, name, what.all)?.into_iter().map(|archive| archive.id));
        }
    }
    // Nothing is deleted before every name is understood.
    for id in &ids {
        vault.delete_archive(id).await?;
        listing.removed(id)?;
    }
    print(context, &json!({ "removed": ids }), || format!("{} removed.\n", ids.len()))
}

/// The archives that a name means: one, unless all are wanted.
pub(super) fn meant(listing: &Listing, name: &str, all: bool) -> Result<Vec<Archive>, Error> {
    let found = listing.named(name)?;
    match found.len() {
        0 => Err(Error::Missing(format!("there is no archive {name}.\nA new one may need --refresh to be known."))),
        1 => Ok(found),
        _ if all => Ok(found),
        several => {
            let ids: Vec<String> = found.iter().map(|found| format!("{} {}", found.id, found.created)).collect();
            let ids = ids.join("\n");
            Err(Error::Invalid(format!("{several} archives are called {name}; name one by its id:\n{ids}")))
        }
    }
}

/// Ids have 138 letters of base64url: then no inventory is asked.
pub(super) fn looks_like_id(name: &str) -> bool {
    name.len() == 138 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

pub(super) async fn run_empty(context: &Context, what: &Empty) -> Result<(), Error> {
    let mut listing = what.fresh.open(context, &what.vault).await?;
    let removed = {
        let bar = Bar::new(Of::Archives, context.json);
        empty(&context.vault(&what.vault), &mut listing, what.parallel.into(), &bar).await?
    };
    print(context, &json!({ "removed": removed }), || {
        format!("{removed} removed.\nAt Amazon, the vault itself can be deleted about a day later.\n")
    })
}
