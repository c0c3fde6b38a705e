//! What an ACL grants whom. From the S3 user guide, "Access control list (ACL) overview": "Who is a grantee?" and "Mapping of ACL
//! permissions and access policy permissions".

use coldkeep_auth::policy::{Grant as Side, Principal};
use coldkeep_store::{Grant, Grantee, Right};

/// The right that an action needs of a bucket's ACL.
fn of_bucket(action: &str) -> Option<Right> {
    match action {
        "s3:ListBucket" | "s3:ListBucketVersions" | "s3:ListBucketMultipartUploads" => Some(Right::Read),
        "s3:PutObject" | "s3:DeleteObject" => Some(Right::Write),
        "s3:GetBucketAcl" => Some(Right::ReadAcl),
        "s3:PutBucketAcl" => Some(Right::WriteAcl),
        _ => None,
    }
}

/// The right that an action needs of an object's ACL.
fn of_object(action: &str) -> Option<Right> {
    match action {
        "s3:GetObject" | "s3:GetObjectVersion" => Some(Right::Read),
        "s3:GetObjectAcl" | "s3:GetObjectVersionAcl" => Some(Right::ReadAcl),
        "s3:PutObjectAcl" | "s3:PutObjectVersionAcl" => Some(Right::WriteAcl),
        _ => None,
    }
}

/// What an ACL grants. Without one, everything is the owner's, to whom nothing needs to be granted.
pub(super) fn granted(
    acl: Option<&[Grant]>,
    object: bool,
    action: &str,
    principal: &Principal,
    ignore_public: bool,
) -> Side {
    let needed = if object { of_object(action) } else { of_bucket(action) };
    let (Some(needed), Some(acl)) = (needed, acl) else { return Side::Nothing };
    let fits = |grant: &&Grant| grant.right == Right::FullControl || grant.right == needed;
    let side = |grant: &Grant| match &grant.grantee {
        Grantee::AllUsers if !ignore_public => Side::Itself,
        Grantee::AuthenticatedUsers if !ignore_public && principal.account().is_some() => Side::Itself,
        Grantee::Account(id) if principal.account().is_some_and(|account| *account.canonical_id == **id) => {
            Side::Account
        }
        // Logs are delivered by no request.
        Grantee::AllUsers | Grantee::AuthenticatedUsers | Grantee::Account(_) | Grantee::LogDelivery => Side::Nothing,
    };
    acl.iter().filter(fits).map(side).max().unwrap_or(Side::Nothing)
}

/// Whether an ACL grants anything to the public. From "Blocking public access": "The meaning of public".
pub(crate) fn is_public(acl: &[Grant]) -> bool {
    acl.iter().any(|grant| matches!(grant.grantee, Grantee::AllUsers | Grantee::AuthenticatedUsers))
}
