//! The managed policies of Amazon's that concern S3, Glacier, KMS, IAM, STS, SNS and SQS, under their real ARNs, as far as they concern these
//! services; what Amazon leaves out of accounts is left out of our own `coldkeep:` too. From the "AWS managed policy reference"; versions and dates are those of our documents.

/// One of Amazon's managed policies.
#[derive(Clone, Copy, Debug)]
pub struct AmazonPolicy {
    /// Its ARN.
    pub arn: &'static str,
    /// `ANPA...`.
    pub id: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The document.
    pub document: &'static str,
}

impl AmazonPolicy {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.arn.rsplit('/').next().unwrap_or(self.arn)
    }
}

/// The policy of Amazon's with this ARN.
pub fn amazon_policy(arn: &str) -> Option<&'static AmazonPolicy> {
    POLICIES.iter().find(|policy| policy.arn == arn)
}

/// All of them, by name.
pub fn amazon_policies() -> &'static [AmazonPolicy] {
    &POLICIES
}

macro_rules! policy {
    ($name:literal, $id:literal, $description:literal, $document:literal) => {
        AmazonPolicy {
            arn: concat!("arn:aws:iam::aws:policy/", $name),
            id: $id,
            description: $description,
            document: $document,
        }
    };
}

static POLICIES: [AmazonPolicy; 14] = [
    policy!(
        "AWSKeyManagementServicePowerUser",
        "ANPAJNPP7PPPPMJRV2SA4",
        "Provides access to AWS Key Management Service (KMS).",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:CreateAlias","kms:CreateKey","kms:DeleteAlias","kms:Describe*","kms:GenerateRandom","kms:Get*","kms:List*","kms:TagResource","kms:UntagResource","iam:ListGroups","iam:ListRoles","iam:ListUsers"],"Resource":"*"}]}"#
    ),
    policy!(
        "AdministratorAccess",
        "ANPAIWMBCKSKIEE64ZLYK",
        "Provides full access to AWS services and resources.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#
    ),
    policy!(
        "AmazonGlacierFullAccess",
        "ANPAJQSTZJWB2AXXAKHVQ",
        "Provides full access to Amazon Glacier via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Action":"glacier:*","Effect":"Allow","Resource":"*"}]}"#
    ),
    policy!(
        "AmazonGlacierReadOnlyAccess",
        "ANPAI2D5NJKMU274MET4E",
        "Provides read only access to Amazon Glacier via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["glacier:DescribeJob","glacier:DescribeVault","glacier:GetDataRetrievalPolicy","glacier:GetJobOutput","glacier:GetVaultAccessPolicy","glacier:GetVaultLock","glacier:GetVaultNotifications","glacier:ListJobs","glacier:ListMultipartUploads","glacier:ListParts","glacier:ListTagsForVault","glacier:ListVaults"],"Resource":"*"}]}"#
    ),
    policy!(
        "AmazonS3FullAccess",
        "ANPAIFIR6V6BVTRAHWINE",
        "Provides full access to all buckets via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}"#
    ),
    policy!(
        "AmazonS3ReadOnlyAccess",
        "ANPAIZTJ4DXE7G6AGAE6M",
        "Provides read only access to all buckets via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Resource":"*"}]}"#
    ),
    policy!(
        "AmazonSNSFullAccess",
        "ANPAJWEKLCXXUNT2SOLSG",
        "Provides full access to Amazon SNS via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sns:*"],"Resource":"*"}]}"#
    ),
    policy!(
        "AmazonSNSReadOnlyAccess",
        "ANPAIZGQCQTFOFPMHSB6W",
        "Provides read only access to Amazon SNS via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sns:GetTopicAttributes","sns:List*"],"Resource":"*"}]}"#
    ),
    policy!(
        "AmazonSQSFullAccess",
        "ANPAI65L554VRJ33ECQS6",
        "Provides full access to Amazon SQS via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Action":["sqs:*"],"Effect":"Allow","Resource":"*"}]}"#
    ),
    policy!(
        "AmazonSQSReadOnlyAccess",
        "ANPAIUGSSQY362XGCM6KW",
        "Provides read only access to Amazon SQS via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Action":["sqs:GetQueueAttributes","sqs:GetQueueUrl","sqs:ListDeadLetterSourceQueues","sqs:ListQueues","sqs:ListMessageMoveTasks","sqs:ListQueueTags"],"Effect":"Allow","Resource":"*"}]}"#
    ),
    policy!(
        "IAMFullAccess",
        "ANPAI7XKCFMBPM3QQRRVQ",
        "Provides full access to IAM via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#
    ),
    policy!(
        "IAMReadOnlyAccess",
        "ANPAJKSO7NDY4T57MWDSQ",
        "Provides read only access to IAM via the AWS Management Console.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Resource":"*"}]}"#
    ),
    policy!(
        "PowerUserAccess",
        "ANPAJYRXTHIB4FOVS3ZXS",
        "Provides full access to AWS services and resources, but does not allow management of Users and groups.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*","coldkeep:*"],"Resource":"*"},{"Effect":"Allow","Action":["iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles"],"Resource":"*"}]}"#
    ),
    policy!(
        "ReadOnlyAccess",
        "ANPAILL3HVNFSB6DCOWYQ",
        "Provides read-only access to AWS services and resources.",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:DescribeJob","s3:Get*","s3:List*","glacier:Describe*","glacier:Get*","glacier:List*","kms:Describe*","kms:Get*","kms:List*","iam:Generate*","iam:Get*","iam:List*","iam:Simulate*","sns:Get*","sns:List*","sqs:Get*","sqs:List*","sts:GetAccessKeyInfo","sts:GetCallerIdentity","sts:GetSessionToken"],"Resource":"*"}]}"#
    ),
];

#[cfg(test)]
mod tests {
    use coldkeep_auth::policy::{Kind, Policy};

    use super::*;

    #[test]
    fn all_are_policies_with_names_in_order() {
        assert!(POLICIES.is_sorted_by_key(|policy| policy.arn));
        for policy in &POLICIES {
            Policy::parse(policy.document, Kind::Managed).unwrap_or_else(|error| panic!("{}: {error}", policy.arn));
            assert_eq!((policy.id.len(), amazon_policy(policy.arn).map(AmazonPolicy::name)), (21, Some(policy.name())));
        }
    }
}
