//! Examples of Amazon's documentation as they are printed, with what the page says of them: "Examples of Amazon S3 bucket policies",
//! "Bucket policy examples using condition keys", "Example IAM identity-based policies", "Amazon S3 Glacier vault access policies" and
//! "Key policies in AWS KMS".

use std::sync::Arc;

use coldkeep_auth::policy::{Kind, Outcome, Policies, Policy, Principal, decide};

use crate::{Given, HERE, THERE, account_id, ask, bucket, identity, root, session, user};

use Outcome::{Allow, ExplicitDeny, ImplicitDeny};

const BUCKET: &str = "amzn-s3-demo-bucket";

/// Who, action, key (none: the bucket), circumstances, and what comes of it.
type Request<'a> = (&'a Principal, &'a str, &'a str, &'a [(&'a str, &'a str)], Outcome);

/// What a policy of the bucket makes of requests. Owned by 111122223333;
/// everybody has a policy that allows all of S3, so that only the bucket's side decides across accounts.
fn check(json: &str, requests: &[Request<'_>]) {
    let policy = bucket(BUCKET, json);
    let all = [identity(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#)];
    let owner = account_id(HERE);
    for (principal, action, key, given, expected) in requests {
        let resource =
            if key.is_empty() { format!("arn:aws:s3:::{BUCKET}") } else { format!("arn:aws:s3:::{BUCKET}/{key}") };
        let given = Given::new(given.iter().copied());
        let own: &[Arc<Policy>] = if principal.account().is_some() { &all } else { &[] };
        let policies = Policies { identity: own, resource: Some(&policy), ..Policies::default() };
        let decision = decide(&ask(principal, action, &resource, Some(&owner), &given), &policies);
        assert_eq!(decision.outcome, *expected, "{principal:?} {action} {key} {given:?}: {decision}");
    }
}

#[test]
fn public_read() {
    check(
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"AddPerm","Effect":"Allow","Principal":"*",
            "Action":["s3:GetObject"],"Resource":["arn:aws:s3:::amzn-s3-demo-bucket/*"]}]}"#,
        &[
            (&Principal::Anonymous, "s3:GetObject", "x", &[], Allow),
            (&Principal::Anonymous, "s3:GetObjectVersion", "x", &[], ImplicitDeny),
            (&Principal::Anonymous, "s3:ListBucket", "", &[], ImplicitDeny),
            (&user(THERE, "bob"), "s3:GetObject", "x", &[], Allow),
        ],
    );
}

/// "To comply with the s3-bucket-ssl-requests-only rule, create a bucket policy that explicitly denies access when the request meets
/// the condition "aws:SecureTransport": "false"."
#[test]
fn only_https() {
    check(
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"RestrictToTLSRequestsOnly","Action":"s3:*","Effect":"Deny",
            "Resource":["arn:aws:s3:::amzn-s3-demo-bucket","arn:aws:s3:::amzn-s3-demo-bucket/*"],
            "Condition":{"Bool":{"aws:SecureTransport":"false"}},"Principal":"*"}]}"#,
        &[
            (&user(HERE, "ann"), "s3:GetObject", "x", &[("aws:SecureTransport", "false")], ExplicitDeny),
            (&root(HERE), "s3:ListBucket", "", &[("aws:SecureTransport", "false")], ExplicitDeny),
            (&user(HERE, "ann"), "s3:GetObject", "x", &[("aws:SecureTransport", "true")], Allow),
            (&Principal::Anonymous, "s3:GetObject", "x", &[("aws:SecureTransport", "true")], ImplicitDeny),
        ],
    );
}

#[test]
fn addresses() {
    check(
        r#"{"Version":"2012-10-17","Id":"PolicyId2","Statement":[{"Sid":"AllowIPmix","Effect":"Allow","Principal":"*",
            "Action":"s3:*","Resource":["arn:aws:s3:::amzn-s3-demo-bucket","arn:aws:s3:::amzn-s3-demo-bucket/*"],
            "Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","2001:DB8:1234:5678::/64"]},
                         "NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:DB8:1234:5678:ABCD::/80"]}}}]}"#,
        &[
            (&Principal::Anonymous, "s3:GetObject", "x", &[("aws:SourceIp", "192.0.2.1")], Allow),
            (&Principal::Anonymous, "s3:GetObject", "x", &[("aws:SourceIp", "2001:db8:1234:5678::1")], Allow),
            (&Principal::Anonymous, "s3:GetObject", "x", &[("aws:SourceIp", "203.0.113.1")], ImplicitDeny),
            (
                &Principal::Anonymous,
                "s3:GetObject",
                "x",
                &[("aws:SourceIp", "2001:db8:1234:5678:abcd::1")],
                ImplicitDeny,
            ),
            (&Principal::Anonymous, "s3:GetObject", "x", &[], ImplicitDeny),
        ],
    );
}

#[test]
fn referers() {
    check(
        r#"{"Version":"2012-10-17","Id":"HTTP referer policy example","Statement":[
            {"Sid":"Allow only requests originating from www.example.com and example.com.","Effect":"Allow","Principal":"*",
            "Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*",
            "Condition":{"StringLike":{"aws:Referer":["http://www.example.com/*","http://example.com/*"]}}}]}"#,
        &[
            (&Principal::Anonymous, "s3:GetObject", "x", &[("aws:referer", "http://example.com/page")], Allow),
            (&Principal::Anonymous, "s3:GetObject", "x", &[("aws:referer", "http://example.org/page")], ImplicitDeny),
            (&Principal::Anonymous, "s3:GetObject", "x", &[], ImplicitDeny),
        ],
    );
}

/// "The bucket owner has full control": uploads of another account must give it.
#[test]
fn uploads_that_give_full_control() {
    let bob = user(THERE, "bob");
    check(
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"PolicyForAllowUploadWithACL","Effect":"Allow",
            "Principal":{"AWS":"444455556666"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*",
            "Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}}]}"#,
        &[
            (&bob, "s3:PutObject", "x", &[("s3:x-amz-acl", "bucket-owner-full-control")], Allow),
            (&bob, "s3:PutObject", "x", &[("s3:x-amz-acl", "private")], ImplicitDeny),
            (&bob, "s3:PutObject", "x", &[], ImplicitDeny),
        ],
    );
}

/// Two statements that deny: what is encrypted otherwise, and what is not at all.
#[test]
fn uploads_that_are_encrypted() {
    let (ann, key) = (user(HERE, "ann"), "s3:x-amz-server-side-encryption");
    check(
        r#"{"Version":"2012-10-17","Id":"PutObjectPolicy","Statement":[
            {"Sid":"DenyObjectsThatAreNotSSEKMS","Effect":"Deny","Principal":"*","Action":"s3:PutObject",
             "Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*",
             "Condition":{"Null":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"true"}}},
            {"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*",
             "Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}}]}"#,
        &[
            (&ann, "s3:PutObject", "x", &[], ExplicitDeny),
            (&ann, "s3:PutObject", "x", &[(key, "aws:kms")], ExplicitDeny),
            (
                &ann,
                "s3:PutObject",
                "x",
                &[(key, "AES256"), ("s3:x-amz-server-side-encryption-aws-kms-key-id", "k")],
                ExplicitDeny,
            ),
            (
                &ann,
                "s3:PutObject",
                "x",
                &[(key, "aws:kms"), ("s3:x-amz-server-side-encryption-aws-kms-key-id", "k")],
                Allow,
            ),
            (&ann, "s3:GetObject", "x", &[], Allow),
        ],
    );
}

/// "The policy denies any operation if the aws:MultiFactorAuthAge key value indicates that the temporary session was created more than
/// an hour ago", and who has none at all.
#[test]
fn recent_second_factors() {
    let ci = session(HERE, "build", "ci");
    check(
        r#"{"Version":"2012-10-17","Id":"123","Statement":[
            {"Sid":"","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/taxdocuments/*",
             "Condition":{"Null":{"aws:MultiFactorAuthAge":true}}},
            {"Sid":"","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::amzn-s3-demo-bucket/taxdocuments/*",
             "Condition":{"NumericGreaterThan":{"aws:MultiFactorAuthAge":3600}}},
            {"Sid":"","Effect":"Allow","Principal":"*","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*"}]}"#,
        &[
            (&ci, "s3:GetObject", "taxdocuments/x", &[], ExplicitDeny),
            (&ci, "s3:GetObject", "taxdocuments/x", &[("aws:MultiFactorAuthAge", "3601")], ExplicitDeny),
            (&ci, "s3:GetObject", "taxdocuments/x", &[("aws:MultiFactorAuthAge", "3600")], Allow),
            (&ci, "s3:GetObject", "other", &[], Allow),
        ],
    );
}

/// Of tags: "grants permission to read objects with a certain tag key and value", "requires that only these tag keys are added".
#[test]
fn tags_of_objects() {
    let ann = user(THERE, "ann");
    check(
        r#"{"Version":"2012-10-17","Statement":[
            {"Principal":{"AWS":"444455556666"},"Effect":"Allow","Action":["s3:GetObject","s3:GetObjectVersion"],
             "Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*","Condition":{"StringEquals":{"s3:ExistingObjectTag/environment":"production"}}},
            {"Principal":{"AWS":["arn:aws:iam::444455556666:user/ann"]},"Effect":"Allow","Action":["s3:PutObjectTagging"],
             "Resource":["arn:aws:s3:::amzn-s3-demo-bucket/*"],
             "Condition":{"ForAllValues:StringLike":{"s3:RequestObjectTagKeys":["Owner","CreationDate"]}}}]}"#,
        &[
            (&ann, "s3:GetObject", "x", &[("s3:ExistingObjectTag/environment", "production")], Allow),
            (&ann, "s3:GetObject", "x", &[("s3:ExistingObjectTag/environment", "test")], ImplicitDeny),
            (&ann, "s3:GetObject", "x", &[], ImplicitDeny),
            (&ann, "s3:PutObjectTagging", "x", &[("s3:RequestObjectTagKeys", "Owner")], Allow),
            (
                &ann,
                "s3:PutObjectTagging",
                "x",
                &[("s3:RequestObjectTagKeys", "Owner"), ("s3:RequestObjectTagKeys", "Colour")],
                ImplicitDeny,
            ),
            // "ForAllValues also returns true if there are no keys in the request."
            (&ann, "s3:PutObjectTagging", "x", &[], Allow),
        ],
    );
}

/// "Granting permissions for S3 server access logging": the service may, of this bucket and account only.
#[test]
fn a_service_on_behalf_of_an_account() {
    let logging = Principal::Service("logging.s3.amazonaws.com".into());
    let (source, account) = (("aws:SourceArn", "arn:aws:s3:::source"), ("aws:SourceAccount", HERE));
    check(
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"S3ServerAccessLogsPolicy","Effect":"Allow",
            "Principal":{"Service":"logging.s3.amazonaws.com"},"Action":["s3:PutObject"],
            "Resource":"arn:aws:s3:::amzn-s3-demo-bucket/logs*",
            "Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::source"},"StringEquals":{"aws:SourceAccount":"111122223333"}}}]}"#,
        &[
            (&logging, "s3:PutObject", "logs/1", &[source, account], Allow),
            (&logging, "s3:PutObject", "logs/1", &[source, ("aws:SourceAccount", THERE)], ImplicitDeny),
            (&logging, "s3:PutObject", "logs/1", &[account], ImplicitDeny),
            (&logging, "s3:GetObject", "logs/1", &[source, account], ImplicitDeny),
            (&Principal::Anonymous, "s3:PutObject", "logs/1", &[source, account], ImplicitDeny),
        ],
    );
}

/// "Sets the maximum retention period ... to no more than 10 days", and "restrict listing to a prefix and to 10 keys".
#[test]
fn numbers() {
    let ann = user(HERE, "ann");
    check(
        r#"{"Version":"2012-10-17","Id":"SetRetentionLimits","Statement":[
            {"Sid":"SetRetentionPeriod","Effect":"Deny","Principal":"*","Action":["s3:PutObjectRetention"],
             "Resource":"arn:aws:s3:::amzn-s3-demo-bucket/*",
             "Condition":{"NumericGreaterThan":{"s3:object-lock-remaining-retention-days":"10"}}},
            {"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:user/ann"},"Action":"s3:ListBucket",
             "Resource":"arn:aws:s3:::amzn-s3-demo-bucket",
             "Condition":{"NumericGreaterThan":{"s3:max-keys":"10"},"StringNotEquals":{"s3:prefix":"projects"}}}]}"#,
        &[
            (&ann, "s3:PutObjectRetention", "x", &[("s3:object-lock-remaining-retention-days", "11")], ExplicitDeny),
            (&ann, "s3:PutObjectRetention", "x", &[("s3:object-lock-remaining-retention-days", "10")], Allow),
            (&ann, "s3:ListBucket", "", &[("s3:max-keys", "11"), ("s3:prefix", "other")], ExplicitDeny),
            (&ann, "s3:ListBucket", "", &[("s3:max-keys", "11"), ("s3:prefix", "projects")], Allow),
            (&user(HERE, "bob"), "s3:ListBucket", "", &[("s3:max-keys", "11")], Allow),
        ],
    );
}

/// "Delegating access control to access points": the bucket leaves all to the access points of an account.
#[test]
fn delegation_to_access_points() {
    check(
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*",
            "Resource":["arn:aws:s3:::amzn-s3-demo-bucket","arn:aws:s3:::amzn-s3-demo-bucket/*"],
            "Condition":{"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}}}]}"#,
        &[
            (&user(THERE, "bob"), "s3:GetObject", "x", &[("s3:DataAccessPointAccount", HERE)], Allow),
            (&user(THERE, "bob"), "s3:GetObject", "x", &[], ImplicitDeny),
        ],
    );
}

/// "Allows users to have a home directory": each lists and writes under the own name only.
#[test]
fn home_folders_of_users() {
    let own = [identity(
        r#"{"Version":"2012-10-17","Statement":[
            {"Sid":"AllowGroupToSeeBucketListInTheConsole","Action":["s3:ListAllMyBuckets","s3:GetBucketLocation"],"Effect":"Allow",
             "Resource":["arn:aws:s3:::*"]},
            {"Sid":"AllowListingOfUserFolder","Action":["s3:ListBucket"],"Effect":"Allow","Resource":["arn:aws:s3:::my-company"],
             "Condition":{"StringLike":{"s3:prefix":["home/${aws:username}/*"]}}},
            {"Sid":"AllowAllS3ActionsInUserFolder","Action":["s3:*"],"Effect":"Allow",
             "Resource":["arn:aws:s3:::my-company/home/${aws:username}/*"]}]}"#,
    )];
    let (ann, owner) = (user(HERE, "ann"), account_id(HERE));
    let may = |action: &str, resource: &str, prefix: &str| {
        let given = Given::new([("s3:prefix", prefix)]);
        let policies = Policies { identity: &own, ..Policies::default() };
        decide(&ask(&ann, action, resource, Some(&owner), &given), &policies).is_allowed()
    };
    assert!(may("s3:ListAllMyBuckets", "arn:aws:s3:::*", ""));
    assert!(may("s3:ListBucket", "arn:aws:s3:::my-company", "home/ann/"));
    assert!(!may("s3:ListBucket", "arn:aws:s3:::my-company", "home/bob/"));
    assert!(!may("s3:ListBucket", "arn:aws:s3:::my-company", ""));
    assert!(may("s3:PutObject", "arn:aws:s3:::my-company/home/ann/x", ""));
    assert!(!may("s3:PutObject", "arn:aws:s3:::my-company/home/anna/x", ""));
}

/// "AWS: Denies access to AWS based on the requested Region", "allows everything except IAM" and revocation of older sessions.
#[test]
fn everything_except() {
    let own = [identity(
        r#"{"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"},
            {"Effect":"Deny","Action":["*"],"Resource":["*"],
             "Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-03-01T00:00:00Z"}}},
            {"Sid":"DenyAllOutsideRequestedRegions","Effect":"Deny","NotAction":["sts:*"],"Resource":"*",
             "Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}]}"#,
    )];
    let ci = session(HERE, "build", "ci");
    let outcome = |action: &str, region: &str, issued: &str| {
        let given = Given::new([("aws:RequestedRegion", region), ("aws:TokenIssueTime", issued)]);
        let policies = Policies { identity: &own, ..Policies::default() };
        decide(&ask(&ci, action, "*", None, &given), &policies).outcome
    };
    let (before, after) = ("2026-02-28T23:59:59Z", "2026-03-01T00:00:00Z");
    assert_eq!(outcome("s3:ListAllMyBuckets", "eu-west-1", after), Allow);
    assert_eq!(outcome("s3:ListAllMyBuckets", "eu-west-1", before), ExplicitDeny);
    assert_eq!(outcome("s3:ListAllMyBuckets", "us-east-1", after), ExplicitDeny);
    assert_eq!(outcome("sts:GetCallerIdentity", "us-east-1", after), Allow);
    assert_eq!(outcome("iam:CreateUser", "eu-west-1", after), ImplicitDeny);
}

/// The vault lock of the developer guide: nobody deletes what is younger than a year; the account may read.
#[test]
fn a_vaults_retention() {
    let arn = "arn:aws:glacier:us-west-2:111122223333:vaults/examplevault";
    let json = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"deny-based-on-archive-age","Principal":"*","Effect":"Deny","Action":"glacier:DeleteArchive",
         "Resource":["arn:aws:glacier:us-west-2:111122223333:vaults/examplevault"],
         "Condition":{"NumericLessThan":{"glacier:ArchiveAgeInDays":"365"}}},
        {"Sid":"you-can-do-this","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Effect":"Allow",
         "Action":["glacier:InitiateJob","glacier:GetJobOutput"],
         "Resource":["arn:aws:glacier:us-west-2:111122223333:vaults/examplevault"]}]}"#;
    let lock = Policy::parse(json, Kind::Vault { arn }).expect("a policy");
    let owner = account_id(HERE);
    let outcome = |principal: &Principal, action: &str, days: &str| {
        let given = Given::new([("glacier:ArchiveAgeInDays", days)]);
        let policies = Policies { resource: Some(&lock), ..Policies::default() };
        decide(&ask(principal, action, arn, Some(&owner), &given), &policies).outcome
    };
    assert_eq!(outcome(&root(HERE), "glacier:DeleteArchive", "364"), ExplicitDeny);
    assert_eq!(outcome(&root(HERE), "glacier:DeleteArchive", "365"), Allow);
    assert_eq!(outcome(&root(THERE), "glacier:InitiateJob", "1"), Allow);
    assert_eq!(outcome(&root(THERE), "glacier:DeleteArchive", "365"), ImplicitDeny);

    // The access policy beside the lock: what either allows is allowed, what either denies is denied.
    let access = r#"{"Version":"2012-10-17","Statement":[{"Sid":"cross-account-delete","Principal":{"AWS":"444455556666"},
        "Effect":"Allow","Action":"glacier:DeleteArchive","Resource":["arn:aws:glacier:us-west-2:111122223333:vaults/examplevault"]}]}"#;
    let access = Policy::parse(access, Kind::Vault { arn }).expect("a policy");
    let both = |action: &str, days: &str| {
        let given = Given::new([("glacier:ArchiveAgeInDays", days)]);
        let policies = Policies { resource: Some(&access), lock: Some(&lock), ..Policies::default() };
        decide(&ask(&root(THERE), action, arn, Some(&owner), &given), &policies).outcome
    };
    assert_eq!(both("glacier:DeleteArchive", "365"), Allow);
    assert_eq!(both("glacier:DeleteArchive", "364"), ExplicitDeny);
    assert_eq!(both("glacier:InitiateJob", "1"), Allow);
}

/// The default key policy "gives the AWS account that owns the KMS key full access to the key" and enables its IAM policies.
#[test]
fn a_keys_default_policy() {
    let arn = "arn:aws:kms:us-west-2:111122223333:key/1234abcd";
    let policy = |principal: &str| {
        let json = format!(
            r#"{{"Version":"2012-10-17","Id":"key-default-1","Statement":[{{"Sid":"Enable IAM User Permissions","Effect":"Allow",
            "Principal":{{"AWS":"{principal}"}},"Action":"kms:*","Resource":"*"}}]}}"#
        );
        Policy::parse(&json, Kind::Key { arn }).expect("a policy")
    };
    let own =
        [identity(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}}"#)];
    let owner = account_id(HERE);
    let outcome = |principal: &Principal, own: &[Arc<Policy>], of_key: &Policy| {
        let policies =
            Policies { identity: own, resource: Some(of_key), resource_must_allow: true, ..Policies::default() };
        decide(&ask(principal, "kms:Decrypt", arn, Some(&owner), &Given::default()), &policies).outcome
    };
    let (default, ann_only) = (policy("arn:aws:iam::111122223333:root"), policy("arn:aws:iam::111122223333:user/ann"));
    assert_eq!(outcome(&root(HERE), &[], &default), Allow);
    assert_eq!(outcome(&user(HERE, "ann"), &[], &default), ImplicitDeny);
    assert_eq!(outcome(&user(HERE, "ann"), &own, &default), Allow);
    assert_eq!(outcome(&user(HERE, "ann"), &[], &ann_only), Allow);
    assert_eq!(outcome(&user(HERE, "bob"), &own, &ann_only), ImplicitDeny);
    assert_eq!(outcome(&root(HERE), &[], &ann_only), ImplicitDeny, "a key's policy can shut root out");
}
