//! Open uploads are those that were begun and not ended, with the parts that were sent; a completion happened whole or not at all.

use http::Method;

use crate::clients::{Client, Wrong, open_uploads};
use crate::request::{Fate, Request};

/// Looks at all open uploads of a bucket. The model learns which there are.
pub async fn open(client: &mut Client, bucket: &str) -> Result<(), Wrong> {
    let began = client.model.lock().tick();
    let Some(listed) = open_uploads(client, bucket).await? else { return Ok(()) };
    let known: Vec<String> = {
        let model = client.model.lock();
        model.uploads.iter().filter(|(_, upload)| upload.bucket == bucket).map(|(id, _)| id.clone()).collect()
    };
    for id in known {
        let is_open = listed.iter().any(|(_, listed)| *listed == id);
        {
            let mut model = client.model.lock();
            let now = model.tick();
            let upload = model.uploads.get_mut(&id).ok_or("an upload is lost")?;
            if !upload.open.may(began, |open| *open == is_open) {
                let what = if is_open { "is listed as open" } else { "is not listed as open" };
                return Err(format!("the upload {id} of {bucket}/{} {what}, which it cannot be", upload.key));
            }
            upload.open.saw(&is_open, began, now);
            if let Some(object) = upload.alone.take() {
                let key = upload.key.clone();
                let made = model.slot(bucket, &key).only(began).cloned();
                if made.is_some_and(|made| made.is_some_and(|made| made == object) == is_open) {
                    return Err(format!("the upload {id} of {bucket}/{key} is half completed: open is {is_open}"));
                }
            }
        }
        if is_open {
            parts(client, &id).await?;
        }
    }
    Ok(())
}

async fn parts(client: &mut Client, id: &str) -> Result<(), Wrong> {
    let (began, request) = {
        let mut model = client.model.lock();
        let upload = &model.uploads[id];
        let request = Request::s3(Method::GET, &upload.bucket, &upload.key).query("uploadId", id);
        (model.tick(), request)
    };
    let answer = client.ask(request).await?;
    if answer.fate() != Fate::Done {
        return Ok(());
    }
    let listed: Vec<(String, String)> = answer
        .elements("Part")
        .iter()
        .map(|part| (part.text("PartNumber"), part.text("ETag").replace('"', "")))
        .collect();
    let mut model = client.model.lock();
    let now = model.tick();
    let upload = model.uploads.get_mut(id).ok_or("an upload is lost")?;
    for (number, slot) in &mut upload.parts {
        let etag = listed.iter().find(|(listed, _)| *listed == number.to_string()).map(|(_, etag)| etag);
        let found = slot.possible(began).find(|part| part.as_ref().map(|part| &part.etag) == etag).cloned();
        match found {
            Some(part) => slot.saw(&part, began, now),
            None => {
                return Err(format!("part {number} of the upload {id} has the ETag {etag:?}, which it cannot have"));
            }
        }
    }
    match listed.iter().find(|(number, _)| number.parse().is_ok_and(|number: u32| !upload.parts.contains_key(&number)))
    {
        Some((number, _)) => Err(format!("the upload {id} has a part {number}, which nobody sent")),
        None => Ok(()),
    }
}
