//! PutBucketLifecycleConfiguration, GetBucketLifecycleConfiguration, DeleteBucketLifecycle.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Lifecycle, MinimumSize};
use coldkeep_wire::s3::{
    DeleteBucketLifecycleOutput, DeleteBucketLifecycleRequest, GetBucketLifecycleConfigurationOutput,
    GetBucketLifecycleConfigurationRequest, PutBucketLifecycleConfigurationOutput,
    PutBucketLifecycleConfigurationRequest,
};

use super::rules::{kept, shown};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// PutBucketLifecycleConfiguration: replaces all rules. What is there already is judged by them as well.
pub(crate) async fn put_lifecycle(
    door: &S3,
    call: &S3Call,
    input: PutBucketLifecycleConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let minimum = match input.transition_default_minimum_object_size.as_deref() {
        None | Some("all_storage_classes_128K") => MinimumSize::All128K,
        Some("varies_by_storage_class") => MinimumSize::Varies,
        Some(other) => {
            return Err(S3Error::invalid_request(format!("Invalid TransitionDefaultMinimumObjectSize found: {other}")));
        }
    };
    let rules = input.lifecycle_configuration.ok_or_else(S3Error::malformed_xml)?.rules;
    let lifecycle = Lifecycle { rules: kept(rules)?, minimum };
    door.store.put_bucket_lifecycle(&call.found()?.name, Some(lifecycle)).await?;
    let output = PutBucketLifecycleConfigurationOutput { transition_default_minimum_object_size: Some(told(minimum)) };
    Ok(respond(output.encode()))
}

/// GetBucketLifecycleConfiguration.
pub(crate) async fn get_lifecycle(
    _door: &S3,
    call: &S3Call,
    _input: GetBucketLifecycleConfigurationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let none = || S3Error::new(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");
    let lifecycle = call.found()?.lifecycle.as_ref().ok_or_else(none)?;
    let output = GetBucketLifecycleConfigurationOutput {
        rules: lifecycle.rules.iter().map(shown).collect(),
        transition_default_minimum_object_size: Some(told(lifecycle.minimum)),
    };
    Ok(respond(output.encode()))
}

/// DeleteBucketLifecycle: no error if there are no rules. Nothing expires any more.
pub(crate) async fn delete_lifecycle(
    door: &S3,
    call: &S3Call,
    _input: DeleteBucketLifecycleRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let bucket = call.found()?;
    if bucket.lifecycle.is_some() {
        door.store.put_bucket_lifecycle(&bucket.name, None).await?;
    }
    Ok(respond(DeleteBucketLifecycleOutput::default().encode()))
}

fn told(minimum: MinimumSize) -> String {
    match minimum {
        MinimumSize::All128K => "all_storage_classes_128K".to_owned(),
        MinimumSize::Varies => "varies_by_storage_class".to_owned(),
    }
}
