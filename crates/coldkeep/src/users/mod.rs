//! `coldkeep user`: the everyday job of giving somebody a key to a bucket, in one command. A shorthand for IAM calls, in the account
//! of whose keys it is given; whatever it makes, `aws iam` shows and changes too.

mod create;
mod delete;
mod keys;
mod show;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::Failure;
use crate::client::{self, Iam, ServerArgs};

/// `coldkeep user`.
#[derive(Args, Debug)]
pub struct UserCommand {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Makes a user with a key, and with access to buckets, and prints the lines to paste
    Create(create::Create),
    /// Lists the users of the account
    List,
    /// Shows a user: keys, groups, and what its policies say
    Show {
        /// The user's name
        name: String,
    },
    /// Deletes a user with its keys and policies; what it stored stays
    Delete {
        /// The user's name
        name: String,
    },
    /// Lists the access keys of a user, or makes, rests and deletes one
    Keys(keys::Keys),
}

/// Does what was asked.
pub fn run(command: &UserCommand) -> Result<ExitCode, Failure> {
    client::with(&command.server, async |client| {
        let (iam, json) = (Iam(client), command.server.json);
        match &command.what {
            What::Create(what) => create::run(&iam, what, json).await,
            What::List => show::list(&iam, json).await,
            What::Show { name } => show::show(&iam, name, json).await,
            What::Delete { name } => delete::run(&iam, name, json).await,
            What::Keys(keys) => keys::run(&iam, keys, json).await,
        }
    })
}
