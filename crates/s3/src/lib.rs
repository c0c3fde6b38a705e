//! The Amazon S3 door: from a request to a typed input, to the store, to a typed outcome, to a response.
//!
//! The order is the same for every operation: address, operation, signature, permission, parameters that have no
//! meaning yet, and only then the body (CreateBucket's says where, so it is read as soon as the signature is proven).
//! `operations` lists all operations; each handler is a function of its own, in the room of what it serves: `objects`,
//! `uploads`, `listings`, `buckets`; `forms` is what browsers post, `cors` what they ask for. `request` and `errors` are the two
//! ends all share. `website` is what buckets are for browsers, and the door of that.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod access;
mod accounts;
mod buckets;
mod checksums;
mod configuration;
mod cors;
mod encryption;
mod errors;
mod events;
mod forms;
mod inventory;
mod lifecycle;
mod listings;
mod locks;
mod logging;
mod objects;
mod operations;
mod request;
mod restore;
mod select;
mod sharing;
mod tags;
mod tiering;
mod uploads;
mod website;

/// What a fuzz target reaches.
#[cfg(feature = "fuzzing")]
pub use forms::fuzz as fuzz_form;
#[cfg(feature = "fuzzing")]
pub use listings::token::fuzz as fuzz_token;

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_auth::{Authentication, Caller, ChunkSigner, Keys, Payload, Place, Refusal, SignatureVersion, Verifier};
use coldkeep_http::{Annotation, Body, BufferError, Call, Dialect, Door, Response, ResponseBody, Unserved};
use coldkeep_messages::Messages;
use coldkeep_store::{Bucket, BucketAccess, ObjectLock, Store, VersionId};
use coldkeep_types::{AccountId, BucketName, MAX_PART_BYTES, ObjectKey, Region, Timestamp};
use coldkeep_wire::{Encoded, Operation, route_s3};
use http::{HeaderValue, Method};

use crate::access::Found;
pub use crate::access::asks::{Ask, On, When};
use crate::access::body::PutOff;
use crate::access::tags::CallTags;
pub use crate::accounts::{Accounts, OneAccount};
pub use crate::encryption::Encryption;
use crate::errors::S3Error;
pub use crate::inventory::report::FILE_ROWS;
use crate::operations::{BodyKind, dispatch, find};
pub(crate) use crate::request::Address;
pub use crate::website::Websites;

/// The most that the XML body of an operation may have.
fn max_xml_bytes(operation: &str) -> usize {
    match operation {
        // 10,000 parts with every checksum named have about 8 MB.
        "CompleteMultipartUpload" => 16 << 20,
        // 1,000 keys of 1,024 bytes, each of them escaped, have about 7 MB.
        "DeleteObjects" => 8 << 20,
        // "The maximum request length is limited to 128 KB."
        "PutBucketWebsite" => 128 << 10,
        _ => 1 << 20,
    }
}

/// The region of requests that do not name one.
const DEFAULT_REGION: &str = "us-east-1";

/// The S3 API over a store.
#[derive(Clone)]
pub struct S3 {
    pub(crate) store: Store,
    verifier: Verifier,
    keys: Arc<dyn Keys>,
    pub(crate) accounts: Arc<dyn Accounts>,
    domains: Vec<String>,
    /// Who may reach a bucket that is made, where the request does not say.
    pub(crate) new_buckets: BucketAccess,
    pub(crate) encryption: Encryption,
    /// Who can be told of events.
    pub(crate) messages: Option<Messages>,
    /// Lines of buckets' access logs that wait to be delivered.
    pub(crate) pending: logging::pending::Pending,
    pub(crate) queries: select::turns::Turns,
}

/// A call with what is known of it once it is proven and permitted.
pub(crate) struct S3Call {
    pub call: Call,
    pub address: Address,
    pub operation: Option<&'static Operation>,
    pub caller: Option<Caller>,
    pub region: Region,
    pub payload: Payload,
    pub proof: Option<Proof>,
    /// The region that the body of CreateBucket names.
    pub location_constraint: Option<String>,
    /// The buckets it is about, as they were when it was permitted.
    pub found: Found,
    /// What is known of tags, for policies that ask for them.
    pub tags: CallTags,
    /// The lock in its body, likewise, once it is known.
    pub lock: OnceLock<ObjectLock>,
    /// Whether a decision waits for what its body says.
    pub put_off: PutOff,
}

/// How a call was proven.
pub(crate) struct Proof {
    pub signed_at: Timestamp,
    pub version: SignatureVersion,
    pub place: Place,
}

/// Who signed, and what the signature says of the body.
type Proven = (Option<(Caller, Proof)>, Region, Payload, Option<ChunkSigner>);

impl S3 {
    /// The door. `root` is the operator's account, the only one unless [`with_accounts`](Self::with_accounts) says otherwise;
    /// `domains` are the names under which `bucket.domain` is virtual-hosted style.
    pub fn new(store: Store, verifier: Verifier, keys: Arc<dyn Keys>, root: AccountId, domains: Vec<String>) -> Self {
        let (accounts, new_buckets) = (Arc::new(OneAccount::new(&root)), BucketAccess::default());
        let (encryption, pending, queries) = (Encryption::default(), Default::default(), Default::default());
        Self { store, verifier, keys, accounts, domains, new_buckets, encryption, messages: None, pending, queries }
    }

    /// The same door, where ACLs and policies can name these accounts.
    #[must_use]
    pub fn with_accounts(self, accounts: Arc<dyn Accounts>) -> Self {
        Self { accounts, ..self }
    }

    /// The same door, where new buckets begin with this.
    #[must_use]
    pub fn with_new_buckets(self, new_buckets: BucketAccess) -> Self {
        Self { new_buckets, ..self }
    }

    /// The same door, which encrypts as this says; without, it has no keys of its own.
    #[must_use]
    pub fn with_encryption(self, encryption: Encryption) -> Self {
        Self { encryption, ..self }
    }

    /// The same door, with the queues and topics that buckets can tell events, which this makes them be told.
    #[must_use]
    pub fn with_messages(self, messages: Messages) -> Self {
        self.store.tell_events(Arc::new(events::teller::Teller(messages.clone())));
        Self { messages: Some(messages), ..self }
    }

    /// The same door, which has made what inventories of buckets list, as it is encrypted now; a file of a report has so many rows at most.
    #[must_use]
    pub fn with_inventories(self, file_rows: usize) -> Self {
        let encryption = self.encryption.clone();
        self.store.make_inventories(Arc::new(inventory::report::Reports { encryption, file_rows }));
        self
    }

    async fn answer(
        &self,
        mut call: Call,
        address: Address,
        body: Body,
        annotation: &mut Annotation,
    ) -> Result<Response, S3Error> {
        if call.method == Method::OPTIONS && address.bucket.is_some() {
            return self.preflight(&call, &address).await;
        }
        let proven = self.prove(&call, &address).await;
        // From here on the headers are all that the request says; the signature was made over what was sent.
        let spoken = request::headers_of_query(&call);
        if let Ok(headers) = &spoken {
            call.headers.extend(headers.iter().cloned());
        }
        let (bucket, key) = (address.bucket.is_some(), address.key.is_some());
        let operation = route_s3(&call.method, bucket, key, &call.query, &call.headers);
        annotation.operation = operation.map(|operation| operation.name);
        let (signed, region, payload, signer) = proven?;
        spoken?;
        let (caller, proof) = signed.map_or((None, None), |(caller, proof)| (Some(caller), Some(proof)));
        annotation.caller = caller.as_ref().map(|caller| caller.arn.clone());
        let (location_constraint, found) = (None, Found::default());
        let (tags, lock, put_off) = (CallTags::default(), OnceLock::new(), PutOff::default());
        let mut call = S3Call {
            call,
            address,
            operation,
            caller,
            region,
            payload,
            proof,
            location_constraint,
            found,
            tags,
            lock,
            put_off,
        };
        self.pass_through(&mut call).await?;
        let Some(operation) = operation else {
            if forms::is_form(&call.call, &call.address) {
                annotation.operation = Some(forms::NAME);
                return Box::pin(forms::post_object(self, call, body, annotation)).await;
            }
            self.permit_unlisted(&call, "s3:*").await?;
            return Err(request::method_not_allowed(&call.call, &call.address));
        };
        let Some(row) = find(operation.name) else {
            self.permit_unlisted(&call, &format!("s3:{}", operation.name)).await?;
            return Err(S3Error::not_implemented(&format!("The operation {} is not implemented", operation.name)));
        };
        // Where a bucket is to be stands in the body, and whether it may be there is asked of whoever is somebody.
        let says_where = operation.name == "CreateBucket" && call.caller.is_some();
        if !says_where {
            self.admit(&mut call, operation, row).await?;
        }
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
        if says_where {
            call.location_constraint = buckets::life::location_constraint(&document);
            self.admit(&mut call, operation, row).await?;
        }
        match dispatch(self, &call, &document, body).await {
            Ok(response) => Ok(call.charging(response)),
            // That a key is missing is told to those only who could have found out by a list.
            Err(error) if error.code == "NoSuchKey" && !self.may_miss(&call) => Err(S3Error::access_denied()),
            Err(error) if row.body == BodyKind::Xml && document.is_empty() => Err(error.of_no_document(row.name)),
            Err(error) => Err(error),
        }
    }

    /// Whether the caller may, and whether all that is asked for can be done. From here on handlers do what they do.
    async fn admit(&self, call: &mut S3Call, operation: &Operation, row: &operations::Row) -> Result<(), S3Error> {
        self.recall_begun(call).await?;
        call.found = self.permit(call, row).await?;
        call.take_class_of_outposts()?;
        request::refuse(&call.call, operation)?;
        encryption::judge(&call.call, operation.name)?;
        locks::asked::judge(call)?;
        call.must_be_there(row)?;
        call.expect_owner("x-amz-expected-bucket-owner", call.found.bucket.as_deref())?;
        call.expect_owner("x-amz-source-expected-bucket-owner", call.found.source.as_deref())
    }

    async fn prove(&self, call: &Call, address: &Address) -> Result<Proven, S3Error> {
        match coldkeep_http::authenticate_hosted(call, address.hosted_bucket(), &self.verifier, &*self.keys).await {
            Ok(Authentication::Verified(proven)) => {
                let proof = Proof { signed_at: proven.signed_at, version: proven.version, place: proven.place };
                Ok((Some((proven.caller, proof)), proven.region, proven.payload, proven.chunk_signer))
            }
            // S3 signs the payload's hash as a header, so its signatures are never left open.
            Ok(Authentication::Pending(_)) => Err(Refusal::MissingPayloadHash.into()),
            Err(Refusal::NoCredentials) => {
                let region = Region::parse(DEFAULT_REGION).map_err(|_| S3Error::internal())?;
                let payload = Payload::parse(call.header("x-amz-content-sha256"));
                let payload = payload.map_err(|error| S3Error::invalid_argument(&error.to_string()))?;
                if let Payload::Streaming { signed: true, .. } = payload {
                    return Err(S3Error::unsigned_chunks());
                }
                Ok((None, region, payload, None))
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
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
        self.call.header_value(name).map(|value| value.to_str().unwrap_or("\u{fffd}"))
    }

    /// The version of the object that it names.
    pub fn version(&self) -> Result<Option<VersionId>, S3Error> {
        self.call.parameter("versionId").map(request::parse_version).transpose()
    }

    /// The id of a version as it is told: not where the bucket has no versions.
    pub fn told(&self, version: VersionId) -> Result<Option<String>, S3Error> {
        Ok(self.found()?.told(version).map(|version| version.to_string()))
    }

    /// The id of a version that was just written, as it is told: the null one is not.
    pub fn written(&self, version: VersionId) -> Option<String> {
        Some(version).filter(|version| *version != VersionId::Null).map(|version| version.to_string())
    }

    /// The name of its operation; empty if it has none.
    pub fn operation_name(&self) -> &'static str {
        self.operation.map_or("", |operation| operation.name)
    }

    /// The bucket it is about, as it was when the call was permitted.
    pub fn found(&self) -> Result<&Arc<Bucket>, S3Error> {
        Ok(self.found.bucket.as_ref().ok_or(coldkeep_store::Error::NoSuchBucket)?)
    }

    /// The URL of an object in the style that was asked in: the host may name the bucket.
    pub fn location(&self, bucket: &BucketName, key: &ObjectKey) -> String {
        let scheme = if self.call.tls { "https" } else { "http" };
        let path = if self.address.hosted { format!("/{key}") } else { format!("/{bucket}/{key}") };
        format!("{scheme}://{}{}", self.call.host, coldkeep_auth::uri::encode_path(path.as_bytes()))
    }

    /// A response that says so if it is the caller who pays, or an object on an Outpost.
    fn charging(&self, mut response: Response) -> Response {
        if self.is_on_outpost() && ["GetObject", "HeadObject"].contains(&self.operation_name()) {
            response.headers_mut().insert("x-amz-storage-class", HeaderValue::from_static("OUTPOSTS"));
        }
        if self.found.charged {
            response.headers_mut().insert("x-amz-request-charged", HeaderValue::from_static("requester"));
        }
        response
    }

    /// What was not there when it was permitted was asked nothing, so nothing may come to be of it.
    fn must_be_there(&self, row: &operations::Row) -> Result<(), S3Error> {
        let of_bucket = |ask: &Ask| !matches!(ask.on, On::Service | On::NewBucket);
        if self.found.bucket.is_none() && row.asks.iter().any(of_bucket) {
            self.bucket()?;
            return Err(coldkeep_store::Error::NoSuchBucket.into());
        }
        Ok(())
    }

    /// A request that names the owner it expects is refused when the bucket has another.
    fn expect_owner(&self, header: &str, bucket: Option<&Bucket>) -> Result<(), S3Error> {
        match (self.call.header_value(header), bucket) {
            (Some(expected), Some(bucket)) if bucket.owner.as_bytes() != expected.as_bytes() => {
                Err(S3Error::access_denied())
            }
            _ => Ok(()),
        }
    }

    /// A whole XML body, proven against every digest it was declared with.
    async fn document(&self, body: Body) -> Result<Bytes, S3Error> {
        let max_bytes = max_xml_bytes(self.operation_name());
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
        let (id, path, method) = (call.id.clone(), call.raw_path.clone(), call.method.clone());
        let head = method == http::Method::HEAD;
        let mut annotation = Annotation::default();
        let address = Address::of(&call, &self.domains);
        let upload_id = call.parameter("uploadId").map(str::to_owned);
        let marks = self.origin_marks(&call, &address).await;
        let noted = self.noted(&call, &address).await;
        let mut response = match self.answer(call, address.clone(), body, &mut annotation).await {
            Ok(response) => response,
            Err(error) => {
                let error = error.located(&address, upload_id.as_deref(), &method);
                annotation.error = Some(error.code.to_owned());
                error.response(&id, &path, head)
            }
        };
        response.headers_mut().extend(marks);
        self.log(noted, &response, &mut annotation);
        response.extensions_mut().insert(annotation);
        response
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        unserved_error(why).response(&call.id, &call.raw_path, call.method == http::Method::HEAD)
    }
}

fn unserved_error(why: Unserved) -> S3Error {
    match why {
        Unserved::Malformed(_) => S3Error::invalid_uri(),
        Unserved::Unreadable { too_large } => S3Error::unreadable(too_large),
        Unserved::Overloaded => S3Error::slow_down(),
    }
}

/// An operation that the door knows, for pages and tests that go over all of them.
#[derive(Clone, Copy, Debug)]
pub struct KnownOperation {
    /// The name, as in the model.
    pub name: &'static str,
    /// The permissions it needs, by its parameters.
    pub asks: &'static [Ask],
    /// Whether it can succeed. The others are refused as Amazon refuses them where nothing is configured.
    pub can_succeed: bool,
    /// Whether it is about a configuration, of which there is only the default: it can be read, not changed.
    pub unset: bool,
    /// Whether it goes through access points.
    pub through_points: bool,
    /// What else it cannot do yet, if anything.
    pub lacks: Option<&'static str>,
}

/// All operations of this door, the form of a browser among them, which asks for what PutObject does. What the model has besides
/// is answered `501 NotImplemented` by its name.
pub fn operations() -> impl Iterator<Item = KnownOperation> {
    let known = |can_succeed| {
        move |row: &operations::Row| KnownOperation {
            name: row.name,
            asks: row.asks,
            can_succeed,
            unset: row.room == configuration::ROOM,
            through_points: access::through::goes_through(row.name),
            lacks: operations::lacks(row.name),
        }
    };
    let form = find("PutObject").into_iter().map(known(true)).map(|put| KnownOperation { name: forms::NAME, ..put });
    operations::ROWS.iter().map(known(true)).chain(configuration::unset().map(known(false))).chain(form)
}

/// A response from an encoded output.
pub(crate) fn respond(encoded: Encoded) -> Response {
    let mut response = Response::new(ResponseBody::from(encoded.body));
    *response.status_mut() = encoded.status;
    *response.headers_mut() = encoded.headers;
    response
}
