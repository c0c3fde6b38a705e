//! Objects: put, get, head, delete, copy, under conditions.

use std::sync::Arc;

use coldkeep_auth::uri::encode;
use http::Method;

use super::sealed::{from_sealed, under_key_of};
use super::{Client, SIZES, Wrong, expect};
use crate::model::Object;
use crate::register::{Tick, Ticket};
use crate::request::{Answer, Fate, Request};

pub(super) fn put_request(bucket: &str, key: &str, object: &Object) -> Request {
    let request = Request::s3(Method::PUT, bucket, key).header("x-amz-meta-label", &object.label);
    request.body(object.bytes.clone())
}

impl Client {
    pub(super) async fn put(&mut self) -> Result<(), Wrong> {
        self.put_of(&SIZES).await
    }

    /// Puts bytes of one of these sizes.
    pub(super) async fn put_of(&mut self, sizes: &[usize]) -> Result<(), Wrong> {
        let (bucket, key, (bytes, label)) = (self.bucket(), self.key(), self.fresh(sizes));
        self.put_object(bucket, key, Object::whole(bytes, &label)).await
    }

    pub(super) async fn put_object(&mut self, bucket: &str, key: &str, object: Object) -> Result<(), Wrong> {
        let object = Arc::new(object);
        let began = self.model.lock().tick();
        let ticket = self.model.lock().begin(bucket, key, Some(object.clone()));
        let request = self.sealing(put_request(bucket, key, &object), key);
        let answer = self.ask_perhaps(request).await?;
        self.written(bucket, key, ticket, &answer);
        if self.refused_by_key(&[key], began, &answer)? {
            return Ok(());
        }
        if expect(&answer, "a put")? && !object.has_etag(&answer.header("etag").replace('"', "")) {
            return Err(format!("put {bucket}/{key}: the ETag is {}, not {}", answer.header("etag"), object.etag));
        }
        Ok(())
    }

    /// Puts if the key is free, or if it still has the ETag that it had.
    pub(super) async fn put_if(&mut self) -> Result<(), Wrong> {
        let (bucket, key, (bytes, label)) = (self.bucket(), self.key(), self.fresh(&SIZES[..9]));
        let object = Arc::new(Object::whole(bytes, &label));
        let (began, had) = {
            let mut model = self.model.lock();
            let began = model.tick();
            (began, model.slot(bucket, key).only(began).cloned())
        };
        let request = self.sealing(put_request(bucket, key, &object), key);
        let (request, wanted) = match had.flatten() {
            Some(had) if self.dice.once_in(2) => {
                (request.header("if-match", &format!("\"{}\"", had.etag)), Some(had.etag.clone()))
            }
            _ => (request.header("if-none-match", "*"), None),
        };
        let ticket = self.model.lock().begin(bucket, key, Some(object.clone()));
        let answer = self.ask(request).await?;
        let fits = |value: &Option<Arc<Object>>| value.as_ref().map(|object| &object.etag) == wanted.as_ref();
        let (could, must) = {
            // This put itself is not what its condition is judged by.
            let mut others = self.model.lock().possible(bucket, key, began);
            others.retain(|value| value.as_ref() != Some(&object));
            (others.iter().any(fits), others.iter().all(fits))
        };
        self.written(bucket, key, ticket, &answer);
        match answer.status {
            200 if !could => Err(format!("{bucket}/{key} was put, although its condition never held")),
            412 | 404 if must => Err(format!("{bucket}/{key} was not put, although its condition held all the time")),
            200 | 412 | 404 | 409 | 0 | 500.. => Ok(()),
            _ => Err(format!("a put under a condition was answered {}", answer.said())),
        }
    }

    pub(super) async fn get(&mut self) -> Result<(), Wrong> {
        let (bucket, key) = (self.bucket(), self.key());
        let rest_ms = if self.dice.once_in(4) { self.dice.below(3000) } else { 0 };
        let range = self.dice.once_in(3).then(|| {
            let edge = *self.dice.pick(&SIZES) as u64;
            (edge.saturating_sub(self.dice.below(3)), edge + self.dice.below(9000))
        });
        read_object(self, bucket, key, range, rest_ms).await.map(drop)
    }

    pub(super) async fn head(&mut self) -> Result<(), Wrong> {
        let (bucket, key) = (self.bucket(), self.key());
        let began = self.model.lock().tick();
        let answer = self.ask(Request::s3(Method::HEAD, bucket, key)).await?;
        let fits = |value: &Option<Arc<Object>>| match value {
            None => answer.status == 404,
            Some(object) => {
                answer.status == 200
                    && answer.header("content-length") == object.bytes.len().to_string()
                    && has_head_of(&answer, object)
            }
        };
        self.judge(bucket, key, began, &answer, fits)
    }

    pub(super) async fn delete(&mut self) -> Result<(), Wrong> {
        let (bucket, key) = (self.bucket(), self.key());
        self.delete_key(bucket, key).await
    }

    pub(super) async fn delete_key(&mut self, bucket: &str, key: &str) -> Result<(), Wrong> {
        let ticket = self.model.lock().begin(bucket, key, None);
        let answer = self.ask_perhaps(Request::s3(Method::DELETE, bucket, key)).await?;
        self.written(bucket, key, ticket, &answer);
        expect(&answer, "a deletion").map(drop)
    }

    /// Deletes, and takes no excuse while the power is on.
    pub(super) async fn delete_surely(&mut self) -> Result<(), Wrong> {
        let (bucket, key) = (self.bucket(), self.key());
        let ticket = self.model.lock().begin(bucket, key, None);
        let answer = self.ask(Request::s3(Method::DELETE, bucket, key)).await?;
        self.written(bucket, key, ticket, &answer);
        match answer.fate() {
            Fate::Done => Ok(()),
            _ if self.server.is_off() => Ok(()),
            _ => Err(format!("the disk is full, and {bucket}/{key} cannot be deleted: {}", answer.said())),
        }
    }

    pub(super) async fn delete_many(&mut self) -> Result<(), Wrong> {
        let bucket = self.bucket();
        let mut keys: Vec<&str> = (0..3).map(|_| self.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        let named: String = keys.iter().map(|key| format!("<Object><Key>{}</Key></Object>", escape(key))).collect();
        let body = format!("<Delete>{named}</Delete>");
        let tickets: Vec<Ticket> = keys.iter().map(|key| self.model.lock().begin(bucket, key, None)).collect();
        let digest = md5_base64(body.as_bytes());
        let request = Request::s3(Method::POST, bucket, "").query("delete", "").header("content-md5", &digest);
        let answer = self.ask_perhaps(request.body(body)).await?;
        let (deleted, failed) = (answer.elements("Deleted"), answer.elements("Error"));
        for (key, ticket) in keys.iter().zip(tickets) {
            if answer.fate() == Fate::Done && deleted.iter().any(|element| element.text("Key") == **key) {
                self.written(bucket, key, ticket, &answer);
            }
        }
        match answer.fate() == Fate::Done && self.healthy && deleted.len() < keys.len() && !self.server.is_off() {
            true => Err(format!("{} of {} deletions were done, {} failed", deleted.len(), keys.len(), failed.len())),
            false => expect(&answer, "the deletion of several").map(drop),
        }
    }

    pub(super) async fn copy(&mut self) -> Result<(), Wrong> {
        let (bucket, key, from_bucket, from_key) = (self.bucket(), self.key(), self.bucket(), self.key());
        self.copy_object((bucket, key), (from_bucket, from_key)).await
    }

    pub(super) async fn copy_object(
        &mut self,
        (bucket, key): (&str, &str),
        (from_bucket, from_key): (&str, &str),
    ) -> Result<(), Wrong> {
        if (bucket, key) == (from_bucket, from_key) {
            return Ok(());
        }
        let ticket = self.model.lock().begin_copy((bucket, key), (from_bucket, from_key));
        let escaped: Vec<String> = from_key.split('/').map(|part| encode(part.as_bytes())).collect();
        let source = format!("/{from_bucket}/{}", escaped.join("/"));
        let request = Request::s3(Method::PUT, bucket, key).header("x-amz-copy-source", &source);
        let request = self.sealing(from_sealed(request, from_key), key);
        let answer = self.ask_perhaps(request).await?;
        let by_key = self.refused_by_key(&[key, from_key], ticket, &answer)?;
        let mut model = self.model.lock();
        let absent = model.possible(from_bucket, from_key, ticket).contains(&None);
        match answer.fate() {
            Fate::Done if model.end_copy(ticket, Some(&answer.text("ETag").replace('"', ""))) => Ok(()),
            Fate::Done => Err(format!("{bucket}/{key} is a copy of nothing that {from_bucket}/{from_key} was")),
            Fate::Refused => {
                model.end_copy(ticket, None);
                match by_key || answer.status == 404 && absent {
                    true => Ok(()),
                    false => Err(format!("a copy was refused: {}", answer.said())),
                }
            }
            Fate::Unknown => Ok(()),
        }
    }

    /// Tells the model how a write of a key ended.
    pub(super) fn written(&self, bucket: &str, key: &str, ticket: Ticket, answer: &Answer) {
        let mut model = self.model.lock();
        let now = model.tick();
        match answer.fate() {
            Fate::Done => model.slot(bucket, key).done(ticket, now),
            Fate::Refused => model.slot(bucket, key).refused(ticket),
            Fate::Unknown => {}
        }
    }

    /// An answer must fit something that the key may hold.
    fn judge(
        &self,
        bucket: &str,
        key: &str,
        began: Tick,
        answer: &Answer,
        fits: impl Fn(&Option<Arc<Object>>) -> bool,
    ) -> Result<(), Wrong> {
        if answer.fate() == Fate::Unknown {
            return Ok(());
        }
        let possible = self.model.lock().possible(bucket, key, began);
        if possible.iter().any(fits) {
            return Ok(());
        }
        let show = |value: &Option<Arc<Object>>| match value {
            None => "nothing".to_owned(),
            Some(object) => format!("{} with {} bytes", object.label, object.bytes.len()),
        };
        let possible: Vec<String> = possible.iter().map(show).collect();
        let has = answer.header("x-amz-meta-label");
        Err(format!(
            "{bucket}/{key}: answered {} {has:?} with {} bytes; it can be {}",
            answer.status,
            answer.body.len(),
            possible.join(" or ")
        ))
    }
}

/// Reads an object, whole or a range; what comes must be what it may hold. Gives what it was, if the whole of it was read.
pub async fn read_object(
    client: &mut Client,
    bucket: &str,
    key: &str,
    range: Option<(u64, u64)>,
    rest_ms: u64,
) -> Result<Answer, Wrong> {
    let mut request = under_key_of(Request::s3(Method::GET, bucket, key), key);
    if let Some((first, last)) = range {
        request = request.header("range", &format!("bytes={first}-{last}"));
    }
    request.rest_ms = rest_ms;
    let began = client.model.lock().tick();
    let answer = client.ask(request).await?;
    let by_key = client.refused_by_key(&[key], began, &answer)?;
    let fits = |value: &Option<Arc<Object>>| match value {
        None => answer.status == 404,
        Some(_) if by_key => true,
        Some(object) => {
            let length = object.bytes.len() as u64;
            match range {
                None => answer.status == 200 && answer.body == object.bytes && has_head_of(&answer, object),
                Some((first, _)) if first >= length => answer.status == 416,
                Some((first, last)) => {
                    let piece = object.bytes.slice(first as usize..(last + 1).min(length) as usize);
                    answer.status == 206 && answer.body == piece && has_head_of(&answer, object)
                }
            }
        }
    };
    client.judge(bucket, key, began, &answer, fits)?;
    Ok(answer)
}

/// Whether an answer has the label and the ETag of an object.
pub fn has_head_of(answer: &Answer, object: &Object) -> bool {
    answer.header("x-amz-meta-label") == object.label && object.has_etag(&answer.header("etag").replace('"', ""))
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The MD5 of some bytes in Base64.
pub fn md5_base64(bytes: &[u8]) -> String {
    use base64::Engine;
    use md5::{Digest, Md5};
    base64::prelude::BASE64_STANDARD.encode(Md5::digest(bytes))
}
