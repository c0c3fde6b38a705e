//! A bucket with rules and locks: what is put there goes, or goes cold, by itself. Time passes, a second worker is at the list, and what
//! is locked stays.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_types::Timestamp;
use http::Method;

use super::objects::{has_head_of, md5_base64, put_request};
use super::{Client, Wrong, expect};
use crate::model::Object;
use crate::model::ruled::{COLD, DAY_MS, GOES, Life};
use crate::request::{Answer, Fate, Request};

/// The bucket that has rules.
pub const RULED: &str = "ruled";
/// Its rules.
pub const RULES: &str = "<LifecycleConfiguration><Rule><ID>goes</ID><Filter><Prefix>goes/</Prefix></Filter><Status>Enabled</Status>\
     <Expiration><Days>1</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>\
     </NoncurrentVersionExpiration></Rule><Rule><ID>cold</ID><Filter><And><Prefix>cold/</Prefix><ObjectSizeGreaterThan>0\
     </ObjectSizeGreaterThan></And></Filter><Status>Enabled</Status><Transition><Days>1</Days><StorageClass>GLACIER</StorageClass>\
     </Transition><NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><StorageClass>DEEP_ARCHIVE</StorageClass>\
     </NoncurrentVersionTransition></Rule></LifecycleConfiguration>";
const SIZES: [usize; 4] = [1, 511, 8193, 65_537];

impl Client {
    /// Some steps, since things only meet where there are several.
    pub(super) async fn ruled_work(&mut self) -> Result<(), Wrong> {
        for _ in 0..3 + self.dice.below(8) {
            if !self.disk.is_dead() {
                self.ruled_step().await?;
            }
        }
        Ok(())
    }

    async fn ruled_step(&mut self) -> Result<(), Wrong> {
        match self.dice.below(14) {
            0..5 => self.put_ruled().await,
            5 => self.mark_ruled().await,
            6..8 => self.look_at_some().await,
            8 => self.restore_some().await,
            9 => self.delete_locked().await,
            10..12 => {
                // Whether it succeeds is the business of the server's own worker, which meets this one.
                let _ = self.server.store.run_due().await;
                Ok(())
            }
            _ => {
                let ms = 1 + self.dice.below(3 * DAY_MS as u64);
                tokio::time::sleep(Duration::from_millis(ms)).await;
                Ok(())
            }
        }
    }

    fn ruled_key(&mut self) -> String {
        let prefix = *self.dice.pick(&[GOES, COLD]);
        format!("{prefix}{}", self.dice.below(3))
    }

    /// What the clock shows, which the model sees too.
    fn look_at_clock(&self) -> i64 {
        let now_ms = self.server.now().0;
        self.model.lock().ruled.saw(now_ms);
        now_ms
    }

    async fn put_ruled(&mut self) -> Result<(), Wrong> {
        let (key, (bytes, label)) = (self.ruled_key(), self.fresh(&SIZES));
        let object = Arc::new(Object::whole(bytes, &label));
        let md5 = md5_base64(&object.bytes);
        let mut request = put_request(RULED, &key, &object).header("content-md5", &md5);
        let asked_ms = self.look_at_clock();
        let lock = match self.dice.below(6) {
            // Whole seconds, as clients say them.
            0 | 1 => (Some((asked_ms / 1000 + 60 + self.dice.below(4 * DAY_MS as u64 / 1000) as i64) * 1000), false),
            2 => (None, true),
            _ => (None, false),
        };
        if let Some(until) = lock.0 {
            request = request.header("x-amz-object-lock-mode", "GOVERNANCE");
            request = request.header("x-amz-object-lock-retain-until-date", &Timestamp(until).iso_seconds());
        }
        if lock.1 {
            request = request.header("x-amz-object-lock-legal-hold", "ON");
        }
        let mut life = Life { object, made_ms: (asked_ms, i64::MAX), lock, gone: false, coldest: 0 };
        self.model.lock().ruled.lost.push((key.clone(), life.clone()));
        let answer = self.ask_perhaps(request).await?;
        life.made_ms.1 = self.look_at_clock();
        if answer.fate() == Fate::Unknown {
            return Ok(());
        }
        let mut model = self.model.lock();
        model.ruled.lost.retain(|(_, lost)| lost.object.label != label);
        if expect(&answer, "a put where rules are")? {
            model.ruled.lives.insert((key, answer.header("x-amz-version-id").to_owned()), life);
        }
        Ok(())
    }

    /// A version becomes noncurrent, and none goes.
    async fn mark_ruled(&mut self) -> Result<(), Wrong> {
        let key = self.ruled_key();
        if !key.starts_with(GOES) {
            return Ok(());
        }
        let answer = self.ask_perhaps(Request::s3(Method::DELETE, RULED, &key)).await?;
        expect(&answer, "a deletion where rules are").map(drop)
    }

    fn some_life(&mut self, is_it: impl Fn(&str, &Life) -> bool) -> Option<(String, String)> {
        let known: Vec<_> = {
            let model = self.model.lock();
            let lives = model.ruled.lives.iter().filter(|((key, _), life)| is_it(key, life));
            lives.map(|(of, _)| of.clone()).collect()
        };
        (!known.is_empty()).then(|| self.dice.pick(&known).clone())
    }

    async fn look_at_some(&mut self) -> Result<(), Wrong> {
        match self.some_life(|_, _| true) {
            Some((key, id)) => look_at_life(self, &key, &id).await,
            None => Ok(()),
        }
    }

    /// A restore is taken where the version is cold, and no other answer is given to what is not.
    async fn restore_some(&mut self) -> Result<(), Wrong> {
        let Some((key, id)) = self.some_life(|key, life| key.starts_with(COLD) && life.coldest > 0) else {
            return Ok(());
        };
        let body = "<RestoreRequest><Days>1</Days></RestoreRequest>";
        let request = Request::s3(Method::POST, RULED, &key).query("restore", "").query("versionId", &id);
        let answer = self.ask(request.body(body)).await?;
        match (answer.fate(), answer.status) {
            (Fate::Refused, 409) => Ok(()),
            _ => expect(&answer, "a restore").map(drop),
        }
    }

    /// What is locked cannot be deleted.
    async fn delete_locked(&mut self) -> Result<(), Wrong> {
        self.look_at_clock();
        let far_ms = self.server.now().0 + 7 * 24 * 3_600_000;
        let Some((key, id)) = self.some_life(|_, life| life.lock.1 || life.lock.0.is_some_and(|until| until > far_ms))
        else {
            return Ok(());
        };
        let answer = self.ask(Request::s3(Method::DELETE, RULED, &key).query("versionId", &id)).await?;
        match answer.fate() {
            Fate::Done => Err(format!("the locked version {id} of {RULED}/{key} was deleted")),
            Fate::Refused | Fate::Unknown => Ok(()),
        }
    }
}

/// Reads a version by its id: it is whole in a class that it may have, or it went by a rule.
pub async fn look_at_life(client: &mut Client, key: &str, id: &str) -> Result<(), Wrong> {
    let answer = client.ask(Request::s3(Method::GET, RULED, key).query("versionId", id)).await?;
    client.look_at_clock();
    if answer.fate() == Fate::Unknown {
        return Ok(());
    }
    let mut model = client.model.lock();
    let life = model.ruled.lives.get(&(key.to_owned(), id.to_owned()));
    let object = life.map(|life| life.object.clone()).ok_or_else(|| format!("no version {id} of {key} is known"))?;
    let class = match (answer.status, answer.text("Code").as_str()) {
        (200, _) if answer.body == object.bytes && has_head_of(&answer, &object) => {
            let class = answer.header("x-amz-storage-class");
            Some(if class.is_empty() { "STANDARD" } else { class }.to_owned())
        }
        (403, "InvalidObjectState") => Some(answer.text("StorageClass")).filter(|class| class != "STANDARD"),
        (404, "NoSuchVersion") => None,
        _ => return Err(format!("the version {id} of {RULED}/{key} cannot be so: {}", answer.said())),
    };
    model.ruled.judge(key, id, class.as_deref())
}

/// All versions there are: key, id, and ETag of what is no delete marker.
pub async fn list_lives(client: &mut Client) -> Result<Option<Vec<(String, String, Option<String>)>>, Wrong> {
    let answer = client.ask(Request::s3(Method::GET, RULED, "").query("versions", "")).await?;
    client.look_at_clock();
    if !expect(&answer, "a list of versions where rules are")? {
        return Ok(None);
    }
    let row = |entry: &Answer, is_object: bool| {
        (entry.text("Key"), entry.text("VersionId"), is_object.then(|| entry.text("ETag").replace('"', "")))
    };
    let objects = answer.elements("Version");
    let markers = answer.elements("DeleteMarker");
    Ok(Some(
        objects.iter().map(|entry| row(entry, true)).chain(markers.iter().map(|entry| row(entry, false))).collect(),
    ))
}
