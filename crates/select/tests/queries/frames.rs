//! The frames, read as a client reads them.

use crate::{Answer, csv_out, request, run, with_header};
use coldkeep_select::{Csv, Format};

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

fn number(bytes: &[u8]) -> usize {
    u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize
}

/// Reads a stream to its end, and proves its lengths and checksums.
pub fn answer(mut stream: &[u8]) -> Answer {
    let mut answer = Answer::default();
    while !stream.is_empty() {
        let (total, head) = (number(stream), number(&stream[4..]));
        let (message, rest) = stream.split_at(total);
        stream = rest;
        assert_eq!(number(&message[8..]) as u32, crc32(&message[..8]));
        assert_eq!(number(&message[total - 4..]) as u32, crc32(&message[..total - 4]));
        let (mut headers, payload) = (&message[12..12 + head], &message[12 + head..total - 4]);
        let mut told = std::collections::BTreeMap::new();
        while !headers.is_empty() {
            let end = 1 + usize::from(headers[0]);
            assert_eq!(headers[end], 7);
            let length = usize::from(u16::from_be_bytes([headers[end + 1], headers[end + 2]]));
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            told.insert(text(&headers[1..end]), text(&headers[end + 3..end + 3 + length]));
            headers = &headers[end + 3 + length..];
        }
        if told[":message-type"] == "error" {
            answer.error = Some((told[":error-code"].clone(), told[":error-message"].clone()));
            answer.events.push("error".into());
            continue;
        }
        let (kind, payload) = (told[":event-type"].clone(), String::from_utf8(payload.to_vec()).unwrap());
        match kind.as_str() {
            "Records" => answer.records += &payload,
            "Stats" => answer.stats = payload,
            _ => {}
        }
        answer.events.push(kind);
    }
    answer
}

#[test]
fn a_stream_has_records_then_stats_then_its_end() {
    let answer = run(request("SELECT * FROM S3Object", with_header()), "a,b\n1,2\n").unwrap();
    assert_eq!(answer.events, ["Records", "Stats", "End"]);
    assert_eq!(
        answer.stats,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Stats><BytesScanned>8</BytesScanned>\
         <BytesProcessed>8</BytesProcessed><BytesReturned>4</BytesReturned></Stats>"
    );
}

#[test]
fn progress_is_told_where_it_is_asked_for() {
    let mut asked = request("SELECT _1 FROM S3Object WHERE _1 = 'none'", Format::Csv(Csv::default()));
    asked.output = csv_out();
    asked.progress = true;
    let object = format!("{}\n", "x".repeat(104_999)).repeat(100);
    let answer = crate::run_in(asked.clone(), object.as_bytes(), 1 << 20).unwrap();
    assert_eq!(answer.events, ["Progress", "Progress", "Progress", "Stats", "End"]);
    // Who does not ask hears that the work goes on.
    asked.progress = false;
    let answer = crate::run_in(asked, object.as_bytes(), 1 << 20).unwrap();
    assert_eq!(answer.events, ["Cont", "Cont", "Stats", "End"]);
}
