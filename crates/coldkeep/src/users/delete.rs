//! `coldkeep user delete`: what hangs on a user first, its keys before all.

use serde_json::json;

use crate::Failure;
use crate::client::Iam;
use crate::shown;

pub(super) async fn run(iam: &Iam, name: &str, json: bool) -> Result<(), Failure> {
    delete(iam, name).await?;
    shown::print(json, &json!({}), || format!("The user {name} is deleted.\n"))
}

/// What may hang on a user: how it is listed, under which element, by which name, and how it goes.
const HANGING: [(&str, &str, &str, &str); 4] = [
    ("ListAccessKeys", "AccessKeyMetadata", "AccessKeyId", "DeleteAccessKey"),
    ("ListUserPolicies", "PolicyNames", "PolicyName", "DeleteUserPolicy"),
    ("ListAttachedUserPolicies", "AttachedPolicies", "PolicyArn", "DetachUserPolicy"),
    ("ListGroupsForUser", "Groups", "GroupName", "RemoveUserFromGroup"),
];

/// Deletes a user with everything of its own. What stops half-way can be done again.
pub(super) async fn delete(iam: &Iam, name: &str) -> Result<(), Failure> {
    let user = ("UserName", name);
    for (list, element, named, delete) in HANGING {
        for item in iam.list(list, &[user], element).await? {
            let what = item.find(named).unwrap_or(&item);
            iam.call(delete, &[user, (named, &what.text)]).await?;
        }
    }
    iam.call("DeleteUser", &[user]).await.map(drop)
}
