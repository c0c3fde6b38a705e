//! Versions: put, deleted and uploaded in a bucket that keeps them, read, copied and deleted by their ids, and listed.

use std::sync::Arc;

use http::Method;

use super::objects::{has_head_of, put_request};
use super::{Client, SIZES, Wrong, expect};
use crate::model::Object;
use crate::model::versions::{Row, Version, in_order};
use crate::register::Register;
use crate::request::{Answer, Fate, Request};

/// The bucket that keeps versions.
pub const KEPT: &str = "kept";
/// Few keys, so that each has many.
const KEYS: [&str; 3] = ["v", "v/1", "w"];

impl Client {
    pub(super) async fn version_work(&mut self) -> Result<(), Wrong> {
        match self.dice.below(16) {
            0..4 => self.put_version().await,
            4..6 => self.mark_deleted().await,
            6..8 => self.upload_version().await,
            8..11 => self.delete_version().await,
            11..13 => self.read_some_version().await,
            13 => self.copy_version().await,
            14 => list_versions(self, false).await.map(drop),
            _ => self.read_current().await,
        }
    }

    fn kept_key(&mut self) -> &'static str {
        self.dice.pick::<&str>(&KEYS)
    }

    /// Asks for a version to be made, and tells the model what came of it: one of these.
    async fn make(
        &mut self,
        key: &str,
        objects: Vec<Option<Arc<Object>>>,
        request: Request,
    ) -> Result<Option<Answer>, Wrong> {
        let began = {
            let mut model = self.model.lock();
            model.versions.lost.extend(objects.iter().map(|object| (key.to_owned(), object.clone())));
            model.tick()
        };
        let answer = self.ask_perhaps(request).await?;
        let mut model = self.model.lock();
        let now = model.tick();
        if answer.fate() != Fate::Unknown {
            for object in &objects {
                let at = model.versions.lost.iter().position(|(of, lost)| of == key && lost == object);
                at.map(|at| model.versions.lost.remove(at));
            }
        }
        if answer.fate() != Fate::Done {
            return Ok(Some(answer));
        }
        let etag = answer.text("ETag").replace('"', "");
        let is_it = |object: &Option<Arc<Object>>| {
            etag.is_empty() || object.as_ref().is_none_or(|object| object.has_etag(&etag))
        };
        let Some(object) = objects.into_iter().find(is_it) else {
            return Err(format!("{KEPT}/{key} was made with the ETag {etag}, which it cannot have"));
        };
        model.versions.made(key, answer.header("x-amz-version-id"), object, (began, now))?;
        Ok(Some(answer))
    }

    async fn put_version(&mut self) -> Result<(), Wrong> {
        let (key, (bytes, label)) = (self.kept_key(), self.fresh(&SIZES[..11]));
        let object = Arc::new(Object::whole(bytes, &label));
        let request = self.sealing(put_request(KEPT, key, &object), key);
        let answer = self.make(key, vec![Some(object)], request).await?;
        answer.map_or(Ok(false), |answer| expect(&answer, "a put of a version")).map(drop)
    }

    async fn mark_deleted(&mut self) -> Result<(), Wrong> {
        let key = self.kept_key();
        let Some(answer) = self.make(key, vec![None], Request::s3(Method::DELETE, KEPT, key)).await? else {
            return Ok(());
        };
        match expect(&answer, "a deletion where versions are kept")? && answer.header("x-amz-delete-marker") != "true" {
            true => Err(format!("{KEPT}/{key} was deleted, and no delete marker is told of")),
            false => Ok(()),
        }
    }

    /// An upload's version is known from its beginning, and has its place from there on.
    async fn upload_version(&mut self) -> Result<(), Wrong> {
        let (key, (bytes, label)) = (self.kept_key(), self.fresh(&SIZES[1..11]));
        let object = Arc::new(Object::of_parts(&[Arc::new(Object::whole(bytes.clone(), ""))], &label));
        let began = self.model.lock().tick();
        let request = Request::s3(Method::POST, KEPT, key).query("uploads", "").header("x-amz-meta-label", &label);
        let request = self.sealing(request, key);
        let answer = self.ask(request).await?;
        let created = self.model.lock().tick();
        if !expect(&answer, "the beginning of a version's upload")? {
            return Ok(());
        }
        let (upload, id) = (answer.text("UploadId"), answer.header("x-amz-version-id").to_owned());
        let request = Request::s3(Method::PUT, KEPT, key).query("partNumber", "1").query("uploadId", &upload);
        let answer = self.ask(request.body(bytes)).await?;
        if !expect(&answer, "a version's part")? {
            return Ok(());
        }
        if answer.header("x-amz-version-id") != id {
            return Err(format!(
                "a part is said to be of the version {:?}, not {id}",
                answer.header("x-amz-version-id")
            ));
        }
        let ticket = {
            let mut model = self.model.lock();
            let (mut present, now) = (Register::new(false), model.tick());
            let ticket = present.begin(true, now);
            let made = Some((began, created));
            model.versions.enter(key, &id, Version { object: Some(object), made, present })?;
            ticket
        };
        let part = format!("<Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>", answer.header("etag"));
        let request = Request::s3(Method::POST, KEPT, key).query("uploadId", &upload);
        let body = format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>");
        let answer = self.ask_perhaps(request.body(body)).await?;
        if !expect(&answer, "the completion of a version")? {
            return Ok(());
        }
        let mut model = self.model.lock();
        let now = model.tick();
        model.versions.version(key, &id)?.present.done(ticket, now);
        match answer.header("x-amz-version-id") == id {
            true => Ok(()),
            false => Err(format!("{KEPT}/{key} became {:?}, not {id}", answer.header("x-amz-version-id"))),
        }
    }

    /// Some version that may be there.
    fn any_version(&mut self) -> Option<(String, String)> {
        let mut model = self.model.lock();
        let now = model.tick();
        let known = model.versions.known.iter().filter(|(_, version)| version.present.may(now, |is| *is));
        let known: Vec<_> = known.map(|(at, _)| at.clone()).collect();
        (!known.is_empty()).then(|| self.dice.pick(&known).clone())
    }

    async fn delete_version(&mut self) -> Result<(), Wrong> {
        let Some((key, id)) = self.any_version() else { return Ok(()) };
        let (ticket, was_marker) = {
            let mut model = self.model.lock();
            let now = model.tick();
            let version = model.versions.version(&key, &id)?;
            (version.present.begin(false, now), version.object.is_none())
        };
        let answer = self.ask_perhaps(Request::s3(Method::DELETE, KEPT, &key).query("versionId", &id)).await?;
        if !expect(&answer, "the deletion of a version")? {
            return Ok(());
        }
        let mut model = self.model.lock();
        let now = model.tick();
        model.versions.version(&key, &id)?.present.done(ticket, now);
        // One that was gone already may have been anything.
        match answer.header("x-amz-delete-marker") == "true" && !was_marker {
            true => Err(format!("the version {id} of {KEPT}/{key} is an object, but a delete marker was deleted")),
            false => Ok(()),
        }
    }

    async fn read_some_version(&mut self) -> Result<(), Wrong> {
        let Some((key, id)) = self.any_version() else { return Ok(()) };
        read_version(self, &key, &id).await
    }

    /// Makes an old version the current one, or what some other key has.
    async fn copy_version(&mut self) -> Result<(), Wrong> {
        let (key, Some((from, id))) = (self.kept_key(), self.any_version()) else { return Ok(()) };
        let (object, may_lack) = {
            let mut model = self.model.lock();
            let now = model.tick();
            let version = model.versions.version(&from, &id)?;
            (version.object.clone(), version.present.may(now, |is| !is))
        };
        let source = format!("/{KEPT}/{from}?versionId={id}");
        let request = Request::s3(Method::PUT, KEPT, key).header("x-amz-copy-source", &source);
        let request = self.sealing(request, key);
        let Some(object) = object else {
            let answer = self.ask(request).await?;
            return match answer.fate() {
                Fate::Done => Err(format!("a copy was made of a delete marker: {}", answer.said())),
                Fate::Refused | Fate::Unknown => Ok(()),
            };
        };
        let copies = object.copies().map(Some).collect();
        let Some(answer) = self.make(key, copies, request).await? else { return Ok(()) };
        match answer.status == 404 {
            // Somebody may delete it meanwhile: that is known afterwards.
            true if may_lack || self.may_lack(&from, &id)? => Ok(()),
            true => Err(format!("the version {id} of {KEPT}/{from} is there, but a copy of it was refused")),
            false => expect(&answer, "a copy of a version").map(drop),
        }
    }

    fn may_lack(&self, key: &str, id: &str) -> Result<bool, Wrong> {
        let mut model = self.model.lock();
        let now = model.tick();
        Ok(model.versions.version(key, id)?.present.may(now, |is| !is))
    }

    /// The current object is one of the versions that may be there.
    async fn read_current(&mut self) -> Result<(), Wrong> {
        let key = self.kept_key();
        let answer = self.ask(Request::s3(Method::GET, KEPT, key)).await?;
        if answer.fate() != Fate::Done {
            return Ok(());
        }
        let id = answer.header("x-amz-version-id");
        let model = self.model.lock();
        let is_whole = |object: &Arc<Object>| answer.body == object.bytes && has_head_of(&answer, object);
        let fits = match model.versions.known.get(&(key.to_owned(), id.to_owned())) {
            Some(version) => version.object.as_ref().is_some_and(is_whole),
            None => model.versions.lost.iter().any(|(of, object)| of == key && object.as_ref().is_some_and(is_whole)),
        };
        match fits {
            true => Ok(()),
            false => Err(format!("{KEPT}/{key} shows a version {id} that nobody made so")),
        }
    }
}

/// Reads a version by its id: it is there as it was made, or it is not there.
pub async fn read_version(client: &mut Client, key: &str, id: &str) -> Result<(), Wrong> {
    let began = client.model.lock().tick();
    let answer = client.ask(Request::s3(Method::GET, KEPT, key).query("versionId", id)).await?;
    if answer.fate() == Fate::Unknown {
        return Ok(());
    }
    let mut model = client.model.lock();
    let version = model.versions.version(key, id)?;
    let fits = match (answer.status, &version.object) {
        (404, _) => version.present.may(began, |is| !is),
        (405, None) => version.present.may(began, |is| *is),
        (200, Some(object)) => {
            version.present.may(began, |is| *is) && answer.body == object.bytes && has_head_of(&answer, object)
        }
        _ => false,
    };
    match fits {
        true => Ok(()),
        false => Err(format!("the version {id} of {KEPT}/{key} cannot be so: {}", answer.said())),
    }
}

/// Lists all versions page by page and judges them. At rest, the model learns which there are.
pub async fn list_versions(client: &mut Client, at_rest: bool) -> Result<Option<Vec<Row>>, Wrong> {
    let began = client.model.lock().tick();
    let at_once = *client.dice.pick(&["1000", "3", "1"]);
    let (mut rows, mut marker) = (Vec::new(), (String::new(), String::new()));
    loop {
        let request = Request::s3(Method::GET, KEPT, "").query("versions", "").query("max-keys", at_once);
        let request = match marker.0.is_empty() {
            true => request,
            false => request.query("key-marker", &marker.0).query("version-id-marker", &marker.1),
        };
        let answer = client.ask(request).await?;
        if !expect(&answer, "a list of versions")? {
            return Ok(None);
        }
        let row = |entry: &Answer, is_object: bool| Row {
            key: entry.text("Key"),
            id: entry.text("VersionId"),
            object: is_object.then(|| (entry.text("ETag").replace('"', ""), entry.text("Size"))),
            is_latest: entry.text("IsLatest") == "true",
        };
        rows.extend(answer.elements("Version").iter().map(|entry| row(entry, true)));
        rows.extend(answer.elements("DeleteMarker").iter().map(|entry| row(entry, false)));
        if answer.text("IsTruncated") != "true" {
            break;
        }
        marker = (answer.text("NextKeyMarker"), answer.text("NextVersionIdMarker"));
    }
    let mut model = client.model.lock();
    let now = model.tick();
    model.versions.judge(&rows, began, now, at_rest)?;
    if at_rest {
        // While others write, pages are of different moments.
        in_order(&rows)?;
    }
    Ok(Some(rows))
}
