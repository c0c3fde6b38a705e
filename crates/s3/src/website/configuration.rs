//! PutBucketWebsite, GetBucketWebsite, DeleteBucketWebsite.

use coldkeep_http::{Body, Response};
use coldkeep_store::{RoutingRule, Website};
use coldkeep_wire::s3::{
    Condition, DeleteBucketWebsiteOutput, DeleteBucketWebsiteRequest, ErrorDocument, GetBucketWebsiteOutput,
    GetBucketWebsiteRequest, IndexDocument, PutBucketWebsiteOutput, PutBucketWebsiteRequest, Redirect,
    RedirectAllRequestsTo, RoutingRule as ShownRule,
};

use super::checks::kept;
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// PutBucketWebsite: in place of the one there is.
pub(crate) async fn put_website(
    door: &S3,
    call: &S3Call,
    input: PutBucketWebsiteRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let website = kept(input.website_configuration)?;
    door.store.put_bucket_website(&call.found()?.name, Some(website)).await?;
    Ok(respond(PutBucketWebsiteOutput::default().encode()))
}

/// GetBucketWebsite.
pub(crate) async fn get_website(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketWebsiteRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let website = call.found()?.website.as_ref().ok_or_else(no_website)?;
    let output = match website.clone() {
        Website::Elsewhere(to) => {
            let to = RedirectAllRequestsTo { host_name: to.host, protocol: to.protocol };
            GetBucketWebsiteOutput { redirect_all_requests_to: Some(to), ..GetBucketWebsiteOutput::default() }
        }
        Website::Pages(pages) => GetBucketWebsiteOutput {
            index_document: Some(IndexDocument { suffix: pages.index }),
            error_document: pages.error.map(|key| ErrorDocument { key }),
            routing_rules: pages.rules.into_iter().map(shown).collect(),
            redirect_all_requests_to: None,
        },
    };
    Ok(respond(output.encode()))
}

/// DeleteBucketWebsite: no error if there is none.
pub(crate) async fn delete_website(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketWebsiteRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    if bucket.website.is_some() {
        door.store.put_bucket_website(&bucket.name, None).await?;
    }
    Ok(respond(DeleteBucketWebsiteOutput::default().encode()))
}

/// Of a bucket that is none.
pub(super) fn no_website() -> S3Error {
    let message = "The specified bucket does not have a website configuration";
    S3Error::new(404, "NoSuchWebsiteConfiguration", message)
}

fn shown(rule: RoutingRule) -> ShownRule {
    let condition = Condition {
        http_error_code_returned_equals: rule.status.map(|status| status.to_string()),
        key_prefix_equals: rule.prefix,
    };
    ShownRule {
        condition: (condition != Condition::default()).then_some(condition),
        redirect: Redirect {
            host_name: rule.host,
            http_redirect_code: rule.code.map(|code| code.to_string()),
            protocol: rule.protocol,
            replace_key_prefix_with: rule.new_prefix,
            replace_key_with: rule.new_key,
        },
    }
}
