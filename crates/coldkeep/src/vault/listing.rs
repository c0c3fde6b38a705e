//! `coldkeep vault ls` and `find`, from a cached inventory.

use std::io::{ErrorKind, Write};
use std::time::Duration;

use clap::Args;
use coldkeep_client::{Archive, Error, Freshness, Listing};
use coldkeep_types::VaultName;
use serde_json::{Value, json};

use super::Context;
use super::bar::{Bar, Of};
use super::glob::Glob;
use crate::escape;
use crate::values::Span;

/// `coldkeep vault ls`.
#[derive(Args, Debug)]
pub struct Ls {
    /// The vault's name
    #[arg(value_parser = VaultName::parse)]
    vault: VaultName,
    #[command(flatten)]
    fresh: Fresh,
}

/// `coldkeep vault find`.
#[derive(Args, Debug)]
pub struct Find {
    /// The vault's name
    #[arg(value_parser = VaultName::parse)]
    vault: VaultName,
    /// What paths must be like: `*` is any text, `?` any letter; without either, text that is somewhere in them
    pattern: Glob,
    #[command(flatten)]
    fresh: Fresh,
}

/// How new an inventory must be.
#[derive(Args, Debug)]
pub struct Fresh {
    /// Have a new inventory made, whatever there is
    #[arg(long)]
    refresh: bool,
    /// How old an inventory may be that was fetched before, or whose job was begun before
    #[arg(long, value_name = "TIME", default_value = "1d")]
    max_age: Span,
    /// Do not wait for a job: exit with 3 when it is not done, to be run again later
    #[arg(long)]
    no_wait: bool,
}

impl Fresh {
    /// Whether to wait for jobs.
    pub(super) fn wait(&self) -> bool {
        !self.no_wait
    }

    /// What is known of the vault, as new as was asked for.
    pub(super) async fn open(&self, context: &Context, vault: &VaultName) -> Result<Listing, Error> {
        let how = Freshness {
            max_age: Duration::from_millis(u64::try_from(self.max_age.millis()).unwrap_or_default()),
            refresh: self.refresh,
            wait: !self.no_wait,
        };
        let bar = Bar::new(Of::Archives, context.json);
        Listing::open(&context.vault(vault), &context.folders, how, &bar).await
    }
}

pub(super) async fn ls(context: &Context, what: &Ls) -> Result<(), Error> {
    let listing = what.fresh.open(context, &what.vault).await?;
    show(context, &listing, |_| true).map(drop)
}

pub(super) async fn find(context: &Context, what: &Find) -> Result<(), Error> {
    let listing = what.fresh.open(context, &what.vault).await?;
    match show(context, &listing, |path| what.pattern.is_like(path))? {
        0 => Err(Error::Missing(format!("nothing in the vault {} is like that.", what.vault))),
        _ => Ok(()),
    }
}

/// Prints one archive after the other, however many there are: how many.
fn show(context: &Context, listing: &Listing, wanted: impl Fn(&str) -> bool) -> Result<u64, Error> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match write(context.json, listing, wanted, &mut out) {
        // Whoever reads it has enough, as `head` has.
        Err(Stop::Out(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(1),
        Err(Stop::Out(error)) => Err(Error::File(format!("cannot write the list: {error}"))),
        Err(Stop::Listing(error)) => Err(error),
        Ok(count) => Ok(count),
    }
}

enum Stop {
    Out(std::io::Error),
    Listing(Error),
}

fn write(as_json: bool, listing: &Listing, wanted: impl Fn(&str) -> bool, out: &mut impl Write) -> Result<u64, Stop> {
    let (mut count, mut stopped) = (0, None);
    if as_json {
        out.write_all(b"{\"archives\":[").map_err(Stop::Out)?;
    }
    let outcome = listing.each(|archive| {
        let named = archive.named();
        if !wanted(&named.path) {
            return Ok(());
        }
        let written = if as_json {
            let comma = if count == 0 { "" } else { "," };
            write!(out, "{comma}\n{}", document(&archive))
        } else {
            let mut path = String::new();
            // Writing to a string does not fail.
            let _ = escape::plain(&mut path, &named.path);
            let date = named.modified.as_deref().unwrap_or(&archive.created);
            writeln!(out, "{}  {:>14}  {date:<20}  {path}", archive.id, archive.bytes)
        };
        count += 1;
        written.map_err(|error| {
            stopped = Some(error);
            Error::File("stopped".into())
        })
    });
    if let Some(error) = stopped {
        return Err(Stop::Out(error));
    }
    let date = outcome.map_err(Stop::Listing)?;
    if as_json {
        writeln!(out, "\n],\"inventoryDate\":{}}}", Value::String(date)).map_err(Stop::Out)?;
    }
    out.flush().map_err(Stop::Out)?;
    Ok(count)
}

fn document(archive: &Archive) -> Value {
    let named = archive.named();
    json!({
        "archiveId": archive.id, "path": named.path, "bytes": archive.bytes, "created": archive.created,
        "modified": named.modified, "treeHash": archive.tree, "description": archive.description, "writtenBy": named.tool,
    })
}
