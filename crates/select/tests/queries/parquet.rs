//! Parquet, in files that `parquet/make.py` wrote with PyArrow.

use std::fs;

use crate::{Answer, code, json_out, records, request, run};
use coldkeep_select::{Compression, Format, Query, Request, SelectError, Step};
use proptest::prelude::*;

#[allow(clippy::disallowed_methods, reason = "tests read files as they need")]
fn file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/queries/parquet");
    fs::read(format!("{folder}/{name}.parquet")).unwrap()
}

fn asked(sql: &str, object: &[u8]) -> Request {
    let mut asked = request(sql, Format::Parquet { bytes: object.len() as u64 });
    asked.output = json_out();
    asked
}

/// What a query makes of a file.
fn answer(sql: &str, name: &str) -> Answer {
    let object = file(name);
    run(asked(sql, &object), &object).unwrap()
}

fn rows(sql: &str, name: &str) -> String {
    let answer = answer(sql, name);
    assert_eq!(answer.error, None);
    answer.records
}

fn fails(sql: &str, object: &[u8]) -> String {
    code(asked(sql, object), object)
}

fn scanned(answer: &Answer) -> usize {
    let (_, rest) = answer.stats.split_once("<BytesScanned>").unwrap();
    rest.split_once('<').unwrap().0.parse().unwrap()
}

#[test]
fn types() {
    let numbers =
        "SELECT s.bool, i8, i16, i32, i64, u8, u32, u64, half, single, \"double\", small, \"large\" FROM S3Object s";
    assert_eq!(
        rows(numbers, "types"),
        "{\"bool\":true,\"i8\":-128,\"i16\":-32768,\"i32\":-2147483648,\"i64\":-9223372036854775808,\"u8\":0,\"u32\":0,\
         \"u64\":0,\"half\":1.5,\"single\":0.10000000149011612,\"double\":0.1,\"small\":12.50,\"large\":-123}\n\
         {\"bool\":null,\"i8\":null,\"i16\":null,\"i32\":null,\"i64\":null,\"u8\":null,\"u32\":null,\"u64\":null,\
         \"half\":null,\"single\":null,\"double\":null,\"small\":null,\"large\":null}\n\
         {\"bool\":false,\"i8\":127,\"i16\":32767,\"i32\":2147483647,\"i64\":9223372036854775807,\"u8\":255,\
         \"u32\":4294967295,\"u64\":18446744073709551615,\"half\":-0.25,\"single\":-2.0,\"double\":null,\"small\":-0.01,\
         \"large\":1e37}\n"
    );
    let texts = "SELECT \"text\", bytes, fixed, s.uuid, none FROM S3Object s";
    assert_eq!(
        rows(texts, "types"),
        "{\"text\":\"Zürich, \\\"x\\\"\",\"bytes\":\"ab\",\"fixed\":\"abc\",\
         \"uuid\":\"00000000-0000-0000-0000-000000000001\",\"none\":null}\n\
         {\"text\":null,\"bytes\":null,\"fixed\":null,\"uuid\":null,\"none\":null}\n\
         {\"text\":\"\",\"bytes\":\"\",\"fixed\":\"xyz\",\"uuid\":\"ffffffff-ffff-ffff-ffff-ffffffffffff\",\"none\":null}\n"
    );
    let times = "SELECT s.\"day\", milli, micro, nano, s.\"time\", micros FROM S3Object s WHERE i8 IS NOT NULL";
    assert_eq!(
        rows(times, "types"),
        "{\"day\":\"1970-01-01T\",\"milli\":\"2024-02-29T13:14:15.123Z\",\"micro\":\"2024-02-29T13:14:15.123456-00:00\",\
         \"nano\":\"1970-01-01T00:00:00.000000001Z\",\"time\":\"01:02:03.004\",\"micros\":\"01:02:03.000004\"}\n\
         {\"day\":\"0001-01-01T\",\"milli\":\"1969-12-31T23:59:59.000Z\",\"micro\":\"0001-01-01T00:00:00.000000-00:00\",\
         \"nano\":\"1969-12-31T23:59:59.999999999Z\",\"time\":\"23:59:59.000\",\"micros\":\"00:00:00.000000\"}\n"
    );
    assert_eq!(
        rows("SELECT * FROM S3Object", "int96"),
        "{\"at\":\"1970-01-01T00:00:00.000000001-00:00\"}\n{\"at\":null}\n{\"at\":\"1969-12-31T23:59:59.999999999-00:00\"}\n"
    );
    let compared = "SELECT i8 FROM S3Object WHERE milli > TO_TIMESTAMP('2024-01-01T') AND small = 12.5 AND \"bool\"";
    assert_eq!(rows(compared, "types"), "{\"i8\":-128}\n");
}

#[test]
fn lists_maps_and_objects() {
    assert_eq!(
        rows("SELECT * FROM S3Object", "nested"),
        "{\"id\":1,\"tags\":[\"a\",null,\"c\"],\"at\":{\"x\":1,\"name\":\"one\"},\
         \"path\":[{\"x\":1,\"name\":\"p\"},{\"x\":2,\"name\":null}],\"grid\":[[1,2],[]],\"map\":{\"k\":1,\"l\":null}}\n\
         {\"id\":2,\"tags\":[],\"at\":{\"x\":null,\"name\":\"two\"},\"path\":null,\"grid\":[null,[3]],\"map\":{}}\n\
         {\"id\":3,\"tags\":null,\"at\":null,\"path\":[],\"grid\":[],\"map\":null}\n\
         {\"id\":4,\"tags\":[\"d\"],\"at\":{\"x\":4,\"name\":null},\"path\":[null],\"grid\":null,\"map\":{\"m\":2}}\n"
    );
    assert_eq!(
        rows("SELECT s.at.name, s.tags[0], s.path[1].x FROM S3Object s WHERE s.at.x IS NOT NULL", "nested"),
        "{\"name\":\"one\",\"_2\":\"a\",\"x\":2}\n{\"name\":null,\"_2\":\"d\"}\n"
    );
    assert_eq!(rows("SELECT s.id FROM S3Object s WHERE s.at.none IS MISSING LIMIT 1", "nested"), "{\"id\":1}\n");
    // A path reads no more columns than it leads to.
    let (name, whole) =
        (answer("SELECT s.at.name FROM S3Object s", "nested"), answer("SELECT s.at FROM S3Object s", "nested"));
    assert!(name.records.starts_with("{\"name\":\"one\"}\n{\"name\":\"two\"}\n") && scanned(&name) < scanned(&whole));
}

/// Both versions of pages, all codecs and encodings, values that go on over many pages, several row groups.
#[test]
fn encodings() {
    let row = |number: usize| {
        let odd = if number.is_multiple_of(5) { "null".to_owned() } else { (number % 2 == 1).to_string() };
        let parts: Vec<String> = (0..number % 4).map(|part| part.to_string()).collect();
        let (ratio, name, parts) = (number as f64 / 8.0, number % 17, parts.join(","));
        format!(
            "{{\"number\":{number},\"name\":\"name {name}\",\"ratio\":{ratio:?},\"odd\":{odd},\"parts\":[{parts}]}}\n"
        )
    };
    let wanted: String = (0..400).map(row).collect();
    for name in ["plain", "snappy", "gzip", "delta", "lengths"] {
        assert_eq!(rows("SELECT * FROM S3Object", name), wanted, "{name}");
        let counted = rows("SELECT COUNT(*), SUM(number), MAX(ratio) FROM S3Object WHERE odd AND parts[1] = 1", name);
        let picked = (0..400).filter(|number| number % 5 != 0 && number % 4 == 3);
        let (count, sum) = picked.fold((0, 0), |(count, sum), number| (count + 1, sum + number));
        assert_eq!(counted, format!("{{\"_1\":{count},\"_2\":{sum},\"_3\":49.875}}\n"), "{name}");
    }
}

#[test]
fn only_what_is_named_is_read() {
    let length = file("plain").len();
    let all = answer("SELECT * FROM S3Object", "plain");
    let one = answer("SELECT ratio FROM S3Object", "plain");
    let first = answer("SELECT ratio FROM S3Object LIMIT 1", "plain");
    let none = answer("SELECT COUNT(*) FROM S3Object", "plain");
    assert_eq!(none.records, "{\"_1\":400}\n");
    // The end is read at first, which is all of it; what is read again counts again.
    assert_eq!(scanned(&none), length);
    assert!(scanned(&first) > scanned(&none) && scanned(&one) > scanned(&first) && scanned(&all) > scanned(&one));
}

#[test]
fn names() {
    assert_eq!(rows("SELECT B FROM S3Object", "names"), "{\"B\":3}\n");
    assert_eq!(rows("SELECT \"A\", s.\"a\" FROM S3Object s", "names"), "{\"A\":2,\"a\":1}\n");
    let object = file("names");
    assert_eq!(fails("SELECT a FROM S3Object", &object), "AmbiguousFieldName");
    for missing in ["\"B\"", "c", "_1"] {
        assert_eq!(fails(&format!("SELECT {missing} FROM S3Object"), &object), "EvaluatorBindingDoesNotExist");
    }
    assert_eq!(fails("SELECT s[0] FROM S3Object s", &object), "InvalidKeyPath");
    assert_eq!(fails("SELECT * FROM S3Object[*].a", &object), "InvalidKeyPath");
}

#[test]
fn what_cannot_be_read_is_told() {
    assert_eq!(fails("SELECT number FROM S3Object", &file("zstd")), "ParquetUnsupportedCompressionCodec");
    // As long as nothing of it is wanted, it does no harm.
    assert_eq!(rows("SELECT COUNT(*) FROM S3Object", "zstd"), "{\"_1\":20}\n");
    let object = file("plain");
    let mut packed = asked("SELECT * FROM S3Object", &object);
    packed.compression = Compression::Gzip;
    assert_eq!(code(packed, &object), "InvalidCompressionFormat");
    for object in
        [b"".as_slice(), b"PAR1PAR1", b"a,b\n1,2\n3,4\n", &object[..object.len() - 1], &object[object.len() - 100..]]
    {
        assert_eq!(fails("SELECT * FROM S3Object", object), "ParquetParsingError");
    }
    let encrypted = [&object[..object.len() - 1], b"E"].concat();
    assert_eq!(fails("SELECT * FROM S3Object", &encrypted), "ParquetParsingError");
    // A footer that would be larger than the object, and one that would be larger than footers may be.
    for length in [object.len() as u32, u32::MAX] {
        let claims = [&object[..object.len() - 8], &length.to_le_bytes(), b"PAR1"].concat();
        assert_eq!(fails("SELECT * FROM S3Object", &claims), "ParquetParsingError");
    }
}

/// Ranges that lie end to end give each row group once.
#[test]
fn ranges() {
    let object = file("snappy");
    let all = rows("SELECT number FROM S3Object", "snappy");
    for cut in (0..object.len() as u64).step_by(997) {
        let part = |range| {
            let mut asked = asked("SELECT number FROM S3Object", &object);
            asked.range = Some(range);
            records(asked, &object)
        };
        let (before, after) = (part(0..cut), part(cut..u64::MAX));
        assert_eq!(before.clone() + &after, all);
        assert!([0, 150, 300, 400].contains(&before.lines().count()));
    }
}

/// Records that take hardly a byte are work too: steps stay short, and who waits hears that they go on.
#[test]
fn many_records_in_few_bytes() {
    let object = file("constant");
    assert!(object.len() < 16 << 10);
    let mut query = Query::new(asked("SELECT SUM(a) FROM S3Object", &object)).unwrap();
    let (mut steps, mut sent, mut range) = (0, Vec::new(), query.starts()..object.len() as u64);
    loop {
        steps += 1;
        match query.step() {
            Step::Done => break,
            Step::Busy => {}
            Step::Elsewhere(asked) => range = asked,
            Step::Hungry => query.give(object[range.start as usize..range.end as usize].to_vec().into()),
        }
        sent.extend_from_slice(&query.take());
    }
    let answer = crate::frames::answer(&sent);
    assert_eq!(answer.records, "{\"_1\":4200000}\n");
    assert!(
        steps > 100 && answer.events.iter().filter(|event| *event == "Cont").count() >= 2,
        "{steps} {:?}",
        answer.events
    );
}

/// What is said of a query that has ended comes too late.
#[test]
fn the_end_is_the_end() {
    let object = file("constant");
    let mut query = Query::new(asked("SELECT a FROM S3Object LIMIT 1", &object)).unwrap();
    let (mut range, mut sent) = (query.starts()..object.len() as u64, Vec::new());
    loop {
        match query.step() {
            Step::Done => break,
            Step::Busy => query.fail(&SelectError::new("Busy", "")),
            Step::Elsewhere(asked) => range = asked,
            Step::Hungry => query.give(object[range.start as usize..range.end as usize].to_vec().into()),
        }
        sent.extend_from_slice(&query.take());
    }
    assert_eq!(crate::frames::answer(&sent).events, ["Records", "Stats", "End"]);
}

proptest! {
    /// Whatever is wrong with a file: an answer or an error, and no more held than may be.
    #[test]
    fn broken_files(
        name in prop::sample::select(vec!["types", "nested", "plain", "snappy", "gzip", "delta", "lengths", "int96"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6),
    ) {
        let mut object = file(name);
        let footer = u32::from_le_bytes(*object[..object.len() - 4].last_chunk().unwrap()) as usize + 8;
        for (place, byte, in_footer) in changes {
            let most = if in_footer { footer } else { object.len() };
            let at = object.len() - 1 - place.index(most);
            object[at] = byte;
        }
        let mut query = Query::new(asked("SELECT * FROM S3Object", &object)).unwrap();
        let mut range = query.starts()..object.len() as u64;
        let (mut sent, mut done) = (Vec::new(), false);
        // Counts of records are believed: there may be many.
        for _ in 0..10_000 {
            match query.step() {
                Step::Done => {
                    done = true;
                    break;
                }
                Step::Busy => {}
                Step::Elsewhere(asked) => range = asked.start..asked.end.min(object.len() as u64),
                Step::Hungry if range.is_empty() => query.give_end(),
                Step::Hungry => {
                    query.give(object[range.start as usize..range.end as usize].to_vec().into());
                    range.start = range.end;
                }
            }
            prop_assert!(query.held() < 300 << 20);
            sent.extend_from_slice(&query.take());
        }
        let answer = crate::frames::answer(&sent);
        let last = answer.events.last().map(String::as_str);
        prop_assert!(!done || matches!(last, Some("End" | "error")), "{last:?}");
    }
}
