//! What a request asks: how the object is written, how the answer is to be. What is wrong with that has codes of its own.

use std::ops::Range;

use coldkeep_select::{Compression, Csv, Format, Header, Output, Request};
use coldkeep_types::Timestamp;
use coldkeep_wire::s3::{
    CSVInput, CSVOutput, InputSerialization, OutputSerialization, ScanRange, SelectObjectContentRequest,
};

use crate::errors::S3Error;

/// The query that a request asks for, of an object of so many bytes.
pub(super) fn request(input: SelectObjectContentRequest, bytes: u64, now: Timestamp) -> Result<Request, S3Error> {
    if input.expression_type != "SQL" {
        let message = "The ExpressionType is invalid. Only SQL expressions are supported.";
        return Err(S3Error::new(400, "InvalidExpressionType", message));
    }
    let serialization = input.input_serialization;
    let compression = match serialization.compression_type.as_deref() {
        None | Some("" | "NONE") => Compression::None,
        Some("GZIP") => Compression::Gzip,
        Some("BZIP2") => Compression::Bzip2,
        Some(_) => {
            let message = "The file is not in a supported compression format. Only GZIP and BZIP2 are supported.";
            return Err(S3Error::new(400, "InvalidCompressionFormat", message));
        }
    };
    Ok(Request {
        expression: input.expression,
        format: format(serialization, bytes)?,
        compression,
        range: input.scan_range.map(|range| scanned(&range, bytes)).transpose()?,
        output: output(input.output_serialization)?,
        progress: input.request_progress.and_then(|progress| progress.enabled).unwrap_or(false),
        now: jiff::Timestamp::from_millisecond(now.0).map_err(|_| S3Error::internal())?,
    })
}

fn missing() -> S3Error {
    let message = "The Request entity is missing a required parameter. Check the service documentation and try again.";
    S3Error::new(400, "MissingRequiredParameter", message)
}

fn conflict() -> S3Error {
    let message = "The Request entity can only contain one of CSV, JSON or Parquet. Check the service documentation and try \
                   again.";
    S3Error::new(400, "ObjectSerializationConflict", message)
}

fn invalid(name: &str) -> S3Error {
    let message = format!(
        "The value of a parameter in Request element is invalid. Check the service API documentation and try again: {name}"
    );
    S3Error::new(400, "InvalidRequestParameter", message)
}

fn format(asked: InputSerialization, bytes: u64) -> Result<Format, S3Error> {
    match (asked.csv, asked.json, asked.parquet) {
        (None, None, None) => Err(missing()),
        (Some(csv), None, None) => csv_of(csv).map(Format::Csv),
        (None, Some(json), None) => match json.r#type.as_deref() {
            Some("LINES") => Ok(Format::JsonLines),
            Some("DOCUMENT") => Ok(Format::JsonDocument),
            _ => {
                let message = "The JsonType is invalid. Only DOCUMENT and LINES are supported.";
                Err(S3Error::new(400, "InvalidJsonType", message))
            }
        },
        (None, None, Some(_)) => parquet(bytes),
        _ => Err(conflict()),
    }
}

#[cfg(feature = "parquet")]
fn parquet(bytes: u64) -> Result<Format, S3Error> {
    Ok(Format::Parquet { bytes })
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: u64) -> Result<Format, S3Error> {
    let message = "Queries over Parquet are not implemented: this server was built without its feature `parquet`.";
    Err(S3Error::not_implemented(message))
}

fn csv_of(asked: CSVInput) -> Result<Csv, S3Error> {
    let plain = Csv::default();
    // One byte; an empty text is none.
    let byte = |name: &str, text: Option<String>, default| match text.as_deref().map(str::as_bytes) {
        None => Ok(default),
        Some([]) => Ok(None),
        Some([byte]) if byte.is_ascii() => Ok(Some(*byte)),
        Some(_) => Err(invalid(name)),
    };
    let csv = Csv {
        record: asked
            .record_delimiter
            .map(|text| delimiter("RecordDelimiter", text))
            .transpose()?
            .map(String::into_bytes),
        field: match asked.field_delimiter {
            Some(text) => delimiter("FieldDelimiter", text)?.into_bytes(),
            None => plain.field,
        },
        quote: byte("QuoteCharacter", asked.quote_character, plain.quote)?,
        escape: byte("QuoteEscapeCharacter", asked.quote_escape_character, plain.escape)?,
        comment: byte("Comments", asked.comments, plain.comment)?,
        header: match asked.file_header_info.as_deref().map(str::to_ascii_uppercase).as_deref() {
            None | Some("NONE") => Header::None,
            Some("USE") => Header::Use,
            Some("IGNORE") => Header::Ignore,
            Some(_) => {
                let message = "The FileHeaderInfo is invalid. Only NONE, USE, and IGNORE are supported.";
                return Err(S3Error::new(400, "InvalidFileHeaderInfo", message));
            }
        },
        quoted_delimiters: asked.allow_quoted_record_delimiter.unwrap_or(false),
    };
    let record = csv.record.as_deref().unwrap_or(b"\n");
    match csv.field == record || csv.quote.is_some_and(|quote| csv.field.contains(&quote) || record.contains(&quote)) {
        true => Err(invalid("delimiters and quotes must differ")),
        false => Ok(csv),
    }
}

/// One or two bytes.
fn delimiter(name: &str, text: String) -> Result<String, S3Error> {
    match text.len() {
        1 | 2 => Ok(text),
        _ => Err(invalid(name)),
    }
}

fn output(asked: OutputSerialization) -> Result<Output, S3Error> {
    match (asked.csv, asked.json) {
        (Some(csv), None) => csv_output(csv),
        (None, Some(json)) => Ok(Output::Json { record: json.record_delimiter.unwrap_or_else(|| "\n".to_owned()) }),
        (None, None) => Err(missing()),
        (Some(_), Some(_)) => Err(conflict()),
    }
}

fn csv_output(asked: CSVOutput) -> Result<Output, S3Error> {
    let letter = |name: &str, text: Option<String>| {
        let text = text.unwrap_or_else(|| "\"".to_owned());
        let mut letters = text.chars();
        letters.next().filter(|_| letters.next().is_none()).ok_or_else(|| invalid(name))
    };
    Ok(Output::Csv {
        record: asked.record_delimiter.unwrap_or_else(|| "\n".to_owned()),
        field: asked.field_delimiter.unwrap_or_else(|| ",".to_owned()),
        quote: letter("QuoteCharacter", asked.quote_character)?,
        escape: letter("QuoteEscapeCharacter", asked.quote_escape_character)?,
        always: match asked.quote_fields.as_deref() {
            None | Some("ASNEEDED") => false,
            Some("ALWAYS") => true,
            Some(_) => {
                let message = "The QuoteFields is invalid. Only ALWAYS and ASNEEDED are supported.";
                return Err(S3Error::new(400, "InvalidQuoteFields", message));
            }
        },
    })
}

/// The bytes in which records must begin: both ends count, and an end alone is so many bytes before the object's.
fn scanned(asked: &ScanRange, bytes: u64) -> Result<Range<u64>, S3Error> {
    let number = |asked: Option<i64>| asked.map(u64::try_from).transpose();
    let range = match (number(asked.start), number(asked.end)) {
        (Ok(Some(start)), Ok(Some(end))) if start <= end => start..end.saturating_add(1),
        (Ok(Some(start)), Ok(None)) => start..u64::MAX,
        (Ok(None), Ok(Some(last))) => bytes.saturating_sub(last)..u64::MAX,
        (Ok(None), Ok(None)) => 0..u64::MAX,
        _ => {
            let message = "The value of a parameter in ScanRange element is invalid. Check the service API documentation and \
                           try again.";
            return Err(S3Error::new(400, "InvalidScanRange", message));
        }
    };
    Ok(range)
}

#[cfg(all(test, not(feature = "parquet")))]
mod tests {
    #[test]
    fn parquet_needs_its_feature() {
        let refused = super::parquet(0).unwrap_err();
        assert!(format!("{refused:?}").contains("its feature `parquet`"), "{refused:?}");
    }
}
