//! The forms of values that settings have: addresses, sizes, durations, places for a log.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Where to listen: `IP:PORT`, `NAME:PORT`, of which the first address is taken, or `:PORT` for every IPv4 address of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub SocketAddr);

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse() {
            return Ok(Self(address));
        }
        if let Some(port) = text.strip_prefix(':').and_then(|port| port.parse().ok()) {
            return Ok(Self(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))));
        }
        if !text.contains(':') {
            return Err("an address has the form IP:PORT, such as 127.0.0.1:9000".into());
        }
        let mut found = text.to_socket_addrs().map_err(|error| error.to_string())?;
        found.next().map(Self).ok_or_else(|| "the name has no address".into())
    }
}

/// Where the admin listener is, if anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdminListen(pub Option<SocketAddr>);

impl FromStr for AdminListen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self(None)),
            other => Ok(Self(Some(Address::from_str(other)?.0))),
        }
    }
}

/// What is logged: a level, or directives such as `info,coldkeep_http=debug`.
///
/// `EnvFilter` takes a word that is no level for the name of a module, of which it then logs everything, and nothing else: a
/// slip of the pen would silence the log.
#[derive(Clone, Debug)]
pub struct LogLevel(String);

impl LogLevel {
    /// As a filter of events. What a database says to its client is told by whoever it concerns.
    pub fn filter(&self) -> EnvFilter {
        EnvFilter::new(format!("tokio_postgres=warn,{}", self.0))
    }
}

impl FromStr for LogLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_word = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:-".contains(&byte));
        let is_level = |part: &str| !part.is_empty() && part.parse::<LevelFilter>().is_ok();
        if let Some(word) = text.split(',').find(|part| is_word(part) && !is_level(part)) {
            let levels =
                "error, warn, info, debug, trace, off; a module is named with its level: info,coldkeep_http=debug";
            return Err(format!("{word:?} is none of {levels}"));
        }
        EnvFilter::try_new(text).map(|_| Self(text.to_owned())).map_err(|error| error.to_string())
    }
}

/// Where access lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessLog {
    /// Nowhere.
    Off,
    /// To standard output.
    Stdout,
    /// To the end of a file.
    File(PathBuf),
}

impl FromStr for AccessLog {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "off" => Self::Off,
            "stdout" | "-" => Self::Stdout,
            path => Self::File(path.into()),
        })
    }
}

/// A number of bytes: `8192`, `8KiB`, `64MiB`, `1GiB`, `2TiB`; also `KB`, `MB`, `GB`, `TB` for powers of 1,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub u64);

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units = [
            ("", 1),
            ("B", 1),
            ("KiB", 1 << 10),
            ("MiB", 1 << 20),
            ("GiB", 1 << 30),
            ("TiB", 1 << 40),
            ("KB", 1_000),
            ("MB", 1_000_000),
            ("GB", 1_000_000_000),
            ("TB", 1_000_000_000_000),
        ];
        scaled(text, &units).map(Self).ok_or_else(|| "a size is a number with KiB, MiB, GiB or TiB".into())
    }
}

/// A length of time: `0`, `250ms`, `30s`, `5m`, `24h`, `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl Span {
    /// In whole milliseconds.
    pub fn millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
        let millis = if text == "0" { Some(0) } else { scaled(text, &units) };
        let span = millis.map(|millis| Self(Duration::from_millis(millis)));
        span.ok_or_else(|| "a duration is a number with ms, s, m, h or d, such as 30s".into())
    }
}

/// How long something may idle: a length of time, or `off` for as long as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle(pub Option<Span>);

impl FromStr for Idle {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self(None)),
            span => match span.parse::<Span>() {
                Ok(span) if span.millis() > 0 => Ok(Self(Some(span))),
                _ => Err("it is a duration such as 7d, or off".into()),
            },
        }
    }
}

fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim_start();
    let scale = units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1;
    number.parse::<u64>().ok()?.checked_mul(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations_have_units() {
        let bytes = |text: &str| text.parse::<Bytes>().ok().map(|bytes| bytes.0);
        let table = [("8192", 8192), ("8KiB", 8192), ("1 gib", 1 << 30), ("2TB", 2_000_000_000_000), ("0", 0)];
        for (text, expected) in table {
            assert_eq!(bytes(text), Some(expected), "{text}");
        }
        for bad in ["", "KiB", "-1", "1.5GiB", "1 XiB", "99999999TiB"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
        let span = |text: &str| text.parse::<Span>().ok().map(Span::millis);
        for (text, expected) in [("0", 0), ("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("7d", 604_800_000)] {
            assert_eq!(span(text), Some(expected), "{text}");
        }
        for bad in ["", "30", "s", "1w"] {
            assert_eq!(span(bad), None, "{bad}");
        }
        let idle = |text: &str| text.parse::<Idle>().ok().map(|idle| idle.0.map(Span::millis));
        assert_eq!((idle("off"), idle("1s"), idle("0"), idle("7")), (Some(None), Some(Some(1000)), None, None));
    }

    #[test]
    fn addresses_may_be_names_and_the_admin_listener_off() {
        assert_eq!("127.0.0.1:9000".parse(), Ok(Address(SocketAddr::from(([127, 0, 0, 1], 9000)))));
        assert!("localhost:9000".parse::<Address>().is_ok_and(|address| address.0.ip().is_loopback()));
        assert!("9000".parse::<Address>().is_err() && "127.0.0.1:99999".parse::<Address>().is_err());
        assert_eq!("off".parse(), Ok(AdminListen(None)));
    }

    #[test]
    fn a_log_level_is_a_level_or_directives() {
        for good in ["info", "WARN", "off", "info,coldkeep_http=debug", "warn,coldkeep_s3::objects=trace"] {
            assert!(good.parse::<LogLevel>().is_ok(), "{good}");
        }
        for bad in ["", "infos", "warning", "coldkeep_http", "info,coldkeep", "info,", "coldkeep_http=loud"] {
            assert!(bad.parse::<LogLevel>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_port_alone_is_that_port_everywhere() {
        assert_eq!(":9000".parse(), Ok(Address(SocketAddr::from(([0, 0, 0, 0], 9000)))));
        assert_eq!(":9001".parse(), Ok(AdminListen(Some(SocketAddr::from(([0, 0, 0, 0], 9001))))));
        for bad in [":", ":x", ":70000", "9000"] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }
}
