//! Tag sets: of objects, in a document or as the URL-encoded form of `x-amz-tagging`, and of buckets. From the S3 user guide,
//! "Categorizing your objects using tags" and "Using cost allocation S3 bucket tags".

use std::collections::HashSet;

use coldkeep_auth::uri;
use coldkeep_wire::Request;
use coldkeep_wire::s3::{PutObjectTaggingRequest, Tag};

use crate::errors::S3Error;
use crate::request::decoded;

/// Keys and values.
pub(crate) type Tags = Vec<(String, String)>;

/// "You can associate up to 10 tags with an object."
const MOST_OF_OBJECT: usize = 10;
/// Tags that a bucket can have.
const MOST_OF_BUCKET: usize = 50;
/// "A tag key can be up to 128 Unicode characters in length, and tag values can be up to 256 Unicode characters in length."
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

fn invalid(message: impl Into<String>) -> S3Error {
    S3Error::new(400, "InvalidTag", message)
}

/// Letters, digits and spaces of any script, and a few signs.
fn allowed(letter: char) -> bool {
    letter.is_alphanumeric() || (letter.is_whitespace() && !letter.is_control()) || "+-=._:/@".contains(letter)
}

/// What a tag with a key of the system's is refused with: Amazon has a text for objects, one for buckets, and one for new buckets.
const SYSTEM_OF_OBJECT: &str = "Your TagKey cannot be prefixed with aws:";
const SYSTEM_OF_BUCKET: &str = "System tags cannot be added/updated by requester";
const SYSTEM_OF_NEW_BUCKET: &str = "User-defined tag keys can't start with \"aws:\". This prefix is reserved for system tags. Remove \"aws:\" from \
                                    your tag keys and try again.";

fn checked(tags: Tags, most: usize, system: &str) -> Result<Tags, S3Error> {
    if tags.len() > most {
        return Err(invalid(format!("There cannot be more than {most} tags")));
    }
    let mut keys = HashSet::new();
    for (key, value) in &tags {
        let about = |error: S3Error| error.naming("TagKey", Some(key));
        if key.is_empty() || key.chars().count() > MAX_KEY || !key.chars().all(allowed) {
            return Err(about(invalid("The TagKey you have provided is invalid")));
        }
        if value.chars().count() > MAX_VALUE || !value.chars().all(allowed) {
            return Err(about(invalid("The TagValue you have provided is invalid")).naming("TagValue", Some(value)));
        }
        if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return Err(match system {
                SYSTEM_OF_NEW_BUCKET => invalid(system),
                system => about(invalid(system)),
            });
        }
        if !keys.insert(key) {
            return Err(about(invalid("Cannot provide multiple Tags with the same key")));
        }
    }
    Ok(tags)
}

fn pairs(tags: Vec<Tag>) -> Tags {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

/// The tags of an object, from a document.
pub(crate) fn of_object(tags: Vec<Tag>) -> Result<Tags, S3Error> {
    checked(pairs(tags), MOST_OF_OBJECT, SYSTEM_OF_OBJECT)
}

/// The tags of a bucket, from a document.
pub(crate) fn of_bucket(tags: Vec<Tag>) -> Result<Tags, S3Error> {
    of_bucket_with(tags, SYSTEM_OF_BUCKET)
}

/// The tags that a bucket is made with.
pub(crate) fn of_new_bucket(tags: Vec<Tag>) -> Result<Tags, S3Error> {
    of_bucket_with(tags, SYSTEM_OF_NEW_BUCKET)
}

fn of_bucket_with(tags: Vec<Tag>, system: &str) -> Result<Tags, S3Error> {
    if tags.len() > MOST_OF_BUCKET {
        let message = format!("Bucket tag count cannot be greater than {MOST_OF_BUCKET}");
        return Err(S3Error::new(400, "BadRequest", message));
    }
    checked(pairs(tags), MOST_OF_BUCKET, system)
}

/// The tags of `x-amz-tagging`: `key=value&key=value`, encoded as in a query.
pub(crate) fn of_header(header: &str) -> Result<Tags, S3Error> {
    checked(form(header)?, MOST_OF_OBJECT, SYSTEM_OF_OBJECT)
}

/// The pairs of `x-amz-tagging`, whatever they are.
pub(crate) fn form(header: &str) -> Result<Tags, S3Error> {
    let malformed = || {
        let message = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without \
                       tag name duplicates.";
        S3Error::invalid_argument(message).about("x-amz-tagging", header)
    };
    let decoded = |text: &str| decoded(text).ok_or_else(malformed);
    let mut tags = Tags::new();
    for pair in header.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if value.contains('=') {
            return Err(malformed());
        }
        let (key, value) = (decoded(key)?, decoded(value)?);
        if key.is_empty() || tags.iter().any(|(known, _)| *known == key) {
            return Err(malformed());
        }
        tags.push((key, value));
    }
    Ok(tags)
}

/// A document of tags, as a browser's form has it, in the form of `x-amz-tagging`.
pub(crate) fn header_of_document(document: &str) -> Result<String, S3Error> {
    let headers = http::HeaderMap::new();
    let labels = [("Bucket", "b"), ("Key", "k")];
    let request = Request { labels: &labels, query: &[], headers: &headers, body: document.as_bytes() };
    let tags = of_object(PutObjectTaggingRequest::decode(&request)?.tagging.tag_set)?;
    let pair =
        |(key, value): &(String, String)| format!("{}={}", uri::encode(key.as_bytes()), uri::encode(value.as_bytes()));
    Ok(tags.iter().map(pair).collect::<Vec<_>>().join("&"))
}

/// A tag set as records keep it: none where it is empty.
pub(crate) fn stored(tags: Tags) -> Option<Tags> {
    Some(tags).filter(|tags| !tags.is_empty())
}

/// A tag set as documents show it: in the order of the keys.
pub(crate) fn shown(tags: &[(String, String)]) -> Vec<Tag> {
    let mut shown: Vec<Tag> = tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
    shown.sort_by(|one, other| one.key.cmp(&other.key));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(outcome: Result<Tags, S3Error>) -> Option<&'static str> {
        outcome.err().map(|error| error.code)
    }

    #[test]
    fn headers_are_forms() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        for (header, tags) in [
            ("", vec![]),
            ("a=b", vec![pair("a", "b")]),
            ("foo=bar&bar", vec![pair("foo", "bar"), pair("bar", "")]),
            ("a+b=c%20d&e=f%3Dg", vec![pair("a b", "c d"), pair("e", "f=g")]),
            ("%C3%BC=%2B", vec![pair("ü", "+")]),
        ] {
            assert_eq!(of_header(header).ok(), Some(tags), "{header}");
        }
        for (header, wrong) in [
            ("a=b&a=c", "InvalidArgument"),
            ("a=%zz", "InvalidArgument"),
            ("a=%ff", "InvalidArgument"),
            ("=b", "InvalidArgument"),
            ("a=b,c=d", "InvalidArgument"),
            ("aws:x=b", "InvalidTag"),
            ("a=%3C", "InvalidTag"),
            ("1&2&3&4&5&6&7&8&9&10&11", "InvalidTag"),
        ] {
            assert_eq!(code(of_header(header)), Some(wrong), "{header}");
        }
    }

    #[test]
    fn documents_have_limits() {
        let tag = |key: &str, value: &str| Tag { key: key.to_owned(), value: value.to_owned() };
        let many = |count| (0..count).map(|nth| tag(&nth.to_string(), "")).collect::<Vec<_>>();
        assert_eq!(of_object(vec![tag(&"ü".repeat(128), &"x".repeat(256))]).map(|tags| tags.len()).ok(), Some(1));
        assert!(of_object(many(10)).is_ok() && of_bucket(many(50)).is_ok());
        for wrong in [
            vec![tag(&"k".repeat(129), "")],
            vec![tag("k", &"v".repeat(257))],
            vec![tag("", "v")],
            vec![tag("k", "a"), tag("k", "b")],
            vec![tag("AWS:k", "a")],
            vec![tag("k\n", "a")],
            many(11),
        ] {
            assert_eq!(code(of_object(wrong)), Some("InvalidTag"));
        }
        assert_eq!(code(of_bucket(many(51))), Some("BadRequest"));
    }
}
