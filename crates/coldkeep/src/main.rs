//! The Coldkeep server: command line, configuration, wiring. Everything that serves requests or keeps data is in the
//! crates below; here they are put together.

#![allow(clippy::disallowed_methods, reason = "settings, keys and certificates are files of the operator")]

mod access_log;
mod accounts;
mod admin;
mod client;
mod command;
mod core_dumps;
mod data_folder;
mod descriptors;
mod engines;
mod escape;
mod failure;
mod fsck;
mod greeting;
mod guarded_door;
mod known_accounts;
mod last_uses;
mod log_delivery;
mod logging;
mod message_work;
mod metrics;
mod migrate;
mod pools;
mod quotas;
mod retrieval_delays;
mod root_account;
mod root_file;
mod root_key;
mod secret;
mod serve;
mod settings;
mod shared;
mod show_keys;
mod shown;
mod stop;
mod target;
mod tls;
mod users;
mod values;
mod vault;
mod wrong_keys;

use std::process::ExitCode;

use coldkeep_blob_pieces::end_process;
use command::{CommandLine, What};
use failure::Failure;

/// The allocator: a small request allocates some hundred times, and this one takes less time for it than glibc's
/// (docs/performance.md). It is exchanged here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit code when a command could not do its work.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let outcome = CommandLine::read(std::env::args_os().collect()).and_then(|line| match line.what {
        // What was cut short may still be under way.
        What::Serve(settings) => serve::run(&settings).map(|()| end_process(0)),
        What::Fsck(settings) => fsck::run(&settings),
        What::Migrate(settings) => migrate::run(&settings),
        What::ShowKeys(settings) => show_keys::run(&settings),
        What::RootKey(command) => root_key::rotate::run(&command),
        What::Account(command) => accounts::run(&command),
        What::User(command) => users::run(&command),
        What::Quota(command) => quotas::run(&command),
        What::Vault(command) => vault::run(&command),
    });
    outcome.unwrap_or_else(|failure| {
        eprintln!("coldkeep: {failure}");
        end_process(FAILED)
    })
}
