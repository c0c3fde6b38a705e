//! What condition operators compare: numbers, moments, truth, bytes, addresses. From the IAM user guide, "IAM JSON policy elements:
//! Condition operators".
//!
//! Text of a request that is not of the operator's type equals nothing.

use std::cmp::Ordering;
use std::net::{IpAddr, Ipv6Addr};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// How numbers and moments are compared with those of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// Whether the request's value stands so to the policy's.
    pub(super) fn holds<T: PartialOrd>(self, found: &T, stated: &T) -> bool {
        match found.partial_cmp(stated) {
            None => false,
            Some(Ordering::Less) => matches!(self, Self::Less | Self::LessOrEqual),
            Some(Ordering::Equal) => matches!(self, Self::Equal | Self::LessOrEqual | Self::GreaterOrEqual),
            Some(Ordering::Greater) => matches!(self, Self::Greater | Self::GreaterOrEqual),
        }
    }
}

/// An integer or a decimal fraction.
pub(super) fn number(text: &str) -> Option<f64> {
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E');
    let number: f64 = text.bytes().all(plain).then(|| text.parse().ok())??;
    number.is_finite().then_some(number)
}

/// Milliseconds since 1970: of one of the W3C's forms of ISO 8601 ("date and time formats": from the year alone to fractions of a
/// second, with a zone where there is a time), or of seconds since 1970.
pub(super) fn moment(text: &str) -> Option<i64> {
    if let Some((date, _)) = text.split_once(['T', 't']) {
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Some(moment.as_millisecond());
        }
        // Without a zone it is UTC; without minutes it is none of the forms.
        let time: DateTime = text.parse().ok()?;
        let zoned = text.len() >= date.len() + "T00:00".len();
        return zoned.then(|| millis(time))?;
    }
    if text.len() > 1 && text.get(1..).is_some_and(|rest| rest.contains('-')) {
        let day = match text.bytes().filter(|byte| *byte == b'-').count() {
            1 => format!("{text}-01"),
            _ => text.to_owned(),
        };
        return millis(day.parse::<Date>().ok()?.at(0, 0, 0, 0));
    }
    // Four digits could be a year or a second of 1970; nobody means the second.
    if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return millis(Date::new(text.parse().ok()?, 1, 1).ok()?.at(0, 0, 0, 0));
    }
    text.parse::<i64>().ok()?.checked_mul(1000)
}

fn millis(time: DateTime) -> Option<i64> {
    Some(TimeZone::UTC.to_timestamp(time).ok()?.as_millisecond())
}

/// `true` or `false`.
pub(super) fn truth(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}

/// Bytes in base 64.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// A range of addresses in CIDR notation, or one address. IPv4 in IPv6's clothes (`::ffff:192.0.2.1`) is IPv4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    first: IpAddr,
    bits: u8,
}

impl Network {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().ok()?;
        let most = if written.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse().ok().filter(|bits| *bits <= most)?
            }
            Some(_) => return None,
            None => most,
        };
        match (written, written.to_canonical()) {
            (IpAddr::V6(_), first @ IpAddr::V4(_)) if bits >= 96 => Some(Self { first, bits: bits - 96 }),
            (first, _) => Some(Self { first, bits }),
        }
    }

    /// Whether the address is in the range.
    pub(super) fn has(&self, address: &str) -> bool {
        let Ok(address) = address.parse::<IpAddr>() else { return false };
        let shift = |width: u32| width - u32::from(self.bits);
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                (first.to_bits() ^ address.to_bits()).checked_shr(shift(32)).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => same_start(first, address, shift(128)),
            _ => false,
        }
    }

    /// Broader than Amazon takes for a restriction: than /8 of IPv4, than /32 of IPv6.
    pub(super) fn is_broad(&self) -> bool {
        self.bits < if self.first.is_ipv4() { 8 } else { 32 }
    }
}

fn same_start(one: Ipv6Addr, other: Ipv6Addr, shift: u32) -> bool {
    (one.to_bits() ^ other.to_bits()).checked_shr(shift).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_many_forms() {
        let noon = Some(1_372_593_600_000);
        for text in [
            "2013-06-30T12:00:00Z",
            "2013-06-30T12:00Z",
            "2013-06-30T12:00:00.000Z",
            "2013-06-30T14:00:00+02:00",
            "2013-06-30T12:00:00",
            "2013-06-30t12:00:00z",
            "1372593600",
        ] {
            assert_eq!(moment(text), noon, "{text}");
        }
        let midnight = Some(1_370_044_800_000);
        assert_eq!((moment("2013-06-01"), moment("2013-06")), (midnight, midnight));
        assert_eq!((moment("1970"), moment("0"), moment("-5")), (Some(0), Some(0), Some(-5000)));
        for wrong in ["", "soon", "2013-06-31", "2013-13-01T00:00:00Z", "12:00", "1e9", "99999999999999999999", "T"] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn networks_have_their_addresses() {
        let has = |network: &str, address: &str| Network::parse(network).expect(network).has(address);
        assert!(has("203.0.113.0/24", "203.0.113.255") && !has("203.0.113.0/24", "203.0.114.0"));
        assert!(has("203.0.113.7/24", "203.0.113.255"), "bits beyond the prefix do not matter");
        assert!(has("0.0.0.0/0", "1.2.3.4") && !has("0.0.0.0/0", "::1"));
        assert!(has("192.0.2.1", "192.0.2.1") && has("192.0.2.0/24", "::ffff:192.0.2.1"));
        assert!(has("::ffff:192.0.2.0/120", "192.0.2.9"));
        assert!(has("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1") && !has("2001:db8::/64", "2001:db8:0:1::"));
        assert!(has("::/0", "2001:db8::") && !has("10.0.0.0/8", "no address"));
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "::/129", "10.*", "10.0.0.0/8/8"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
        let broad = |network: &str| Network::parse(network).expect(network).is_broad();
        assert!(broad("0.0.0.0/1") && !broad("10.0.0.0/8") && broad("2001::/16") && !broad("2001:db8::/32"));
    }

    #[test]
    fn numbers_are_decimal() {
        assert_eq!((number("10"), number("-1.5"), number("0010")), (Some(10.0), Some(-1.5), Some(10.0)));
        for wrong in ["", "inf", "NaN", "0x10", "1 ", "ten", "1e999"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}
