//! What clients may send, and what they may not.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use coldkeep_wire::glacier::InitiateJobInput;
use coldkeep_wire::s3::{
    CompleteMultipartUploadRequest, CreateBucketRequest, DeleteObjectsRequest, GetObjectRequest, PutObjectRequest,
    UploadPartRequest,
};
use coldkeep_wire::{DecodeError, Place, Request};
use http::{HeaderMap, HeaderValue};

const LABELS: &[(&str, &str)] = &[("Bucket", "b"), ("Key", "k"), ("accountId", "-"), ("vaultName", "v")];

fn request<'a>(query: &'a [(String, String)], headers: &'a HeaderMap, body: &'a [u8]) -> Request<'a> {
    Request { labels: LABELS, query, headers, body }
}

fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

/// A part's number and ETag.
type Named = (Option<i32>, Option<String>);

fn complete(body: &str) -> Result<Vec<Named>, DecodeError> {
    let query = query(&[("uploadId", "u")]);
    let input = CompleteMultipartUploadRequest::decode(&request(&query, &HeaderMap::new(), body.as_bytes()))?;
    let parts = input.multipart_upload.map(|upload| upload.parts).unwrap_or_default();
    Ok(parts.into_iter().map(|part| (part.part_number, part.etag)).collect())
}

fn job(body: &str) -> Result<Option<coldkeep_wire::glacier::JobParameters>, DecodeError> {
    let input = InitiateJobInput::decode(&request(&[], &HeaderMap::new(), body.as_bytes()));
    input.map(|input| input.job_parameters)
}

#[test]
fn parts_are_read_in_every_spelling_of_xml() {
    let etag = Some("\"e&1\"".to_owned());
    for body in [
        "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Part><ETag>&quot;e&amp;1&quot;</ETag>\
         <PartNumber>7</PartNumber></Part></CompleteMultipartUpload>",
        "\u{feff}<?xml version=\"1.0\"?>\n<!-- c --><s:C xmlns:s='x'>\n <s:Part>\n  <s:PartNumber> 7\n</s:PartNumber>\
         <s:ETag><![CDATA[\"e&1]]>&#34;</s:ETag>\n </s:Part>\n</s:C>\n",
        "<C><Unknown><Part><PartNumber>1</PartNumber></Part><x/></Unknown><Part><New a='1'/><ETag>&#x22;e&#38;1\"</ETag>\
         <PartNumber>7</PartNumber></Part></C>",
    ] {
        assert_eq!(complete(body), Ok(vec![(Some(7), etag.clone())]), "{body}");
    }
    assert_eq!(complete(""), Ok(vec![]));
    assert_eq!(complete("<C/>"), Ok(vec![]));
    assert_eq!(complete("<C><Part/></C>"), Ok(vec![(None, None)]));
}

#[test]
fn hostile_and_broken_xml_is_refused() {
    let deep = format!("<C>{}{}</C>", "<a>".repeat(40), "</a>".repeat(40));
    let endless = "<a>".repeat(1_000_000);
    let long = format!("<C>{}</C>", "<Part/>".repeat(20_001));
    for body in [
        "<!DOCTYPE C [<!ENTITY e \"x\">]><C><Part><ETag>&e;</ETag></Part></C>",
        "<C><Part><ETag>&e;</ETag></Part></C>",
        "<C><Part><ETag>&#0;</ETag></Part></C>",
        "<C><Part><ETag>&#xD800;</ETag></Part></C>",
        "<C><Part><ETag><x/></ETag></Part></C>",
        "<C><Part><PartNumber>seven</PartNumber></Part></C>",
        "<C><Part><PartNumber>99999999999</PartNumber></Part></C>",
        "<C><Part>",
        "<C><Part></C>",
        "<C></C><C></C>",
        "<C",
        "no markup",
        "{}",
        &deep,
        &endless,
        &long,
    ] {
        let shown: String = body.chars().take(80).collect();
        assert!(matches!(complete(body), Err(DecodeError::MalformedXml(_))), "{shown}");
    }
    let query = query(&[("uploadId", "u")]);
    let outcome = CompleteMultipartUploadRequest::decode(&request(&query, &HeaderMap::new(), b"<C>\xff</C>"));
    assert!(matches!(outcome, Err(DecodeError::MalformedXml(_))));
}

#[test]
fn what_is_missing_is_named() {
    let none = HeaderMap::new();
    let missing = |place, name| DecodeError::Missing { place, name };
    let part = UploadPartRequest::decode(&request(&query(&[("uploadId", "u")]), &none, b""));
    assert_eq!(part, Err(missing(Place::Query, "partNumber")));
    let delete = DeleteObjectsRequest::decode(&request(&[], &none, b""));
    assert_eq!(delete, Err(missing(Place::Body, "Delete")));
    let delete = DeleteObjectsRequest::decode(&request(
        &[],
        &none,
        b"<Delete><Object><VersionId>1</VersionId></Object></Delete>",
    ));
    assert_eq!(delete, Err(missing(Place::Body, "Key")));
    let unlabelled = Request { labels: &[("Bucket", "b")], query: &[], headers: &none, body: b"" };
    assert_eq!(GetObjectRequest::decode(&unlabelled), Err(missing(Place::Path, "Key")));
    assert_eq!(
        CreateBucketRequest::decode(&request(&[], &none, b" \n")).map(|input| input.create_bucket_configuration),
        Ok(None)
    );
}

#[test]
fn what_is_malformed_is_named_with_its_value() {
    let bad = |place, name, expected, value: &str| DecodeError::Invalid { place, name, expected, value: value.into() };
    let part = UploadPartRequest::decode(&request(
        &query(&[("uploadId", "u"), ("partNumber", "one")]),
        &HeaderMap::new(),
        b"",
    ));
    assert_eq!(part, Err(bad(Place::Query, "partNumber", "an integer", "one")));
    let put = |name: &'static str, value: &[u8]| {
        let headers = [(name.parse().unwrap(), HeaderValue::from_bytes(value).unwrap())].into_iter().collect();
        PutObjectRequest::decode(&request(&[], &headers, b""))
    };
    assert_eq!(put("content-length", b"-"), Err(bad(Place::Header, "content-length", "an integer", "-")));
    let date = "x-amz-object-lock-retain-until-date";
    assert_eq!(put(date, b"soon"), Err(bad(Place::Header, date, "a date", "soon")));
}

#[test]
fn headers_are_text_in_either_charset_and_lists_when_repeated() {
    let put = |values: &[&[u8]]| {
        let value = |value: &&[u8]| HeaderValue::from_bytes(value).unwrap();
        let mut headers = HeaderMap::new();
        values.iter().for_each(|bytes| _ = headers.append("cache-control", value(bytes)));
        values.iter().for_each(|bytes| _ = headers.append("x-amz-meta-a", value(bytes)));
        let put = PutObjectRequest::decode(&request(&[], &headers, b"")).unwrap();
        (put.cache_control.unwrap(), put.metadata["a"].clone())
    };
    let both = |text: &str| (text.to_owned(), text.to_owned());
    assert_eq!(put(&[b"\xfc"]), both("ü"));
    assert_eq!(put(&["ü東".as_bytes()]), both("ü東"));
    assert_eq!(put(&[b"one", b"two"]), both("one,two"));
    // RFC 2047 words are read in user metadata only.
    assert_eq!(put(&[b"=?UTF-8?B?w7w=?="]), ("=?UTF-8?B?w7w=?=".to_owned(), "ü".to_owned()));
}

#[test]
fn conditions_with_bad_dates_are_ignored_and_metadata_is_joined() {
    let mut headers = HeaderMap::new();
    headers.insert("if-modified-since", HeaderValue::from_static("never"));
    headers.insert("if-unmodified-since", HeaderValue::from_static("Mon, 20 Feb 2012 17:01:45 GMT"));
    let get = GetObjectRequest::decode(&request(&[], &headers, b"")).unwrap();
    assert_eq!(get.if_modified_since, None);
    assert_eq!(get.if_unmodified_since.unwrap().0, 1_329_757_305_000);
    headers.append("x-amz-meta-colour", HeaderValue::from_static("red"));
    headers.append("X-Amz-Meta-Colour", HeaderValue::from_static("blue"));
    let put = PutObjectRequest::decode(&request(&[], &headers, b"")).unwrap();
    assert_eq!(put.metadata.into_iter().collect::<Vec<_>>(), [("colour".to_owned(), "red,blue".to_owned())]);
}

#[test]
fn job_parameters_are_flat_and_lenient() {
    let body = r#" {"Type":"inventory-retrieval", "ArchiveId":null,"jobParameters":{"x":[1,{"y":"\"}"}]},
        "InventoryRetrievalParameters":{"Limit":1000,"Marker":"\u00fc\ud83d\ude00"},"Description":"a\\b"} "#;
    let parameters = job(body).unwrap().unwrap();
    assert_eq!(parameters.r#type.as_deref(), Some("inventory-retrieval"));
    assert_eq!((parameters.archive_id, parameters.description.as_deref()), (None, Some("a\\b")));
    let inventory = parameters.inventory_retrieval_parameters.unwrap();
    assert_eq!((inventory.limit.as_deref(), inventory.marker.as_deref()), (Some("1000"), Some("ü😀")));
    assert_eq!(job(""), Ok(None));
    assert_eq!(job("null"), Ok(None));
    assert_eq!(job("{}"), Ok(Some(Default::default())));
}

#[test]
fn broken_json_is_refused() {
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for body in [
        "[]",
        "7",
        "{",
        "{\"Type\"}",
        "{\"Type\":}",
        "{\"Type\":true}",
        "{\"Type\":[\"a\"]}",
        "{\"Type\":\"a\"",
        "{\"Type\":\"a",
        "{\"Type\":\"a\",}",
        "{\"Type\":\"a\" \"Tier\":\"b\"}",
        "{\"Type\":\"\\q\"}",
        "{\"Type\":\"\\",
        "{} {}",
        "{\"Type\":01}",
        "{\"x\":nul}",
        "{\"InventoryRetrievalParameters\":\"x\"}",
        "{,\"Type\":\"a\"}",
        &deep,
    ] {
        let shown: String = body.chars().take(80).collect();
        assert!(matches!(job(body), Err(DecodeError::MalformedJson(_))), "{shown}: {:?}", job(body));
    }
}
