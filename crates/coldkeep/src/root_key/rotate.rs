//! `coldkeep root-key rotate`: a new root key in the place of the one there is, or in another place. It seals the store's key anew and
//! moves no data.
//!
//! The new key is where it will be before the store's key is sealed under it, and the old one stays beside it until then. A kill at any
//! moment leaves one of the two in force, and [`find`](super::find) knows which.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use coldkeep_identity::{RootKey, change_root_key, sealed_under};

use super::{RootKeyArgs, Source, Wrapping, find, settle, shared};
use crate::Failure;
use crate::data_folder::{DEFAULT, DataFolder, read_if_present, write_private};
use crate::root_file::Kept;
use crate::shared::SharedArgs;

/// `coldkeep root-key`.
#[derive(Args, Debug)]
pub struct RootKeyCommand {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Puts a new root key in place of the one there is; the server of a data folder must be stopped
    Rotate(Box<Rotate>),
}

/// `coldkeep root-key rotate`.
#[derive(Args, Debug)]
struct Rotate {
    /// Folder of the server's data; ./data, if neither this nor --meta is set
    #[arg(long, env = "COLDKEEP_DATA", value_name = "DIR")]
    data: Option<PathBuf>,

    #[command(flatten)]
    shared: SharedArgs,

    #[command(flatten)]
    now: RootKeyArgs,

    #[command(flatten)]
    new: NewPlace,
}

/// Where the new root key shall be: where the old one is, if none of these says otherwise.
#[derive(Args, Debug)]
#[group(multiple = false)]
struct NewPlace {
    /// Keep the new key in the data folder
    #[arg(long)]
    to_folder: bool,

    /// Take the new key from this file, which is made if it is missing
    #[arg(long, value_name = "FILE")]
    to_file: Option<PathBuf>,

    /// Have the new key wrapped by this KMS key
    #[arg(long, value_name = "ARN")]
    to_kms: Option<String>,

    /// Have the new key wrapped by this Transit key
    #[arg(long, value_name = "URL")]
    to_transit: Option<String>,
}

/// Where a key is put.
enum Place<'a> {
    Folder,
    File(&'a Path),
    Wrapped(&'a dyn Wrapping),
}

/// Does what the command line says.
pub fn run(command: &RootKeyCommand) -> Result<ExitCode, Failure> {
    let What::Rotate(rotate) = &command.what;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(error.to_string()))?;
    runtime.block_on(rotate.run())
}

impl Rotate {
    async fn run(&self) -> Result<ExitCode, Failure> {
        let source = self.now.source()?;
        if self.data.is_none()
            && let Some(store) = self.shared.store(&[])?
        {
            return shared::rotate(&store, &source, self.new.to_file.as_deref()).await.map(|()| ExitCode::SUCCESS);
        }
        let new_kms = self.new.to_kms.as_deref().map(|arn| self.now.kms(arn)).transpose()?;
        let new_transit = self.new.to_transit.as_deref().map(|url| self.now.transit(url)).transpose()?;
        let place = match (&self.new, &new_kms, &new_transit, &source) {
            (_, Some(kms), ..) => Place::Wrapped(kms),
            (_, _, Some(transit), _) => Place::Wrapped(transit),
            (NewPlace { to_file: Some(path), .. }, ..) => Place::File(path),
            (NewPlace { to_folder: true, .. }, ..) | (_, _, _, Source::Folder) => Place::Folder,
            (_, _, _, Source::Wrapped(service)) => Place::Wrapped(&**service),
            (_, _, _, Source::Given(_)) => {
                return Err(Failure::new(
                    "the root key there is was given. Say where the new one shall be: --to-file FILE makes it, --to-folder keeps it in \
                     the data folder, --to-kms and --to-transit have it wrapped.",
                ));
            }
        };
        let folder = DataFolder::existing(self.data.as_deref().unwrap_or(Path::new(DEFAULT)))?;
        let (meta, _blobs, _) = folder.open(coldkeep_meta::Options::default().cache_bytes, &[]).await?;
        let path = folder.root_account();
        let failed = |error: coldkeep_identity::Error| Failure::new(format!("cannot exchange the root key: {error}"));
        let needed = sealed_under(&meta).await.map_err(failed)?;
        let needed = needed.ok_or_else(|| Failure::new("nothing is sealed yet: start the server once."))?;
        let mut keep = Kept::read(&path)?;
        let old = find(&source, &mut keep, &path, Some(&needed)).await?;
        if old.id() != needed {
            let words = format!("the root key there is, {}, is not the one in force, {needed}.", old.id());
            return Err(Failure::new(format!("{words} Nothing was changed.")));
        }
        let new = put(&place, &mut keep, &path).await?;
        change_root_key(&meta, &old, &new).await.map_err(failed)?;
        let (root_key, wrapped) = match place {
            Place::File(_) => (None, None),
            _ => (keep.root_key.clone(), keep.wrapped_root_key.clone()),
        };
        settle(&mut keep, root_key, wrapped);
        keep.write(&path)?;
        println!("the root key is {} now; it was {needed}", new.id());
        println!("{}", advice(&place, &path));
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes the new key and puts it where it will be, durably, with the old one beside it.
async fn put(place: &Place<'_>, keep: &mut Kept, path: &Path) -> Result<RootKey, Failure> {
    let key = match place {
        Place::File(file) => of_file(file)?,
        Place::Folder | Place::Wrapped(_) => RootKey::random(),
    };
    let (root_key, wrapped) = match place {
        Place::File(_) => return Ok(key),
        Place::Folder => (Some(key.to_hex()), None),
        Place::Wrapped(service) => (None, Some(service.wrap(&key).await?)),
    };
    (keep.previous_root_key, keep.previous_wrapped_root_key) = (keep.root_key.take(), keep.wrapped_root_key.take());
    (keep.root_key, keep.wrapped_root_key) = (root_key, wrapped);
    keep.write(path)?;
    Ok(key)
}

/// The key in a file, which is made if it is missing.
pub(super) fn of_file(file: &Path) -> Result<RootKey, Failure> {
    match read_if_present(file)? {
        Some(text) => RootKey::parse(&text).ok_or_else(|| {
            Failure::new(format!("{} has not 64 hexadecimal digits, as a root key has", file.display()))
        }),
        None => {
            let key = RootKey::random();
            write_private(file, &format!("{}\n", key.to_hex()))
                .map_err(|error| Failure::file("write the root key", file, &error))?;
            Ok(key)
        }
    }
}

fn advice(place: &Place<'_>, path: &Path) -> String {
    match place {
        Place::File(file) => format!(
            "Start the server with COLDKEEP_ROOT_KEY_FILE={} from now on, and keep a copy of that file: without it everything that is \
             sealed is lost.",
            file.display()
        ),
        Place::Folder => format!("Keep a copy of {}: without it everything that is sealed is lost.", path.display()),
        Place::Wrapped(_) => format!(
            "Keep a copy of {}: the key in it opens only with the key management service. Name that service to the server too.",
            path.display()
        ),
    }
}
