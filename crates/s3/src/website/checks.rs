//! Which configurations mean something. Pure. From the API reference, PutBucketWebsite, and what clients quote of Amazon's refusals.

use coldkeep_store::{Elsewhere, Pages, RoutingRule, Website};
use coldkeep_wire::s3::{RoutingRule as SentRule, WebsiteConfiguration};

use crate::errors::S3Error;

/// "Amazon S3 has a limitation of 50 routing rules per website configuration."
const MAX_RULES: usize = 50;

/// A configuration as it is kept.
pub(super) fn kept(sent: WebsiteConfiguration) -> Result<Website, S3Error> {
    let rules = sent.routing_rules;
    if let Some(all) = sent.redirect_all_requests_to {
        if sent.index_document.is_some() || sent.error_document.is_some() || !rules.is_empty() {
            let message = "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.";
            return Err(S3Error::invalid_argument(message).about("RedirectAllRequestsTo", "not null"));
        }
        return Ok(Website::Elsewhere(Elsewhere { host: host(all.host_name)?, protocol: protocol(all.protocol)? }));
    }
    let Some(index) = sent.index_document else {
        let message = "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty";
        return Err(S3Error::invalid_argument(message).about("IndexDocument", "null"));
    };
    if index.suffix.is_empty() || index.suffix.contains('/') {
        let error = S3Error::invalid_argument("The IndexDocument Suffix is not well formed");
        return Err(error.about("IndexDocument", index.suffix));
    }
    let error = sent.error_document.map(|document| document.key);
    if error.as_ref().is_some_and(String::is_empty) {
        return Err(S3Error::malformed_xml());
    }
    if rules.len() > MAX_RULES {
        let message = format!(
            "{} routing rules provided, the number of routing rules in a website configuration is limited to {MAX_RULES}.",
            rules.len()
        );
        return Err(S3Error::invalid_request(message));
    }
    let rules = rules.into_iter().map(rule).collect::<Result<_, _>>()?;
    Ok(Website::Pages(Pages { index: index.suffix, error, rules }))
}

fn rule(sent: SentRule) -> Result<RoutingRule, S3Error> {
    let (to, condition) = (sent.redirect, sent.condition.as_ref());
    let status = condition.and_then(|condition| condition.http_error_code_returned_equals.as_deref());
    let prefix = condition.and_then(|condition| condition.key_prefix_equals.clone());
    if condition.is_some() && status.is_none() && prefix.is_none() {
        return Err(S3Error::invalid_request(
            "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't \
             be present.",
        ));
    }
    // Of each member the reference says that it is not required where one of its siblings is there.
    if to == Default::default() {
        return Err(S3Error::malformed_xml());
    }
    if to.replace_key_prefix_with.is_some() && to.replace_key_with.is_some() {
        return Err(S3Error::invalid_request("You can only define ReplaceKeyPrefix or ReplaceKey but not both."));
    }
    Ok(RoutingRule {
        prefix,
        status: status.map(|text| code(text, 400..600, "error", "4XX or 5XX")).transpose()?,
        host: to.host_name.map(host).transpose()?,
        protocol: protocol(to.protocol)?,
        code: to.http_redirect_code.map(|text| code(&text, 301..400, "redirect", "3XX except 300")).transpose()?,
        new_prefix: to.replace_key_prefix_with,
        new_key: to.replace_key_with,
    })
}

fn host(name: String) -> Result<String, S3Error> {
    if name.is_empty() {
        return Err(S3Error::invalid_request(
            "The HostName cannot be blank. To redirect within the same domain, the element should not be present.",
        ));
    }
    Ok(name)
}

fn protocol(name: Option<String>) -> Result<Option<String>, S3Error> {
    match name.as_deref() {
        None | Some("http" | "https") => Ok(name),
        Some(_) => Err(S3Error::invalid_request(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.",
        )),
    }
}

fn code(text: &str, valid: std::ops::Range<u16>, what: &str, which: &str) -> Result<u16, S3Error> {
    text.parse().ok().filter(|code| valid.contains(code)).ok_or_else(|| {
        S3Error::invalid_request(format!(
            "The provided HTTP {what} code ({text}) is not valid. Valid codes are {which}."
        ))
    })
}
