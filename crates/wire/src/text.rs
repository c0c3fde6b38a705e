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

/// A date and time in any of the forms that requests may have.
pub fn parse_timestamp(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text)
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
    fn booleans_and_integers_are_strict() {
        assert_eq!(bool::parse("True"), Some(true));
        assert_eq!(bool::parse("1"), None);
        assert_eq!(i32::parse("-5"), Some(-5));
        assert_eq!(i32::parse("3000000000"), None);
        assert_eq!(i64::parse("5.0"), None);
    }
}
