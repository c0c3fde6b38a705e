//! How objects are read and answers written.

use crate::{csv_out, json_out, records, request, with_header};
use coldkeep_select::{Csv, Format, Header, Output};

const PEOPLE: &str = "id,Name,age\n1,Anna,41\n2,Bert,\n3,\"Carl, Dr.\",7\n";

#[test]
fn columns_by_number_and_name() {
    let names = |sql: &str| records(request(sql, with_header()), PEOPLE);
    assert_eq!(names("SELECT s.name FROM S3Object s WHERE s.id > 1"), "Bert\n\"Carl, Dr.\"\n");
    assert_eq!(names("SELECT \"Name\" FROM s3object WHERE _1 = 1"), "Anna\n");
    assert_eq!(names("SELECT s3object.id FROM s3object LIMIT 1;"), "1\n");
    assert_eq!(names("SELECT s.* FROM S3Object AS s LIMIT 2"), "1,Anna,41\n2,Bert,\n");
    assert_eq!(names("SELECT id FROM S3Object LIMIT 0"), "");
    let ignored = Format::Csv(Csv { header: Header::Ignore, ..Csv::default() });
    assert_eq!(records(request("SELECT _2 FROM S3Object LIMIT 1", ignored), PEOPLE), "Anna\n");
    let none = Format::Csv(Csv::default());
    assert_eq!(records(request("SELECT _2 FROM S3Object LIMIT 1", none), PEOPLE), "Name\n");
}

#[test]
fn rows_as_objects() {
    let mut asked = request("SELECT name, age AS years, CAST(id AS INT) FROM S3Object", with_header());
    asked.output = json_out();
    assert_eq!(
        records(asked, PEOPLE),
        "{\"name\":\"Anna\",\"years\":\"41\",\"_3\":1}\n{\"name\":\"Bert\",\"years\":\"\",\"_3\":2}\n\
         {\"name\":\"Carl, Dr.\",\"years\":\"7\",\"_3\":3}\n"
    );
    let mut asked = request("SELECT * FROM S3Object LIMIT 1", with_header());
    asked.output = Output::Json { record: ";".into() };
    assert_eq!(records(asked, PEOPLE), "{\"id\":\"1\",\"Name\":\"Anna\",\"age\":\"41\"};");
}

#[test]
fn dialects_of_csv() {
    let all = "SELECT * FROM S3Object";
    let of = |csv, object: &str| records(request(all, Format::Csv(csv)), object);
    let plain = Csv::default;
    assert_eq!(of(plain(), "a,b\r\n# no row\n\nc,d"), "a,b\nc,d\n");
    assert_eq!(of(Csv { comment: None, ..plain() }, "#a\n"), "#a\n");
    assert_eq!(of(Csv { field: b"||".to_vec(), record: Some(b"\r\n".to_vec()), ..plain() }, "a||b|\r\nc"), "a,b|\nc\n");
    assert_eq!(of(Csv { record: Some(b"\n".to_vec()), ..plain() }, "a\r\n"), "\"a\r\"\n");
    assert_eq!(of(plain(), "\"a\"\"b\",c\n"), "\"a\"\"b\",c\n");
    assert_eq!(of(Csv { escape: Some(b'\\'), ..plain() }, "\"a\\\"b\",c\n"), "\"a\"\"b\",c\n");
    assert_eq!(of(Csv { quote: None, ..plain() }, "\"a,b\"\n"), "\"\"\"a\",\"b\"\"\"\n");
    let quoted = Csv { quoted_delimiters: true, ..plain() };
    assert_eq!(of(quoted.clone(), "\"a\nb\",c\nd,e\n"), "\"a\nb\",c\nd,e\n");
    assert_eq!(of(quoted, "\"a\"\"\nb\",c"), "\"a\"\"\nb\",c\n");
    let mut asked = request(all, Format::Csv(plain()));
    asked.output = Output::Csv { record: "!\n".into(), field: ";".into(), quote: '\'', escape: '\\', always: true };
    assert_eq!(records(asked, "a,it's\n"), "'a';'it\\'s'!\n");
}

#[test]
fn aggregates() {
    let sql = "SELECT COUNT(*), COUNT(age), SUM(CAST(id AS INT)) AS total, AVG(id), MIN(id), MAX(name) FROM S3Object";
    assert_eq!(records(request(sql, with_header()), PEOPLE), "3,3,6,2,1,\"Carl, Dr.\"\n");
    assert_eq!(records(request("SELECT SUM(id) + 1 FROM S3Object WHERE id > 9", with_header()), PEOPLE), "\n");
    assert_eq!(records(request("select count(0) from s3object;", with_header()), PEOPLE), "3\n");
    let ten = "9\n10\n";
    assert_eq!(records(request("SELECT MAX(_1), AVG(_1) FROM S3Object", Format::Csv(Csv::default())), ten), "10,9.5\n");
    let mut asked = request("SELECT COUNT(*) AS rows FROM S3Object", with_header());
    asked.output = json_out();
    assert_eq!(records(asked, PEOPLE), "{\"rows\":3}\n");
}

const RULES: &str = r#"{"Rules": [{"id": "1", "x": {"y": 1.50}}, {"expr": "y > x"}, {"id": "2", "expr": "z = DEBUG", "list": [1, "b", null]}]}
{"created": "June 27", "modified": "July 6"}"#;

/// The examples of "SELECT command" in the user guide.
#[test]
fn paths_of_documents() {
    let of = |sql: &str| {
        let mut asked = request(sql, Format::JsonDocument);
        asked.output = json_out();
        records(asked, RULES)
    };
    assert_eq!(of("SELECT id FROM S3Object[*].Rules[*]"), "{\"id\":\"1\"}\n{}\n{\"id\":\"2\"}\n{}\n");
    assert_eq!(of("SELECT id FROM S3Object[*].Rules[*] WHERE id IS NOT MISSING"), "{\"id\":\"1\"}\n{\"id\":\"2\"}\n");
    assert_eq!(of("SELECT r.x.y FROM S3Object[*].Rules[0] r"), "{\"y\":1.50}\n{}\n");
    assert_eq!(of("SELECT id FROM S3Object[*].Rules[*].id"), "{\"id\":\"1\"}\n{}\n{\"id\":\"2\"}\n{}\n");
    assert_eq!(
        of("SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING"),
        "{\"id\":\"1\"}\n{\"id\":\"2\"}\n"
    );
    assert_eq!(of("SELECT _1 FROM S3Object[*].Rules[*].id"), "{\"_1\":\"1\"}\n{}\n{\"_1\":\"2\"}\n{}\n");
    assert_eq!(of("SELECT _1.id FROM S3Object[*].Rules[*]"), "{\"id\":\"1\"}\n{}\n{\"id\":\"2\"}\n{}\n");
    assert_eq!(
        of("SELECT r.list[1], r['list'][0] AS first FROM S3Object[*].rules[2] r"),
        "{\"_1\":\"b\",\"first\":1}\n{}\n"
    );
    assert_eq!(
        of("SELECT d.created, d.modified FROM S3Object[*] d"),
        "{}\n{\"created\":\"June 27\",\"modified\":\"July 6\"}\n"
    );
    assert_eq!(
        of("SELECT _1.created, _1.modified FROM S3Object[*]"),
        of("SELECT d.created, d.modified FROM S3Object[*] d")
    );
    assert_eq!(of("SELECT * FROM S3Object[*].Rules[1]"), "{\"expr\":\"y > x\"}\n{}\n");
    assert_eq!(of("SELECT COUNT(*), COUNT(id) FROM S3Object[*].Rules[*].id"), "{\"_1\":2,\"_2\":2}\n");
    assert_eq!(of("SELECT COUNT(*) FROM S3Object[*].Rules"), "{\"_1\":1}\n");
}

#[test]
fn documents_of_all_values() {
    let of = |sql: &str, object: &str| {
        let mut asked = request(sql, Format::JsonDocument);
        asked.output = json_out();
        records(asked, object)
    };
    assert_eq!(
        of("SELECT * FROM S3Object[*][*]", "[1, {\"a\": [true, {}]}, \"x\"]"),
        "{\"_1\":1}\n{\"a\":[true,{}]}\n{\"_1\":\"x\"}\n"
    );
    assert_eq!(
        of("SELECT * FROM S3Object", "1 2.50\n\"\\u00e4\\ud83d\\ude00\\n\" null"),
        "{\"_1\":1}\n{\"_1\":2.50}\n{\"_1\":\"ä😀\\n\"}\n{\"_1\":null}\n"
    );
    assert_eq!(of("SELECT s.n + 1 FROM S3Object s", "{\"n\": 1e2}"), "{\"_1\":101.0}\n");
    // "Wildcard characters always emit at least one record", also where there is nothing, or a path goes on from a list or a text.
    for (object, rows) in [
        ("{\"a\": {\"x\": 1, \"y\": [2]}}", "{\"_1\":1}\n{\"_1\":[2]}\n"),
        ("{\"a\": {}}", "{}\n"),
        ("{\"a\": [3]}", "{}\n"),
        ("{\"b\": 0}", "{}\n"),
        ("[{\"a\": {\"x\": 1}}]", "{}\n"),
        ("\"a\"", "{}\n"),
    ] {
        assert_eq!(of("SELECT * FROM S3Object[*].a.*", object), rows, "{object}");
        let mut lines = request("SELECT * FROM S3Object[*].a.*", Format::JsonLines);
        lines.output = json_out();
        assert_eq!(records(lines, object), rows, "{object}");
    }
    assert_eq!(of("SELECT * FROM S3Object[*].a[*]", "{\"a\": []}"), "{}\n");
}

#[test]
fn lines_of_json() {
    let lines = "{\"a\":{\"b\":[1,2]},\"c\":null}\n\n{\"a\":3}\n";
    let mut asked = request("SELECT * FROM S3Object", Format::JsonLines);
    asked.output = csv_out();
    assert_eq!(records(asked.clone(), lines), "\"{\"\"b\"\":[1,2]}\",\n3\n");
    asked.expression = "SELECT _1 FROM S3Object[*].a.b[*]".into();
    assert_eq!(records(asked, lines), "1\n2\n\n");
}
