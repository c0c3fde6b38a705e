//! Configurations of which a bucket may have many: the lists of them, which are empty. A continuation token can be none of ours.

use coldkeep_http::{Body, Response};
use coldkeep_wire::s3::{
    ListBucketAnalyticsConfigurationsOutput, ListBucketAnalyticsConfigurationsRequest,
    ListBucketMetricsConfigurationsOutput, ListBucketMetricsConfigurationsRequest,
};

use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// Handlers that answer an empty list for every bucket there is.
macro_rules! empty_lists {
    ($($(#[$doc:meta])* $name:ident($input:ident) $output:ident;)*) => {$(
        $(#[$doc])*
        pub(crate) async fn $name(
            door: &S3,
            call: &S3Call,
            input: $input,
            _body: Body,
        ) -> Result<Response, S3Error> {
            door.store.bucket(&call.bucket()?).await?;
            if let Some(token) = input.continuation_token.filter(|token| !token.is_empty()) {
                let error = S3Error::invalid_argument("The continuation token provided is incorrect");
                return Err(error.about("continuation-token", token));
            }
            Ok(respond($output { is_truncated: Some(false), ..$output::default() }.encode()))
        }
    )*};
}

empty_lists! {
    /// ListBucketAnalyticsConfigurations.
    analytics(ListBucketAnalyticsConfigurationsRequest) ListBucketAnalyticsConfigurationsOutput;
    /// ListBucketMetricsConfigurations.
    metrics(ListBucketMetricsConfigurationsRequest) ListBucketMetricsConfigurationsOutput;
}
