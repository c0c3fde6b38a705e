//! PostObject: a browser uploads the file of a form, which carries a policy of its own and that policy's signature, or, into a bucket
//! that is open to all, neither.
//!
//! From the S3 API reference, "Browser-based uploads using POST". `parts` takes multipart/form-data apart, `head` reads the head of one, `fields` reads what
//! stands before the file, `policy` is what the signer allows, `file` the body that the store receives, `answer` what the browser
//! is told.
//!
//! Invariants: the fields are read at their connection's cost, within seconds and 20 KB; nothing of the file is read before the
//! policy's signature is proven and holds, and its signer may do what PutObject asks for; nothing of it is kept unless the form is
//! whole. Of the request's head only what narrows counts, for no signature covers it.

mod answer;
mod fields;
mod file;
mod head;
mod parts;
mod policy;

use coldkeep_auth::Payload;
use coldkeep_http::{Annotation, Body, Call, Response};
use coldkeep_store::{Error, EventType};
use coldkeep_types::MAX_PART_BYTES;
use coldkeep_wire::s3::PutObjectRequest;
use coldkeep_wire::{Request, operations};
use http::Method;

use crate::errors::S3Error;
use crate::forms::fields::Fields;
use crate::forms::file::File;
use crate::forms::parts::{Parts, Unreadable};
use crate::forms::policy::{LengthRange, PostPolicy};
use crate::objects::put::{new_object, store_object};
use crate::operations::find;
use crate::{Address, Proof, S3, S3Call};

/// "The form data and boundaries (excluding the contents of the file) cannot exceed 20KB."
const MAX_AROUND_BYTES: usize = 20 << 10;

/// The operation's name, which is not the model's.
pub(crate) const NAME: &str = "PostObject";

/// Whether a request that is no operation of the model is a form posted to a bucket.
pub(crate) fn is_form(call: &Call, address: &Address) -> bool {
    call.method == Method::POST && call.query.is_empty() && address.bucket.is_some() && address.key.is_none()
}

/// PostObject: stores the file of a form under the key that the form says.
pub(crate) async fn post_object(
    door: &S3,
    mut call: S3Call,
    mut body: Body,
    annotation: &mut Annotation,
) -> Result<Response, S3Error> {
    let (mut parts, length) = begin(&call)?;
    door.store.bucket(&call.bucket()?).await?;
    let read = async |body: &mut Body| Fields::read(&call.call, body, &mut parts).await;
    let (mut fields, head) = body.unproven(read).await?;
    fields.expand(head.filename.as_deref());
    fields.of_bucket(call.bucket()?.as_str());
    annotation.key = Some(fields.required("key")?.to_owned());
    call.address.key.clone_from(&annotation.key);
    let range = prove(door, &mut call, &fields, annotation).await?;
    call.key()?;
    call.call.headers = fields.headers(&call.call.headers)?;
    let operation = operations::S3.iter().find(|operation| operation.name == "PutObject");
    let (Some(operation), Some(row)) = (operation, find("PutObject")) else { return Err(S3Error::internal()) };
    call.operation = Some(operation);
    door.admit(&mut call, operation, row).await?;
    let max_bytes = range.max.min(MAX_PART_BYTES);
    // Whatever is around it, so long is the file at least.
    if length.saturating_sub(MAX_AROUND_BYTES as u64) > max_bytes {
        return Err(Error::TooLarge { max_bytes, bytes: length }.into());
    }
    let labels = [("Bucket", fields.required("bucket")?), ("Key", fields.required("key")?)];
    let request = Request { labels: &labels, query: &[], headers: &call.call.headers, body: &[] };
    let (new, told) = new_object(door, &call, PutObjectRequest::decode(&request)?).await?;
    let mut file = File::new(body, parts, LengthRange { max: max_bytes, ..range });
    let output =
        store_object(door, &call, EventType::CreatedPost, new, &mut file).await.map_err(|error| file.refusal(error))?;
    Ok(call.charging(told.on(answer::answer(&call, &fields, &output)?)))
}

/// Judges the head of the request: the form's parts, not read yet, and how long all of it is.
fn begin(call: &S3Call) -> Result<(Parts, u64), S3Error> {
    let kind = call.header("content-type").unwrap_or_default();
    let media = kind.split(';').next().unwrap_or_default().trim();
    if !media.eq_ignore_ascii_case("multipart/form-data") {
        return Err(S3Error::precondition_failed("Bucket POST must be of the enclosure-type multipart/form-data"));
    }
    if call.caller.is_some() {
        return Err(S3Error::invalid_request("A form is authenticated by the signature of its policy only."));
    }
    // What no signature covers may narrow an upload, not say what it is.
    let narrows = ["x-amz-content-sha256", "x-amz-expected-bucket-owner", "x-amz-request-payer"];
    let means = |name: &str| name.starts_with("x-amz-") || ["content-md5", "if-match", "if-none-match"].contains(&name);
    let sent = call.call.headers.keys().map(http::HeaderName::as_str);
    if let Some(name) = sent.into_iter().find(|name| means(name) && !narrows.contains(name)) {
        return Err(S3Error::header_not_implemented(name));
    }
    if !matches!(call.payload, Payload::Absent | Payload::Unsigned) {
        return Err(S3Error::header_not_implemented("x-amz-content-sha256"));
    }
    let length = call.call.content_length().ok_or_else(S3Error::missing_content_length)?;
    Ok((Parts::of(kind, MAX_AROUND_BYTES).ok_or_else(malformed)?, length))
}

/// Proves who signed the policy and holds the form against it: how long the file may be. An anonymous form has none.
async fn prove(
    door: &S3,
    call: &mut S3Call,
    fields: &Fields,
    annotation: &mut Annotation,
) -> Result<LengthRange, S3Error> {
    let Some(form) = fields.signed()? else { return Ok(LengthRange::ANY) };
    let proven = coldkeep_http::authenticate_form(&call.call, &form, &door.verifier, &*door.keys).await?;
    annotation.caller = Some(proven.caller.arn.clone());
    call.proof = Some(Proof { signed_at: proven.signed_at, version: proven.version, place: proven.place });
    (call.caller, call.region, call.payload) = (Some(proven.caller), proven.region, proven.payload);
    PostPolicy::parse(form.policy)?.permit(fields, call.call.received)
}

fn malformed() -> S3Error {
    S3Error::new(400, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.")
}

fn unreadable(why: Unreadable) -> S3Error {
    match why {
        Unreadable::Malformed => malformed(),
        Unreadable::TooMuch => S3Error::new(
            400,
            "MaxPostPreDataLengthExceededError",
            "Your POST request fields preceding the upload file were too large.",
        )
        .with("MaxPostPreDataLengthBytes", MAX_AROUND_BYTES.to_string()),
    }
}

/// A fuzz target: forms come apart the same way however they are sliced, and policies are read or refused. The first byte is the
/// slices' size.
#[cfg(feature = "fuzzing")]
pub fn fuzz(data: &[u8]) {
    let Some((size, body)) = data.split_first() else { return };
    let apart = |bytes: usize| parts::apart("multipart/form-data; boundary=x", body, bytes.max(1), 4096);
    // How much is too much may be known one slice earlier.
    if let (Some(Ok(sliced)), Some(Ok(whole))) = (apart(usize::from(*size)), apart(body.len())) {
        assert_eq!(sliced, whole);
    }
    let policy = PostPolicy::read(&String::from_utf8_lossy(body));
    if let Ok(policy) = policy {
        let fields = Fields::default();
        let now = coldkeep_types::Timestamp(0);
        assert_eq!(policy.permit(&fields, now).is_ok(), policy.permit(&fields, now).is_ok());
    }
}
