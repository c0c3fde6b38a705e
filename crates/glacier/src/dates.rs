//! Dates as clients of the vault API write them: with or without zone, fraction, time of day or separators.

use coldkeep_types::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The moment that a date names; without a zone it is in UTC, without a time of day it is midnight.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    // boto 2 writes the name of the zone.
    let text = text.strip_suffix("UTC").unwrap_or(text).trim();
    let zoned = || text.parse::<jiff::Timestamp>().ok();
    let zoneless = || TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    let found = zoned().or_else(zoneless)?;
    Some(Timestamp(found.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_clients_send_is_understood() {
        let second = 1_386_192_342_000;
        for text in [
            "2013-12-04T21:25:42Z",
            "2013-12-04T21:25:42.000Z",
            "2013-12-04T22:25:42+01:00",
            "2013-12-04T22:25:42+0100",
            "2013-12-04T21:25:42",
            "2013-12-04T21:25:42UTC",
            "2013-12-04T21:25:42 UTC",
            "20131204T212542Z",
            "20131204T212542",
        ] {
            assert_eq!(parse(text), Some(Timestamp(second)), "{text}");
        }
        assert_eq!(parse("2013-12-04T21:25:42.250Z"), Some(Timestamp(second + 250)));
        for text in ["2013-12-04", "20131204", "2013-12-04T00:00:00Z"] {
            assert_eq!(parse(text), Some(Timestamp(1_386_115_200_000)), "{text}");
        }
        for bad in ["", "UTC", "yesterday", "2013-13-04T00:00:00Z", "2013", "1386192342", "2013-12-04T25:00:00Z"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
