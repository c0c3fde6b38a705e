//! The condition keys that requests to our services can have, in Amazon's spelling.
//!
//! From the IAM user guide, "AWS global condition context keys", and the service authorization reference of S3, Glacier, KMS, IAM and
//! STS. A key that is listed but that nothing here ever has (no request comes from a VPC) is absent in every request: the policy is
//! honoured. A key of one of these services that is not listed is a slip of the pen, and would be absent silently: it is refused.
//! Names are compared without case.

/// Keys of every service. A key that ends in `/` or `:` goes on with a name of the user's.
const GLOBAL: &[&str] = &[
    "AssumedRoot",
    "CalledVia",
    "CalledViaFirst",
    "CalledViaLast",
    "ChatbotSourceArn",
    "CurrentTime",
    "Ec2InstanceSourcePrivateIPv4",
    "Ec2InstanceSourceVpc",
    "EpochTime",
    "FederatedProvider",
    "MultiFactorAuthAge",
    "MultiFactorAuthPresent",
    "PrincipalAccount",
    "PrincipalArn",
    "PrincipalIsAWSService",
    "PrincipalOrgID",
    "PrincipalOrgPaths",
    "PrincipalServiceName",
    "PrincipalServiceNamesList",
    "PrincipalTag/",
    "PrincipalType",
    "RequestTag/",
    "RequestedRegion",
    "ResourceAccount",
    "ResourceOrgID",
    "ResourceOrgPaths",
    "ResourceTag/",
    "SecureTransport",
    "SourceAccount",
    "SourceArn",
    "SourceIdentity",
    "SourceIp",
    "SourceOrgID",
    "SourceOrgPaths",
    "SourceOwner",
    "SourceVpc",
    "SourceVpcArn",
    "SourceVpce",
    "TagKeys",
    "TokenIssueTime",
    "UserAgent",
    "ViaAWSService",
    "VpcSourceIp",
    "VpceAccount",
    "VpceOrgID",
    "VpceOrgPaths",
    "referer",
    "userid",
    "username",
];

const S3: &[&str] = &[
    "AccessGrantScope",
    "AccessGrantsInstanceArn",
    "AccessGrantsLocationScope",
    "AccessPointNetworkOrigin",
    "AccessPointTag/",
    "BucketTag/",
    "DataAccessPointAccount",
    "DataAccessPointArn",
    "ExistingJobOperation",
    "ExistingJobPriority",
    "ExistingObjectTag/",
    "InventoryAccessibleOptionalFields",
    "JobSuspendedCause",
    "LocationConstraint",
    "ObjectCreationOperation",
    "RequestJobOperation",
    "RequestJobPriority",
    "RequestObjectTag/",
    "RequestObjectTagKeys",
    "ResourceAccount",
    "TlsVersion",
    "VersionId",
    "authType",
    "delimiter",
    "destinationRegion",
    "if-match",
    "if-none-match",
    "isReplicationPauseRequest",
    "max-keys",
    "object-lock-event-hold",
    "object-lock-event-hold-duration-days",
    "object-lock-legal-hold",
    "object-lock-mode",
    "object-lock-remaining-retention-days",
    "object-lock-retain-until-date",
    "prefix",
    "signatureAge",
    "signatureversion",
    "x-amz-acl",
    "x-amz-bucket-namespace",
    "x-amz-content-sha256",
    "x-amz-copy-source",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-metadata-directive",
    "x-amz-object-ownership",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
];

const GLACIER: &[&str] = &["ArchiveAgeInDays", "ResourceTag/"];

const KMS: &[&str] = &[
    "BypassPolicyLockoutSafetyCheck",
    "CallerAccount",
    "CustomerMasterKeySpec",
    "CustomerMasterKeyUsage",
    "DataKeyPairSpec",
    "EncryptionAlgorithm",
    "EncryptionContext:",
    "EncryptionContextKeys",
    "ExpirationModel",
    "GrantConstraintType",
    "GrantIsForAWSResource",
    "GrantOperations",
    "GranteePrincipal",
    "KeyAgreementAlgorithm",
    "KeyOrigin",
    "KeySpec",
    "KeyUsage",
    "MacAlgorithm",
    "MessageType",
    "MultiRegion",
    "MultiRegionKeyType",
    "PrimaryRegion",
    "ReEncryptOnSameKey",
    "RecipientAttestation:",
    "ReplicaRegion",
    "RequestAlias",
    "ResourceAliases",
    "RetiringPrincipal",
    "RotationPeriodInDays",
    "ScheduleKeyDeletionPendingWindowInDays",
    "SigningAlgorithm",
    "ValidTo",
    "ViaService",
    "WrappingAlgorithm",
    "WrappingKeySpec",
];

const IAM: &[&str] = &[
    "AWSServiceName",
    "AssociatedResourceArn",
    "DelegationDuration",
    "DelegationRequestOwner",
    "FIDO-FIPS-140-2-certification",
    "FIDO-FIPS-140-3-certification",
    "FIDO-certification",
    "NotificationChannel",
    "OrganizationsPolicyId",
    "PassedToService",
    "PermissionsBoundary",
    "PolicyARN",
    "RegisterSecurityKey",
    "ResourceTag/",
    "ServiceSpecificCredentialAgeDays",
    "ServiceSpecificCredentialServiceName",
    "TemplateArn",
];

const STS: &[&str] = &[
    "AWSServiceName",
    "DurationSeconds",
    "ExternalId",
    "IdentityTokenAudience",
    "RequestContext/",
    "RequestContextProviders",
    "RoleSessionName",
    "SigningAlgorithm",
    "SourceIdentity",
    "TaskPolicyArn",
    "TransitiveTagKeys",
];

/// A key as it is asked for: in Amazon's spelling if it is of one of our services, else (of an identity provider, or of a service
/// that never asks here) as it was written. `None`: there is no such key.
pub(super) fn spelling(written: &str) -> Option<String> {
    let (vendor, name) = written.split_once(':')?;
    let (vendor, known) = match vendor.to_ascii_lowercase().as_str() {
        "aws" => ("aws", GLOBAL),
        "s3" => ("s3", S3),
        "glacier" => ("glacier", GLACIER),
        "kms" => ("kms", KMS),
        "iam" => ("iam", IAM),
        "sts" => ("sts", STS),
        "" => return None,
        _ if name.is_empty() || !written.bytes().all(|byte| byte.is_ascii_graphic()) => return None,
        _ => return Some(written.to_owned()),
    };
    for known in known {
        if known.ends_with(['/', ':']) {
            let Some((start, own)) = name.split_at_checked(known.len()) else { continue };
            if start.eq_ignore_ascii_case(known) && !own.is_empty() {
                return Some(format!("{vendor}:{known}{own}"));
            }
        } else if name.eq_ignore_ascii_case(known) {
            return Some(format!("{vendor}:{known}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_amazons_spelling_whatever_was_written() {
        let same = |written: &str, spelled: &str| assert_eq!(spelling(written).as_deref(), Some(spelled), "{written}");
        same("AWS:sourceIP", "aws:SourceIp");
        same("aws:UserName", "aws:username");
        same("aws:principaltag/Team", "aws:PrincipalTag/Team");
        same("kms:encryptioncontext:aws:s3:arn", "kms:EncryptionContext:aws:s3:arn");
        same("S3:Prefix", "s3:prefix");
        same("s3:VersionId", "s3:VersionId");
        same("ec2:Region", "ec2:Region");
        same("accounts.google.com:aud", "accounts.google.com:aud");
        for wrong in
            ["aws:SourceIpp", "s3:", "s3", "aws:PrincipalTag", "aws:PrincipalTag/", ":x", "x:", "s3:Prefix ", "a b:c"]
        {
            assert_eq!(spelling(wrong), None, "{wrong}");
        }
    }
}
