//! `coldkeep vault`: archives put into vaults and got out of them, here or at Amazon. Thin: what is done is in `coldkeep_client`.
//!
//! Exit codes, which scripts may rely on: 0 done; 2 it failed, or was not understood; 3 a job is not done yet, come again; 4 there is
//! no such archive, upload, job or lock; 5 bytes are not what they should be.

mod bar;
mod get;
mod glob;
mod import;
mod jobs;
mod listing;
mod lock;
mod put;
mod remove;
mod uploads;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use coldkeep_client::{Error, Folders, Service, Settings, Vault};
use coldkeep_types::VaultName;
use serde_json::json;

use crate::Failure;

/// `coldkeep vault`.
#[derive(Args, Debug)]
#[command(after_help = CODES)]
pub struct VaultCommand {
    #[command(flatten)]
    service: ServiceArgs,
    #[command(subcommand)]
    what: What,
}

const CODES: &str = "Keys are found as by the AWS CLI: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else the profile in ~/.aws.\n\n\
    Exit codes: 0 done; 2 failed; 3 a job is not done yet, come again; 4 no such archive, upload, job or lock; 5 bytes are not what \
    they should be.";

/// Which service, and as whom.
#[derive(Args, Debug)]
struct ServiceArgs {
    /// Where the server is, as http://HOST:PORT; else what AWS_ENDPOINT_URL or the profile says, else Amazon's own
    #[arg(long, value_name = "URL", global = true)]
    endpoint: Option<String>,

    /// Profile in the files of the AWS CLI
    #[arg(long, value_name = "NAME", global = true)]
    profile: Option<String>,

    /// Region; else what AWS_REGION or the profile says
    #[arg(long, value_name = "NAME", global = true)]
    region: Option<String>,

    /// PEM file with the certificates to trust in the place of the system's
    #[arg(long, env = "AWS_CA_BUNDLE", value_name = "FILE", global = true)]
    ca: Option<PathBuf>,

    /// Print JSON, for scripts
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Puts a file, or standard input, into a vault; given again after a kill, it goes on
    Put(put::Put),
    /// Gets an archive out of a vault into a file; given again after a kill, it goes on
    Get(get::Get),
    /// Lists the archives of a vault, as its last inventory has them
    Ls(listing::Ls),
    /// Lists the archives whose paths are like a pattern; exits with 4 when there are none
    Find(listing::Find),
    /// Removes archives, by id or path
    Rm(remove::Rm),
    /// Removes every archive of a vault; given again after a kill, it goes on
    Empty(remove::Empty),
    /// Brings the archives of a vault elsewhere into another vault or a bucket, within a budget; given again, it goes on, for weeks if it must
    Import(Box<import::Import>),
    /// Lists uploads that are not complete, goes on with one, or aborts it
    Uploads(uploads::Uploads),
    /// Lists the jobs of a vault, or shows one
    Jobs(jobs::Jobs),
    /// Shows, begins, completes or takes back a vault's lock
    Lock(lock::Lock),
}

/// What commands work with.
struct Context {
    service: Service,
    folders: Folders,
    json: bool,
}

impl Context {
    fn vault(&self, name: &VaultName) -> Vault {
        self.service.vault(name.as_str())
    }
}

/// Does what was asked.
pub fn run(command: &VaultCommand) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(error.to_string()))?;
    let outcome = runtime.block_on(async {
        let args = &command.service;
        let settings = Settings {
            endpoint: args.endpoint.clone(),
            profile: args.profile.clone(),
            region: args.region.clone(),
            ca: args.ca.clone(),
        };
        let context =
            Context { service: Service::new(&settings).await?, folders: Folders::of_user()?, json: args.json };
        match &command.what {
            What::Put(what) => put::run(&context, what).await,
            What::Get(what) => get::run(&context, what).await,
            What::Ls(what) => listing::ls(&context, what).await,
            What::Find(what) => listing::find(&context, what).await,
            What::Rm(what) => remove::rm(&context, what).await,
            What::Empty(what) => remove::run_empty(&context, what).await,
            What::Import(what) => import::run(&context, what).await,
            What::Jobs(what) => jobs::run(&context, what).await,
            What::Lock(what) => lock::run(&context, what).await,
            What::Uploads(what) => uploads::run(&context, what).await,
        }
    });
    // A thread may still wait for standard input.
    runtime.shutdown_background();
    Ok(match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => told(&error, command.service.json),
    })
}

/// Says what went wrong, and gives the exit code.
fn told(error: &Error, as_json: bool) -> ExitCode {
    let mut words = String::new();
    for line in error.to_string().lines() {
        // Writing to a string does not fail.
        let _ = crate::escape::plain(&mut words, line);
        words.push('\n');
    }
    if as_json {
        eprintln!("{}", json!({ "error": error.word(), "message": words.trim_end() }));
    } else {
        eprint!("coldkeep: {words}");
    }
    ExitCode::from(match error {
        Error::Refused { .. } if error.is_not_found() => 4,
        Error::Missing(_) => 4,
        Error::NotReady(_) => 3,
        Error::Different(_) => 5,
        Error::Refused { .. } | Error::Unreachable(_) | Error::File(_) | Error::Invalid(_) => crate::FAILED,
    })
}

/// Prints the document, or the text for people.
fn print(context: &Context, document: &serde_json::Value, text: impl FnOnce() -> String) -> Result<(), Error> {
    crate::shown::print(context.json, document, text).map_err(|failure| Error::File(failure.to_string()))
}
