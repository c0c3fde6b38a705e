//! Why a signature is refused, in S3's words.

use coldkeep_auth::Refusal;

use super::S3Error;

impl From<Refusal> for S3Error {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::NoCredentials => Self::access_denied(),
            Refusal::SeveralCredentials => Self::invalid_argument(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
                 parameter or the Authorization header should be specified",
            ),
            Refusal::NoScheme(value) => {
                Self::invalid_argument("Authorization header is invalid -- one and only one ' ' (space) required")
                    .about("Authorization", value)
            }
            Refusal::UnsupportedMechanism(value) => {
                Self::invalid_argument("Unsupported Authorization Type").about("Authorization", value)
            }
            Refusal::NoV2Signature(value) => {
                // Amazon's two spaces.
                Self::invalid_argument("AWS authorization header is invalid.  Expected AwsAccessKeyId:signature")
                    .about("Authorization", value)
            }
            Refusal::SignatureV2Off => Self::invalid_request(
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            ),
            Refusal::IncompleteV2Query => Self::new(
                403,
                "AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
            ),
            Refusal::InvalidExpires(value) => {
                Self::new(403, "AccessDenied", format!("Invalid date (should be seconds since epoch): {value}"))
            }
            Refusal::Malformed { place: coldkeep_auth::Place::Header, what } => Self::new(
                400,
                "AuthorizationHeaderMalformed",
                format!("The authorization header is malformed; {what}."),
            ),
            Refusal::Malformed { place: coldkeep_auth::Place::Query, what } => {
                Self::new(400, "AuthorizationQueryParametersError", what)
            }
            Refusal::Malformed { place: coldkeep_auth::Place::Form, what } => Self::invalid_argument(&what),
            Refusal::MissingDate => {
                let message = "AWS authentication requires a valid Date or x-amz-date header";
                Self::new(403, "AccessDenied", message)
            }
            Refusal::MissingPayloadHash => {
                Self::invalid_request("Missing required header for this request: x-amz-content-sha256")
            }
            Refusal::UnsupportedPayload(name) => Self::not_implemented(&format!("{name} is not implemented")),
            Refusal::InvalidPayloadHash(value) => Self::invalid_argument(
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                 STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 \
                 value.",
            )
            .about("x-amz-content-sha256", value),
            Refusal::UnsignedHeaders(names) => {
                Self::new(403, "AccessDenied", "There were headers present in the request which were not signed")
                    .with("HeadersNotSigned", names.join(", "))
            }
            Refusal::MissingSignedHeader(_) => Self::new(403, "SignatureDoesNotMatch", text),
            Refusal::UnknownAccessKey(key) => Self::new(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
            .with("AWSAccessKeyId", key),
            Refusal::InvalidToken => {
                Self::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
            }
            Refusal::ExpiredToken => Self::new(400, "ExpiredToken", "The provided token has expired."),
            Refusal::AccountSuspended => Self::new(
                403,
                "AccountProblem",
                "There is a problem with your AWS account that prevents the operation from completing successfully. The \
                 account is suspended. Ask the operator of the server.",
            ),
            Refusal::KeysUnavailable(_) => Self::slow_down(),
            Refusal::Skewed { request_time, server_time, max_skew_millis } => Self::new(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .with("RequestTime", request_time.iso_seconds())
            .with("ServerTime", server_time.iso_seconds())
            .with("MaxAllowedSkewMilliseconds", max_skew_millis.to_string()),
            Refusal::NotYetValid { signed_at, server_time } => {
                Self::new(403, "AccessDenied", "Request is not valid yet")
                    .with("X-Amz-Date", signed_at.iso_seconds())
                    .with("ServerTime", server_time.iso_seconds())
            }
            Refusal::Expired { expires_seconds, expired_at, server_time } => {
                let error = Self::new(403, "AccessDenied", "Request has expired");
                let error = match expires_seconds {
                    Some(seconds) => error.with("X-Amz-Expires", seconds.to_string()),
                    None => error,
                };
                error.with("Expires", expired_at.iso_seconds()).with("ServerTime", server_time.iso_seconds())
            }
            Refusal::SignatureMismatch(mismatch) => Self::new(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and \
                 signing method.",
            )
            .with("AWSAccessKeyId", mismatch.access_key)
            .with("StringToSignBytes", spaced(mismatch.string_to_sign.as_bytes()))
            .with("StringToSign", mismatch.string_to_sign)
            .with("SignatureProvided", mismatch.signature_provided)
            .canonical(&mismatch.canonical_request),
        }
    }
}

impl S3Error {
    /// Adds the canonical request, which Signature V2 does not have.
    fn canonical(self, request: &[u8]) -> Self {
        match request {
            [] => self,
            _ => self
                .with("CanonicalRequest", String::from_utf8_lossy(request))
                .with("CanonicalRequestBytes", spaced(request)),
        }
    }
}

/// Bytes in hexadecimal, two digits each, for eyes that look for a stray character.
fn spaced(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(3 * bytes.len());
    for byte in bytes {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}
