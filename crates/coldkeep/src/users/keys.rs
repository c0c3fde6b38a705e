//! `coldkeep user keys`: the access keys of a user.

use clap::Args;
use serde_json::{Value, json};

use crate::Failure;
use crate::accounts::ForKey;
use crate::client::Iam;
use crate::shown::{self, key_pair, table};

/// `coldkeep user keys`.
#[derive(Args, Debug)]
pub struct Keys {
    /// The user's name
    name: String,
    #[command(subcommand)]
    what: Option<ForKey>,
}

pub(super) async fn run(iam: &Iam, keys: &Keys, json: bool) -> Result<(), Failure> {
    let name = keys.name.as_str();
    let status = |key, status| [("UserName", name), ("AccessKeyId", key), ("Status", status)];
    let (action, parameters): (_, &[_]) = match &keys.what {
        None => {
            let all = of(iam, name).await?;
            return shown::print(json, &json!({ "keys": all }), || listed(&all));
        }
        Some(ForKey::Create) => {
            let key = iam.call("CreateAccessKey", &[("UserName", name)]).await?;
            let (access_key, secret_key) = (key.text_of("AccessKeyId"), key.text_of("SecretAccessKey"));
            let document = json!({ "accessKeyId": access_key, "secretAccessKey": secret_key });
            return shown::print(json, &document, || key_pair(&iam.0, access_key, secret_key));
        }
        Some(ForKey::Activate { key }) => ("UpdateAccessKey", &status(key, "Active")),
        Some(ForKey::Deactivate { key }) => ("UpdateAccessKey", &status(key, "Inactive")),
        Some(ForKey::Delete { key }) => ("DeleteAccessKey", &[("UserName", name), ("AccessKeyId", key)]),
    };
    iam.call(action, parameters).await?;
    shown::print(json, &json!({}), || keys.what.as_ref().map_or_else(String::new, ForKey::told))
}

/// The keys of a user.
pub(super) async fn of(iam: &Iam, name: &str) -> Result<Vec<Value>, Failure> {
    let mut all = Vec::new();
    for key in iam.list("ListAccessKeys", &[("UserName", name)], "AccessKeyMetadata").await? {
        let id = key.text_of("AccessKeyId");
        let used = iam.call("GetAccessKeyLastUsed", &[("AccessKeyId", id)]).await?;
        let (active, created) = (key.text_of("Status") == "Active", key.text_of("CreateDate"));
        let used = used.find("LastUsedDate").map(|date| date.text.clone());
        all.push(json!({ "accessKeyId": id, "active": active, "created": created, "lastUsed": used }));
    }
    Ok(all)
}

/// Keys as a table.
pub(super) fn listed(keys: &[Value]) -> String {
    let head = ["ACCESS KEY", "STATE", "CREATED", "LAST USED"].map(str::to_owned).to_vec();
    let line = |key: &Value| {
        let text = |name: &str| key[name].as_str().unwrap_or("-").to_owned();
        let state = if key["active"] == true { "active" } else { "inactive" };
        vec![text("accessKeyId"), state.to_owned(), text("created"), text("lastUsed")]
    };
    table(&std::iter::once(head).chain(keys.iter().map(line)).collect::<Vec<_>>())
}
