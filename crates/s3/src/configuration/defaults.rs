//! Configurations that are read as empty, or as the one value there is.

use coldkeep_http::{Body, Response};
use coldkeep_wire::s3::{GetBucketAccelerateConfigurationOutput, GetBucketAccelerateConfigurationRequest};

use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// Handlers of operations that answer the same for every bucket there is.
macro_rules! of_every_bucket {
    ($($(#[$doc:meta])* $name:ident($input:ident) $output:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) async fn $name(
            door: &S3,
            call: &S3Call,
            _input: $input,
            _body: Body,
        ) -> Result<Response, S3Error> {
            door.store.bucket(&call.bucket()?).await?;
            Ok(respond($output.encode()))
        }
    )*};
}

of_every_bucket! {
    /// GetBucketAccelerateConfiguration: never configured.
    get_accelerate(GetBucketAccelerateConfigurationRequest) GetBucketAccelerateConfigurationOutput::default();
}
