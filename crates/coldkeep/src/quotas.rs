//! `coldkeep quota`: how much buckets, vaults and accounts of a running server may hold, for its operator. Each command is one call of
//! the admin API.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use coldkeep_admin::shapes::{Done, Limited, Quota, Quotas};
use http::Method;

use crate::Failure;
use crate::client::{self, Client, ServerArgs};
use crate::shown::{self, table};
use crate::values::Bytes;

/// `coldkeep quota`.
#[derive(Args, Debug)]
pub struct QuotaCommand {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Sets a quota in place of the one that is there; what is not named has no limit
    Set {
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        limits: Limits,
    },
    /// Takes a quota away
    Clear {
        #[command(flatten)]
        of: Of,
    },
    /// Shows all quotas and what is used of them
    Show,
}

/// What a quota is of.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Of {
    /// A bucket
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// A vault
    #[arg(long, value_name = "ACCOUNT/REGION/NAME")]
    vault: Option<String>,
    /// An account, by its 12 digits: all its buckets and vaults together
    #[arg(long, value_name = "ID")]
    account: Option<String>,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
struct Limits {
    /// Bytes that are not exceeded, such as 10GiB: what would is refused
    #[arg(long, value_name = "SIZE")]
    hard: Option<Bytes>,
    /// Objects (each version of one for itself) and archives that are not exceeded
    #[arg(long, value_name = "NUMBER")]
    hard_objects: Option<u64>,
    /// Bytes beyond which the log says so
    #[arg(long, value_name = "SIZE")]
    soft: Option<Bytes>,
    /// Objects and archives beyond which the log says so
    #[arg(long, value_name = "NUMBER")]
    soft_objects: Option<u64>,
}

impl Of {
    fn text(&self) -> String {
        match (&self.bucket, &self.vault, &self.account) {
            (Some(bucket), ..) => format!("bucket/{bucket}"),
            (_, Some(vault), _) => format!("vault/{vault}"),
            (_, _, account) => format!("account/{}", account.as_deref().unwrap_or_default()),
        }
    }
}

/// Does what was asked.
pub fn run(command: &QuotaCommand) -> Result<ExitCode, Failure> {
    client::with(&command.server, async |client| ask(&client, command).await)
}

async fn ask(client: &Client, command: &QuotaCommand) -> Result<(), Failure> {
    let json = command.server.json;
    let put = async |quota: Quota, done: &str| {
        let answer: Done = client.admin(Method::PUT, "/v1/quotas", Some(&quota)).await?;
        shown::print(json, &answer, || format!("The quota of {} is {done}.\n", quota.of))
    };
    match &command.what {
        What::Set { of, limits } => {
            let bytes = |size: &Option<Bytes>| size.as_ref().map(|size| size.0);
            let quota = Quota {
                of: of.text(),
                hard_bytes: bytes(&limits.hard),
                hard_objects: limits.hard_objects,
                soft_bytes: bytes(&limits.soft),
                soft_objects: limits.soft_objects,
            };
            put(quota, "set").await
        }
        What::Clear { of } => put(Quota { of: of.text(), ..Quota::default() }, "taken away").await,
        What::Show => {
            let quotas: Quotas = client.admin(Method::GET, "/v1/quotas", None::<&()>).await?;
            shown::print(json, &quotas, || listed(&quotas.quotas))
        }
    }
}

fn listed(quotas: &[Limited]) -> String {
    let head = ["OF", "BYTES", "SOFT", "HARD", "OBJECTS", "SOFT", "HARD"].map(str::to_owned).to_vec();
    let limit = |limit: Option<u64>| limit.map_or_else(|| "-".to_owned(), |limit| limit.to_string());
    let line = |limited: &Limited| {
        let quota = &limited.quota;
        vec![
            quota.of.clone(),
            limited.used_bytes.to_string(),
            limit(quota.soft_bytes),
            limit(quota.hard_bytes),
            limited.used_objects.to_string(),
            limit(quota.soft_objects),
            limit(quota.hard_objects),
        ]
    };
    table(&std::iter::once(head).chain(quotas.iter().map(line)).collect::<Vec<_>>())
}
