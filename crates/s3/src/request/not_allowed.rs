//! What is answered where a resource has no such method: which resource it is, and which methods it has.

use coldkeep_http::Call;
use coldkeep_wire::{Level, operations};
use http::Method;
use http::header::ALLOW;

use crate::Address;
use crate::errors::S3Error;

/// `MethodNotAllowed`, with what the resource allows as the model has it.
pub(crate) fn method_not_allowed(call: &Call, address: &Address) -> S3Error {
    let level = match (&address.bucket, &address.key) {
        (None, _) => Level::Service,
        (Some(_), None) => Level::Bucket,
        (Some(_), Some(_)) => Level::Object,
    };
    let of_level = || operations::S3.iter().filter(move |operation| operation.level == Some(level));
    let literal =
        |key: &str| operations::S3.iter().any(|operation| operation.query.iter().any(|(name, _)| *name == key));
    let part = call.query.iter().map(|(key, _)| key.as_str()).find(|key| *key == "uploadId" || literal(key));
    let mut methods: Vec<&Method> = of_level()
        .filter(|operation| match part {
            Some("uploadId") => operation.telling_query == ["uploadId"],
            Some(part) => operation.query.iter().any(|(name, _)| *name == part),
            None => operation.query.is_empty() && operation.telling_query.is_empty(),
        })
        .map(|operation| &operation.method)
        .collect();
    methods.sort_by_key(|method| method.as_str());
    methods.dedup();
    let kind = match (part, level) {
        (Some("uploadId"), _) => "UPLOAD".to_owned(),
        (Some(part), _) => part.to_ascii_uppercase(),
        (None, Level::Service) => "SERVICE".to_owned(),
        (None, Level::Bucket) => "BUCKET".to_owned(),
        (None, Level::Object) => "OBJECT".to_owned(),
    };
    let allowed: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    S3Error::new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with("Method", call.method.as_str())
        .with("ResourceType", kind)
        .header(ALLOW, allowed.join(", "))
}
