//! Timestamps as Ion has them: as precise as they were written, with an offset that may be unknown.
//!
//! "Date functions" of the user guide; what is not said is the first: `2010T` is `2010-01-01T00:00Z`.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, ToSpan, Unit};

/// How much of a timestamp was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    Year,
    Month,
    Day,
    Minute,
    Second,
}

/// A part of a timestamp that can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    TimezoneHour,
    TimezoneMinute,
}

/// A timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// At its own offset.
    pub local: DateTime,
    /// In minutes; unknown counts as none.
    pub offset: Option<i16>,
    precision: Precision,
    /// Digits of the fraction of its second.
    digits: u8,
}

impl Stamp {
    /// An instant in UTC, in milliseconds.
    pub fn utc(at: jiff::Timestamp) -> Self {
        let local = jiff::tz::TimeZone::UTC.to_datetime(at);
        Self { local, offset: Some(0), precision: Precision::Second, digits: 3 }
    }

    /// A day.
    #[cfg(feature = "parquet")]
    pub fn day(date: Date) -> Self {
        Self { local: date.to_datetime(Time::midnight()), offset: None, precision: Precision::Day, digits: 0 }
    }

    /// A second, at its own offset if it is known, with so many digits of its fraction.
    #[cfg(feature = "parquet")]
    pub fn at(local: DateTime, offset: Option<i16>, digits: u8) -> Self {
        Self { local, offset, precision: Precision::Second, digits }
    }

    /// Reads `2010T`, `2010-02T`, `2010-02-03`, `2010-02-03T04:05`, seconds and a fraction, each time with `Z`, an offset or neither.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.trim().split_once('T').map_or((text.trim(), None), |(date, time)| (date, Some(time)));
        let mut fields = date.split('-');
        let year = digits(fields.next()?, 4)?;
        let (month, day) = (fields.next(), fields.next());
        let precision = match (month, day, time) {
            (None, _, Some("")) => Precision::Year,
            (Some(_), None, Some("")) => Precision::Month,
            (Some(_), Some(_), None | Some("")) => Precision::Day,
            (Some(_), Some(_), Some(_)) => Precision::Minute,
            _ => return None,
        };
        if fields.next().is_some() {
            return None;
        }
        let of = |field: Option<&str>| field.map_or(Some(1), |text| digits(text, 2));
        let date = Date::new(year, of(month)? as i8, of(day)? as i8).ok()?;
        let mut stamp = Self { local: date.to_datetime(Time::midnight()), offset: None, precision, digits: 0 };
        match time {
            Some(time) if !time.is_empty() => stamp.set_time(time)?,
            _ => {}
        }
        Some(stamp)
    }

    fn set_time(&mut self, text: &str) -> Option<()> {
        let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
        let (clock, zone) = text.split_at_checked(end)?;
        self.offset = match zone {
            "" | "-00:00" => None,
            "Z" => Some(0),
            zone => {
                let (hours, minutes) = zone.get(1..)?.split_once(':')?;
                let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
                let minutes = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
                Some(if zone.starts_with('-') { -minutes } else { minutes })
            }
        };
        let mut fields = clock.split(':');
        let (hour, minute) = (digits(fields.next()?, 2)?, digits(fields.next()?, 2)?);
        let mut time = Time::new(hour as i8, minute as i8, 0, 0).ok()?;
        if let Some(second) = fields.next() {
            let (whole, fraction) = second.split_once('.').unwrap_or((second, ""));
            let digits_wanted = fraction.len().min(9);
            if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || second.ends_with('.') {
                return None;
            }
            let nanos: i32 = format!("{:0<9}", &fraction[..digits_wanted]).parse().ok()?;
            time = Time::new(hour as i8, minute as i8, digits(whole, 2)? as i8, nanos).ok()?;
            (self.precision, self.digits) = (Precision::Second, digits_wanted as u8);
        }
        self.local = self.local.date().to_datetime(time);
        fields.next().is_none().then_some(())
    }

    /// When it is, in UTC.
    pub fn instant(&self) -> DateTime {
        let offset = i64::from(self.offset.unwrap_or(0));
        self.local.saturating_sub(offset.minutes())
    }

    /// Later by so many of a part; more precise if the part is. Of a day that the month has not, the month's last.
    pub fn add(&self, part: Part, quantity: i64) -> Option<Self> {
        let span = Span::new();
        let (span, precision) = match part {
            Part::Year => (span.try_years(quantity), Precision::Year),
            Part::Month => (span.try_months(quantity), Precision::Month),
            Part::Day => (span.try_days(quantity), Precision::Day),
            Part::Hour => (span.try_hours(quantity), Precision::Minute),
            Part::Minute => (span.try_minutes(quantity), Precision::Minute),
            Part::Second => (span.try_seconds(quantity), Precision::Second),
            Part::TimezoneHour | Part::TimezoneMinute => return None,
        };
        let local = self.local.checked_add(span.ok()?).ok()?;
        (0..=9999).contains(&local.year()).then_some(Self { local, precision: self.precision.max(precision), ..*self })
    }

    /// How many whole ones of a part lie between it and a later one.
    pub fn until(&self, later: &Self, part: Part) -> Option<i64> {
        let (from, to) = (self.instant(), later.instant());
        let months = || from.until((Unit::Month, to)).ok().map(|span| i64::from(span.get_months()));
        let seconds = || to.duration_since(from).as_secs();
        match part {
            Part::Year => months().map(|months| months / 12),
            Part::Month => months(),
            Part::Day => Some(seconds() / 86_400),
            Part::Hour => Some(seconds() / 3_600),
            Part::Minute => Some(seconds() / 60),
            Part::Second => Some(seconds()),
            Part::TimezoneHour | Part::TimezoneMinute => None,
        }
    }

    /// A part of it, at its own offset.
    pub fn part(&self, part: Part) -> i64 {
        match part {
            Part::Year => self.local.year().into(),
            Part::Month => self.local.month().into(),
            Part::Day => self.local.day().into(),
            Part::Hour => self.local.hour().into(),
            Part::Minute => self.local.minute().into(),
            Part::Second => self.local.second().into(),
            Part::TimezoneHour => i64::from(self.offset.unwrap_or(0)) / 60,
            Part::TimezoneMinute => i64::from(self.offset.unwrap_or(0)) % 60,
        }
    }
}

fn digits(text: &str, count: usize) -> Option<i16> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// As it was written: `2010T`, `2010-02T`, `2010-02-03T`, then with the time.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = (self.local.date(), self.local.time());
        write!(f, "{:04}", date.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", date.month())?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", date.day())?;
        }
        f.write_str("T")?;
        if self.precision < Precision::Minute {
            return Ok(());
        }
        write!(f, "{:02}:{:02}", time.hour(), time.minute())?;
        if self.precision == Precision::Second {
            write!(f, ":{:02}", time.second())?;
            if self.digits > 0 {
                let nanos = format!("{:09}", time.subsec_nanosecond());
                write!(f, ".{}", &nanos[..usize::from(self.digits)])?;
            }
        }
        match self.offset {
            None => f.write_str("-00:00"),
            Some(0) => f.write_str("Z"),
            Some(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        }
    }
}
