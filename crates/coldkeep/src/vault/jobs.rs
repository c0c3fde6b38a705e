//! `coldkeep vault jobs`.

use clap::{Args, Subcommand};
use coldkeep_client::{Error, Job, JobKind, JobState};
use coldkeep_types::VaultName;
use serde_json::{Value, json};

use super::{Context, print};
use crate::shown::{rows, table};

/// `coldkeep vault jobs`.
#[derive(Args, Debug)]
pub struct Jobs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Lists the jobs of a vault, newest first
    List {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
    },
    /// Shows one job
    Describe {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
        /// The job's id
        #[arg(allow_hyphen_values = true)]
        job: String,
    },
}

pub(super) async fn run(context: &Context, jobs: &Jobs) -> Result<(), Error> {
    match &jobs.what {
        What::List { vault } => {
            let all = context.vault(vault).jobs().await?;
            let documents: Vec<Value> = all.iter().map(document).collect();
            print(context, &json!({ "jobs": documents }), || {
                let head = ["BEGUN", "STATE", "WHAT", "JOB"].map(str::to_owned).to_vec();
                let line = |job: &Job| {
                    vec![job.created.clone(), state(job).to_owned(), action(job).to_owned(), job.id.clone()]
                };
                table(&std::iter::once(head).chain(all.iter().map(line)).collect::<Vec<_>>())
            })
        }
        What::Describe { vault, job } => {
            let job = context.vault(vault).job(job).await?;
            print(context, &document(&job), || {
                let (archive, bytes) = archive(&job);
                rows(&[
                    ("job", Some(&job.id)),
                    ("state", Some(state(&job))),
                    ("what", Some(action(&job))),
                    ("archive", archive),
                    ("bytes", bytes.map(|bytes| bytes.to_string()).as_deref()),
                    ("tier", job.tier.as_deref()),
                    ("description", job.description.as_deref()),
                    ("begun", Some(&job.created)),
                    ("ended", job.completed.as_deref()),
                ])
            })
        }
    }
}

fn document(job: &Job) -> Value {
    let (archive, bytes) = archive(job);
    json!({
        "jobId": job.id, "what": action(job), "state": state(job), "archiveId": archive, "archiveBytes": bytes, "tier": job.tier,
        "description": job.description, "begun": job.created, "ended": job.completed,
    })
}

fn archive(job: &Job) -> (Option<&str>, Option<u64>) {
    match &job.kind {
        JobKind::Archive { id, bytes, .. } => (Some(id), Some(*bytes)),
        JobKind::Inventory { .. } | JobKind::Other => (None, None),
    }
}

fn state(job: &Job) -> &'static str {
    match job.state {
        JobState::InProgress => "in progress",
        JobState::Succeeded => "succeeded",
        JobState::Failed => "failed",
    }
}

fn action(job: &Job) -> &'static str {
    match job.kind {
        JobKind::Archive { whole: true, .. } => "archive",
        JobKind::Archive { whole: false, .. } => "part of an archive",
        JobKind::Inventory { whole: true } => "inventory",
        JobKind::Inventory { whole: false } => "part of the inventory",
        JobKind::Other => "other",
    }
}
