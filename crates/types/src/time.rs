//! Time and chance come in through [`Clock`], so that a whole server can run under one seed.

use std::time::SystemTime;

use jiff::fmt::{StdFmtWrite, rfc2822, temporal};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This time and so many milliseconds more.
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The same time of the same day, so many years later; of a 29 February where that year has none, of the day before the next month.
    /// The end of time where the calendar has ended.
    pub fn plus_years(self, years: u32) -> Self {
        let utc = jiff::tz::Offset::UTC;
        let later =
            jiff::Span::new().try_years(years).and_then(|years| utc.to_datetime(self.moment()).checked_add(years));
        let later = later.and_then(|later| utc.to_timestamp(later));
        later.map_or(Self(i64::MAX), |later| Self(later.as_millisecond()))
    }

    /// Whole seconds since 1970, rounded down.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This time without its milliseconds, rounded down.
    pub fn whole_seconds(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// `2012-02-20T17:01:45.198Z`, the form of both APIs' JSON and XML bodies.
    pub fn iso_millis(self) -> String {
        MILLIS.timestamp_to_string(&self.moment())
    }

    /// Appends [`iso_millis`](Self::iso_millis).
    pub fn push_iso_millis(self, out: &mut String) {
        // Strings take everything.
        let _ = MILLIS.print_timestamp(&self.moment(), StdFmtWrite(out));
    }

    /// `2012-02-20T17:01:45Z`, the form of dates inside a vault inventory.
    pub fn iso_seconds(self) -> String {
        SECONDS.timestamp_to_string(&self.moment())
    }

    /// `Mon, 20 Feb 2012 17:01:45 GMT`, the form of HTTP headers (RFC 9110, IMF-fixdate).
    pub fn http_date(self) -> String {
        // Fails only before year 0.
        rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&self.moment()).unwrap_or_default()
    }

    fn moment(self) -> jiff::Timestamp {
        // Printed to the second or millisecond, so always rounded down.
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

const MILLIS: temporal::DateTimePrinter = temporal::DateTimePrinter::new().precision(Some(3));
const SECONDS: temporal::DateTimePrinter = temporal::DateTimePrinter::new().precision(Some(0));

/// Where a server takes time and randomness from.
pub trait Clock: Send + Sync + 'static {
    /// The current time.
    fn now(&self) -> Timestamp;

    /// Thirty-two random bits; not for secrets.
    fn random_u32(&self) -> u32;
}

/// The machine's clock and the operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the seam")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp(since.as_millis() as i64)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the seam")]
    fn random_u32(&self) -> u32 {
        rand::random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_amazons_forms() {
        let time = Timestamp(1_329_757_305_198);
        assert_eq!(time.iso_millis(), "2012-02-20T17:01:45.198Z");
        assert_eq!(time.iso_seconds(), "2012-02-20T17:01:45Z");
        assert_eq!(time.http_date(), "Mon, 20 Feb 2012 17:01:45 GMT");
        let mut text = String::from(">");
        time.push_iso_millis(&mut text);
        assert_eq!(text, ">2012-02-20T17:01:45.198Z");
        let whole = Timestamp(1_330_000_000_000);
        assert_eq!(
            (whole.iso_millis().as_str(), whole.http_date().as_str()),
            ("2012-02-23T12:26:40.000Z", "Thu, 23 Feb 2012 12:26:40 GMT")
        );
        let early = Timestamp(-1);
        assert_eq!((time.whole_seconds(), early.whole_seconds()), (Timestamp(1_329_757_305_000), Timestamp(-1000)));
        assert_eq!(
            (early.iso_millis().as_str(), early.iso_seconds().as_str()),
            ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59Z")
        );
    }
}
