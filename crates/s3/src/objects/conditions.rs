//! Conditional reads: `If-Match` and its kin of GetObject, HeadObject and, as `x-amz-copy-source-if-*`, of copies
//! (RFC 9110, section 13.2.2, as the S3 API reference combines them). Pure.

use coldkeep_types::Timestamp;

use super::put::unquoted;
use crate::errors::S3Error;

/// The conditions of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
    pub if_modified_since: Option<Timestamp>,
    pub if_unmodified_since: Option<Timestamp>,
}

/// What conditions come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Proceed,
    /// 304 for reads, 412 for copies.
    NotModified(&'static str),
    /// 412.
    Failed(&'static str),
}

impl Conditions {
    /// Judges the conditions against an object. Dates count by whole seconds; an `If-Modified-Since` later than `now` is
    /// not valid and ignored.
    pub fn judge(&self, etag: &str, modified: Timestamp, now: Timestamp) -> Verdict {
        let names = |tag: &str| matches!(unquoted(tag), tag if tag == "*" || tag == etag);
        // A weak tag never names the bytes of an object, but says enough to spare a read of it (RFC 9110, section 8.8.3.2).
        let strongly = |header: &str| header.split(',').any(names);
        let weakly =
            |header: &str| header.split(',').map(str::trim).any(|tag| names(tag.strip_prefix("W/").unwrap_or(tag)));
        let newer_than = |time: Timestamp| modified.seconds() > time.seconds();
        match (&self.if_match, self.if_unmodified_since) {
            (Some(header), _) if !strongly(header) => return Verdict::Failed("If-Match"),
            // An ETag that matches outweighs a date that does not.
            (Some(_), _) => {}
            (None, Some(time)) if newer_than(time) => return Verdict::Failed("If-Unmodified-Since"),
            (None, _) => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(header), _) if weakly(header) => Verdict::NotModified("If-None-Match"),
            (Some(_), _) => Verdict::Proceed,
            (None, Some(time)) if !newer_than(time) && time <= now => Verdict::NotModified("If-Modified-Since"),
            (None, _) => Verdict::Proceed,
        }
    }

    /// The same, for a read.
    pub fn judge_read(&self, etag: &str, modified: Timestamp, now: Timestamp) -> Result<(), S3Error> {
        match self.judge(etag, modified, now) {
            Verdict::Proceed => Ok(()),
            Verdict::Failed(condition) => Err(S3Error::precondition_failed(condition)),
            Verdict::NotModified(_) => Err(S3Error::not_modified()
                .header(http::header::ETAG, format!("\"{etag}\""))
                .header(http::header::LAST_MODIFIED, modified.http_date())),
        }
    }
}

/// Whether a range is still asked for: without `If-Range`, or when that names the object as it is. Otherwise the whole
/// object is answered, so that nobody pieces two objects together (RFC 9110, section 13.1.5).
pub(crate) fn range_holds(if_range: Option<&str>, etag: &str, modified: Timestamp) -> bool {
    match if_range.map(str::trim) {
        None => true,
        // A date is the one that was told, to the letter.
        Some(date) if date == modified.http_date() => true,
        Some(tag) => unquoted(tag) == etag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_for_the_same_object_only() {
        let holds = |if_range| range_holds(if_range, "e", Timestamp(1_329_757_305_198));
        for same in [None, Some("\"e\""), Some("e"), Some(" \"e\" "), Some("Mon, 20 Feb 2012 17:01:45 GMT")] {
            assert!(holds(same), "{same:?}");
        }
        for other in ["\"x\"", "W/\"e\"", "*", "", "Mon, 20 Feb 2012 17:01:46 GMT", "Tue, 21 Feb 2012 17:01:45 GMT"] {
            assert!(!holds(Some(other)), "{other}");
        }
    }

    #[test]
    fn weak_tags_and_odd_quotes() {
        let judge = |if_match: Option<&str>, if_none_match: Option<&str>| {
            let (if_match, if_none_match) = (if_match.map(str::to_owned), if_none_match.map(str::to_owned));
            Conditions { if_match, if_none_match, ..Conditions::default() }.judge("e", Timestamp(0), Timestamp(0))
        };
        for tag in ["\"e\"", "e", "\"e", "e\"", "\"\"e\"\"", "x,\"e\""] {
            assert_eq!(judge(Some(tag), None), Verdict::Proceed, "{tag}");
            assert_eq!(judge(None, Some(tag)), Verdict::NotModified("If-None-Match"), "{tag}");
        }
        assert_eq!(judge(Some("W/\"e\""), None), Verdict::Failed("If-Match"));
        assert_eq!(judge(None, Some("W/\"e\"")), Verdict::NotModified("If-None-Match"));
        assert_eq!(judge(None, Some("W/\"x\"")), Verdict::Proceed);
    }

    #[test]
    fn etags_outweigh_dates() {
        let at = Timestamp(10_000);
        let (before, after) = (Some(Timestamp(9_000)), Some(Timestamp(11_000)));
        let tag = |tag: &str| Some(tag.to_owned());
        let judge = |if_match: Option<String>, if_none_match, if_modified_since, if_unmodified_since| {
            Conditions { if_match, if_none_match, if_modified_since, if_unmodified_since }.judge(
                "e",
                at,
                Timestamp(12_000),
            )
        };
        assert_eq!(judge(None, None, None, None), Verdict::Proceed);
        assert_eq!(judge(tag("\"e\""), None, None, before), Verdict::Proceed);
        assert_eq!(judge(tag("x, \"e\""), None, None, None), Verdict::Proceed);
        assert_eq!(judge(tag("*"), None, None, None), Verdict::Proceed);
        assert_eq!(judge(tag("x"), None, None, after), Verdict::Failed("If-Match"));
        assert_eq!(judge(None, None, None, before), Verdict::Failed("If-Unmodified-Since"));
        assert_eq!(judge(None, tag("e"), before, None), Verdict::NotModified("If-None-Match"));
        assert_eq!(judge(None, tag("x"), after, None), Verdict::Proceed);
        assert_eq!(judge(None, None, Some(at), None), Verdict::NotModified("If-Modified-Since"));
        assert_eq!(judge(None, None, before, None), Verdict::Proceed);
        assert_eq!(judge(None, None, after, None), Verdict::NotModified("If-Modified-Since"));
        assert_eq!(judge(None, None, Some(Timestamp(13_000)), None), Verdict::Proceed);
    }
}
