//! What is wrong with a request's form, in S3's words.

use coldkeep_http::FramingRefusal;
use coldkeep_types::{InvalidName, InvalidPart};
use coldkeep_wire::DecodeError;

use super::S3Error;

impl From<InvalidName> for S3Error {
    fn from(error: InvalidName) -> Self {
        match error {
            InvalidName::Bucket => Self::new(400, "InvalidBucketName", "The specified bucket is not valid."),
            InvalidName::KeyTooLong(bytes) => Self::new(400, "KeyTooLongError", "Your key is too long")
                .with("Size", bytes.to_string())
                .with("MaxSizeAllowed", coldkeep_types::MAX_KEY_BYTES.to_string()),
            InvalidName::Key
            | InvalidName::Vault
            | InvalidName::AccessPoint
            | InvalidName::Outpost
            | InvalidName::Account
            | InvalidName::Region => Self::invalid_argument(&error.to_string()),
        }
    }
}

impl From<InvalidPart> for S3Error {
    fn from(error: InvalidPart) -> Self {
        match error {
            InvalidPart::Number(number) => {
                Self::invalid_argument("Part number must be an integer between 1 and 10000, inclusive")
                    .with("ArgumentName", "partNumber")
                    .with("ArgumentValue", number.to_string())
            }
            InvalidPart::Size(_) => Self::invalid_argument(&error.to_string()),
        }
    }
}

impl From<DecodeError> for S3Error {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::MalformedXml(_) | DecodeError::MalformedJson(_) => Self::malformed_xml(),
            DecodeError::Missing { place: coldkeep_wire::Place::Body, .. }
            | DecodeError::Invalid { place: coldkeep_wire::Place::Body, .. } => Self::malformed_xml(),
            // Only parts have these two, and only together.
            DecodeError::Missing { place: coldkeep_wire::Place::Query, name: "uploadId" } => {
                Self::invalid_argument("This operation does not accept partNumber without uploadId")
                    .with("ArgumentName", "partNumber")
            }
            DecodeError::Missing { place: coldkeep_wire::Place::Query, name: "partNumber" } => {
                Self::new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
                    .with("Method", "PUT")
                    .with("ResourceType", "UPLOAD")
                    .header(http::header::ALLOW, "DELETE, GET, POST")
            }
            DecodeError::Missing { place: coldkeep_wire::Place::Query, name } => {
                Self::invalid_argument(&format!("This operation does not accept a request without {name}"))
                    .with("ArgumentName", name)
            }
            DecodeError::Missing { name: "x-amz-object-attributes", .. } => Self::no_attributes(),
            DecodeError::Missing { name, .. } => {
                Self::invalid_request(format!("Missing required parameter for this request: {name}"))
            }
            DecodeError::Invalid { name: "partNumber", value, .. } => {
                Self::invalid_argument("Part number must be an integer between 1 and 10000, inclusive")
                    .about("partNumber", value)
            }
            DecodeError::Invalid { name: name @ "x-amz-mp-object-size", value, .. } => {
                Self::invalid_request(format!("Value for {name} header is invalid: '{value}'"))
            }
            DecodeError::Invalid { name: name @ "x-amz-object-lock-retain-until-date", value, .. } => {
                Self::invalid_argument("The retain until date must be provided in ISO 8601 format").about(name, value)
            }
            DecodeError::Invalid { name, expected: "an integer", value, .. } => {
                Self::invalid_argument(&format!("Provided {name} not an integer or within integer range"))
                    .about(name, value)
            }
            DecodeError::Invalid { name, expected, value, .. } => {
                Self::invalid_argument(&format!("Provided {name} is not {expected}"))
                    .with("ArgumentName", name)
                    .with("ArgumentValue", value)
            }
        }
    }
}

impl From<FramingRefusal> for S3Error {
    fn from(error: FramingRefusal) -> Self {
        match error {
            FramingRefusal::MissingDecodedLength | FramingRefusal::InvalidDecodedLength(_) => {
                Self::missing_content_length()
            }
            FramingRefusal::UnsupportedTrailer(name) => Self::invalid_request(format!(
                "The value specified in the x-amz-trailer header is not supported: {name}"
            )),
        }
    }
}
