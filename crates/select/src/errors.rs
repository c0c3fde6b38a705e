//! What is wrong with a query or with the data that it reads, by Amazon's codes for SelectObjectContent.
//!
//! The codes are those of the API reference's list of error codes of SELECT; texts as clients quote them. Where the list has no code
//! for a fault, the nearest is taken (`docs/decisions/0037-select.md` names those).

use std::borrow::Cow;
use std::fmt;

/// The longest message.
const MAX_MESSAGE_BYTES: usize = 1_024;

/// A query that cannot be answered, or not to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectError {
    /// Amazon's code.
    pub code: &'static str,
    /// What happened, for people.
    pub message: Cow<'static, str>,
}

impl SelectError {
    /// An error of this code. What it quotes of a query or an object may be long, and nothing that can be shown.
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let mut message = message.into();
        if message.len() > MAX_MESSAGE_BYTES || message.contains(char::is_control) {
            let shown = message.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
            message = Cow::Owned(shown.take(MAX_MESSAGE_BYTES / 4).collect());
        }
        Self { code, message }
    }

    pub(crate) fn unexpected(what: impl fmt::Display) -> Self {
        Self::new("ParseUnexpectedToken", format!("The SQL expression contains an unexpected token: {what}"))
    }

    pub(crate) fn structure(what: &str) -> Self {
        let message = format!("Encountered an unsupported SQL structure: {what}. Check the SQL Reference.");
        Self::new("UnsupportedSqlStructure", message)
    }

    pub(crate) fn argument(function: &str) -> Self {
        let message = format!("Illegal argument was used in the SQL function {function}.");
        Self::new("IllegalSqlFunctionArgument", message)
    }

    pub(crate) fn cast(text: &str, kind: &str) -> Self {
        let shown: String = text.chars().take(64).collect();
        let message = format!(
            "Attempt to convert from one data type to another using CAST failed in the SQL expression: '{shown}' is no {kind}."
        );
        Self::new("CastFailed", message)
    }

    pub(crate) fn unevaluable(why: &str) -> Self {
        let message = format!("The query cannot be evaluated: {why}. Check the file and try again.");
        Self::new("ExternalEvalException", message)
    }

    pub(crate) fn json(why: &str) -> Self {
        let message = format!("Encountered an error parsing the JSON file: {why}. Check the file and try again.");
        Self::new("JSONParsingError", message)
    }

    pub(crate) fn csv(why: &str) -> Self {
        let message = format!("Encountered an error parsing the CSV file: {why}. Check the file and try again.");
        Self::new("CSVParsingError", message)
    }

    #[cfg(feature = "parquet")]
    pub(crate) fn parquet(why: &str) -> Self {
        let message = format!("Encountered an error parsing the Parquet file: {why}. Check the file and try again.");
        Self::new("ParquetParsingError", message)
    }

    #[cfg(feature = "parquet")]
    pub(crate) fn parquet_block(why: &str) -> Self {
        let message = format!("The Parquet file is above the max row group size: {why}.");
        Self::new("OverMaxParquetBlockSize", message)
    }

    #[cfg(feature = "parquet")]
    pub(crate) fn parquet_type(column: &str, name: &str) -> Self {
        let message = format!("The specified Parquet type is not supported: that of {column} is {name}.");
        Self::new("UnsupportedParquetType", message)
    }

    pub(crate) fn too_long() -> Self {
        let message = "The length of a record in the input or result is greater than maxCharsPerRecord of 1 MB.";
        Self::new("OverMaxRecordSize", message)
    }

    pub(crate) fn encoding() -> Self {
        let message = "Invalid encoding type. Only UTF-8 encoding is supported.";
        Self::new("InvalidTextEncoding", message)
    }
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for SelectError {}
