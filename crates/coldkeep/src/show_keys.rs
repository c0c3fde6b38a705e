//! `coldkeep show-keys`: the root account's key pair, as the first start keeps it in the data folder. Reads nothing else and
//! changes nothing, so the server may run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::Failure;
use crate::data_folder::DEFAULT;
use crate::root_file::{FILE_NAME, kept_keys};

/// Settings of `coldkeep show-keys`.
#[derive(Args, Debug)]
pub struct ShowKeys {
    /// Folder of the server's data; ./data if not set
    #[arg(long, env = "COLDKEEP_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// A store that several servers share, which keeps no keys
    #[arg(long, env = "COLDKEEP_META", value_name = "URL")]
    pub meta: Option<String>,
}

/// Prints them.
pub fn run(settings: &ShowKeys) -> Result<ExitCode, Failure> {
    if settings.meta.is_some() && settings.data.is_none() {
        return Err(Failure::new(
            "a store that several servers share keeps no keys: each server is given them, by COLDKEEP_ROOT_ACCESS_KEY, and COLDKEEP_ROOT_SECRET_KEY_FILE or \
             COLDKEEP_ROOT_SECRET_KEY.\nTo see those of a data folder, name it with --data.",
        ));
    }
    let path = settings.data.as_deref().unwrap_or(Path::new(DEFAULT)).join(FILE_NAME);
    let (access_key, secret_key) = kept_keys(&path)?.ok_or_else(|| {
        Failure::new(format!(
            "{} holds no keys: no server was started on this folder yet, or it gets its keys by settings.",
            path.display()
        ))
    })?;
    println!("access key  {access_key}\nsecret key  {secret_key}");
    Ok(ExitCode::SUCCESS)
}
