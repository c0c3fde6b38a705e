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
            Refusal::UnsupportedMechanism(_) => Self::invalid_request(
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            ),
            Refusal::Malformed { place: coldkeep_auth::Place::Header, what } => Self::new(
                400,
                "AuthorizationHeaderMalformed",
                format!("The authorization header is malformed; {what}."),
            ),
            Refusal::Malformed { place: coldkeep_auth::Place::Query, what } => {
                Self::new(400, "AuthorizationQueryParametersError", format!("{what}."))
            }
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
            .with("ArgumentName", "x-amz-content-sha256")
            .with("ArgumentValue", value),
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
                Self::new(403, "AccessDenied", "Request has expired")
                    .with("X-Amz-Expires", expires_seconds.to_string())
                    .with("Expires", expired_at.iso_seconds())
                    .with("ServerTime", server_time.iso_seconds())
            }
            Refusal::SignatureMismatch(mismatch) => Self::new(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and \
                 signing method.",
            )
            .with("AWSAccessKeyId", mismatch.access_key)
            .with("StringToSign", mismatch.string_to_sign)
            .with("SignatureProvided", mismatch.signature_provided)
            .with("CanonicalRequest", String::from_utf8_lossy(&mismatch.canonical_request)),
        }
    }
}
