//! Queries over objects: each ends with a refusal, or with a stream whose frames fit together, whatever is asked and whatever lies there.

use coldkeep_select::{Compression, Csv, Format, Header, Output, Query, Request, Step};

use crate::byte;

/// An input is how the object is written, the query, a zero, the object.
pub(crate) fn run(mut data: &[u8]) {
    let (kind, piece) = (byte(&mut data), usize::from(byte(&mut data)).max(1));
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (expression, object) = data.split_at(end);
    let Ok(expression) = std::str::from_utf8(expression) else { return };
    let quoted_delimiters = kind & 4 != 0;
    let header = if kind & 8 != 0 { Header::Use } else { Header::None };
    let format = match kind & 3 {
        0 | 1 => Format::Csv(Csv { quoted_delimiters, header, ..Csv::default() }),
        2 => Format::JsonLines,
        _ => Format::JsonDocument,
    };
    let compression = match kind >> 6 {
        1 => Compression::Gzip,
        2 => Compression::Bzip2,
        _ => Compression::None,
    };
    let request = Request {
        expression: expression.to_owned(),
        format,
        compression,
        range: (kind & 16 != 0).then_some(3..40),
        output: Output::Json { record: "\n".to_owned() },
        progress: kind & 32 != 0,
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let Ok(query) = Query::new(request) else { return };
    let object = object.get(1..).unwrap_or_default();
    let sent = query.over(object, piece);
    fit(&sent);
    assert!(!sent.is_empty(), "nothing is answered");
}

/// An input is a query, a zero, a file of Parquet.
pub(crate) fn parquet(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (expression, object) = data.split_at(end);
    let Ok(expression) = std::str::from_utf8(expression) else { return };
    let object = object.get(1..).unwrap_or_default();
    let request = Request {
        expression: expression.to_owned(),
        format: Format::Parquet { bytes: object.len() as u64 },
        compression: Compression::None,
        range: None,
        output: Output::Json { record: "\n".to_owned() },
        progress: false,
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let Ok(mut query) = Query::new(request) else { return };
    let mut range = query.starts()..object.len() as u64;
    // Counts of records are believed: there may be many.
    for _ in 0..1_000 {
        match query.step() {
            Step::Done => break,
            Step::Busy => {}
            Step::Elsewhere(asked) => range = asked.start..asked.end.min(object.len() as u64),
            Step::Hungry if range.is_empty() => query.give_end(),
            Step::Hungry => {
                let end = range.end.min(range.start + 1_000);
                query.give(object[range.start as usize..end as usize].to_vec().into());
                range.start = end;
            }
        }
        assert!(query.held() < 300 << 20, "a query holds {} bytes", query.held());
        fit(&query.take());
    }
}

/// Frames that fit together.
fn fit(sent: &[u8]) {
    let mut rest = sent;
    while let Some(length) = rest.first_chunk::<4>() {
        rest = &rest[u32::from_be_bytes(*length) as usize..];
    }
    assert!(rest.is_empty(), "the last frame is cut off");
}
