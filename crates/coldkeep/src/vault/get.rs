//! `coldkeep vault get`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use coldkeep_client::{Error, Get as Request, get};
use coldkeep_types::VaultName;
use serde_json::json;

use super::bar::{Bar, Of};
use super::listing::Fresh;
use super::remove::{looks_like_id, meant};
use super::{Context, print};
use crate::shown::rows;

/// `coldkeep vault get`.
#[derive(Args, Debug)]
pub struct Get {
    /// The vault's name
    #[arg(value_parser = VaultName::parse)]
    vault: VaultName,
    /// The archive: its id, or its path as `ls` shows it
    #[arg(allow_hyphen_values = true)]
    archive: String,
    /// The file to make
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    /// How fast the archive is to be there; at Amazon this decides what it costs
    #[arg(long, value_name = "TIER", default_value = "standard")]
    tier: Tier,
    #[command(flatten)]
    fresh: Fresh,
    /// How many ranges are in memory and under way at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    parallel: u16,
}

/// How fast an archive is to be there.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Tier {
    /// In minutes, at Amazon
    Expedited,
    /// In hours, at Amazon
    Standard,
    /// In half a day, at Amazon
    Bulk,
}

impl From<Tier> for coldkeep_client::Tier {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Expedited => Self::Expedited,
            Tier::Standard => Self::Standard,
            Tier::Bulk => Self::Bulk,
        }
    }
}

pub(super) async fn run(context: &Context, what: &Get) -> Result<(), Error> {
    let archive = if looks_like_id(&what.archive) {
        what.archive.clone()
    } else {
        let listing = what.fresh.open(context, &what.vault).await?;
        meant(&listing, &what.archive, false)?.swap_remove(0).id
    };
    let request = Request {
        archive,
        file: what.output.clone(),
        replace: what.force,
        tier: what.tier.into(),
        wait: what.fresh.wait(),
        parallel: what.parallel.into(),
    };
    let got = {
        let bar = Bar::new(Of::Bytes, context.json);
        get(&context.vault(&what.vault), &request, &bar).await?
    };
    let tree = coldkeep_client::hex(&got.tree);
    let file = what.output.display().to_string();
    let document = json!({
        "file": file, "bytes": got.bytes, "treeHash": tree, "fetchedBytes": got.fetched, "jobId": got.job,
    });
    print(context, &document, || {
        let bytes = got.bytes.to_string();
        rows(&[("file", Some(&file)), ("bytes", Some(&bytes)), ("tree hash", Some(&tree))])
    })
}
