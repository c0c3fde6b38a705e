//! `Resource` and `NotResource`: which resources a statement is about. From the IAM user guide, "IAM JSON policy elements: Resource".
//!
//! An ARN is matched as a whole: a `*` may stand for `:` and `/` too. Identity policies may name any ARN or `*`; a policy of a
//! resource may name that resource only.

use super::Kind;
use super::kind::{Reach, is_partition};
use super::malformed::Fault;
use super::pattern::{Pattern, Syntax};

/// Compiles one resource of a policy of this kind, and says what it reaches.
pub(super) fn parse(resource: &str, kind: Kind<'_>, variables: bool) -> Result<(Pattern, Reach), Fault> {
    if !kind.names_principals() && resource != "*" {
        check_form(resource).map_err(|words| Fault::Resource { resource: resource.to_owned(), words })?;
    }
    let reach = kind.reach(resource);
    if reach == Reach::NOTHING {
        return Err(Fault::Resource { resource: resource.to_owned(), words: not_an_arn(resource) });
    }
    let pattern = Pattern::parse(resource, Syntax { wildcards: true, variables })?;
    Ok((pattern, reach))
}

/// `arn:partition:service:region:account:resource`, of which what is left out at the end is any. The error is in IAM's words.
fn check_form(arn: &str) -> Result<(), String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [arn_word, partition, rest @ ..] = parts.as_slice() else { return Err(not_an_arn(arn)) };
    if !is_partition(partition) {
        let part = |index: usize| rest.get(index).copied().unwrap_or("*");
        let (service, region, account, resource) = (part(0), part(1), part(2), part(3));
        let written = format!("arn:{partition}:{service}:{region}:{account}:{resource}");
        return Err(format!("Partition \"{partition}\" is not valid for resource \"{written}\"."));
    }
    if *arn_word != "arn" {
        return Err(not_an_arn(arn));
    }
    let [service, rest @ ..] = rest else { return Err(VENDOR.to_owned()) };
    if service.is_empty() || service.contains(['*', '?', '$']) {
        return Err(VENDOR.to_owned());
    }
    let region = rest.first().copied().unwrap_or("*");
    let resource = rest.get(2).copied();
    match *service {
        "iam" if !region.is_empty() => return Err(format!("IAM resource {arn} cannot contain region information.")),
        "s3" if !region.is_empty() && !resource.is_some_and(has_region) => {
            return Err(format!("Resource {arn} can not contain region information."));
        }
        _ => {}
    }
    match resource {
        None if arn.contains("::") => Err("The policy failed legacy parsing".to_owned()),
        Some("") => Err(not_an_arn(arn)),
        Some(path) if *service == "iam" && path != "*" && !IAM_PATHS.iter().any(|start| path.starts_with(start)) => {
            let paths = IAM_PATHS.join(", ");
            Err(format!("IAM resource path must either be \"*\" or start with {paths}."))
        }
        _ => Ok(()),
    }
}

fn not_an_arn(resource: &str) -> String {
    format!("Resource {resource} must be in ARN format or \"*\".")
}

/// Of S3, access points, jobs and the like have a region; buckets and objects do not.
fn has_region(resource: &str) -> bool {
    resource == "*" || resource.contains(['/', ':'])
}

const VENDOR: &str = "Resource vendor must be fully qualified and cannot contain regexes.";

const IAM_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];
