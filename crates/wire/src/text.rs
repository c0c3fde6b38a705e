//! Scalars as text: the one form that labels, query parameters, headers and XML elements share.

use std::borrow::Cow;

use coldkeep_types::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A scalar that is written as text.
pub(crate) trait Scalar: Sized {
    /// What [`Scalar::parse`] takes, for error messages: `an integer`.
    const KIND: &'static str;
    /// Whether surrounding or empty text means something (only in strings).
    const VERBATIM: bool = false;

    /// The value, or `None` if the text is not one.
    fn parse(text: &str) -> Option<Self>;

    /// The text of a query parameter or XML element; dates in ISO 8601.
    fn text(&self) -> Cow<'_, str>;

    /// The text of a header; dates as HTTP dates.
    fn header_text(&self) -> Cow<'_, str> {
        self.text()
    }
}

impl Scalar for String {
    const KIND: &'static str = "text";
    const VERBATIM: bool = true;

    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn text(&self) -> Cow<'_, str> {
        self.into()
    }
}

macro_rules! integer {
    ($type:ty) => {
        impl Scalar for $type {
            const KIND: &'static str = "an integer";

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn text(&self) -> Cow<'_, str> {
                self.to_string().into()
            }
        }
    };
}
integer!(i32);
integer!(i64);

impl Scalar for bool {
    const KIND: &'static str = "true or false";

    fn parse(text: &str) -> Option<Self> {
        match text {
            _ if text.eq_ignore_ascii_case("true") => Some(true),
            _ if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn text(&self) -> Cow<'_, str> {
        if *self { "true".into() } else { "false".into() }
    }
}

impl Scalar for Timestamp {
    const KIND: &'static str = "a date";

    /// Takes ISO 8601 and the three HTTP dates wherever a date is modelled, as S3 does.
    fn parse(text: &str) -> Option<Self> {
        let iso = || text.parse::<jiff::Timestamp>().ok();
        let zoneless = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
        let mail = || Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp());
        let named = |pattern| {
            let time = jiff::fmt::strtime::parse(pattern, text).ok()?.to_datetime().ok()?;
            TimeZone::UTC.to_timestamp(time).ok()
        };
        let found = iso()
            .or_else(mail)
            .or_else(zoneless)
            .or_else(|| named("%A, %d-%b-%y %H:%M:%S GMT"))
            .or_else(|| named("%a %b %e %H:%M:%S %Y"))?;
        Some(Self(found.as_millisecond()))
    }

    fn text(&self) -> Cow<'_, str> {
        self.iso_millis().into()
    }

    fn header_text(&self) -> Cow<'_, str> {
        self.http_date().into()
    }
}

/// Appends what [`Timestamp::iso_millis`] gives, an order of magnitude faster: a listing has a thousand of them.
pub(crate) fn push_iso_millis(out: &mut String, time: Timestamp) {
    const DAY_MILLIS: i64 = 86_400_000;
    /// In the year 6429: what is beyond goes the slow way, to end where `jiff` ends.
    const LAST: i64 = 1 << 47;
    if !(0..=LAST).contains(&time.0) {
        out.push_str(&time.iso_millis());
        return;
    }
    let (day, millis) = (time.0 / DAY_MILLIS, time.0 % DAY_MILLIS);
    // Proleptic Gregorian calendar counted from 1 March of year 0, so that a leap day ends its year.
    let since = day + 719_468;
    let (era, day_of_era) = (since / 146_097, since % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    for (value, places) in [
        (year, 0..4),
        (month, 5..7),
        (day_of_year - (153 * shifted_month + 2) / 5 + 1, 8..10),
        (millis / 3_600_000, 11..13),
        (millis / 60_000 % 60, 14..16),
        (millis / 1_000 % 60, 17..19),
        (millis % 1_000, 20..23),
    ] {
        let mut rest = value as u32;
        for digit in text[places].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
    }
    out.extend(std::str::from_utf8(&text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_parse_in_every_form_clients_send() {
        let millis = |text| Timestamp::parse(text).map(|Timestamp(millis)| millis);
        assert_eq!(millis("2012-02-20T17:01:45.198Z"), Some(1_329_757_305_198));
        for second in [
            "2012-02-20T17:01:45Z",
            "2012-02-20T18:01:45+01:00",
            "2012-02-20T17:01:45",
            "Mon, 20 Feb 2012 17:01:45 GMT",
            "Mon, 20 Feb 2012 17:01:45 +0000",
            "Monday, 20-Feb-12 17:01:45 GMT",
            "Mon Feb 20 17:01:45 2012",
        ] {
            assert_eq!(millis(second), Some(1_329_757_305_000), "{second}");
        }
        for bad in ["", "yesterday", "2012-13-01T00:00:00Z", "20"] {
            assert_eq!(millis(bad), None, "{bad}");
        }
    }

    #[test]
    fn fast_dates_are_the_same_dates() {
        let days = (0..40_000_i64).map(|day| day * 86_400_000 * 7 + day * 12_345_678);
        for millis in days.chain([-1, 951_782_400_000, 1 << 47, (1 << 47) + 1, i64::MAX]) {
            let mut text = String::new();
            push_iso_millis(&mut text, Timestamp(millis));
            assert_eq!(text, Timestamp(millis).iso_millis(), "{millis}");
        }
    }

    #[test]
    fn booleans_and_integers_are_strict() {
        assert_eq!(bool::parse("True"), Some(true));
        assert_eq!(bool::parse("1"), None);
        assert_eq!(i32::parse("-5"), Some(-5));
        assert_eq!(i32::parse("3000000000"), None);
        assert_eq!(i64::parse("5.0"), None);
    }
}
