//! What expressions are worth: the examples of Amazon's SQL reference, and what follows from its words.

use crate::{code, records, request};
use coldkeep_select::{Csv, Format};

fn value(expression: &str) -> String {
    let sql = format!("SELECT {expression} FROM S3Object");
    records(request(&sql, Format::Csv(Csv::default())), "a,2,x y\n").trim_end_matches('\n').to_owned()
}

fn table(rows: &[(&str, &str)]) {
    for (expression, expected) in rows {
        assert_eq!(value(expression), *expected, "{expression}");
    }
}

#[test]
fn arithmetic() {
    table(&[
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 / 2", "3"),
        ("7.0 / 2", "3.5"),
        ("7 % 4", "3"),
        ("-_2", "-2"),
        ("_2 * 2.5", "5.0"),
        ("10 - 4 - 3", "3"),
        ("0.1 + 0.2", "0.3"),
        ("9223372036854775807 + 1", "9223372036854775808"),
        ("1e3", "1000.0"),
        ("'a' || 'b' || _2", "ab2"),
    ]);
}

#[test]
fn conditions() {
    table(&[
        ("1 < 2 AND NOT 2 < 1", "true"),
        ("_2 = 2", "true"),
        ("_2 = '2'", "true"),
        ("_1 > 5", ""),
        ("_2 BETWEEN 1 AND 3", "true"),
        ("_2 NOT BETWEEN 1 AND 3", "false"),
        ("_1 IN ('b', 'a')", "true"),
        ("_2 IN (1, 3)", "false"),
        ("_2 NOT IN (1, 3)", "true"),
        ("1 IN (2, NULL)", ""),
        ("NULL = NULL", ""),
        ("NULL IS NULL", "true"),
        ("_9 IS MISSING", "true"),
        ("_9 IS NULL", "true"),
        ("NULL IS MISSING", "false"),
        ("_1 IS NOT MISSING", "true"),
        ("NULL OR TRUE", "true"),
        ("NULL AND FALSE", "false"),
        ("NULL AND TRUE", ""),
        ("1 != 2", "true"),
        ("1 <> 2", "true"),
        ("`2010-01-01T` < `2010-01-01T00:00:01Z`", "true"),
    ]);
}

#[test]
fn like() {
    table(&[
        ("'abc' LIKE 'a%'", "true"),
        ("'abc' LIKE '%c'", "true"),
        ("'abc' LIKE 'a_c'", "true"),
        ("'abc' LIKE 'a_'", "false"),
        ("'abc' NOT LIKE '%b%'", "false"),
        ("'a%c' LIKE 'a!%c' ESCAPE '!'", "true"),
        ("'abc' LIKE 'a!%c' ESCAPE '!'", "false"),
        ("'aXbXc' LIKE '%X%X%'", "true"),
        ("'' LIKE '%'", "true"),
        ("'mississippi' LIKE '%iss%ppi'", "true"),
        ("NULL LIKE '%'", ""),
    ]);
}

#[test]
fn conditional_functions() {
    table(&[
        ("CASE WHEN _2 = 1 THEN 'one' WHEN _2 = 2 THEN 'two' ELSE 'many' END", "two"),
        ("CASE _2 WHEN 1 THEN 'one' ELSE 'other' END", "other"),
        ("CASE WHEN _2 = 1 THEN 'one' END", ""),
        ("COALESCE(1)", "1"),
        ("COALESCE(null)", ""),
        ("COALESCE(null, 1, null)", "1"),
        ("COALESCE(_9, 'there')", "there"),
        ("NULLIF(1, 1)", ""),
        ("NULLIF(1, 2)", "1"),
        ("NULLIF(1.0, 1)", ""),
        ("NULLIF(1, 'a')", "1"),
    ]);
}

#[test]
fn string_functions() {
    table(&[
        ("CHAR_LENGTH('')", "0"),
        ("CHAR_LENGTH('abcdefg')", "7"),
        ("CHARACTER_LENGTH('äöü')", "3"),
        ("LOWER('AbCdEfG!@#$')", "abcdefg!@#$"),
        ("UPPER('AbCdEfG!@#$')", "ABCDEFG!@#$"),
        ("SUBSTRING('123456789', 0)", "123456789"),
        ("SUBSTRING('123456789', 1)", "123456789"),
        ("SUBSTRING('123456789', -1)", "123456789"),
        ("SUBSTRING('123456789', 5)", "56789"),
        ("SUBSTRING('123456789', -1, 3)", "1"),
        ("SUBSTRING('123456789', 0, 3)", "12"),
        ("SUBSTRING('123456789', 2, 4)", "2345"),
        ("SUBSTRING('123456789' FROM 2 FOR 4)", "2345"),
        ("'[' || TRIM('       foobar         ') || ']'", "[foobar]"),
        ("'[' || TRIM(LEADING FROM '       foobar         ') || ']'", "[foobar         ]"),
        ("'[' || TRIM(TRAILING FROM '  foobar  ') || ']'", "[  foobar]"),
        ("TRIM(BOTH '12' FROM '1112211foobar22211122')", "foobar"),
    ]);
}

#[test]
fn casts() {
    table(&[
        ("CAST('12' AS INT) + 1", "13"),
        ("CAST(3.7 AS INT)", "3"),
        ("CAST('3.70' AS DECIMAL)", "3.70"),
        ("CAST('3' AS FLOAT)", "3.0"),
        ("CAST('True' AS BOOL)", "true"),
        ("CAST(0 AS BOOL)", "false"),
        ("CAST(12 AS STRING) || 'x'", "12x"),
        ("CAST('2007-02T' AS TIMESTAMP)", "2007-02T"),
        ("CAST(null AS INT)", ""),
    ]);
    for sql in ["CAST('x' AS INT)", "CAST('3.5' AS INT)", "CAST('x' AS BOOL)", "CAST('x' AS TIMESTAMP)", "'x' + 1"] {
        let sql = format!("SELECT {sql} FROM S3Object");
        assert_eq!(code(request(&sql, Format::Csv(Csv::default())), "a\n"), "CastFailed", "{sql}");
    }
}

#[test]
fn date_functions() {
    table(&[
        ("DATE_ADD(year, 5, `2010-01-01T`)", "2015-01-01T"),
        ("DATE_ADD(month, 1, `2010T`)", "2010-02T"),
        ("DATE_ADD(month, 13, `2010T`)", "2011-02T"),
        ("DATE_ADD(day, -1, `2017-01-10T`)", "2017-01-09T"),
        ("DATE_ADD(hour, 1, `2017T`)", "2017-01-01T01:00-00:00"),
        ("DATE_ADD(hour, 1, `2017-01-02T03:04Z`)", "2017-01-02T04:04Z"),
        ("DATE_ADD(minute, 1, `2017-01-02T03:04:05.006Z`)", "2017-01-02T03:05:05.006Z"),
        ("DATE_ADD(second, 1, `2017-01-02T03:04:05.006Z`)", "2017-01-02T03:04:06.006Z"),
        ("DATE_ADD(month, 1, `2017-01-31T`)", "2017-02-28T"),
        ("DATE_DIFF(year, `2010-01-01T`, `2011-01-01T`)", "1"),
        ("DATE_DIFF(month, `2010T`, `2010-05T`)", "4"),
        ("DATE_DIFF(month, `2010T`, `2011T`)", "12"),
        ("DATE_DIFF(month, `2011T`, `2010T`)", "-12"),
        ("DATE_DIFF(day, `2010-01-01T23:00`, `2010-01-02T01:00`)", "0"),
        ("EXTRACT(YEAR FROM `2010-01-01T`)", "2010"),
        ("EXTRACT(MONTH FROM `2010T`)", "1"),
        ("EXTRACT(MONTH FROM `2010-10T`)", "10"),
        ("EXTRACT(HOUR FROM `2017-01-02T03:04:05+07:08`)", "3"),
        ("EXTRACT(MINUTE FROM `2017-01-02T03:04:05+07:08`)", "4"),
        ("EXTRACT(TIMEZONE_HOUR FROM `2017-01-02T03:04:05+07:08`)", "7"),
        ("EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05+07:08`)", "8"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y') || '.'", "\"July 20, 1969.\""),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MMM d yyyy')", "Jul 20 1969"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'M-d-yy')", "7-20-69"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MM-d-y')", "07-20-1969"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MMMM d y h:m a')", "July 20 1969 8:18 PM"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", "1969-07-20T20:18:00Z"),
        ("TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXX')", "1969-07-20T20:18:00+0800"),
        ("TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXXX')", "1969-07-20T20:18:00+08:00"),
        ("TO_TIMESTAMP('2007T')", "2007T"),
        ("TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')", "2007-02-23T12:14:33.079-08:00"),
        ("UTCNOW()", "2017-10-13T16:02:11.123Z"),
    ]);
}
