//! What is wrong with a query or its data, by Amazon's codes.

use crate::{code, request, with_header};
use coldkeep_select::{Compression, Csv, Format};

#[test]
fn queries() {
    for (sql, expected) in [
        ("SELECT", "ParseSelectMissingFrom"),
        ("SELECT * FROM elsewhere", "InvalidDataSource"),
        ("SELECT * FROM S3Object, S3Object", "MultipleDataSourcesUnsupported"),
        ("SELECT * FROM S3Object JOIN b ON 1 = 1", "ParseMalformedJoin"),
        ("SELECT * FROM S3Object WHERE", "ParseUnexpectedToken"),
        ("SELECT * FROM S3Object[*].a", "InvalidKeyPath"),
        ("SELECT * FROM S3Object GROUP BY a", "UnsupportedSqlStructure"),
        ("SELECT * FROM S3Object ORDER BY a", "UnsupportedSqlStructure"),
        ("SELECT DISTINCT a FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT a FROM S3Object UNION SELECT a FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT (SELECT 1 FROM S3Object) FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT a, COUNT(*) FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT SUM(COUNT(*)) FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT a FROM S3Object WHERE COUNT(*) > 1", "UnsupportedSqlStructure"),
        ("SELECT a FROM S3Object LIMIT 1 OFFSET 1", "UnsupportedSqlStructure"),
        ("SELECT a FROM S3Object LIMIT x", "ParseExpectedNumber"),
        ("SELECT *, a FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"),
        ("SELECT SUM(*) FROM S3Object", "ParseUnsupportedCallWithStar"),
        ("SELECT SUM(a, b) FROM S3Object", "ParseNonUnaryAgregateFunctionCall"),
        ("SELECT SQRT(a) FROM S3Object", "UnsupportedFunction"),
        ("SELECT NULLIF(a) FROM S3Object", "EvaluatorInvalidArguments"),
        ("SELECT CAST(a AS BLOB) FROM S3Object", "InvalidDataType"),
        ("SELECT CAST(a AS DECIMAL(3,2)) FROM S3Object", "InvalidDataType"),
        ("SELECT DATE_ADD(week, 1, a) FROM S3Object", "ParseExpectedDatePart"),
        ("SELECT a FROM S3Object WHERE a IS UNKNOWN", "ParseUnexpectedToken"),
        ("SELECT `x` FROM S3Object", "LexerInvalidLiteral"),
        ("SELECT 'a FROM S3Object", "LexerInvalidChar"),
        ("SELECT nobody FROM S3Object", "MissingHeaders"),
        ("SELECT _0 FROM S3Object", "InvalidColumnIndex"),
        ("SELECT twice FROM S3Object", "AmbiguousFieldName"),
        ("SELECT a / 0 FROM S3Object", "ExternalEvalException"),
        ("SELECT a LIKE 'a!' ESCAPE '!' FROM S3Object", "LikeInvalidInputs"),
        ("SELECT TO_STRING(`2010T`, 'q') FROM S3Object", "EvaluatorInvalidTimestampFormatPatternToken"),
        ("SELECT EXTRACT(YEAR FROM a) FROM S3Object", "IllegalSqlFunctionArgument"),
        ("SELECT * FROM S3Object; SELECT 1", "ParseUnexpectedToken"),
    ] {
        assert_eq!(code(request(sql, with_header()), "a,b,twice,twice\n1,2,3,4\n"), expected, "{sql}");
    }
    let long = format!("SELECT '{}' FROM S3Object", "x".repeat(256 << 10));
    assert_eq!(code(request(&long, with_header()), ""), "ExpressionTooLong");
}

/// What an error quotes is short, and can be shown.
#[test]
fn messages() {
    let sql = format!("SELECT {}\u{1}{} FROM S3Object", "ä".repeat(100_000), "b".repeat(100_000));
    for sql in [sql, format!("SELECT a b c '{}' FROM S3Object", "x\n".repeat(100_000))] {
        let error = crate::run_in(request(&sql, with_header()), b"a\n", 9).unwrap_err();
        assert!(error.message.len() <= 1_024 && !error.message.contains(char::is_control), "{error}");
    }
}

/// However deep or long, a query is answered or refused; it never takes the stack down.
#[test]
fn depths() {
    let csv = || Format::Csv(Csv::default());
    let deep = format!("SELECT {}1{} FROM S3Object", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(code(request(&deep, csv()), "a\n"), "UnsupportedSqlStructure");
    let deep = format!("SELECT {}1{} FROM S3Object", "(".repeat(1_000), ")".repeat(1_000));
    assert_eq!(code(request(&deep, csv()), "a\n"), "ParseUnexpectedToken");
    let long = format!("SELECT _1 FROM S3Object WHERE _1 = 'a'{}", " OR _1 = 'b'".repeat(900));
    assert_eq!(code(request(&long, csv()), "a\n"), "none, but \"a\\n\"");
    let asked = format!("SELECT _1 IS NULL{} FROM S3Object", " IS NULL".repeat(900));
    assert_eq!(code(request(&asked, csv()), "a\n"), "UnsupportedSqlStructure");
    let many = format!("SELECT _1 FROM S3Object WHERE _1 IN ('b'{}, 'a')", ", 'c'".repeat(20_000));
    assert_eq!(code(request(&many, csv()), "a\n"), "none, but \"a\\n\"");
}

#[test]
fn data() {
    let all = "SELECT * FROM S3Object";
    let csv = || Format::Csv(Csv::default());
    assert_eq!(code(request(all, csv()), b"a,\xff\n"), "InvalidTextEncoding");
    assert_eq!(code(request(all, csv()), "a,\"b\nc\",d\n"), "CSVParsingError");
    assert_eq!(code(request(all, Format::JsonLines), "{\"a\":1}\n{\"a\":\n"), "JSONParsingError");
    for document in ["{\"a\":1", "{\"a\" 1}", "[1,,2]", "{]", "nope", "{\"a\":\"\\x\"}", "\"\\ud800\"", "}"] {
        assert_eq!(code(request(all, Format::JsonDocument), document), "JSONParsingError", "{document}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(code(request(all, Format::JsonDocument), &deep), "JSONParsingError");
    assert_eq!(code(request(all, Format::JsonLines), &deep), "JSONParsingError");
    for compression in [Compression::Gzip, Compression::Bzip2] {
        let mut asked = request(all, csv());
        asked.compression = compression;
        assert_eq!(code(asked, "no archive at all"), "TruncatedInput", "{compression:?}");
    }
    for format in [Format::JsonDocument, Format::Csv(Csv { quoted_delimiters: true, ..Csv::default() })] {
        let mut asked = request(all, format);
        asked.range = Some(0..5);
        assert_eq!(code(asked, ""), "UnsupportedScanRangeInput");
    }
}

#[test]
fn records_of_more_than_a_mebibyte() {
    let long = "x".repeat((1 << 20) + 1);
    let of = |format, object: &str| match crate::run_in(
        request("SELECT * FROM S3Object", format),
        object.as_bytes(),
        100_000,
    ) {
        Ok(answer) => answer.error.unwrap().0,
        Err(error) => error.code.to_owned(),
    };
    assert_eq!(of(Format::Csv(Csv::default()), &long), "OverMaxRecordSize");
    assert_eq!(of(Format::Csv(Csv { quoted_delimiters: true, ..Csv::default() }), &long), "OverMaxRecordSize");
    assert_eq!(of(Format::JsonLines, &format!("\"{long}\"\n")), "OverMaxRecordSize");
    assert_eq!(of(Format::JsonDocument, &format!("\"{long}\"")), "OverMaxRecordSize");
    // What would be answered, too, and nothing of it is.
    let twice = crate::run_in(
        request("SELECT _1, _1 FROM S3Object", Format::Csv(Csv::default())),
        &long.as_bytes()[..600_000],
        1 << 20,
    );
    let twice = twice.unwrap();
    assert_eq!((twice.error.unwrap().0.as_str(), twice.records.as_str()), ("OverMaxRecordSize", ""));
}
