//! `coldkeep account`: the accounts of a running server, for its operator. Each command is one call of the admin API.

mod keys;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use coldkeep_admin::shapes::{Account, AccountDetails, Accounts, CreateAccount, Done, NewAccount};
use coldkeep_types::AccountId;
use http::Method;

use crate::Failure;
use crate::client::{self, Client, ServerArgs};
use crate::shown::{self, key_pair, rows, table};
pub use keys::ForKey;
use keys::Keys;

/// `coldkeep account`.
#[derive(Args, Debug)]
pub struct AccountCommand {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Makes an account and prints its root user's key
    Create {
        /// Its name, as listings show owners
        name: String,
        /// E-mail address by which ACLs may name it
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// Its id, 12 digits; made up otherwise
        #[arg(long, value_name = "ID", value_parser = AccountId::parse)]
        id: Option<AccountId>,
    },
    /// Lists all accounts
    List,
    /// Shows an account, its root user's keys and what is in it
    Show {
        /// Its id, 12 digits
        #[arg(value_parser = AccountId::parse)]
        id: AccountId,
    },
    /// Refuses every key of an account from now on; what is in it stays
    Suspend {
        /// Its id, 12 digits
        #[arg(value_parser = AccountId::parse)]
        id: AccountId,
    },
    /// Ends the suspension of an account
    Resume {
        /// Its id, 12 digits
        #[arg(value_parser = AccountId::parse)]
        id: AccountId,
    },
    /// Deletes an account that nothing is in
    Delete {
        /// Its id, 12 digits
        #[arg(value_parser = AccountId::parse)]
        id: AccountId,
    },
    /// Lists the access keys of an account's root user, or makes, rests and deletes one
    Keys(Keys),
}

/// No body.
const NOTHING: Option<&()> = None;

/// Does what was asked.
pub fn run(command: &AccountCommand) -> Result<ExitCode, Failure> {
    client::with(&command.server, async |client| ask(&client, command).await)
}

async fn ask(client: &Client, command: &AccountCommand) -> Result<(), Failure> {
    let json = command.server.json;
    match &command.what {
        What::Create { name, email, id } => {
            let id = id.as_ref().map(AccountId::to_string);
            let asked = CreateAccount { name: name.clone(), email: email.clone(), id };
            let made: NewAccount = client.admin(Method::POST, "/v1/accounts", Some(&asked)).await?;
            let text =
                || shown(&made.account) + &key_pair(client, &made.key.access_key_id, &made.key.secret_access_key);
            shown::print(json, &made, text)
        }
        What::List => {
            let accounts = all(client).await?;
            shown::print(json, &Accounts { accounts: accounts.clone(), next: None }, || listed(&accounts))
        }
        What::Show { id } => {
            let details: AccountDetails = client.admin(Method::GET, &of(id, ""), NOTHING).await?;
            shown::print(json, &details, || {
                let held = details.holds.iter().map(|held| {
                    let more = if held.count > held.first.len() as u64 { ", ..." } else { "" };
                    vec![held.kind.clone(), held.count.to_string(), held.first.join(", ") + more]
                });
                let mut text = format!("{}\n{}", shown(&details.account), keys::listed(&details.keys));
                if !details.holds.is_empty() {
                    text += &format!("\n{}", table(&held.collect::<Vec<_>>()));
                }
                text
            })
        }
        What::Suspend { id } => {
            let account: Account = client.admin(Method::POST, &of(id, "/suspend"), NOTHING).await?;
            let text = || {
                format!(
                    "The account {id} is suspended: its keys are refused. `coldkeep account resume {id}` ends that.\n"
                )
            };
            shown::print(json, &account, text)
        }
        What::Resume { id } => {
            let account: Account = client.admin(Method::POST, &of(id, "/resume"), NOTHING).await?;
            shown::print(json, &account, || format!("The account {id} is not suspended any more.\n"))
        }
        What::Delete { id } => {
            let done: Done = client.admin(Method::DELETE, &of(id, ""), NOTHING).await?;
            shown::print(json, &done, || format!("The account {id} is deleted.\n"))
        }
        What::Keys(keys) => keys::ask(client, keys, json).await,
    }
}

fn of(id: &AccountId, what: &str) -> String {
    format!("/v1/accounts/{id}{what}")
}

/// All accounts, page by page.
async fn all(client: &Client) -> Result<Vec<Account>, Failure> {
    let mut all = Vec::new();
    let mut target = "/v1/accounts".to_owned();
    loop {
        let page: Accounts = client.admin(Method::GET, &target, NOTHING).await?;
        all.extend(page.accounts);
        match page.next {
            Some(next) => target = format!("/v1/accounts?after={next}"),
            None => return Ok(all),
        }
    }
}

fn state(account: &Account) -> &'static str {
    match (account.suspended, account.operator) {
        (true, _) => "suspended",
        (false, true) => "operator",
        (false, false) => "active",
    }
}

fn shown(account: &Account) -> String {
    rows(&[
        ("account", Some(&account.id)),
        ("name", Some(&account.name)),
        ("e-mail", account.email.as_deref()),
        ("alias", account.alias.as_deref()),
        ("state", Some(state(account))),
        ("created", account.created.as_deref()),
        ("canonical id", Some(&account.canonical_id)),
    ])
}

fn listed(accounts: &[Account]) -> String {
    let head = ["ACCOUNT", "STATE", "CREATED", "NAME", "E-MAIL"].map(str::to_owned).to_vec();
    let line = |account: &Account| {
        let (created, email) = (account.created.clone(), account.email.clone());
        let created = created.unwrap_or_else(|| "-".into());
        vec![account.id.clone(), state(account).into(), created, account.name.clone(), email.unwrap_or_default()]
    };
    table(&std::iter::once(head).chain(accounts.iter().map(line)).collect::<Vec<_>>())
}
