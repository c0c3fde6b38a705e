//! Annotations of an object, or of a version of one: PutObjectAnnotation, GetObjectAnnotation, ListObjectAnnotations,
//! DeleteObjectAnnotation.
//!
//! From the S3 user guide, "Annotating your objects". They are encrypted as their object is: under the same data key, so what is asked
//! of a key of KMS is what reading the object asks. Objects under clients' keys have none.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::{Checksum, ChecksumAlgorithm};
use coldkeep_http::{Body, Response, ResponseBody};
use coldkeep_seal::Scheme;
use coldkeep_store::{MAX_ANNOTATION_BYTES, MAX_ANNOTATIONS, NewAnnotation, Object, Precondition, Source, SourceError};
use coldkeep_wire::s3::{
    AnnotationEntry, DeleteObjectAnnotationOutput, DeleteObjectAnnotationRequest, GetObjectAnnotationOutput,
    GetObjectAnnotationRequest, ListObjectAnnotationsOutput, ListObjectAnnotationsRequest, PutObjectAnnotationOutput,
    PutObjectAnnotationRequest,
};

use super::put::{quoted, unquoted};
use crate::checksums::{self, declared, set_checksum};
use crate::errors::S3Error;
use crate::listings::token;
use crate::{S3, S3Call, respond};

const MAX_NAME_BYTES: usize = 512;

/// PutObjectAnnotation: in place of the one of that name.
pub(crate) async fn put_object_annotation(
    door: &S3,
    call: &S3Call,
    input: PutObjectAnnotationRequest,
    mut body: Body,
) -> Result<Response, S3Error> {
    named(&input.annotation_name)?;
    let declared = declared(call)?;
    let (bucket, key, version) = (call.bucket()?, call.key()?, call.version()?);
    let object = door.store.head_version(&bucket, &key, version).await?;
    if object.sealed.as_ref().is_some_and(|sealed| sealed.scheme == Scheme::Customer) {
        return Err(S3Error::invalid_request(
            "Annotations are not supported for objects that are encrypted with customer-provided keys (SSE-C).",
        ));
    }
    let precondition = object_condition(input.object_if_match.as_deref());
    let (data_key, told) = door.reading(call, object.sealed.as_ref()).await?;
    let new = NewAnnotation {
        bucket,
        key,
        version,
        name: input.annotation_name.clone(),
        algorithm: declared.algorithm().or(declared.named).unwrap_or(ChecksumAlgorithm::Crc64Nvme),
        expected: declared.expected,
        precondition,
        data_key,
    };
    let mut text = Text { body: &mut body, tail: Vec::new(), bytes: 0, wrong: None };
    let put = door.store_for(call).put_annotation(&object, new, &mut text).await;
    let (object, annotation) = match text.wrong {
        Some(wrong) => return Err(wrong.error()),
        None => put?,
    };
    let mut output = PutObjectAnnotationOutput {
        key: Some(input.key),
        annotation_name: Some(input.annotation_name),
        object_version_id: call.told(object.version)?,
        etag: Some(quoted(&annotation.etag)),
        ..PutObjectAnnotationOutput::default()
    };
    if let Some(checksum) = &annotation.checksum {
        output.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(output, checksum.checksum.algorithm(), checksums::text(checksum, 0));
    }
    Ok(told.answer(output.encode()))
}

/// GetObjectAnnotation.
pub(crate) async fn get_object_annotation(
    door: &S3,
    call: &S3Call,
    input: GetObjectAnnotationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key, version) = (call.bucket()?, call.key()?, call.version()?);
    let reader = door.store.open_annotation(&bucket, &key, version, &input.annotation_name).await?;
    let (key, told) = door.reading(call, reader.object.sealed.as_ref()).await?;
    let annotation = &reader.annotation;
    let mut output = GetObjectAnnotationOutput {
        object_version_id: call.told(reader.object.version)?,
        last_modified: Some(annotation.modified),
        content_length: Some(annotation.bytes as i64),
        etag: Some(quoted(&annotation.etag)),
        ..GetObjectAnnotationOutput::default()
    };
    let wants_checksum = input.checksum_mode.is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED"));
    if let Some(checksum) = annotation.checksum.as_ref().filter(|_| wants_checksum) {
        output.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(output, checksum.checksum.algorithm(), checksums::text(checksum, 0));
    }
    let mut reader = reader.with_key(key).read();
    reader.prepare().await?;
    let mut response = told.answer(output.encode());
    *response.body_mut() = ResponseBody::reading(reader, "an annotation");
    Ok(response)
}

/// ListObjectAnnotations, by their names.
pub(crate) async fn list_object_annotations(
    door: &S3,
    call: &S3Call,
    input: ListObjectAnnotationsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key, version) = (call.bucket()?, call.key()?, call.version()?);
    let prefix = input.annotation_prefix.clone().unwrap_or_default();
    if !prefix.is_empty() && named(&prefix).is_err() {
        return Err(S3Error::new(400, "InvalidPrefix", "The prefix you provided is not valid for annotation names."));
    }
    let limit = match input.max_annotation_results {
        None => MAX_ANNOTATIONS as usize,
        Some(limit) if (1..=MAX_ANNOTATIONS as i32).contains(&limit) => limit as usize,
        Some(limit) => {
            return Err(S3Error::invalid_argument("max-annotation-results must be between 1 and 1000.")
                .about("max-annotation-results", limit.to_string()));
        }
    };
    let fits = |name: &str| name.starts_with(&prefix) && named(name).is_ok();
    let after = input.continuation_token.as_deref().map(|text| token::read(text, fits)).transpose()?;
    let page = (prefix.as_str(), after.as_deref());
    let (object, mut found) = door.store.list_annotations(&bucket, &key, version, page, limit + 1).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let output = ListObjectAnnotationsOutput {
        next_continuation_token: found.last().filter(|_| more).map(|last| token::write(&last.name)),
        annotation_count: Some(found.len() as i32),
        annotations: found.into_iter().map(entry).collect(),
        bucket: Some(input.bucket),
        key: Some(input.key),
        object_version_id: call.told(object.version)?,
        annotation_prefix: input.annotation_prefix,
        max_annotation_results: Some(limit as i32),
        continuation_token: input.continuation_token,
        ..ListObjectAnnotationsOutput::default()
    };
    Ok(respond(output.encode()))
}

/// DeleteObjectAnnotation: no error if there is none of that name.
pub(crate) async fn delete_object_annotation(
    door: &S3,
    call: &S3Call,
    input: DeleteObjectAnnotationRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key, version) = (call.bucket()?, call.key()?, call.version()?);
    let condition = object_condition(input.object_if_match.as_deref());
    let object: Object =
        door.store_for(call).delete_annotation(&bucket, &key, version, &input.annotation_name, &condition).await?;
    let object_version_id = call.told(object.version)?;
    Ok(respond(DeleteObjectAnnotationOutput { object_version_id, ..Default::default() }.encode()))
}

fn entry(annotation: coldkeep_store::Annotation) -> AnnotationEntry {
    let checksum_algorithm = annotation.checksum.iter().map(|kept| kept.checksum.algorithm().name().to_owned());
    AnnotationEntry {
        annotation_name: annotation.name,
        last_modified: Some(annotation.modified),
        etag: Some(quoted(&annotation.etag)),
        checksum_algorithm: checksum_algorithm.collect(),
        size: annotation.bytes as i64,
        ..AnnotationEntry::default()
    }
}

/// What must hold of the object.
fn object_condition(if_match: Option<&str>) -> Precondition {
    Precondition { if_match: if_match.map(|tag| unquoted(tag).to_owned()), ..Precondition::default() }
}

/// "Can contain only letters (any language), digits (0-9), underscore, period, and hyphen. Cannot start with aws or s3."
fn named(name: &str) -> Result<(), S3Error> {
    if name.len() > MAX_NAME_BYTES {
        return Err(S3Error::new(400, "AnnotationNameTooLong", "The annotation name exceeds 512 bytes."));
    }
    let letter = |it: char| it.is_alphabetic() || it.is_ascii_digit() || matches!(it, '_' | '.' | '-');
    let reserved =
        ["aws", "s3"].iter().any(|prefix| name.get(..prefix.len()).is_some_and(|it| it.eq_ignore_ascii_case(prefix)));
    match !name.is_empty() && name.chars().all(letter) && !reserved {
        true => Ok(()),
        false => Err(S3Error::new(400, "InvalidAnnotationName", "The annotation name you provided is invalid.")),
    }
}

/// What is wrong with the bytes of an annotation.
enum Wrong {
    Empty,
    NoText,
}

impl Wrong {
    fn error(&self) -> S3Error {
        match self {
            Self::Empty => S3Error::invalid_request(format!(
                "An annotation has between 1 and {MAX_ANNOTATION_BYTES} bytes. Delete it where it is to have none."
            )),
            Self::NoText => {
                S3Error::new(415, "UnsupportedMediaType", "The annotation payload is not valid UTF-8 encoded text.")
            }
        }
    }
}

/// A body that must be some text in UTF-8: whatever else ends it.
struct Text<'a> {
    body: &'a mut Body,
    /// The beginning of a character whose rest is still to come.
    tail: Vec<u8>,
    bytes: usize,
    wrong: Option<Wrong>,
}

impl Text<'_> {
    fn refuse(&mut self, wrong: Wrong) -> SourceError {
        self.wrong = Some(wrong);
        SourceError::Framing("an annotation must be text".into())
    }

    /// Whether the text may go on with these bytes.
    fn goes_on(&mut self, slice: &[u8]) -> bool {
        let joined = [&self.tail, slice].concat();
        match std::str::from_utf8(&joined) {
            Ok(_) => self.tail.clear(),
            Err(error) if error.error_len().is_none() => self.tail = joined[error.valid_up_to()..].to_vec(),
            Err(_) => return false,
        }
        true
    }
}

#[async_trait]
impl Source for Text<'_> {
    fn declared_bytes(&self) -> Option<u64> {
        self.body.declared_bytes()
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        match self.body.next().await? {
            Some(slice) if self.goes_on(&slice) => {
                self.bytes += slice.len();
                Ok(Some(slice))
            }
            None if self.bytes == 0 => Err(self.refuse(Wrong::Empty)),
            None if self.tail.is_empty() => Ok(None),
            Some(_) | None => Err(self.refuse(Wrong::NoText)),
        }
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        self.body.trailing_checksums()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_and_few_others() {
        for name in ["a", "A-1_b.c", "übersicht", "要約", "as3", "a-ws", &"é".repeat(256)] {
            assert!(named(name).is_ok(), "{name}");
        }
        for name in ["", " ", "a b", "a/b", "a:b", "aws", "AWSx", "s3", "S3.x", "a\u{0}", "½", &"é".repeat(257)] {
            assert!(named(name).is_err(), "{name}");
        }
    }

    #[tokio::test]
    async fn text_may_be_cut_anywhere_and_must_end_whole() {
        let text = "aé要😀z".as_bytes();
        for cut in 0..=text.len() {
            let mut body = Body::empty();
            let mut source = Text { body: &mut body, tail: Vec::new(), bytes: 0, wrong: None };
            assert!(source.goes_on(&text[..cut]) && source.goes_on(&text[cut..]) && source.tail.is_empty(), "{cut}");
        }
        for (bytes, code) in
            [(&b""[..], "InvalidRequest"), (b"a\xff", "UnsupportedMediaType"), (b"a\xc3", "UnsupportedMediaType")]
        {
            let mut body = Body::from_bytes(bytes.to_vec());
            let mut source = Text { body: &mut body, tail: Vec::new(), bytes: 0, wrong: None };
            while let Ok(Some(_)) = source.next().await {}
            assert_eq!(source.wrong.map(|wrong| wrong.error().code), Some(code));
        }
    }
}
