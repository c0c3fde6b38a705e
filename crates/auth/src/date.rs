//! The two date forms a signed request may carry.

use coldkeep_types::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Parses `20130524T000000Z`, and nothing else.
pub(crate) fn parse_basic(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' {
        return None;
    }
    let number = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .try_fold(0i16, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i16::from(digit - b'0')))
    };
    let small = |from: usize| number(from, from + 2).and_then(|value| i8::try_from(value).ok());
    let time = DateTime::new(number(0, 4)?, small(4)?, small(6)?, small(9)?, small(11)?, small(13)?, 0).ok()?;
    Some(Timestamp(TimeZone::UTC.to_timestamp(time).ok()?.as_millisecond()))
}

/// Parses the basic form, or the date form of HTTP (`Fri, 24 May 2013 00:00:00 GMT`).
pub(crate) fn parse_header(text: &str) -> Option<Timestamp> {
    parse_basic(text)
        .or_else(|| jiff::fmt::rfc2822::parse(text).ok().map(|time| Timestamp(time.timestamp().as_millisecond())))
}

/// Writes `20130524T000000Z`.
pub(crate) fn format_basic(time: Timestamp) -> String {
    time.iso_seconds().replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_the_same_moment() {
        let moment = Some(Timestamp(1_369_353_600_000));
        assert_eq!(parse_basic("20130524T000000Z"), moment);
        assert_eq!(parse_header("Fri, 24 May 2013 00:00:00 GMT"), moment);
        assert_eq!(moment.map(format_basic).as_deref(), Some("20130524T000000Z"));
    }

    #[test]
    fn anything_else_is_refused() {
        let bad = [
            "",
            "20130524",
            "20130524T000000",
            "20130524t000000Z",
            "20131324T000000Z",
            "2013052éT00000Z",
            "-0130524T000000Z",
        ];
        for bad in bad {
            assert_eq!(parse_basic(bad), None, "{bad}");
        }
    }
}
