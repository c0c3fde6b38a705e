//! What clients are told of a restore: `x-amz-restore`, and `RestoreStatus` in lists that ask for it. Of an object that was not
//! restored, nothing.

use coldkeep_store::Restore;
use coldkeep_wire::s3::RestoreStatus;

use crate::errors::S3Error;

/// `x-amz-restore`.
pub(crate) fn header(restore: Option<Restore>) -> Option<String> {
    Some(match restore?.until() {
        None => "ongoing-request=\"true\"".to_owned(),
        Some(until) => format!("ongoing-request=\"false\", expiry-date=\"{}\"", until.http_date()),
    })
}

/// `RestoreStatus` of an entry.
pub(crate) fn status(restore: Option<Restore>) -> Option<RestoreStatus> {
    let until = restore?.until();
    Some(RestoreStatus { is_restore_in_progress: Some(until.is_none()), restore_expiry_date: until })
}

/// Whether a list shall show it: `x-amz-optional-object-attributes`.
pub(crate) fn is_asked_for(attributes: &[String]) -> Result<bool, S3Error> {
    match attributes.iter().find(|name| *name != "RestoreStatus") {
        None => Ok(!attributes.is_empty()),
        Some(unknown) => {
            let error = S3Error::invalid_argument("Invalid attribute name specified.");
            Err(error.about("x-amz-optional-object-attributes", unknown))
        }
    }
}
