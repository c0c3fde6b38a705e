//! What is done to the bucket: versions made, deleted, locked, held and restored, uploads begun, rules changed. The server is sure of the
//! time, so each answer is known beforehand.

use std::time::Duration;

use coldkeep_disk::simulated::Dice;
use coldkeep_types::Timestamp;
use http::Method;
use md5::{Digest, Md5};

use super::looks::{Clock, Look, drain, look};
use super::{BUCKET, LONG_MS, LONGEST_SLEEP, QUIET};
use crate::clients::{Client, Wrong, md5_base64};
use crate::model::ageing::{Ageing, Content, DAY_MS, Lock, Perhaps, Rule, Span, Version};
use crate::model::content;
use crate::request::{Answer, Fate, Request};
use crate::world::deadlines::done;

const KEYS: [&str; 3] = ["k", "k/1", "l"];
const PREFIXES: [&str; 3] = ["", "k", "l"];
/// Beyond this a clock is believed that agrees with itself.
const UNSURE: Duration = Duration::from_secs(90);
/// Within records, and in blobs of their own.
const SIZES: [usize; 3] = [1, 700, 9000];

/// One of all, to whatever is there.
pub(super) async fn act(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    match client.dice.below(16) {
        0..5 => put(client, ageing, clock, true).await,
        5..7 => hide(client, ageing, clock).await,
        7..10 => delete(client, ageing, clock).await,
        10..12 => restore(client, ageing, clock).await,
        12 => release(client, ageing, clock).await,
        13 => retain(client, ageing, clock).await,
        14 => begin_upload(client, ageing, clock).await,
        _ => {
            change_rules(client, ageing, clock, true).await?;
            // What is due by the new ones is done at once.
            tokio::time::sleep(Duration::from_secs(60)).await;
            look(client, ageing, clock, Look::Busy).await
        }
    }
}

/// One of those whose outcome can be found out later, if the power goes.
pub(super) async fn act_unsurely(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    match client.dice.below(4) {
        0..2 => put(client, ageing, clock, false).await,
        2 => hide(client, ageing, clock).await,
        _ => delete_free(client, ageing, clock).await,
    }
}

/// Other rules, or none, from a server that is sure of the time or not yet.
pub(super) async fn change_rules(
    client: &mut Client,
    ageing: &mut Ageing,
    clock: &Clock,
    is_sure: bool,
) -> Result<(), Wrong> {
    let rules: Vec<Rule> = (0..client.dice.below(4)).map(|_| rule(&mut client.dice)).collect();
    let request = |method| Request::s3(method, BUCKET, "").query("lifecycle", "");
    if rules.is_empty() {
        done(client, request(Method::DELETE)).await?;
    } else {
        let body = format!(
            "<LifecycleConfiguration>{}</LifecycleConfiguration>",
            rules.iter().map(written).collect::<String>()
        );
        done(client, request(Method::PUT).header("content-md5", &md5_base64(body.as_bytes())).body(body)).await?;
    }
    // What there is gets its due records by the time of now.
    tokio::time::sleep(Duration::from_secs(5)).await;
    ageing.rule(rules, clock.now(), is_sure);
    Ok(())
}

fn rule(dice: &mut Dice) -> Rule {
    let mut rule = Rule { prefix: dice.pick::<&str>(&PREFIXES), ..Rule::default() };
    let days = 1 + dice.below(4) as i64;
    match dice.below(6) {
        0..2 => rule.days = Some(days),
        2 => rule.noncurrent = Some((days, 0)),
        3 => rule.noncurrent = Some((days, 1 + dice.below(2) as usize)),
        4 => rule.cold = Some(days),
        _ => {
            rule.markers = true;
            rule.noncurrent = dice.once_in(2).then_some((1, 0));
        }
    }
    rule.abort = (rule.cold.is_none() && dice.once_in(2)).then_some(days);
    rule
}

fn written(rule: &Rule) -> String {
    let prefix = format!("<Prefix>{}</Prefix>", rule.prefix);
    let mut text = match rule.cold {
        // Else small ones stay.
        Some(days) => format!(
            "<Filter><And>{prefix}<ObjectSizeGreaterThan>0</ObjectSizeGreaterThan></And></Filter>\
             <Transition><Days>{days}</Days><StorageClass>GLACIER</StorageClass></Transition>"
        ),
        None => format!("<Filter>{prefix}</Filter>"),
    };
    if let Some(days) = rule.days {
        text += &format!("<Expiration><Days>{days}</Days></Expiration>");
    }
    if rule.markers {
        text += "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
    }
    if let Some((days, kept)) = rule.noncurrent {
        let newer = format!("<NewerNoncurrentVersions>{kept}</NewerNoncurrentVersions>");
        let newer = if kept > 0 { newer } else { String::new() };
        text += &format!(
            "<NoncurrentVersionExpiration><NoncurrentDays>{days}</NoncurrentDays>{newer}</NoncurrentVersionExpiration>"
        );
    }
    if let Some(days) = rule.abort {
        text += &format!(
            "<AbortIncompleteMultipartUpload><DaysAfterInitiation>{days}</DaysAfterInitiation></AbortIncompleteMultipartUpload>"
        );
    }
    format!("<Rule><Status>Enabled</Status>{text}</Rule>")
}

async fn put(client: &mut Client, ageing: &mut Ageing, clock: &Clock, locks: bool) -> Result<(), Wrong> {
    let (key, size) = (*client.dice.pick(&KEYS), *client.dice.pick(&SIZES));
    let number = client.model.lock().fresh();
    let bytes = content(number, size);
    let is_cold = client.dice.once_in(4);
    let etag = hex::encode(Md5::digest(&bytes));
    let made = Content { bytes: (number, size), etag, is_cold, restored: None };
    let (lock, headers) = if locks { lock(&mut client.dice, clock.now()) } else { (Lock::default(), Vec::new()) };
    let mut request = Request::s3(Method::PUT, BUCKET, key).header("content-md5", &md5_base64(&bytes)).body(bytes);
    if is_cold {
        request = request.header("x-amz-storage-class", "GLACIER");
    }
    for (name, value) in headers {
        request = request.header(name, &value);
    }
    make(client, ageing, clock, key, Some(made), lock, request).await
}

/// What keeps a new version, and the headers that say so.
fn lock(dice: &mut Dice, now: i64) -> (Lock, Vec<(&'static str, String)>) {
    let complies = dice.once_in(2);
    let mode = ("x-amz-object-lock-mode", if complies { "COMPLIANCE" } else { "GOVERNANCE" }.to_owned());
    match dice.below(8) {
        0..2 => {
            let until = (now / 1000 + 3600 + dice.below(6 * 86_400) as i64) * 1000;
            let date = ("x-amz-object-lock-retain-until-date", Timestamp(until).iso_seconds());
            let retained = Some((Span { from: until, to: until }, complies));
            (Lock { retained, ..Lock::default() }, vec![mode, date])
        }
        2 => (Lock { held: true, ..Lock::default() }, vec![("x-amz-object-lock-legal-hold", "ON".to_owned())]),
        3 => {
            let days = 1 + dice.below(3) as i64;
            let hold = ("x-amz-object-lock-event-hold", "ON".to_owned());
            let long = ("x-amz-object-lock-event-hold-duration-days", days.to_string());
            let mode = ("x-amz-object-lock-mode", "COMPLIANCE".to_owned());
            (Lock { event: Some(days), ..Lock::default() }, vec![mode, hold, long])
        }
        _ => (Lock::default(), Vec::new()),
    }
}

async fn hide(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    let key = *client.dice.pick(&KEYS);
    make(client, ageing, clock, key, None, Lock::default(), Request::s3(Method::DELETE, BUCKET, key)).await
}

/// Makes a version or a delete marker; what is not answered happened perhaps.
async fn make(
    client: &mut Client,
    ageing: &mut Ageing,
    clock: &Clock,
    key: &str,
    content: Option<Content>,
    lock: Lock,
    request: Request,
) -> Result<(), Wrong> {
    let (line, from) = (request.line(), clock.now());
    let answer = client.ask(request).await?;
    let made = Span { from, to: clock.now() };
    match answer.fate() {
        Fate::Done => {
            let what = if content.is_some() { "ObjectCreated:Put" } else { "ObjectRemoved:DeleteMarkerCreated" };
            let id = answer.header("x-amz-version-id");
            ageing.made(key, id, content, made, lock)?;
            ageing.told.surely(what, key, id);
            Ok(())
        }
        Fate::Unknown if !client.healthy => {
            ageing.perhaps.push(Perhaps::Made(key.to_owned(), content, made));
            Ok(())
        }
        _ => Err(format!("{line}: {}", answer.said())),
    }
}

fn any(client: &mut Client, ageing: &Ageing, fits: impl Fn(&Version) -> bool) -> Option<Version> {
    let fitting: Vec<&Version> = ageing.versions.iter().filter(|version| fits(version)).collect();
    (!fitting.is_empty()).then(|| (*client.dice.pick(&fitting)).clone())
}

fn of_version(method: Method, version: &Version) -> Request {
    Request::s3(method, BUCKET, &version.key).query("versionId", &version.id)
}

/// Deletes a version by its id, which its lock forbids or not.
async fn delete(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    let Some(version) = any(client, ageing, |_| true) else { return Ok(()) };
    let bypasses = version.lock.event.is_none() && client.dice.once_in(3);
    delete_by_id(client, ageing, clock, &version.id, bypasses).await
}

async fn delete_by_id(
    client: &mut Client,
    ageing: &mut Ageing,
    clock: &Clock,
    id: &str,
    bypasses: bool,
) -> Result<(), Wrong> {
    let version = ageing.versions.iter().find(|version| version.id == id).cloned().ok_or("a version is lost")?;
    let mut request = of_version(Method::DELETE, &version);
    if bypasses {
        request = request.header("x-amz-bypass-governance-retention", "true");
    }
    let before = clock.now();
    let mut answer = client.ask(request.clone()).await?;
    let holds = version.lock.holds(clock.now(), bypasses);
    let is_free = version.lock.is_over(before) || !version.lock.holds(before, bypasses);
    if answer.fate() == Fate::Refused && is_free {
        // A clock that has just been looked at is not believed yet.
        tokio::time::sleep(UNSURE).await;
        answer = client.ask(request).await?;
    }
    ageing.clock(clock.now());
    match answer.fate() {
        Fate::Done if holds => Err(format!("{version:?} is deleted though it is locked")),
        Fate::Refused if is_free => Err(format!("{version:?} is free, but {}", answer.said())),
        Fate::Done => {
            ageing.deleted(&version.id);
            Ok(())
        }
        Fate::Refused | Fate::Unknown => Ok(()),
    }
}

/// Deletes a version that nothing keeps, if an answer comes.
async fn delete_free(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    let is_free = |version: &Version| version.lock.is_over(i64::MIN);
    let asked =
        |version: &Version| ageing.perhaps.iter().any(|it| matches!(it, Perhaps::Deleted(id) if *id == version.id));
    let Some(version) = any(client, ageing, |version| is_free(version) && !asked(version)) else { return Ok(()) };
    let answer = client.ask(of_version(Method::DELETE, &version)).await?;
    ageing.clock(clock.now());
    match answer.fate() {
        Fate::Done => ageing.deleted(&version.id),
        Fate::Unknown => ageing.perhaps.push(Perhaps::Deleted(version.id)),
        Fate::Refused => return Err(format!("{version:?} is free, but {}", answer.said())),
    }
    Ok(())
}

/// Restores what is cold, for some days from now.
async fn restore(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    let is_cold = |version: &Version| version.content.as_ref().is_some_and(|content| content.is_cold);
    let Some(version) = any(client, ageing, is_cold) else { return Ok(()) };
    let (days, from) = (1 + client.dice.below(3) as i64, clock.now());
    let body = format!("<RestoreRequest><Days>{days}</Days></RestoreRequest>");
    let request = of_version(Method::POST, &version).query("restore", "").body(body);
    done(client, request).await?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let until = Span { from, to: clock.now() }.after_days(days);
    ageing.clock(clock.now());
    ageing.restored(&version.id, until)
}

/// Ends a hold: a legal one at once, one until an event so many days from now.
async fn release(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    let held = |version: &Version| version.lock.held || version.lock.event.is_some();
    let Some(version) = any(client, ageing, held) else { return Ok(()) };
    end_hold(client, ageing, clock, &version).await
}

async fn end_hold(client: &mut Client, ageing: &mut Ageing, clock: &Clock, version: &Version) -> Result<(), Wrong> {
    let from = clock.now();
    let (what, body) = match version.lock.held {
        true => ("legal-hold", "<LegalHold><Status>OFF</Status></LegalHold>"),
        false => ("retention", "<Retention><EventHold>OFF</EventHold></Retention>"),
    };
    put_lock(client, version, what, body).await?;
    let to = clock.now();
    let known = ageing.versions.iter_mut().find(|known| known.id == version.id).ok_or("a version is lost")?;
    match known.lock.event.take_if(|_| !version.lock.held) {
        Some(days) => known.lock.retained = Some((Span { from: from + days * DAY_MS, to: to + days * DAY_MS }, true)),
        None => known.lock.held = false,
    }
    Ok(())
}

/// Retention in compliance mode gets longer, and never shorter.
async fn retain(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    let complies = |version: &Version| version.lock.retained.is_some_and(|(_, complies)| complies);
    let Some(version) = any(client, ageing, complies) else { return Ok(()) };
    let Some((until, _)) = version.lock.retained.filter(|(until, _)| until.from > clock.now() + DAY_MS / 4) else {
        return Ok(());
    };
    let is_longer = client.dice.once_in(2);
    let to = (until.to / 1000 + if is_longer { 86_400 } else { -3600 }) * 1000;
    let date = Timestamp(to).iso_seconds();
    let body = format!("<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>{date}</RetainUntilDate></Retention>");
    if !is_longer {
        let answer = ask_lock(client, &version, "retention", &body).await?;
        let refused = answer.fate() == Fate::Refused;
        return if refused { Ok(()) } else { Err(format!("{version:?} is retained for less, until {date}")) };
    }
    put_lock(client, &version, "retention", &body).await?;
    let known = ageing.versions.iter_mut().find(|known| known.id == version.id).ok_or("a version is lost")?;
    known.lock.retained = Some((Span { from: to, to }, true));
    Ok(())
}

async fn ask_lock(client: &mut Client, version: &Version, what: &str, body: &str) -> Result<Answer, Wrong> {
    let request = of_version(Method::PUT, version).query(what, "").body(body.to_owned());
    client.ask(request.header("content-md5", &md5_base64(body.as_bytes()))).await
}

async fn put_lock(client: &mut Client, version: &Version, what: &str, body: &str) -> Result<(), Wrong> {
    let answer = ask_lock(client, version, what, body).await?;
    if answer.fate() == Fate::Done { Ok(()) } else { Err(format!("{what} of {version:?}: {}", answer.said())) }
}

/// Begins an upload that nobody goes on with.
async fn begin_upload(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    let (key, from) = (*client.dice.pick(&KEYS), clock.now());
    let begun = done(client, Request::s3(Method::POST, BUCKET, key).query("uploads", "")).await?;
    ageing.uploads.push((begun.text("UploadId"), key.to_owned(), Span { from, to: clock.now() }));
    Ok(())
}

/// All goes, whatever kept it: its time has come, or is made to come.
pub(super) async fn end(client: &mut Client, ageing: &mut Ageing, clock: &Clock) -> Result<(), Wrong> {
    for version in ageing.versions.clone().iter().filter(|version| version.lock.holds(i64::MAX, false)) {
        end_hold(client, ageing, clock, version).await?;
    }
    // Queues do not keep messages for that long.
    drain(client, ageing).await?;
    clock.0.jump(LONG_MS);
    tokio::time::sleep(LONGEST_SLEEP + QUIET).await;
    look(client, ageing, clock, Look::Quiet).await?;
    let versions: Vec<String> = ageing.versions.iter().map(|version| version.id.clone()).collect();
    for id in versions {
        delete_by_id(client, ageing, clock, &id, false).await?;
    }
    for (id, key, _) in std::mem::take(&mut ageing.uploads) {
        done(client, Request::s3(Method::DELETE, BUCKET, &key).query("uploadId", &id)).await?;
    }
    match ageing.versions.first() {
        Some(version) => Err(format!("{version:?} cannot be deleted in the end")),
        None => Ok(()),
    }
}
