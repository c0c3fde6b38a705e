//! `coldkeep vault put`.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use clap::Args;
use coldkeep_client::{Archive, Error, Listing, Put as Request, Source, Stored, describe, put};
use coldkeep_types::{Clock, PartSize, SystemClock, Timestamp, VaultName};
use serde_json::json;

use super::bar::{Bar, Of};
use super::{Context, print};
use crate::shown::rows;
use crate::values::Bytes;

/// `coldkeep vault put`.
#[derive(Args, Debug)]
pub struct Put {
    /// The vault's name
    #[arg(value_parser = VaultName::parse)]
    vault: VaultName,
    /// The file, or `-` for standard input
    file: PathBuf,
    /// What the archive is called; the file's name otherwise
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// How long standard input is at most, so that its parts are large enough; 156 GiB otherwise
    #[arg(long, value_name = "BYTES")]
    size: Option<Bytes>,
    #[command(flatten)]
    sending: Sending,
}

/// How parts are sent.
#[derive(Args, Debug)]
pub struct Sending {
    /// Size of parts, a power of two from 1MiB to 4GiB; otherwise the smallest of which 10,000 suffice
    #[arg(long, value_name = "BYTES", value_parser = part_size)]
    part_size: Option<PartSize>,
    /// How many parts are in memory and under way at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    parallel: u16,
}

fn part_size(text: &str) -> Result<PartSize, String> {
    let bytes: Bytes = text.parse()?;
    PartSize::new(bytes.0).map_err(|error| error.to_string())
}

pub(super) async fn run(context: &Context, what: &Put) -> Result<(), Error> {
    let description = match &what.description {
        Some(text) => text.clone(),
        None if is_stream(&what.file) => String::new(),
        None => description_of(&what.file),
    };
    let more = More { description, size: what.size.map(|size| size.0), resume: None };
    send(context, &what.vault, &what.file, &what.sending, more).await
}

/// What differs between a new upload and one that is gone on with.
pub(super) struct More {
    pub description: String,
    pub size: Option<u64>,
    pub resume: Option<String>,
}

pub(super) async fn send(
    context: &Context,
    vault: &VaultName,
    file: &Path,
    sending: &Sending,
    more: More,
) -> Result<(), Error> {
    let source = if is_stream(file) { Source::Stream(Box::new(std::io::stdin())) } else { Source::File(file.into()) };
    let resumed = more.resume.is_some();
    let request = Request {
        source,
        description: more.description,
        part_size: sending.part_size,
        expected: more.size,
        parallel: sending.parallel.into(),
        resume: more.resume,
    };
    let stored = {
        let bar = Bar::new(Of::Bytes, context.json);
        put(&context.vault(vault), &context.folders, request, &bar).await?
    };
    // What was resumed by its id has a description that only the vault knows; the next inventory tells it.
    if !resumed {
        Listing::known(&context.vault(vault), &context.folders)?.added(&Archive::stored(&stored, SystemClock.now()))?;
    }
    show(context, &stored)
}

fn show(context: &Context, stored: &Stored) -> Result<(), Error> {
    let tree = coldkeep_client::hex(&stored.tree);
    let document = json!({
        "archiveId": stored.archive, "location": stored.location, "bytes": stored.bytes, "treeHash": tree,
        "sentBytes": stored.sent, "uploadId": stored.upload,
    });
    print(context, &document, || {
        let bytes = stored.bytes.to_string();
        rows(&[
            ("archive", Some(&stored.archive)),
            ("location", Some(&stored.location).filter(|text| !text.is_empty()).map(String::as_str)),
            ("bytes", Some(&bytes)),
            ("tree hash", Some(&tree)),
        ])
    })
}

fn is_stream(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// A file's name, in a form that a description can have.
fn description_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let modified = file.metadata().and_then(|found| found.modified()).ok();
    let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    describe(&name, Timestamp(i64::try_from(since.as_millis()).unwrap_or_default()))
}
