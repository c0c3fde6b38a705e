//! `coldkeep user create`: user, policy and key, or nothing.

use clap::{Args, ValueEnum};
use coldkeep_types::{BucketName, VaultName};
use serde_json::{Value, json};

use super::delete::delete;
use crate::Failure;
use crate::client::{Element, Iam};
use crate::shown::{self, key_pair, rows};

/// The name of the policy that it makes.
pub const POLICY: &str = "bucket-access";
/// That for vaults.
pub const VAULT_POLICY: &str = "vault-access";

/// `coldkeep user create`.
#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("there").args(["bucket", "vault"]).multiple(true)))]
pub struct Create {
    /// The user's name
    name: String,
    /// Bucket that it has access to; may be given several times. Without any, it may nothing until a policy says so
    #[arg(long, value_name = "NAME", value_parser = BucketName::parse, requires = "access")]
    bucket: Vec<BucketName>,
    /// Vault that it has access to; may be given several times
    #[arg(long, value_name = "NAME", value_parser = VaultName::parse, requires = "access")]
    vault: Vec<VaultName>,
    /// What it may there
    #[arg(long, value_name = "WHAT", requires = "there")]
    access: Option<Access>,
}

/// What a user may with a bucket or a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Access {
    /// List what is there, and read it
    Read,
    /// Also add to it, and never delete: for machines that make backups. A bucket must keep versions for that, since a put replaces
    Add,
    /// Also delete
    Write,
    /// Everything, the settings and deleting the bucket or vault itself included
    Full,
}

impl Access {
    /// Actions on the bucket, and on its objects.
    fn actions(self) -> (Vec<&'static str>, Vec<&'static str>) {
        const LIST: [&str; 3] = ["s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation"];
        const READ: [&str; 5] = [
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:GetObjectAttributes",
            "s3:GetObjectVersionAttributes",
            "s3:GetObjectTagging",
        ];
        const UPLOADS: [&str; 1] = ["s3:ListBucketMultipartUploads"];
        const ADD: [&str; 4] =
            ["s3:PutObject", "s3:PutObjectTagging", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
        const DELETE: [&str; 2] = ["s3:DeleteObject", "s3:DeleteObjectVersion"];
        match self {
            Self::Read => (LIST.to_vec(), READ.to_vec()),
            Self::Add => ([&LIST[..], &UPLOADS].concat(), [&READ[..], &ADD].concat()),
            Self::Write => ([&LIST[..], &UPLOADS].concat(), [&READ[..], &ADD, &DELETE].concat()),
            Self::Full => (vec!["s3:*"], vec!["s3:*"]),
        }
    }

    /// Actions on a vault.
    fn vault_actions(self) -> Vec<&'static str> {
        const READ: [&str; 7] = [
            "glacier:DescribeVault",
            "glacier:ListTagsForVault",
            "glacier:GetVaultLock",
            "glacier:InitiateJob",
            "glacier:DescribeJob",
            "glacier:ListJobs",
            "glacier:GetJobOutput",
        ];
        const ADD: [&str; 7] = [
            "glacier:UploadArchive",
            "glacier:InitiateMultipartUpload",
            "glacier:UploadMultipartPart",
            "glacier:CompleteMultipartUpload",
            "glacier:AbortMultipartUpload",
            "glacier:ListMultipartUploads",
            "glacier:ListParts",
        ];
        match self {
            Self::Read => READ.to_vec(),
            Self::Add => [READ, ADD].concat(),
            Self::Write => [&READ[..], &ADD, &["glacier:DeleteArchive"]].concat(),
            Self::Full => vec!["glacier:*"],
        }
    }
}

/// The policy that gives this access to vaults of these names, in all regions.
fn vault_policy(access: Access, vaults: &[VaultName], account: &str) -> Value {
    let arns: Vec<_> = vaults.iter().map(|name| format!("arn:aws:glacier:*:{account}:vaults/{name}")).collect();
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": access.vault_actions(), "Resource": arns },
    ]})
}

/// The policy that gives this access to these buckets.
fn policy(access: Access, buckets: &[BucketName]) -> Value {
    let arns = |end: &str| buckets.iter().map(|name| format!("arn:aws:s3:::{name}{end}")).collect::<Vec<_>>();
    let (on_bucket, on_objects) = access.actions();
    json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": on_bucket, "Resource": arns("") },
        { "Effect": "Allow", "Action": on_objects, "Resource": arns("/*") },
    ]})
}

pub(super) async fn run(iam: &Iam, what: &Create, json: bool) -> Result<(), Failure> {
    let made = iam.call("CreateUser", &[("UserName", &what.name)]).await?;
    let key = match the_rest(iam, what, made.text_of("Arn")).await {
        Ok(key) => key,
        Err(failure) => {
            let kept = match delete(iam, &what.name).await {
                Ok(()) => "The user was removed again: nothing was kept.".to_owned(),
                Err(other) => {
                    let name = &what.name;
                    format!(
                        "The user {name} is there, and could not be removed again: {other}\nTry: coldkeep user delete {name}"
                    )
                }
            };
            return Err(Failure::new(format!("{failure}\n{kept}")));
        }
    };
    let (access_key, secret_key, arn) =
        (key.text_of("AccessKeyId"), key.text_of("SecretAccessKey"), made.text_of("Arn"));
    let document = json!({ "name": what.name, "arn": arn, "accessKeyId": access_key, "secretAccessKey": secret_key });
    shown::print(json, &document, || {
        let mut text =
            rows(&[("user", Some(&what.name)), ("arn", Some(arn))]) + &key_pair(&iam.0, access_key, secret_key);
        for bucket in &what.bucket {
            text += &format!("aws s3 ls s3://{bucket}\n");
        }
        text
    })
}

/// Policies and key of a user that is there.
async fn the_rest(iam: &Iam, what: &Create, arn: &str) -> Result<Element, Failure> {
    let account = arn.split(':').nth(4).unwrap_or_default();
    let mut policies = Vec::new();
    if let Some(access) = what.access {
        policies.extend((!what.bucket.is_empty()).then(|| (POLICY, policy(access, &what.bucket))));
        policies.extend((!what.vault.is_empty()).then(|| (VAULT_POLICY, vault_policy(access, &what.vault, account))));
    }
    for (name, document) in policies {
        let document = document.to_string();
        let parameters = [("UserName", what.name.as_str()), ("PolicyName", name), ("PolicyDocument", &document)];
        iam.call("PutUserPolicy", &parameters).await?;
    }
    iam.call("CreateAccessKey", &[("UserName", &what.name)]).await
}

#[cfg(test)]
mod tests {
    use coldkeep_auth::policy::{Kind, Policy};

    use super::*;

    #[test]
    fn each_access_is_a_policy_that_fits_into_a_user_with_several_buckets() {
        let bucket = |number: usize| BucketName::parse(&format!("bucket-{number}")).expect("a name");
        let vault = |number: usize| VaultName::parse(&format!("vault-{number}")).expect("a name");
        for access in [Access::Read, Access::Add, Access::Write, Access::Full] {
            let of_buckets = policy(access, &(0..10).map(bucket).collect::<Vec<_>>());
            let of_vaults = vault_policy(access, &(0..10).map(vault).collect::<Vec<_>>(), "111122223333");
            for document in [of_buckets.to_string(), of_vaults.to_string()] {
                Policy::parse(&document, Kind::Identity).expect("a policy");
                assert!(document.len() < 2048, "{}", document.len());
                let deletes = matches!(access, Access::Write | Access::Full);
                assert!(
                    deletes || !["Delete", "AddTags", "RemoveTags"].iter().any(|word| document.contains(word)),
                    "{document}"
                );
            }
        }
        let text = policy(Access::Read, &[bucket(1)]).to_string();
        assert!(
            text.contains("arn:aws:s3:::bucket-1/*") && !text.contains("Put") && !text.contains("Delete"),
            "{text}"
        );
    }
}
