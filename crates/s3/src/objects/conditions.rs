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
        let names = |header: &str| header.split(',').map(unquoted).any(|tag| tag == "*" || tag == etag);
        let newer_than = |time: Timestamp| modified.seconds() > time.seconds();
        match (&self.if_match, self.if_unmodified_since) {
            (Some(header), _) if !names(header) => return Verdict::Failed("If-Match"),
            // An ETag that matches outweighs a date that does not.
            (Some(_), _) => {}
            (None, Some(time)) if newer_than(time) => return Verdict::Failed("If-Unmodified-Since"),
            (None, _) => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(header), _) if names(header) => Verdict::NotModified("If-None-Match"),
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

#[cfg(test)]
mod tests {
    use super::*;

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
