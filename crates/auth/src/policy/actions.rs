//! `Action` and `NotAction`: which actions a statement is about. Names are compared without case. From the IAM user guide, "IAM JSON
//! policy elements: Action".
//!
//! Identity policies may name actions of any service, since Amazon does not know all of them either. Policies of resources may name
//! those of their service only, and those of S3 only what S3 has.

use super::Kind;
use super::malformed::Fault;
use super::{s3_actions, wildcards};

/// What is before the `:` in an action that is not `*`.
fn check_form(action: &str) -> Result<&str, Fault> {
    let wrong = || Fault::ActionForm(action.to_owned());
    let (vendor, name) = action.split_once(':').ok_or_else(wrong)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'?' | b'-' | b'_' | b'.');
    if vendor.is_empty() || name.is_empty() || !vendor.bytes().all(plain) || !name.bytes().all(named) {
        return Err(wrong());
    }
    Ok(vendor)
}

/// Compiles one action of a policy of this kind.
pub(super) fn parse(action: &str, kind: Kind<'_>) -> Result<Box<[u8]>, Fault> {
    let compiled = wildcards::compile(action);
    let unknown = || Err(Fault::ActionUnknown(action.to_owned()));
    if action == "*" {
        return if kind == Kind::Trust { unknown() } else { Ok(compiled) };
    }
    let vendor = check_form(action)?;
    if kind.service().is_some_and(|service| !vendor.eq_ignore_ascii_case(service)) {
        return unknown();
    }
    let known = match kind {
        Kind::Identity | Kind::Managed => true,
        Kind::Trust => TRUST.iter().any(|name| wildcards::matches_ignoring_case(&compiled, name.as_bytes())),
        Kind::Bucket { .. } | Kind::AccessPoint { .. } => s3_actions::exists(&compiled),
        Kind::Vault { .. } => exists(VAULT, &compiled),
        Kind::Key { .. } => exists(KMS, &compiled),
        Kind::Queue { .. } => exists(SQS, &compiled),
        Kind::Topic { .. } => exists(SNS, &compiled),
    };
    if known { Ok(compiled) } else { unknown() }
}

fn exists(names: &[&str], action: &[u8]) -> bool {
    let (at, _) = action.iter().enumerate().find(|(_, byte)| **byte == b':').unwrap_or((0, &0));
    names.iter().any(|name| wildcards::matches_ignoring_case(&action[at + 1..], name.as_bytes()))
}

/// From the service authorization reference, "Actions, resources, and condition keys for Amazon SQS", those on a queue that is there.
const SQS: &[&str] = &[
    "AddPermission",
    "CancelMessageMoveTask",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "DeleteQueue",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "ListMessageMoveTasks",
    "ListQueueTags",
    "PurgeQueue",
    "ReceiveMessage",
    "RemovePermission",
    "SendMessage",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
];

/// The same of Amazon SNS, of topics; `Receive` is in policies that people copy.
const SNS: &[&str] = &[
    "AddPermission",
    "DeleteTopic",
    "GetDataProtectionPolicy",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "ListTagsForResource",
    "Publish",
    "PutDataProtectionPolicy",
    "Receive",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
    "TagResource",
    "UntagResource",
];

/// What a role's trust policy is about, from the IAM user guide, "Permissions for AssumeRole ..." and the reference of STS.
const TRUST: &[&str] = &[
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

/// From the service authorization reference, "Actions, resources, and condition keys for Amazon S3 Glacier", those on a vault that is
/// there: the others can be allowed to users, by no vault.
const VAULT: &[&str] = &[
    "AbortMultipartUpload",
    "AbortVaultLock",
    "AddTagsToVault",
    "CompleteMultipartUpload",
    "CompleteVaultLock",
    "DeleteArchive",
    "DeleteVault",
    "DeleteVaultAccessPolicy",
    "DeleteVaultNotifications",
    "DescribeJob",
    "DescribeVault",
    "GetJobOutput",
    "GetVaultAccessPolicy",
    "GetVaultLock",
    "GetVaultNotifications",
    "InitiateJob",
    "InitiateMultipartUpload",
    "InitiateVaultLock",
    "ListJobs",
    "ListMultipartUploads",
    "ListParts",
    "ListTagsForVault",
    "RemoveTagsFromVault",
    "SetVaultAccessPolicy",
    "SetVaultNotifications",
    "UploadArchive",
    "UploadMultipartPart",
];

/// From the service authorization reference, "Actions, resources, and condition keys for AWS Key Management Service".
const KMS: &[&str] = &[
    "CancelKeyDeletion",
    "ConnectCustomKeyStore",
    "CreateAlias",
    "CreateCustomKeyStore",
    "CreateGrant",
    "CreateKey",
    "Decrypt",
    "DeleteAlias",
    "DeleteCustomKeyStore",
    "DeleteImportedKeyMaterial",
    "DeriveSharedSecret",
    "DescribeCustomKeyStores",
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "DisconnectCustomKeyStore",
    "EnableKey",
    "EnableKeyRotation",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GenerateRandom",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "GetParametersForImport",
    "GetPublicKey",
    "ImportKeyMaterial",
    "ListAliases",
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListKeys",
    "ListResourceTags",
    "ListRetirableGrants",
    "PutKeyPolicy",
    "ReEncryptFrom",
    "ReEncryptTo",
    "ReplicateKey",
    "RetireGrant",
    "RevokeGrant",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "Sign",
    "SynchronizeMultiRegionKey",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateCustomKeyStore",
    "UpdateKeyDescription",
    "UpdatePrimaryRegion",
    "Verify",
    "VerifyMac",
];
