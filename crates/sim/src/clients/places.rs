//! Buckets and vaults that come and go: one client makes them, begins an upload in them, and deletes them.
//!
//! A delete is refused whole or done whole: whoever interrupts it, the bucket or vault either stands with its upload and the
//! part that was acknowledged, or is gone with all of it.

use std::sync::Arc;

use http::Method;

use super::vaults::tree_hash;
use super::{Client, Wrong, expect};
use crate::model::{Object, Place};
use crate::register::Register;
use crate::request::{Fate, Request};

/// The only key of a bucket that comes and goes.
const KEY: &str = "k";
const PART: usize = 20_000;
const VAULT_PART: usize = 1 << 20;

impl Client {
    /// Makes a bucket or a vault with an open upload, and perhaps deletes it.
    pub(super) async fn come_and_go(&mut self) -> Result<(), Wrong> {
        let (is_vault, number) = (self.dice.once_in(2), self.model.lock().fresh());
        let name = format!("place-{number}");
        let answer = self.ask(request(&name, is_vault, Method::PUT)).await?;
        if !expect(&answer, "a new bucket or vault")? {
            return Ok(());
        }
        let begin = match is_vault {
            true => Request::glacier(Method::POST, &format!("/{name}/multipart-uploads"))
                .header("x-amz-part-size", &VAULT_PART.to_string()),
            false => Request::s3(Method::POST, &name, KEY).query("uploads", ""),
        };
        let answer = self.ask(begin).await?;
        if !expect(&answer, "an upload in a new bucket or vault")? {
            return Ok(());
        }
        let upload = match is_vault {
            true => answer.header("x-amz-multipart-upload-id").to_owned(),
            false => answer.text("UploadId"),
        };
        let there = Register::new(true);
        self.model.lock().places.insert(name.clone(), Place { is_vault, upload, part: None, there });
        if !self.put_in(&name).await? || !is_vault && !self.refused_with_an_object(&name).await? {
            return Ok(());
        }
        match self.dice.once_in(4) {
            true => Ok(()),
            false => self.delete_place(&name).await,
        }
    }

    /// Sends a part; whether it was acknowledged.
    async fn put_in(&mut self, name: &str) -> Result<bool, Wrong> {
        let place = self.place(name)?;
        let (bytes, _) = self.fresh(&[if place.is_vault { VAULT_PART } else { PART }]);
        let (part, request) = match place.is_vault {
            true => {
                let hash = tree_hash(&bytes);
                let request = place.upload_request(name, Method::PUT);
                let request = request.header("content-range", &format!("bytes 0-{}/*", bytes.len() - 1));
                (hash.clone(), request.header("x-amz-sha256-tree-hash", &hash))
            }
            false => {
                let etag = Object::whole(bytes.clone(), "").etag;
                (etag, place.upload_request(name, Method::PUT).query("partNumber", "1"))
            }
        };
        let answer = self.ask(request.body(bytes)).await?;
        let is_put = expect(&answer, "a part in a new bucket or vault")?;
        if let Some(place) = self.model.lock().places.get_mut(name).filter(|_| is_put) {
            place.part = Some(part);
        }
        Ok(is_put)
    }

    /// An object keeps its bucket, with all that is in it. Whether it surely is gone again.
    async fn refused_with_an_object(&mut self, name: &str) -> Result<bool, Wrong> {
        let object = Arc::new(Object::whole(self.fresh(&[100, PART]).0, ""));
        let answer = self.ask(Request::s3(Method::PUT, name, KEY).body(object.bytes.clone())).await?;
        if !expect(&answer, "an object in a new bucket")? {
            return Ok(false);
        }
        if self.ask(request(name, false, Method::DELETE)).await?.fate() == Fate::Done {
            return Err(format!("the bucket {name} was deleted with the object in it"));
        }
        look_at_place(self, name).await?;
        let answer = self.ask(Request::s3(Method::DELETE, name, KEY)).await?;
        expect(&answer, "the deletion of the only object")
    }

    async fn delete_place(&mut self, name: &str) -> Result<(), Wrong> {
        let ticket = {
            let mut model = self.model.lock();
            let now = model.tick();
            model.places.get_mut(name).ok_or("no such place")?.there.begin(false, now)
        };
        let place = self.place(name)?;
        let answer = self.ask_perhaps(request(name, place.is_vault, Method::DELETE)).await?;
        if !expect(&answer, "the deletion of a bucket or vault with nothing but an upload")? {
            return Ok(());
        }
        {
            let mut model = self.model.lock();
            let now = model.tick();
            model.places.get_mut(name).ok_or("no such place")?.there.done(ticket, now);
        }
        look_at_place(self, name).await
    }

    fn place(&self, name: &str) -> Result<Place, Wrong> {
        self.model.lock().places.get(name).cloned().ok_or_else(|| format!("no place {name}"))
    }
}

impl Place {
    /// About its upload.
    fn upload_request(&self, name: &str, method: Method) -> Request {
        match self.is_vault {
            true => Request::glacier(method, &format!("/{name}/multipart-uploads/{}", self.upload)),
            false => Request::s3(method, name, KEY).query("uploadId", &self.upload),
        }
    }
}

/// About the bucket or vault itself.
fn request(name: &str, is_vault: bool, method: Method) -> Request {
    match (is_vault, method) {
        (true, method) => Request::glacier(method, &format!("/{name}")),
        (false, Method::GET) => Request::s3(Method::HEAD, name, ""),
        (false, method) => Request::s3(method, name, ""),
    }
}

/// Looks whether a bucket or vault stands, which it must be able to, and whether its upload does as well. The model learns it.
pub async fn look_at_place(client: &mut Client, name: &str) -> Result<(), Wrong> {
    let began = client.model.lock().tick();
    let place = client.place(name)?;
    let answer = client.ask(request(name, place.is_vault, Method::GET)).await?;
    let stands = match (answer.fate(), answer.status) {
        (Fate::Done, _) => true,
        (Fate::Refused, 404) => false,
        (Fate::Refused, _) => return Err(format!("{name}: {}", answer.said())),
        (Fate::Unknown, _) => return Ok(()),
    };
    let listed = client.ask(place.upload_request(name, Method::GET)).await?;
    if listed.fate() == Fate::Unknown {
        return Ok(());
    }
    let has_upload = listed.fate() == Fate::Done;
    let shown = String::from_utf8_lossy(&listed.body);
    match &place.part {
        _ if has_upload && !stands => return Err(format!("{name} is gone, but not its upload")),
        Some(part) if stands && !shown.contains(part) => {
            return Err(format!("{name} stands, but lost the part {part} of its upload: {}", listed.said()));
        }
        _ => {}
    }
    let mut model = client.model.lock();
    let now = model.tick();
    let there = &mut model.places.get_mut(name).ok_or("no such place")?.there;
    if !there.may(began, |there| *there == stands) {
        return Err(format!("{name} {}, which cannot be", if stands { "stands" } else { "is gone" }));
    }
    there.saw(&stands, began, now);
    Ok(())
}

/// Deletes all that stand, each with its upload.
pub async fn remove_places(client: &mut Client) -> Result<(), Wrong> {
    let places: Vec<_> =
        client.model.lock().places.iter().map(|(name, place)| (name.clone(), place.is_vault)).collect();
    for (name, is_vault) in places {
        if !is_vault {
            client.ask(Request::s3(Method::DELETE, &name, KEY)).await?;
        }
        let answer = client.ask(request(&name, is_vault, Method::DELETE)).await?;
        if answer.fate() != Fate::Done && answer.status != 404 {
            return Err(format!("{name} cannot be deleted: {}", answer.said()));
        }
    }
    Ok(())
}
