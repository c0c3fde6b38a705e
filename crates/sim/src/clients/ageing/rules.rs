//! Rules of lifecycle, which come, change and go.

use std::time::Duration;

use coldkeep_disk::simulated::Dice;
use http::Method;

use super::{BUCKET, Time};
use crate::clients::{Client, Wrong, done, md5_base64};
use crate::model::ageing::{Ageing, Rule};
use crate::request::Request;

const PREFIXES: [&str; 3] = ["", "k", "l"];

/// Other rules, or none, from a server that is sure of the time or not yet.
pub async fn change_rules(client: &mut Client, ageing: &mut Ageing, time: &Time, is_sure: bool) -> Result<(), Wrong> {
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
    if client.healthy {
        // What there is gets its due records by the time of now; else some time.
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    ageing.clock(time.reading());
    ageing.rule(rules, time.reading().to, is_sure);
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
