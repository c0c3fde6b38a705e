//! The meaning of "public", for GetBucketPolicyStatus and the blocks of public access. From the S3 user guide, "Blocking public access
//! to your Amazon S3 storage: The meaning of 'public'".
//!
//! A policy is public unless each statement that allows names its principals, or holds everyone to fixed values (no wildcard, no
//! variable) of a key that says where a request comes from. Statements that deny make nothing less public.

use super::conditions::{Condition, Set, Test};
use super::pattern::Pattern;
use super::statement::Statement;
use super::wildcards;

/// Whether a statement that allows does so to the public.
pub(super) fn is_public(statement: &Statement) -> bool {
    let everyone = statement.principals.as_ref().is_some_and(|principals| principals.has_everyone());
    everyone && !statement.conditions.iter().any(confines)
}

/// Whether a condition confines everyone to a few. One that also holds without the key confines nobody.
fn confines(condition: &Condition) -> bool {
    if condition.negates || condition.if_exists || condition.set == Set::All {
        return false;
    }
    match (&*condition.key, &condition.test) {
        // "Values broader than /8 for IPv4 and /32 for IPv6" count as public.
        ("aws:SourceIp", Test::Ip(networks)) => networks.iter().all(|network| !network.is_broad()),
        // "This value can contain a wildcard for the access point name ... as long as you fix the account id."
        ("s3:DataAccessPointArn", Test::Text { stated, .. } | Test::Arn(stated)) => stated.iter().all(fixes_account),
        (key, Test::Text { stated, .. } | Test::Arn(stated)) => CONFINING.contains(&key) && stated.iter().all(is_fixed),
        _ => false,
    }
}

/// Keys that say who asks, or on whose behalf.
const CONFINING: &[&str] = &[
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:userid",
    "s3:DataAccessPointAccount",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
];

fn is_fixed(stated: &Pattern) -> bool {
    stated.fixed().is_some_and(|text| !text.is_empty() && !text.contains(['*', '?']))
}

/// Of an ARN, whatever the name of the access point: the account is fixed.
fn fixes_account(stated: &Pattern) -> bool {
    let Pattern::Fixed(arn) = stated else { return false };
    let written = wildcards::text(arn);
    let parts: Vec<&str> = written.splitn(6, ':').collect();
    parts.len() == 6 && parts[..5].iter().all(|part| !part.contains(['*', '?']))
}
