//! `coldkeep vault uploads`: what was begun and is not complete.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use coldkeep_client::{Error, OpenUpload, understand};
use coldkeep_types::VaultName;
use serde_json::{Value, json};

use super::put::{More, Sending, send};
use super::{Context, print};
use crate::shown::table;

/// `coldkeep vault uploads`.
#[derive(Args, Debug)]
pub struct Uploads {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Lists the uploads of a vault that are neither complete nor aborted
    List {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
    },
    /// Goes on with an upload: what is there is compared with the file, the rest is sent
    Resume {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
        /// The upload's id
        #[arg(allow_hyphen_values = true)]
        upload: String,
        /// The file, or `-` for the same stream again on standard input
        file: PathBuf,
        #[command(flatten)]
        sending: Sending,
    },
    /// Throws away what was sent of uploads
    Abort {
        /// The vault's name
        #[arg(value_parser = VaultName::parse)]
        vault: VaultName,
        /// The uploads' ids; after `--` where one begins with `-`
        #[arg(required = true)]
        uploads: Vec<String>,
    },
}

pub(super) async fn run(context: &Context, uploads: &Uploads) -> Result<(), Error> {
    match &uploads.what {
        What::List { vault } => {
            let vault = context.vault(vault);
            let mut all = Vec::new();
            for upload in vault.uploads().await? {
                let parts = vault.parts(&upload.id).await?.map(|parts| parts.parts).unwrap_or_default();
                all.push((parts.values().map(|part| part.length).sum::<u64>(), upload));
            }
            let document: Vec<Value> = all.iter().map(|(bytes, upload)| shown(*bytes, upload)).collect();
            print(context, &json!({ "uploads": document }), || {
                let head = ["BEGUN", "BYTES", "PART SIZE", "NAME", "UPLOAD"].map(str::to_owned).to_vec();
                let line = |(bytes, upload): &(u64, OpenUpload)| {
                    let name = understand(upload.description.as_deref().unwrap_or_default()).path;
                    let size = upload.part_size.to_string();
                    vec![upload.created.clone(), bytes.to_string(), size, name, upload.id.clone()]
                };
                table(&std::iter::once(head).chain(all.iter().map(line)).collect::<Vec<_>>())
            })
        }
        What::Resume { vault, upload, file, sending } => {
            let more = More { description: String::new(), size: None, resume: Some(upload.clone()) };
            send(context, vault, file, sending, more).await
        }
        What::Abort { vault, uploads } => {
            let vault = context.vault(vault);
            for upload in uploads {
                vault.abort_upload(upload).await?;
            }
            print(context, &json!({ "aborted": uploads }), || format!("{} aborted.\n", uploads.len()))
        }
    }
}

fn shown(bytes: u64, upload: &OpenUpload) -> Value {
    json!({
        "uploadId": upload.id, "description": upload.description, "begun": upload.created, "partSize": upload.part_size,
        "bytes": bytes,
    })
}
