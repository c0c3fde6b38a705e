//! Large, compressed and partly read objects.

use std::io::Write;

use crate::{records, request, run_in, with_header};
use coldkeep_select::{Compression, Csv, Format, Query, Step};
use proptest::prelude::*;

fn gzip(object: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(object).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(object: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(object).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn compressed_objects() {
    for (compression, pack) in [(Compression::Gzip, gzip as fn(&[u8]) -> Vec<u8>), (Compression::Bzip2, bzip2)] {
        let mut asked = request("SELECT _2 FROM S3Object", Format::Csv(Csv::default()));
        asked.compression = compression;
        // Two archives after one another are one.
        let object = [pack(b"a,b\nc,"), pack(b"d\n")].concat();
        assert_eq!(records(asked.clone(), &object), "b\nd\n", "{compression:?}");
        let answer = run_in(asked, &object[..object.len() - 9], 100).unwrap();
        assert_eq!(answer.error.unwrap().0, "TruncatedInput", "{compression:?}");
    }
}

/// What is packed a thousandfold is never held whole, and no step works for long.
#[test]
fn packed_zeros() {
    let object = gzip(&format!("{}\n", "0".repeat(1_023)).repeat(4 << 10).into_bytes());
    let mut asked = request("SELECT * FROM S3Object", Format::Csv(Csv::default()));
    asked.compression = Compression::Gzip;
    let mut query = Query::new(asked).unwrap();
    query.starts();
    query.give(object.into());
    let (mut most, mut sent) = (0, 0);
    loop {
        match query.step() {
            Step::Hungry => query.give_end(),
            Step::Done => break,
            _ => {}
        }
        let frames = query.take().len();
        (most, sent) = (most.max(frames), sent + frames);
    }
    assert!(most < 100 << 10 && sent >= 4 << 20, "{most} at most of {sent}");
}

/// Ranges that lie end to end give each record once, wherever they are cut.
#[test]
fn ranges() {
    let rows: String = (0..20).map(|number| format!("{number},row\n")).collect();
    let with_names = format!("n,what\n{rows}");
    let lines: String = (0..20).map(|number| format!("{{\"n\":{number},\"what\":\"row\"}}\n")).collect();
    for (format, object, sql) in [
        (Format::Csv(Csv::default()), &rows, "SELECT _1, _2 FROM S3Object"),
        (with_header(), &with_names, "SELECT n, what FROM S3Object"),
        (Format::JsonLines, &lines, "SELECT n, what FROM S3Object"),
    ] {
        for cut in 1..object.len() as u64 - 1 {
            let part = |range| {
                let mut asked = request(sql, format.clone());
                asked.range = Some(range);
                run_in(asked, object.as_bytes(), 7).unwrap().records
            };
            assert_eq!(part(0..cut) + &part(cut..object.len() as u64), rows, "cut at {cut}");
        }
    }
}

proptest! {
    /// Whatever is asked and whatever lies there, a query ends.
    #[test]
    fn ends(sql in "(SELECT|select) [a-z_0-9*(),'%=<> ]{0,40} FROM S3Object( WHERE [a-z_0-9'() =<>]{0,30})?", object in proptest::collection::vec(any::<u8>(), 0..200)) {
        for format in [Format::Csv(Csv { quoted_delimiters: true, ..Csv::default() }), Format::JsonLines, Format::JsonDocument] {
            let _ = run_in(request(&sql, format), &object, 13);
        }
    }

    /// Any texts go through CSV and back.
    #[test]
    fn csv_round(fields in proptest::collection::vec("[a-z\",\n\r ]{1,8}", 1..5)) {
        let quoted: Vec<String> = fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        let mut asked = request("SELECT * FROM S3Object", Format::Csv(Csv { quoted_delimiters: true, ..Csv::default() }));
        asked.output = coldkeep_select::Output::Csv { record: "\n".into(), field: ",".into(), quote: '"', escape: '"', always: true };
        let object = quoted.join(",") + "\n";
        prop_assert_eq!(run_in(asked, object.as_bytes(), 3).unwrap().records, object);
    }
}
