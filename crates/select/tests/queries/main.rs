//! Queries over small objects: what they answer, byte for byte, whichever way the object comes in pieces.

mod data;
mod expressions;
mod frames;
#[cfg(feature = "parquet")]
mod parquet;
mod refusals;
mod streams;

use coldkeep_select::{Compression, Csv, Format, Header, Output, Query, Request, SelectError};

/// What a query answered: its records, the error that ended it if one did, and the events.
#[derive(Debug, Default)]
struct Answer {
    records: String,
    error: Option<(String, String)>,
    events: Vec<String>,
    stats: String,
}

fn csv_out() -> Output {
    Output::Csv { record: "\n".into(), field: ",".into(), quote: '"', escape: '"', always: false }
}

fn json_out() -> Output {
    Output::Json { record: "\n".into() }
}

fn request(expression: &str, format: Format) -> Request {
    let now = "2017-10-13T16:02:11.123Z".parse().unwrap();
    let output = csv_out();
    let compression = Compression::None;
    Request { expression: expression.into(), format, compression, range: None, output, progress: false, now }
}

fn with_header() -> Format {
    Format::Csv(Csv { header: Header::Use, ..Csv::default() })
}

/// Runs a query over an object that is given in pieces of so many bytes.
fn run_in(request: Request, object: &[u8], piece: usize) -> Result<Answer, SelectError> {
    let query = Query::new(request)?;
    Ok(frames::answer(&query.over(object, piece)))
}

/// Runs a query over an object, whole and byte by byte: both answer the same.
fn run(request: Request, object: impl AsRef<[u8]>) -> Result<Answer, SelectError> {
    let whole = run_in(request.clone(), object.as_ref(), 1 << 20)?;
    let bytewise = run_in(request, object.as_ref(), 1)?;
    assert_eq!((&whole.records, &whole.error, &whole.events), (&bytewise.records, &bytewise.error, &bytewise.events));
    Ok(whole)
}

/// The records that a query makes of an object.
fn records(request: Request, object: impl AsRef<[u8]>) -> String {
    let answer = run(request, object).unwrap();
    assert_eq!(answer.error, None);
    answer.records
}

/// The code of the error that a query ends with, before or after it began.
fn code(request: Request, object: impl AsRef<[u8]>) -> String {
    match run(request, object) {
        Err(error) => error.code.to_owned(),
        Ok(answer) => answer.error.map_or_else(|| format!("none, but {:?}", answer.records), |(code, _)| code),
    }
}
