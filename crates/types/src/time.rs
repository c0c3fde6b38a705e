//! Time and chance come in through [`Clock`], so that a whole server can run under one seed.

use std::time::SystemTime;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This time and so many milliseconds more.
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Whole seconds since 1970, rounded down.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// `2012-02-20T17:01:45.198Z`, the form of both APIs' JSON and XML bodies.
    pub fn iso_millis(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%S.%3fZ")
    }

    /// `2012-02-20T17:01:45Z`, the form of dates inside a vault inventory.
    pub fn iso_seconds(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%SZ")
    }

    /// `Mon, 20 Feb 2012 17:01:45 GMT`, the form of HTTP headers (RFC 9110, IMF-fixdate).
    pub fn http_date(self) -> String {
        self.format("%a, %d %b %Y %H:%M:%S GMT")
    }

    fn format(self, pattern: &str) -> String {
        let time = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        time.strftime(pattern).to_string()
    }
}

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
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp(since.as_millis() as i64)
    }

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
    }
}
