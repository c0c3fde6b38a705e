//! Lists: every key that is surely there, none that cannot be, each as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use http::Method;

use super::{Client, Wrong};
use crate::model::{Model, Object};
use crate::register::Tick;
use crate::request::{Fate, Request};

/// All keys that were ever written in a bucket.
pub fn keys(model: &Model, bucket: &str) -> Vec<String> {
    model.objects.keys().filter(|(of, _)| of == bucket).map(|(_, key)| key.clone()).collect()
}

/// What a list gave: keys with ETag and size, and common prefixes.
type Listed = (Vec<(String, String, String)>, Vec<String>);

impl Client {
    pub(super) async fn list(&mut self) -> Result<(), Wrong> {
        let bucket = self.bucket();
        let (prefix, delimiter) = (*self.dice.pick(&["", "", "a", "a/", "b/"]), *self.dice.pick(&["", "/"]));
        let at_once = *self.dice.pick(&["1000", "3", "1"]);
        list_keys(self, bucket, prefix, delimiter, at_once).await
    }
}

/// Lists a bucket page by page and judges what was listed.
pub async fn list_keys(
    client: &mut Client,
    bucket: &str,
    prefix: &str,
    delimiter: &str,
    at_once: &str,
) -> Result<(), Wrong> {
    let began = client.model.lock().tick();
    let (mut listed, mut prefixes): Listed = Default::default();
    let mut token = String::new();
    loop {
        let request = Request::s3(Method::GET, bucket, "").query("list-type", "2").query("max-keys", at_once);
        let request = request.query("prefix", prefix).query("delimiter", delimiter);
        let request = if token.is_empty() { request } else { request.query("continuation-token", &token) };
        let answer = client.ask(request).await?;
        match answer.fate() {
            Fate::Done => {}
            Fate::Unknown => return Ok(()),
            Fate::Refused => return Err(format!("a list of {bucket} was refused: {}", answer.said())),
        }
        let row = |entry: &crate::request::Answer| {
            (entry.text("Key"), entry.text("ETag").replace('"', ""), entry.text("Size"))
        };
        listed.extend(answer.elements("Contents").iter().map(row));
        prefixes.extend(answer.elements("CommonPrefixes").iter().map(|entry| entry.text("Prefix")));
        token = answer.text("NextContinuationToken");
        if token.is_empty() {
            break;
        }
    }
    judge(&mut client.model.lock(), (bucket, prefix, delimiter), began, &listed, &prefixes)
}

fn judge(
    model: &mut Model,
    (bucket, prefix, delimiter): (&str, &str, &str),
    began: Tick,
    listed: &[(String, String, String)],
    prefixes: &[String],
) -> Result<(), Wrong> {
    let what = format!("the list of {bucket:?} with prefix {prefix:?} and delimiter {delimiter:?}");
    for rising in [listed.iter().map(|row| &row.0).collect::<Vec<_>>(), prefixes.iter().collect()] {
        if let Some(pair) = rising.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(format!("{what} has {:?} before {:?}", pair[0], pair[1]));
        }
    }
    let mut allowed: BTreeMap<String, Vec<Option<Arc<Object>>>> = BTreeMap::new();
    let (mut may_roll, mut must_roll) = (BTreeSet::new(), BTreeSet::new());
    for key in keys(model, bucket).into_iter().filter(|key| key.starts_with(prefix)) {
        let possible = model.possible(bucket, &key, began);
        let rolled = match delimiter {
            "" => None,
            delimiter => key[prefix.len()..].find(delimiter).map(|at| key[..prefix.len() + at + 1].to_owned()),
        };
        match rolled {
            None => drop(allowed.insert(key, possible)),
            Some(rolled) => {
                if !possible.contains(&None) {
                    must_roll.insert(rolled.clone());
                }
                if possible.iter().any(Option::is_some) {
                    may_roll.insert(rolled);
                }
            }
        }
    }
    for (key, etag, size) in listed {
        let fits = |object: &&Arc<Object>| object.has_etag(etag) && object.bytes.len().to_string() == *size;
        if !allowed.get(key).is_some_and(|possible| possible.iter().flatten().any(|object| fits(&object))) {
            let possible: Vec<_> = allowed
                .get(key)
                .into_iter()
                .flatten()
                .flatten()
                .map(|object| (&object.etag, object.bytes.len()))
                .collect();
            return Err(format!("{what} shows {key:?} with {size} bytes and ETag {etag}, where {possible:?} can be"));
        }
    }
    for (key, possible) in &allowed {
        if !possible.contains(&None) && !listed.iter().any(|(listed, ..)| listed == key) {
            return Err(format!("{what} lacks {key:?}"));
        }
    }
    let shown: BTreeSet<String> = prefixes.iter().cloned().collect();
    if let Some(missing) = must_roll.difference(&shown).next() {
        return Err(format!("{what} lacks the prefix {missing:?}"));
    }
    match shown.difference(&may_roll).next() {
        Some(wrong) => Err(format!("{what} shows the prefix {wrong:?}, under which nothing can be")),
        None => Ok(()),
    }
}

/// The open uploads of a bucket, as key and id.
pub async fn open_uploads(client: &mut Client, bucket: &str) -> Result<Option<Vec<(String, String)>>, Wrong> {
    let (mut found, mut marker) = (Vec::new(), (String::new(), String::new()));
    loop {
        let request = Request::s3(Method::GET, bucket, "").query("uploads", "").query("max-uploads", "7");
        let request = match marker.0.is_empty() {
            true => request,
            false => request.query("key-marker", &marker.0).query("upload-id-marker", &marker.1),
        };
        let answer = client.ask(request).await?;
        if answer.fate() != Fate::Done {
            return Ok(None);
        }
        found.extend(answer.elements("Upload").iter().map(|upload| (upload.text("Key"), upload.text("UploadId"))));
        if answer.text("IsTruncated") != "true" {
            return Ok(Some(found));
        }
        marker = (answer.text("NextKeyMarker"), answer.text("NextUploadIdMarker"));
    }
}
