//! Multipart uploads: begun, filled, refused, completed once and again, aborted, or left for another life of the server.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;

use super::objects::escape;
use super::{ALONE, Client, SIZES, Wrong, expect};
use crate::model::{Completed, Object, Upload};
use crate::register::Register;
use crate::request::{Answer, Fate, Request};

/// The least that a part may have which is not the last: 5 MiB.
const LEAST: usize = 5 << 20;

/// The parts of an upload, as far as they are known.
type Parts = BTreeMap<u32, Arc<Object>>;

impl Client {
    /// Goes on with an upload that nobody works on, or begins one.
    pub(super) async fn upload(&mut self) -> Result<(), Wrong> {
        if self.dice.once_in(4) {
            return self.complete_again().await;
        }
        let resumes = self.dice.once_in(2);
        let left = if resumes { self.resume_upload() } else { None };
        let id = match left {
            Some(id) => Some(id),
            None => self.begin_upload().await?,
        };
        let Some(id) = id else { return Ok(()) };
        let done = self.fill(&id).await;
        if let Some(upload) = self.model.lock().uploads.get_mut(&id) {
            // What is not known of it is found out by a checker, in the next life.
            upload.busy = !upload.parts.values().all(|part| part.only(u64::MAX).is_some());
        }
        done
    }

    /// An upload of an earlier client, perhaps of an earlier life of the server.
    fn resume_upload(&mut self) -> Option<String> {
        let mut model = self.model.lock();
        let now = model.tick();
        let mut free =
            model.uploads.iter_mut().filter(|(_, upload)| !upload.busy && upload.open.only(now) == Some(&true));
        let (id, upload) = free.next()?;
        upload.busy = true;
        Some(id.clone())
    }

    async fn begin_upload(&mut self) -> Result<Option<String>, Wrong> {
        let (bucket, number) = (self.bucket(), self.model.lock().fresh());
        let key = match self.dice.once_in(2) {
            true => format!("{ALONE}{number}"),
            false => self.key().to_owned(),
        };
        let label = format!("label {number}");
        let request = Request::s3(Method::POST, bucket, &key).query("uploads", "").header("x-amz-meta-label", &label);
        let request = self.sealing(request, &key);
        let answer = self.ask_perhaps(request).await?;
        if !expect(&answer, "an upload")? {
            return Ok(None);
        }
        let (id, mut open) = (answer.text("UploadId"), Register::new(false));
        let mut model = self.model.lock();
        let (began, now) = (model.tick(), model.tick());
        let ticket = open.begin(true, began);
        open.done(ticket, now);
        let (bucket, parts) = (bucket.to_owned(), BTreeMap::new());
        model.uploads.insert(id.clone(), Upload { bucket, key, label, open, parts, busy: true, alone: None });
        Ok(Some(id))
    }

    async fn fill(&mut self, id: &str) -> Result<(), Wrong> {
        let large = self.dice.once_in(12);
        if large {
            self.put_part(id, 1, &[LEAST, LEAST + 1]).await?;
        }
        let number = 1 + u32::from(large) + self.dice.below(3) as u32;
        self.put_part(id, number, &SIZES[1..]).await?;
        if self.dice.once_in(3) {
            self.put_part(id, number, &SIZES[1..]).await?;
        }
        if self.dice.once_in(4) {
            self.copy_part(id, number + 1).await?;
        }
        if self.dice.once_in(3) {
            self.list_parts(id).await?;
        }
        match self.dice.below(10) {
            0 => Ok(()),
            1 | 2 => self.abort(id).await,
            3 => self.complete_wrongly(id).await,
            _ => self.complete(id).await,
        }
    }

    fn request(&self, id: &str, method: Method) -> Request {
        let model = self.model.lock();
        let upload = &model.uploads[id];
        Request::s3(method, &upload.bucket, &upload.key).query("uploadId", id)
    }

    async fn put_part(&mut self, id: &str, number: u32, sizes: &[usize]) -> Result<(), Wrong> {
        let part = Arc::new(Object::whole(self.fresh(sizes).0, ""));
        let request = self.request(id, Method::PUT).query("partNumber", &number.to_string()).body(part.bytes.clone());
        self.write_part(id, number, &[part], request).await
    }

    async fn copy_part(&mut self, id: &str, number: u32) -> Result<(), Wrong> {
        let (bucket, key) = (self.bucket(), "z");
        let sources: Vec<Arc<Object>> = {
            let mut model = self.model.lock();
            let now = model.tick();
            model.possible(bucket, key, now).into_iter().flatten().collect()
        };
        let [source] = &sources[..] else { return Ok(()) };
        let mut bytes = source.bytes.clone();
        let mut request = self.request(id, Method::PUT).query("partNumber", &number.to_string());
        if bytes.len() > 1 && self.dice.once_in(2) {
            let first = self.dice.below(bytes.len() as u64 - 1);
            let last = first + self.dice.below(bytes.len() as u64 - first);
            bytes = bytes.slice(first as usize..=last as usize);
            request = request.header("x-amz-copy-source-range", &format!("bytes={first}-{last}"));
        }
        let part = Arc::new(Object::whole(bytes, ""));
        let request = request
            .header("x-amz-copy-source", &format!("/{bucket}/{key}"))
            .header("x-amz-copy-source-if-match", &format!("\"{}\"", source.etag));
        self.write_part(id, number, &[part], request).await
    }

    async fn write_part(
        &mut self,
        id: &str,
        number: u32,
        parts: &[Arc<Object>],
        request: Request,
    ) -> Result<(), Wrong> {
        let [part] = parts else { return Ok(()) };
        let is_copy = request.body.is_empty();
        let ticket = {
            let mut model = self.model.lock();
            let now = model.tick();
            let upload = model.uploads.get_mut(id).ok_or("no such upload")?;
            upload.parts.entry(number).or_insert_with(|| Register::new(None)).begin(Some(part.clone()), now)
        };
        let answer = self.ask_perhaps(request).await?;
        {
            let mut model = self.model.lock();
            let now = model.tick();
            if let Some(slot) = model.uploads.get_mut(id).and_then(|upload| upload.parts.get_mut(&number)) {
                match answer.fate() {
                    Fate::Done => slot.done(ticket, now),
                    Fate::Refused => slot.refused(ticket),
                    Fate::Unknown => {}
                }
            }
        }
        // The source of a copy may have changed meanwhile.
        if is_copy && matches!(answer.status, 404 | 412) {
            return Ok(());
        }
        expect(&answer, "a part").map(drop)
    }

    /// The parts that are surely there; `None` if that is not known of all.
    fn parts(&self, id: &str) -> Option<Parts> {
        let model = self.model.lock();
        let upload = model.uploads.get(id)?;
        let mut parts = Parts::new();
        for (number, slot) in &upload.parts {
            if let Some(part) = slot.only(u64::MAX)? {
                parts.insert(*number, part.clone());
            }
        }
        Some(parts)
    }

    async fn list_parts(&mut self, id: &str) -> Result<(), Wrong> {
        let Some(parts) = self.parts(id) else { return Ok(()) };
        let answer = self.ask(self.request(id, Method::GET)).await?;
        if !expect(&answer, "a list of parts")? {
            return Ok(());
        }
        let row = |part: &Answer| (part.text("PartNumber"), part.text("ETag").replace('"', ""), part.text("Size"));
        let listed: Vec<_> = answer.elements("Part").iter().map(row).collect();
        let wanted: Vec<_> = parts
            .iter()
            .map(|(number, part)| (number.to_string(), part.etag.clone(), part.bytes.len().to_string()))
            .collect();
        match listed == wanted {
            true => Ok(()),
            false => Err(format!("the parts of {id} are listed as {listed:?}, but are {wanted:?}")),
        }
    }

    async fn complete(&mut self, id: &str) -> Result<(), Wrong> {
        let Some(parts) = self.parts(id) else { return Ok(()) };
        let all: Vec<Arc<Object>> = parts.values().cloned().collect();
        let small = all.iter().rev().skip(1).any(|part| part.bytes.len() < LEAST);
        let (bucket, key, label) = {
            let model = self.model.lock();
            let upload = &model.uploads[id];
            (upload.bucket.clone(), upload.key.clone(), upload.label.clone())
        };
        let body = document(&parts);
        let request = self.request(id, Method::POST).body(body.clone());
        if small || all.is_empty() {
            let answer = self.ask(request).await?;
            return match answer.fate() {
                Fate::Done => Err(format!("the upload {id} was completed with parts that are too small")),
                _ => Ok(()),
            };
        }
        let object = Arc::new(Object::of_parts(&all, &label));
        let (written, closed) = {
            let mut model = self.model.lock();
            let (written, now) = (model.begin(&bucket, &key, Some(object.clone())), model.tick());
            let upload = model.uploads.get_mut(id).ok_or("no such upload")?;
            upload.alone = key.starts_with(ALONE).then(|| object.clone());
            (written, upload.open.begin(false, now))
        };
        let answer = match self.dice.once_in(4) {
            false => self.ask_perhaps(request).await?,
            // Twice at once: both get the same answer.
            true => {
                let (one, other) = tokio::join!(self.server.ask(&request), self.server.ask(&request));
                let (one, other) = (one?, other?);
                self.trace.answer(
                    format!("client {} {} twice -> {}, {}", self.number, request.line(), one.status, other.status),
                    &one.body,
                );
                match (one.fate(), other.fate()) {
                    (Fate::Done, Fate::Done) if one.text("ETag") != other.text("ETag") => {
                        return Err(format!("two completions of {id} at once made two objects"));
                    }
                    (Fate::Done, Fate::Refused) | (Fate::Refused, Fate::Done) => {
                        return Err(format!(
                            "of two completions of {id} at once one was refused: {}, {}",
                            one.said(),
                            other.said()
                        ));
                    }
                    (Fate::Done, _) => one,
                    _ => other,
                }
            }
        };
        self.written(&bucket, &key, written, &answer);
        let etag = answer.text("ETag").replace('"', "");
        let mut model = self.model.lock();
        let now = model.tick();
        let upload = model.uploads.get_mut(id).ok_or("no such upload")?;
        match answer.fate() {
            Fate::Done if etag != object.etag => {
                Err(format!("the upload {id} was completed with the ETag {etag}, not {}", object.etag))
            }
            Fate::Done => {
                upload.open.done(closed, now);
                upload.alone = None;
                model.completed.push(Completed { bucket, key, upload: id.to_owned(), body, etag });
                Ok(())
            }
            Fate::Refused => Err(format!("a completion was refused: {}", answer.said())),
            Fate::Unknown => Ok(()),
        }
    }

    /// With a part that was never sent: nothing happens.
    async fn complete_wrongly(&mut self, id: &str) -> Result<(), Wrong> {
        let wrong = Parts::from([(9, Arc::new(Object::whole("never sent".into(), "")))]);
        let answer = self.ask(self.request(id, Method::POST).body(document(&wrong))).await?;
        match answer.fate() {
            Fate::Done => Err(format!("the upload {id} was completed with a part that was never sent")),
            _ => self.list_parts(id).await,
        }
    }

    /// A completion that is repeated gets the same answer.
    async fn complete_again(&mut self) -> Result<(), Wrong> {
        let known = {
            let model = self.model.lock();
            match model.completed.is_empty() {
                true => return Ok(()),
                false => self.dice.pick(&model.completed).clone(),
            }
        };
        let request = Request::s3(Method::POST, &known.bucket, &known.key).query("uploadId", &known.upload);
        let answer = self.ask(request.body(known.body.clone())).await?;
        if expect(&answer, "a repeated completion")? && answer.text("ETag").replace('"', "") != known.etag {
            return Err(format!("a repeated completion of {} was answered {}", known.upload, answer.said()));
        }
        Ok(())
    }

    async fn abort(&mut self, id: &str) -> Result<(), Wrong> {
        let ticket = {
            let mut model = self.model.lock();
            let now = model.tick();
            model.uploads.get_mut(id).ok_or("no such upload")?.open.begin(false, now)
        };
        let answer = self.ask_perhaps(self.request(id, Method::DELETE)).await?;
        if expect(&answer, "an abort")? {
            let mut model = self.model.lock();
            let now = model.tick();
            model.uploads.get_mut(id).ok_or("no such upload")?.open.done(ticket, now);
        }
        Ok(())
    }
}

fn document(parts: &Parts) -> String {
    let part = |(number, part): (&u32, &Arc<Object>)| {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>\"{}\"</ETag></Part>", escape(&part.etag))
    };
    format!("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", parts.iter().map(part).collect::<String>())
}
