//! `Resource` and `NotResource`: which resources a statement is about. From the IAM user guide, "IAM JSON policy elements: Resource".
//!
//! An ARN is matched as a whole: a `*` may stand for `:` and `/` too. Identity policies may name any ARN or `*`; a policy of a
//! resource may name that resource only.

use super::Kind;
use super::kind::{Reach, after_partition};
use super::malformed::Fault;
use super::pattern::{Pattern, Syntax};

/// Compiles one resource of a policy of this kind, and says what it reaches.
pub(super) fn parse(resource: &str, kind: Kind<'_>, variables: bool) -> Result<(Pattern, Reach), Fault> {
    let wrong = || Fault::Resource(resource.to_owned());
    if !kind.names_principals() && resource != "*" {
        check_form(resource).ok_or_else(wrong)?;
    }
    let reach = kind.reach(resource);
    if reach == Reach::NOTHING {
        return Err(wrong());
    }
    let pattern = Pattern::parse(resource, Syntax { wildcards: true, variables })?;
    Ok((pattern, reach))
}

/// `arn:partition:service:region:account:resource`, of which what is left out at the end is any; S3 and IAM have no region.
fn check_form(arn: &str) -> Option<()> {
    let mut parts = after_partition(arn)?.splitn(4, ':');
    let service = parts.next().filter(|service| !service.is_empty() && !service.contains(['*', '?', '$']))?;
    let (region, _account, resource) = (parts.next(), parts.next(), parts.next());
    let stated = region.is_some_and(|region| !region.is_empty());
    match service {
        "iam" => (!stated && region.is_some() && resource.is_some_and(|resource| !resource.is_empty())).then_some(()),
        // Only access points, jobs and the like have a region.
        "s3" => match resource {
            Some(resource) if stated => resource.contains(['/', ':', '*']).then_some(()),
            Some(resource) => (!resource.is_empty()).then_some(()),
            None => None,
        },
        _ => resource.is_none_or(|resource| !resource.is_empty()).then_some(()),
    }
}
