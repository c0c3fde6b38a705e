//! `coldkeep show-keys`: the root account's key pair, as the first start keeps it in the data folder. Reads nothing else and
//! changes nothing, so the server may run.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::Failure;
use crate::root_file::{FILE_NAME, kept_keys};

/// Settings of `coldkeep show-keys`.
#[derive(Args, Debug)]
pub struct ShowKeys {
    /// Folder of the server's data
    #[arg(long, env = "COLDKEEP_DATA", value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
}

/// Prints them.
pub fn run(settings: &ShowKeys) -> Result<ExitCode, Failure> {
    let path = settings.data.join(FILE_NAME);
    let (access_key, secret_key) = kept_keys(&path)?.ok_or_else(|| {
        Failure::new(format!(
            "{} holds no keys: no server was started on this folder yet, or it gets its keys by settings.",
            path.display()
        ))
    })?;
    println!("access key  {access_key}\nsecret key  {secret_key}");
    Ok(ExitCode::SUCCESS)
}
