//! PutBucketCors, GetBucketCors, DeleteBucketCors. From the API reference and the user guide, "Elements of a CORS configuration".

use coldkeep_http::{Body, Response};
use coldkeep_store::CorsRule;
use coldkeep_wire::s3::{
    CORSRule, DeleteBucketCorsOutput, DeleteBucketCorsRequest, GetBucketCorsOutput, GetBucketCorsRequest,
    PutBucketCorsOutput, PutBucketCorsRequest,
};

use super::METHODS;
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// "You can add up to 100 rules to the configuration."
const MAX_RULES: usize = 100;
/// "The configuration is limited to 64 KB in size."
const MAX_BYTES: usize = 64 << 10;
const MAX_ID_CHARS: usize = 255;

/// PutBucketCors: replaces all rules. What no rule can mean is refused.
pub(crate) async fn put_cors(
    door: &S3,
    call: &S3Call,
    input: PutBucketCorsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let rules = input.cors_configuration.cors_rules;
    let bytes: usize = rules.iter().map(text_bytes).sum();
    if rules.is_empty() || rules.len() > MAX_RULES || bytes > MAX_BYTES {
        return Err(S3Error::malformed_xml());
    }
    let rules: Vec<CorsRule> = rules.into_iter().map(kept).collect::<Result<_, _>>()?;
    let name = &call.found()?.name;
    door.store.change_bucket_access(name, move |access| access.cors = Some(rules.clone())).await?;
    Ok(respond(PutBucketCorsOutput::default().encode()))
}

/// GetBucketCors.
pub(crate) async fn get_cors(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketCorsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let none = || S3Error::new(404, "NoSuchCORSConfiguration", "The CORS configuration does not exist");
    let rules = call.found()?.access.cors.as_ref().ok_or_else(none)?;
    Ok(respond(GetBucketCorsOutput { cors_rules: rules.iter().map(shown).collect() }.encode()))
}

/// DeleteBucketCors: no error if there is none.
pub(crate) async fn delete_cors(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketCorsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    if bucket.access.cors.is_some() {
        door.store.change_bucket_access(&bucket.name, |access| access.cors = None).await?;
    }
    Ok(respond(DeleteBucketCorsOutput::default().encode()))
}

fn text_bytes(rule: &CORSRule) -> usize {
    let lists = [&rule.allowed_origins, &rule.allowed_methods, &rule.allowed_headers, &rule.expose_headers];
    lists.into_iter().flatten().chain(&rule.id).map(String::len).sum()
}

/// A rule that means something.
fn kept(rule: CORSRule) -> Result<CorsRule, S3Error> {
    let stars = |text: &str| text.matches('*').count();
    if rule.allowed_origins.is_empty()
        || rule.allowed_methods.is_empty()
        || rule.id.as_ref().is_some_and(|id| id.chars().count() > MAX_ID_CHARS)
        || rule.max_age_seconds.is_some_and(i32::is_negative)
    {
        return Err(S3Error::malformed_xml());
    }
    if let Some(method) = rule.allowed_methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
        let message = format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
        return Err(S3Error::invalid_request(message));
    }
    for (name, values) in [("AllowedOrigin", &rule.allowed_origins), ("AllowedHeader", &rule.allowed_headers)] {
        if let Some(value) = values.iter().find(|value| stars(value) > 1) {
            return Err(S3Error::invalid_request(format!("{name} \"{value}\" can not have more than one wildcard.")));
        }
    }
    if let Some(value) = rule.expose_headers.iter().find(|value| stars(value) > 0) {
        let message = format!(
            "ExposeHeader \"{value}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
        );
        return Err(S3Error::invalid_request(message));
    }
    // They come back as headers.
    if let Some(value) = rule.expose_headers.iter().find(|value| http::HeaderName::try_from(value.as_str()).is_err()) {
        return Err(S3Error::invalid_request(format!("ExposeHeader \"{value}\" contains invalid character.")));
    }
    Ok(CorsRule {
        id: rule.id,
        origins: rule.allowed_origins,
        methods: rule.allowed_methods,
        headers: rule.allowed_headers,
        exposed: rule.expose_headers,
        max_age_seconds: rule.max_age_seconds,
    })
}

fn shown(rule: &CorsRule) -> CORSRule {
    CORSRule {
        id: rule.id.clone(),
        allowed_origins: rule.origins.clone(),
        allowed_methods: rule.methods.clone(),
        allowed_headers: rule.headers.clone(),
        expose_headers: rule.exposed.clone(),
        max_age_seconds: rule.max_age_seconds,
    }
}
