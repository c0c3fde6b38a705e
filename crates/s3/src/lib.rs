//! The Amazon S3 door: from a request to a typed input, to the store, to a typed outcome, to a response.
//!
//! The order is the same for every operation: address, operation, signature, permission, parameters that have no
//! meaning yet, and only then the body. `operations` lists all operations; each handler is a function of its own, in the
//! room of what it serves: `objects`, `uploads`, `listings`, `buckets`. `request` and `errors` are the two ends all share.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod buckets;
mod checksums;
mod configuration;
mod errors;
mod listings;
mod objects;
mod operations;
mod request;
mod uploads;

/// What a fuzz target reaches.
#[cfg(feature = "fuzzing")]
pub use listings::token::fuzz as fuzz_token;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_auth::{Authentication, Caller, Keys, Payload, Permission, Refusal, Verifier};
use coldkeep_http::{Annotation, Body, BufferError, Call, Dialect, Door, Response, ResponseBody, Unserved};
use coldkeep_store::Store;
use coldkeep_types::{AccountId, BucketName, MAX_PART_BYTES, ObjectKey, Region};
use coldkeep_wire::{Encoded, Operation, route_s3};

use crate::errors::S3Error;
use crate::operations::{BodyKind, dispatch, find};
pub(crate) use crate::request::Address;

/// The most that the XML body of an operation may have.
fn max_xml_bytes(operation: &str) -> usize {
    match operation {
        // 10,000 parts with every checksum named have about 8 MB.
        "CompleteMultipartUpload" => 16 << 20,
        // 1,000 keys of 1,024 bytes, each of them escaped, have about 7 MB.
        "DeleteObjects" => 8 << 20,
        _ => 1 << 20,
    }
}

/// The region of requests that do not name one.
const DEFAULT_REGION: &str = "us-east-1";

/// The S3 API over a store.
pub struct S3 {
    pub(crate) store: Store,
    verifier: Verifier,
    keys: Arc<dyn Keys>,
    pub(crate) root: AccountId,
    domains: Vec<String>,
}

/// A call with what is known of it once it is proven and permitted.
pub(crate) struct S3Call {
    pub call: Call,
    pub address: Address,
    pub operation: &'static Operation,
    pub caller: Option<Caller>,
    pub region: Region,
    pub payload: Payload,
}

impl S3 {
    /// The door. `root` is the account that owns everything for now; `domains` are the names under which
    /// `bucket.domain` is virtual-hosted style.
    pub fn new(store: Store, verifier: Verifier, keys: Arc<dyn Keys>, root: AccountId, domains: Vec<String>) -> Self {
        Self { store, verifier, keys, root, domains }
    }

    async fn answer(
        &self,
        mut call: Call,
        address: Address,
        body: Body,
        annotation: &mut Annotation,
    ) -> Result<Response, S3Error> {
        let proven = self.prove(&call, &address).await;
        // From here on the headers are all that the request says; the signature was made over what was sent.
        let spoken = request::headers_of_query(&call);
        if let Ok(headers) = &spoken {
            call.headers.extend(headers.iter().cloned());
        }
        let (bucket, key) = (address.bucket.is_some(), address.key.is_some());
        let operation = route_s3(&call.method, bucket, key, &call.query, &call.headers);
        annotation.operation = operation.map(|operation| operation.name);
        let (caller, region, payload, signer) = proven?;
        spoken?;
        annotation.caller = caller.as_ref().map(|caller| caller.arn.clone());
        let Some(operation) = operation else {
            if is_browser_upload(&call, &address) {
                return Err(S3Error::not_implemented("Uploads by POST of a browser's form are not implemented"));
            }
            self.permit(caller.as_ref(), Permission("s3:*"), &address)?;
            return Err(request::method_not_allowed(&call, &address));
        };
        let Some(row) = find(operation.name) else {
            self.permit(caller.as_ref(), Permission("s3:*"), &address)?;
            return Err(S3Error::not_implemented(&format!("The operation {} is not implemented", operation.name)));
        };
        self.permit(caller.as_ref(), row.permission, &address)?;
        request::refuse(&call, operation)?;
        let call = S3Call { call, address, operation, caller, region, payload };
        self.expect_owner(&call, "x-amz-expected-bucket-owner").await?;
        let body = body.decoded(&call.call, &call.payload, signer)?;
        let (document, body) = match row.body {
            BodyKind::None => (Bytes::new(), Body::empty()),
            BodyKind::Xml => (call.document(body).await?, Body::empty()),
            BodyKind::Stream => {
                if call.call.content_length().is_none() && !call.payload.is_streaming() {
                    return Err(S3Error::missing_content_length());
                }
                // Beyond what the model's integers hold, and far beyond every limit.
                if let Some(bytes) = call.call.content_length().filter(|bytes| *bytes > i64::MAX as u64) {
                    return Err(coldkeep_store::Error::TooLarge { max_bytes: MAX_PART_BYTES, bytes }.into());
                }
                (Bytes::new(), body)
            }
        };
        dispatch(self, &call, &document, body).await
    }

    async fn prove(
        &self,
        call: &Call,
        address: &Address,
    ) -> Result<(Option<Caller>, Region, Payload, Option<coldkeep_auth::ChunkSigner>), S3Error> {
        match coldkeep_http::authenticate_hosted(call, address.hosted_bucket(), &self.verifier, &*self.keys).await {
            Ok(Authentication::Verified(proven)) => {
                Ok((Some(proven.caller), proven.region, proven.payload, proven.chunk_signer))
            }
            // S3 signs the payload's hash as a header, so its signatures are never left open.
            Ok(Authentication::Pending(_)) => Err(Refusal::MissingPayloadHash.into()),
            Err(Refusal::NoCredentials) => {
                let region = Region::parse(DEFAULT_REGION).map_err(|_| S3Error::internal())?;
                let payload = Payload::parse(call.header("x-amz-content-sha256"));
                let payload = payload.map_err(|error| S3Error::invalid_argument(&error.to_string()))?;
                Ok((None, region, payload, None))
            }
            Err(refusal) => Err(refusal.into()),
        }
    }

    pub(crate) fn permit(
        &self,
        caller: Option<&Caller>,
        permission: Permission,
        address: &Address,
    ) -> Result<(), S3Error> {
        coldkeep_auth::authorize(caller, permission, &address.arn(), &self.root).map_err(|denied| {
            tracing::info!(%denied, "access denied");
            S3Error::access_denied()
        })
    }

    /// A request that names the owner it expects is refused when the bucket has another.
    async fn expect_owner(&self, call: &S3Call, header: &str) -> Result<(), S3Error> {
        if call.address.bucket.is_none() {
            return Ok(());
        }
        let Some(expected) = call.call.headers.get(header) else { return Ok(()) };
        match self.store.bucket(&call.bucket()?).await?.owner.as_bytes() == expected.as_bytes() {
            true => Ok(()),
            false => Err(S3Error::access_denied()),
        }
    }
}

/// A form that a browser posts to a bucket. It carries its own policy and signature, which are not understood yet.
fn is_browser_upload(call: &Call, address: &Address) -> bool {
    call.method == http::Method::POST
        && address.bucket.is_some()
        && address.key.is_none()
        && call.header("content-type").is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

impl S3Call {
    /// The bucket of the path or host.
    pub fn bucket(&self) -> Result<BucketName, S3Error> {
        let name = self.address.bucket.as_deref().unwrap_or_default();
        Ok(BucketName::parse(name)?)
    }

    /// The object key of the path.
    pub fn key(&self) -> Result<ObjectKey, S3Error> {
        Ok(ObjectKey::parse(self.address.key.as_deref().unwrap_or_default())?)
    }

    /// The text of a header; what is not visible ASCII is some text that means nothing.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.call.headers.get(name).map(|value| value.to_str().unwrap_or("\u{fffd}"))
    }

    /// The account to show as owner.
    pub fn account(&self, door: &S3) -> AccountId {
        self.caller.as_ref().map_or_else(|| door.root.clone(), |caller| caller.account.clone())
    }

    /// A whole XML body, proven against every digest it was declared with.
    async fn document(&self, body: Body) -> Result<Bytes, S3Error> {
        let max_bytes = max_xml_bytes(self.operation.name);
        let body = body.buffer(max_bytes).await.map_err(|error| match error {
            BufferError::TooLarge { .. } => S3Error::max_message_length(max_bytes),
            BufferError::NoMemory => S3Error::slow_down(),
            BufferError::Source(error) => coldkeep_store::Error::Body(error).into(),
        })?;
        coldkeep_http::prove_sha256(&body, &self.payload)
            .map_err(|mismatch| S3Error::sha256_mismatch(&mismatch.declared, &mismatch.computed))?;
        checksums::prove_document(&self.call, &body)?;
        Ok(body)
    }
}

#[async_trait]
impl Door for S3 {
    fn name(&self) -> &'static str {
        "s3"
    }

    fn dialect(&self) -> Dialect {
        Dialect::S3
    }

    async fn handle(&self, call: Call, body: Body) -> Response {
        let (id, path, head) = (call.id.clone(), call.raw_path.clone(), call.method == http::Method::HEAD);
        let mut annotation = Annotation::default();
        let address = Address::of(&call, &self.domains);
        let upload_id = call.parameter("uploadId").map(str::to_owned);
        let mut response = match self.answer(call, address.clone(), body, &mut annotation).await {
            Ok(response) => response,
            Err(error) => {
                let error = error.located(&address, upload_id.as_deref());
                annotation.error = Some(error.code.to_owned());
                error.response(&id, &path, head)
            }
        };
        response.extensions_mut().insert(annotation);
        response
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        let error = match why {
            Unserved::Malformed(_) => S3Error::invalid_uri(),
            Unserved::Unreadable { too_large } => S3Error::unreadable(too_large),
            Unserved::Overloaded => S3Error::slow_down(),
        };
        error.response(&call.id, &call.raw_path, call.method == http::Method::HEAD)
    }
}

/// An operation that the door knows, for pages and tests that go over all of them.
#[derive(Clone, Copy, Debug)]
pub struct KnownOperation {
    /// The name, as in the model.
    pub name: &'static str,
    /// The permission it needs.
    pub permission: Permission,
    /// Whether it can succeed. The others are refused as Amazon refuses them where nothing is configured.
    pub can_succeed: bool,
    /// Whether it is about a configuration, of which there is only the default: it can be read, not changed.
    pub unset: bool,
    /// What else it cannot do yet, if anything.
    pub lacks: Option<&'static str>,
}

/// All operations of this door. What the model has besides is answered `501 NotImplemented` by its name.
pub fn operations() -> impl Iterator<Item = KnownOperation> {
    let known = |can_succeed| {
        move |row: &operations::Row| KnownOperation {
            name: row.name,
            permission: row.permission,
            can_succeed,
            unset: row.room == configuration::ROOM,
            lacks: operations::lacks(row.name),
        }
    };
    operations::ROWS.iter().map(known(true)).chain(configuration::unset().map(known(false)))
}

/// A response from an encoded output.
pub(crate) fn respond(encoded: Encoded) -> Response {
    let mut response = Response::new(ResponseBody::from(encoded.body));
    *response.status_mut() = encoded.status;
    *response.headers_mut() = encoded.headers;
    response
}
