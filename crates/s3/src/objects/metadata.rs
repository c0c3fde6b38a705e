//! The metadata that a request gives an object: read in one place for PutObject, CopyObject and CreateMultipartUpload,
//! and refused where no answer could carry it back.

use coldkeep_store::{Attributes, StorageClass};
use coldkeep_wire::{fits_header, is_header_text};

use crate::errors::S3Error;

/// 2 KiB: the most that names and values of user metadata may have together.
const MAX_USER_METADATA_BYTES: usize = 2048;

/// The metadata members, but for tags, that PutObject, CopyObject and CreateMultipartUpload share.
macro_rules! attributes {
    ($input:expr) => {
        $crate::objects::metadata::checked(coldkeep_store::Attributes {
            content_type: $input.content_type,
            cache_control: $input.cache_control,
            content_disposition: $input.content_disposition,
            content_encoding: $input.content_encoding.as_deref().and_then($crate::objects::metadata::stored_encoding),
            content_language: $input.content_language,
            expires: $input.expires,
            user: $input.metadata.into_iter().collect(),
            redirect: $crate::objects::metadata::redirect($input.website_redirect_location)?,
            tags: None,
        })?
    };
}
pub(crate) use attributes;

/// Refuses user metadata over the limit, and content headers that no header can carry.
pub(crate) fn checked(attributes: Attributes) -> Result<Attributes, S3Error> {
    let content_headers = [
        ("Content-Type", &attributes.content_type),
        ("Cache-Control", &attributes.cache_control),
        ("Content-Disposition", &attributes.content_disposition),
        ("Content-Encoding", &attributes.content_encoding),
        ("Content-Language", &attributes.content_language),
        ("Expires", &attributes.expires),
    ];
    for (name, value) in content_headers {
        if let Some(value) = value
            && !is_header_text(value)
        {
            return Err(S3Error::unsendable(name, value));
        }
    }
    let bytes = attributes.user.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    if bytes > MAX_USER_METADATA_BYTES {
        let message = "Your metadata headers exceed the maximum allowed metadata size";
        return Err(S3Error::new(400, "MetadataTooLarge", message)
            .with("Size", bytes.to_string())
            .with("MaxSizeAllowed", MAX_USER_METADATA_BYTES.to_string()));
    }
    Ok(attributes)
}

/// 2 KiB: the most that a redirect may have.
const MAX_REDIRECT_BYTES: usize = 2048;

/// `x-amz-website-redirect-location`: an object of the bucket, or another place.
pub(crate) fn redirect(location: Option<String>) -> Result<Option<String>, S3Error> {
    let Some(text) = &location else { return Ok(None) };
    if !["/", "http://", "https://"].iter().any(|start| text.starts_with(start)) {
        let message = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
        return Err(S3Error::new(400, "InvalidRedirectLocation", message));
    }
    if text.len() > MAX_REDIRECT_BYTES {
        let message = "The length of website redirect location cannot exceed 2,048 characters.";
        return Err(S3Error::new(400, "InvalidRedirectLocation", message));
    }
    sendable("x-amz-website-redirect-location", &location)?;
    Ok(location)
}

/// The storage class that a request names. What cannot be had was refused before.
pub(crate) fn class(name: Option<&str>) -> Result<StorageClass, S3Error> {
    let refused = || S3Error::header_not_implemented("x-amz-storage-class");
    name.map_or(Ok(StorageClass::Standard), |name| StorageClass::parse(name).ok_or_else(refused))
}

/// Refuses text that no header can carry.
pub(crate) fn sendable(name: &str, value: &Option<String>) -> Result<(), S3Error> {
    match value {
        Some(value) if !fits_header(value) => Err(S3Error::unsendable(name, value)),
        _ => Ok(()),
    }
}

/// The content encoding to keep: as it was spelt, without `aws-chunked`, which is framing. `None` when nothing is left.
pub(crate) fn stored_encoding(sent: &str) -> Option<String> {
    let is_framing = |coding: &str| coding.trim().eq_ignore_ascii_case("aws-chunked");
    if !sent.split(',').any(is_framing) {
        return (!sent.trim().is_empty()).then(|| sent.to_owned());
    }
    let kept: Vec<&str> = sent.split(',').filter(|coding| !is_framing(coding) && !coding.trim().is_empty()).collect();
    (!kept.is_empty()).then(|| kept.join(",").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_encodings_keep_their_spelling_but_for_the_framing() {
        for (sent, kept) in [
            ("gzip", Some("gzip")),
            ("GZip,  br", Some("GZip,  br")),
            ("aws-chunked", None),
            ("AWS-Chunked , gzip", Some("gzip")),
            ("gzip, aws-chunked", Some("gzip")),
            ("gzip, aws-chunked, br", Some("gzip, br")),
            ("gzip,aws-chunked,br", Some("gzip,br")),
            ("aws-chunked,", None),
            ("", None),
        ] {
            assert_eq!(stored_encoding(sent).as_deref(), kept, "{sent:?}");
        }
    }
}
