//! `coldkeep user create`: user, policy and key, or nothing.

use clap::{Args, ValueEnum};
use coldkeep_types::BucketName;
use serde_json::{Value, json};

use super::delete::delete;
use crate::Failure;
use crate::client::{Element, Iam};
use crate::shown::{self, key_pair, rows};

/// The name of the policy that it makes.
pub const POLICY: &str = "bucket-access";

/// `coldkeep user create`.
#[derive(Args, Debug)]
pub struct Create {
    /// The user's name
    name: String,
    /// Bucket that it has access to; may be given several times. Without any, it may nothing until a policy says so
    #[arg(long, value_name = "NAME", value_parser = BucketName::parse, requires = "access")]
    bucket: Vec<BucketName>,
    /// What it may there
    #[arg(long, value_name = "WHAT", requires = "bucket")]
    access: Option<Access>,
}

/// What a user may with a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Access {
    /// List the bucket and read its objects
    Read,
    /// Also put and delete objects
    Write,
    /// Everything, the bucket's settings and deleting it included
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
        const WRITE: [&str; 6] = [
            "s3:PutObject",
            "s3:PutObjectTagging",
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
        ];
        match self {
            Self::Read => (LIST.to_vec(), READ.to_vec()),
            Self::Write => ([&LIST[..], &["s3:ListBucketMultipartUploads"]].concat(), [&READ[..], &WRITE].concat()),
            Self::Full => (vec!["s3:*"], vec!["s3:*"]),
        }
    }
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
    let key = match the_rest(iam, what).await {
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

/// Policy and key of a user that is there.
async fn the_rest(iam: &Iam, what: &Create) -> Result<Element, Failure> {
    if let Some(access) = what.access {
        let document = policy(access, &what.bucket).to_string();
        let parameters = [("UserName", what.name.as_str()), ("PolicyName", POLICY), ("PolicyDocument", &document)];
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
        for access in [Access::Read, Access::Write, Access::Full] {
            let document = policy(access, &(0..10).map(bucket).collect::<Vec<_>>()).to_string();
            Policy::parse(&document, Kind::Identity).expect("a policy");
            assert!(document.len() < 2048, "{}", document.len());
        }
        let text = policy(Access::Read, &[bucket(1)]).to_string();
        assert!(
            text.contains("arn:aws:s3:::bucket-1/*") && !text.contains("Put") && !text.contains("Delete"),
            "{text}"
        );
    }
}
