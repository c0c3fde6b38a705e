//! `coldkeep user list` and `coldkeep user show`.

use coldkeep_auth::uri;
use serde_json::{Value, json};

use super::keys;
use crate::Failure;
use crate::client::Iam;
use crate::shown::{self, rows, table};

pub(super) async fn list(iam: &Iam, json: bool) -> Result<(), Failure> {
    let users = iam.list("ListUsers", &[], "Users").await?;
    let one = |user: &crate::client::Element| {
        let text = |name| user.text_of(name).to_owned();
        json!({ "name": text("UserName"), "arn": text("Arn"), "created": text("CreateDate") })
    };
    let users: Vec<Value> = users.iter().map(one).collect();
    shown::print(json, &json!({ "users": users }), || {
        let text = |user: &Value, name: &str| user[name].as_str().unwrap_or_default().to_owned();
        let head = ["USER", "CREATED", "ARN"].map(str::to_owned).to_vec();
        let line = |user: &Value| vec![text(user, "name"), text(user, "created"), text(user, "arn")];
        table(&std::iter::once(head).chain(users.iter().map(line)).collect::<Vec<_>>())
    })
}

pub(super) async fn show(iam: &Iam, name: &str, json: bool) -> Result<(), Failure> {
    let parameters = [("UserName", name)];
    let user = iam.call("GetUser", &parameters).await?;
    let keys = keys::of(iam, name).await?;
    let groups = iam.list("ListGroupsForUser", &parameters, "Groups").await?;
    let groups: Vec<&str> = groups.iter().map(|group| group.text_of("GroupName")).collect();
    let attached = iam.list("ListAttachedUserPolicies", &parameters, "AttachedPolicies").await?;
    let attached: Vec<&str> = attached.iter().map(|policy| policy.text_of("PolicyArn")).collect();
    let mut inline = serde_json::Map::new();
    for policy in iam.list("ListUserPolicies", &parameters, "PolicyNames").await? {
        let found = iam.call("GetUserPolicy", &[("UserName", name), ("PolicyName", &policy.text)]).await?;
        // Documents are escaped as in a URL.
        let document = String::from_utf8_lossy(&uri::decode(found.text_of("PolicyDocument"))).into_owned();
        inline.insert(policy.text, Value::String(document));
    }
    let (arn, created) = (user.text_of("Arn"), user.text_of("CreateDate"));
    let boundary = user.find("PermissionsBoundaryArn").map(|arn| arn.text.as_str());
    let document = json!({
        "name": user.text_of("UserName"), "arn": arn, "created": created, "boundary": boundary, "groups": groups,
        "attachedPolicies": attached, "inlinePolicies": inline, "keys": keys,
    });
    shown::print(json, &document, || {
        let in_groups = Some(groups.join(", ")).filter(|names| !names.is_empty());
        let mut text = rows(&[
            ("user", Some(user.text_of("UserName"))),
            ("arn", Some(arn)),
            ("created", Some(created)),
            ("groups", in_groups.as_deref()),
            ("boundary", boundary),
        ]);
        for arn in &attached {
            text += &rows(&[("policy", Some(arn))]);
        }
        for (name, document) in &inline {
            text += &rows(&[("policy", Some(&format!("{name}: {}", document.as_str().unwrap_or_default())))]);
        }
        format!("{text}\n{}", keys::listed(&keys))
    })
}
