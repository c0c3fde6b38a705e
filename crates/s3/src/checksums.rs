//! Digests that requests declare, and checksums that answers carry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_auth::Payload;
use coldkeep_digest::{Checksum, ChecksumAlgorithm, ChecksumType, DigestSet, Hasher};
use coldkeep_http::Call;
use coldkeep_store::{Expected, ObjectChecksum};

use crate::S3Call;
use crate::errors::S3Error;

/// What a streamed body was declared with.
pub(crate) struct Declared {
    pub expected: Expected,
    /// The algorithm of a checksum that will come in the trailer.
    pub trailing: Option<ChecksumAlgorithm>,
    /// The algorithm that was named without a checksum, for the server to compute.
    pub named: Option<ChecksumAlgorithm>,
}

impl Declared {
    /// The algorithm of the checksum the client declared, in whichever way.
    pub fn algorithm(&self) -> Option<ChecksumAlgorithm> {
        self.trailing.or(self.expected.checksums.first().map(Checksum::algorithm))
    }
}

/// Reads `Content-MD5`, the signed payload hash, `x-amz-checksum-*` and `x-amz-trailer`.
pub(crate) fn declared(call: &S3Call) -> Result<Declared, S3Error> {
    let headers = &call.call;
    let md5 = coldkeep_http::content_md5(headers).map_err(|_| S3Error::invalid_digest(headers))?;
    let sha256 = match call.payload {
        Payload::Signed(hash) => Some(hash),
        Payload::Unsigned | Payload::Streaming { .. } | Payload::Absent => None,
    };
    let checksums: Vec<Checksum> = header_checksum(headers)?.into_iter().collect();
    let trailing = call.header("x-amz-trailer").and_then(|name| ChecksumAlgorithm::from_header_name(name.trim()));
    if !checksums.is_empty() && trailing.is_some() {
        return Err(S3Error::invalid_request(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
        ));
    }
    let expected = Expected { md5, sha256, tree_hash: None, checksums };
    let mut declared = Declared { expected, trailing, named: None };
    // Beside a checksum Amazon does not look at it.
    if declared.algorithm().is_none()
        && let Some(named) = call.header("x-amz-checksum-algorithm")
    {
        declared.named = Some(algorithm(named)?);
    }
    if let Some(named) = call.header("x-amz-sdk-checksum-algorithm") {
        let named = algorithm(named)?;
        match declared.algorithm() {
            Some(found) if found == named => {}
            Some(_) => {
                return Err(S3Error::invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid."));
            }
            // Presigners name it in the URL before there is a body to have a checksum.
            None if is_presigned(headers) => declared.named = Some(named),
            None => {
                return Err(S3Error::invalid_request(
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer \
                     headers were found.",
                ));
            }
        }
    }
    Ok(declared)
}

/// Whether a request has a digest of its body besides the payload hash of its signature.
pub(crate) fn has_digest(call: &S3Call) -> bool {
    let is_digest = |name: &str| name == "content-md5" || ChecksumAlgorithm::from_header_name(name).is_some();
    call.call.headers.keys().any(|name| is_digest(name.as_str())) || call.header("x-amz-trailer").is_some()
}

/// Refuses one that has none, where Amazon wants one.
pub(crate) fn must_have_digest(call: &S3Call) -> Result<(), S3Error> {
    let message = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
    if has_digest(call) { Ok(()) } else { Err(S3Error::invalid_request(message)) }
}

fn is_presigned(call: &Call) -> bool {
    call.has_parameter("X-Amz-Signature") || call.has_parameter("AWSAccessKeyId")
}

/// Headers named as if they were of an algorithm.
const OF_NO_ALGORITHM: [&str; 3] = ["x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"];

/// The one `x-amz-checksum-<algorithm>` header, if there is one.
fn header_checksum(call: &Call) -> Result<Option<Checksum>, S3Error> {
    let mut found = None;
    for (name, value) in call.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-checksum-")) {
        let Some(algorithm) = ChecksumAlgorithm::from_header_name(name.as_str()) else {
            if OF_NO_ALGORITHM.contains(&name.as_str()) {
                continue;
            }
            let message = "The algorithm type you specified in x-amz-checksum- header is invalid.";
            return Err(S3Error::invalid_request(message));
        };
        if found.replace((algorithm, value)).is_some() {
            return Err(S3Error::invalid_request(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
            ));
        }
    }
    let Some((algorithm, value)) = found else { return Ok(None) };
    let checksum = value.to_str().ok().and_then(|text| Checksum::parse_base64(algorithm, text).ok());
    let invalid = || S3Error::invalid_request(format!("Value for {} header is invalid.", algorithm.header_name()));
    checksum.map(Some).ok_or_else(invalid)
}

/// An algorithm by the name a client gave it.
pub(crate) fn algorithm(name: &str) -> Result<ChecksumAlgorithm, S3Error> {
    ChecksumAlgorithm::parse(name).ok_or_else(|| {
        let names: Vec<&str> = ChecksumAlgorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
        S3Error::invalid_request(format!(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [{}]",
            names.join(", ")
        ))
    })
}

/// A checksum type by its name.
pub(crate) fn checksum_type(name: &str) -> Result<ChecksumType, S3Error> {
    ChecksumType::parse(name)
        .ok_or_else(|| S3Error::invalid_request("Value for x-amz-checksum-type header is invalid."))
}

/// Proves a whole document against the MD5 and checksum it was declared with.
pub(crate) fn prove_document(call: &Call, document: &[u8]) -> Result<(), S3Error> {
    let md5 = coldkeep_http::content_md5(call).map_err(|_| S3Error::invalid_digest(call))?;
    // On CompleteMultipartUpload these headers are of the object, not of the document.
    let checksum = if call.has_parameter("uploadId") { None } else { header_checksum(call)? };
    if md5.is_none() && checksum.is_none() {
        return Ok(());
    }
    let mut set = DigestSet { md5: md5.is_some(), ..DigestSet::default() };
    set.checksums.extend(checksum.map(|checksum| checksum.algorithm()));
    let mut hasher = Hasher::new(&set);
    hasher.update(document);
    let digests = hasher.finish();
    if digests.md5 != md5 {
        let text = |md5: Option<[u8; 16]>| STANDARD.encode(md5.unwrap_or_default());
        return Err(S3Error::bad_md5(text(md5), text(digests.md5)));
    }
    match checksum {
        Some(declared) if digests.checksum(declared.algorithm()) != Some(&declared) => {
            let computed = digests.checksum(declared.algorithm()).map(Checksum::to_base64).unwrap_or_default();
            Err(S3Error::bad_digest(declared.algorithm().name(), &declared.to_base64(), &computed))
        }
        _ => Ok(()),
    }
}

/// An object's checksum as answers carry it: composite ones with the number of parts.
pub(crate) fn text(checksum: &ObjectChecksum, parts: u32) -> String {
    match checksum.kind {
        ChecksumType::Composite => format!("{}-{parts}", checksum.checksum.to_base64()),
        ChecksumType::FullObject => checksum.checksum.to_base64(),
    }
}

/// Sets the member of an output that is for this algorithm.
macro_rules! set_checksum {
    ($output:expr, $algorithm:expr, $text:expr) => {{
        use coldkeep_digest::ChecksumAlgorithm as Algorithm;
        let text = Some($text);
        match $algorithm {
            Algorithm::Crc32 => $output.checksum_crc32 = text,
            Algorithm::Crc32c => $output.checksum_crc32c = text,
            Algorithm::Crc64Nvme => $output.checksum_crc64nvme = text,
            Algorithm::Sha1 => $output.checksum_sha1 = text,
            Algorithm::Sha256 => $output.checksum_sha256 = text,
            Algorithm::Sha512 => $output.checksum_sha512 = text,
            Algorithm::Md5 => $output.checksum_md5 = text,
            Algorithm::Xxhash64 => $output.checksum_xxhash64 = text,
            Algorithm::Xxhash3 => $output.checksum_xxhash3 = text,
            Algorithm::Xxhash128 => $output.checksum_xxhash128 = text,
        }
    }};
}
pub(crate) use set_checksum;

/// The checksum members of an input, with their algorithms.
macro_rules! checksum_members {
    ($input:expr) => {{
        use coldkeep_digest::ChecksumAlgorithm as Algorithm;
        [
            (Algorithm::Crc32, &$input.checksum_crc32),
            (Algorithm::Crc32c, &$input.checksum_crc32c),
            (Algorithm::Crc64Nvme, &$input.checksum_crc64nvme),
            (Algorithm::Sha1, &$input.checksum_sha1),
            (Algorithm::Sha256, &$input.checksum_sha256),
            (Algorithm::Sha512, &$input.checksum_sha512),
            (Algorithm::Md5, &$input.checksum_md5),
            (Algorithm::Xxhash64, &$input.checksum_xxhash64),
            (Algorithm::Xxhash3, &$input.checksum_xxhash3),
            (Algorithm::Xxhash128, &$input.checksum_xxhash128),
        ]
    }};
}
pub(crate) use checksum_members;
