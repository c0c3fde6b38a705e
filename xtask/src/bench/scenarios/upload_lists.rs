//! ListMultipartUploads and ListParts, and how they grow: with the uploads that are open, and with an upload's parts.

use super::uploads::{CLIENTS, Upload, abort_all, create_many};
use super::walk::Walk;
use super::{BUCKET, S3, Scenario};
use crate::bench::endpoint::{Endpoint, element};
use crate::bench::load::Load;
use crate::bench::request::{Draft, Proof};
use crate::bench::sample::Figure;

/// Entries of a page.
const PAGE: usize = 1000;
/// Beginnings of keys up to the first `/`, however many uploads there are.
const GROUPS: usize = 100;
/// Uploads under each `group/section/`.
const SECTION: usize = 100;

/// Whole walks; and one page under a prefix and one page of prefixes, among few and many uploads.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        all_uploads(2000).goal(Figure::Milliseconds, 10.0),
        with_prefix(10_000),
        with_delimiter(10_000),
        with_prefix(100_000).only_full(),
        with_delimiter(100_000).only_full(),
        all_parts(1000).goal(Figure::Milliseconds, 3.0),
        all_parts(10_000),
    ]
}

fn all_uploads(number: usize) -> Scenario {
    Scenario::new(format!("list-uploads-{number}"), Figure::Milliseconds, S3, move |bench, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        create_many(endpoint, number)?;
        let walk = |walk: &mut Walk<'_>| Ok(open_uploads(endpoint, walk, BUCKET)?.len());
        let sample = Walk::new(endpoint)?.repeat(bench.time() / 2, number, walk);
        abort_all(endpoint)?;
        sample
    })
}

/// One page: the 100 uploads of one section.
fn with_prefix(number: usize) -> Scenario {
    one_page(number, "prefix", "g42/00/", ("<Upload>", SECTION))
}

/// One page: the 100 prefixes under which all uploads are.
fn with_delimiter(number: usize) -> Scenario {
    one_page(number, "delimiter", "/", ("<CommonPrefixes>", GROUPS))
}

/// One page with a parameter; on it there must be so many of the elements expected.
fn one_page(number: usize, name: &'static str, value: &'static str, expected: (&'static str, usize)) -> Scenario {
    Scenario::new(format!("list-uploads-{number}-{name}"), Figure::Milliseconds, S3, move |bench, endpoint| {
        let bucket = open_many(endpoint, number)?;
        let page = listing(endpoint, &bucket).query(name, value).build();
        let found = endpoint.call(&page)?.text().matches(expected.0).count();
        if found != expected.1 {
            return Err(format!("{}: {found} of {} {}", endpoint.name, expected.1, expected.0));
        }
        Ok(Load::repeated(&[page], 1, bench.time() / 2).run(endpoint)?.sample.without_bytes())
    })
}

/// ListMultipartUploads of a bucket, in full pages.
fn listing<'e>(endpoint: &'e Endpoint, bucket: &str) -> Draft<'e> {
    endpoint.s3("GET", format!("/{bucket}")).query("uploads", "").query("max-uploads", PAGE)
}

fn all_parts(number: usize) -> Scenario {
    Scenario::new(format!("list-parts-{number}"), Figure::Milliseconds, S3, move |bench, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let upload = Upload::create(endpoint, "listed", None)?;
        let parts: Vec<_> = (1..=number).map(|number| upload.part(number, 1, Proof::Unsigned)).collect();
        Load::once(&parts, CLIENTS).run(endpoint)?;
        let walk = |walk: &mut Walk<'_>| parts_of(endpoint, walk, &upload);
        let sample = Walk::new(endpoint)?.repeat(bench.time() / 2, number, walk);
        upload.abort()?;
        sample
    })
}

/// Makes a bucket with so many open uploads, if it is not there. They stay open: as with objects, that is what a server
/// with much in it is like.
fn open_many(endpoint: &Endpoint, number: usize) -> Result<String, String> {
    let bucket = format!("bench-uploads-{number}");
    let path = |index: usize| {
        let (group, within) = (index % GROUPS, index / GROUPS);
        format!("/{bucket}/g{group:02}/{:02}/{:04}", within / SECTION, within % SECTION)
    };
    let create = |index| endpoint.s3("POST", path(index)).query("uploads", "").build();
    let last = path(number - 1);
    let last = listing(endpoint, &bucket).query("prefix", last.trim_start_matches(&format!("/{bucket}/"))).build();
    if endpoint.call(&last).is_ok_and(|page| page.text().contains("<Upload>")) {
        return Ok(bucket);
    }
    endpoint.create_bucket(&bucket)?;
    eprintln!("  opening {number} uploads on {}", endpoint.name);
    let requests: Vec<_> = (0..number).map(create).collect();
    Load::once(&requests, CLIENTS).run(endpoint)?;
    super::settle();
    Ok(bucket)
}

/// Key and id of all open uploads of a bucket.
pub fn open_uploads(endpoint: &Endpoint, walk: &mut Walk<'_>, bucket: &str) -> Result<Vec<(String, String)>, String> {
    let (mut uploads, mut markers) = (Vec::new(), None::<(String, String)>);
    loop {
        let mut draft = listing(endpoint, bucket);
        if let Some((key, id)) = &markers {
            draft = draft.query("key-marker", key).query("upload-id-marker", id);
        }
        let text = walk.page(&draft.build())?.text();
        for upload in text.split("<Upload>").skip(1) {
            if let (Some(key), Some(id)) = (element(upload, "Key"), element(upload, "UploadId")) {
                uploads.push((key.to_owned(), id.to_owned()));
            }
        }
        if element(&text, "IsTruncated") != Some("true") {
            return Ok(uploads);
        }
        let marker = |name| element(&text, name).unwrap_or_default().to_owned();
        markers = Some((marker("NextKeyMarker"), marker("NextUploadIdMarker")));
    }
}

/// How many parts the upload has.
fn parts_of(endpoint: &Endpoint, walk: &mut Walk<'_>, upload: &Upload<'_>) -> Result<usize, String> {
    let (mut parts, mut marker) = (0, None);
    loop {
        let mut draft = endpoint.s3("GET", &upload.path).query("uploadId", &upload.id).query("max-parts", PAGE);
        if let Some(number) = &marker {
            draft = draft.query("part-number-marker", number);
        }
        let text = walk.page(&draft.build())?.text();
        parts += text.matches("<PartNumber>").count();
        if element(&text, "IsTruncated") != Some("true") {
            return Ok(parts);
        }
        marker = element(&text, "NextPartNumberMarker").map(str::to_owned);
    }
}
