//! The patterns of `TO_STRING`: the table of "Date functions" in the user guide.

use std::fmt::Write;

use crate::SelectError;
use crate::timestamp::Stamp;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A timestamp by a pattern.
pub(crate) fn format(stamp: &Stamp, pattern: &str) -> Result<String, SelectError> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        if letter == '\'' {
            rest = quoted(&rest[1..], &mut out).ok_or_else(|| invalid(pattern))?;
            continue;
        }
        let run = rest.chars().take_while(|next| *next == letter).count();
        let (symbol, after) = rest.split_at(run * letter.len_utf8());
        match letter.is_ascii_alphabetic() {
            true => field(stamp, symbol, &mut out).ok_or_else(|| invalid(pattern))?,
            false => out.push_str(symbol),
        }
        rest = after;
    }
    Ok(out)
}

fn invalid(pattern: &str) -> SelectError {
    let shown: String = pattern.chars().take(64).collect();
    let message = format!("Time stamp format pattern '{shown}' contains an invalid token in the SQL expression.");
    SelectError::new("EvaluatorInvalidTimestampFormatPatternToken", message)
}

/// Text in quotes, in which two quotes are one. What follows it.
fn quoted<'a>(text: &'a str, out: &mut String) -> Option<&'a str> {
    if let Some(rest) = text.strip_prefix('\'') {
        out.push('\'');
        return Some(rest);
    }
    let mut rest = text;
    loop {
        let end = rest.find('\'')?;
        out.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Some(rest),
        }
    }
}

fn field(stamp: &Stamp, symbol: &str, out: &mut String) -> Option<()> {
    let (date, time) = (stamp.local.date(), stamp.local.time());
    let name = MONTHS[(date.month() as usize).checked_sub(1)?];
    let hour12 = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match symbol {
        "yy" => write!(out, "{:02}", date.year() % 100),
        "y" => write!(out, "{}", date.year()),
        "yyyy" => write!(out, "{:04}", date.year()),
        "M" => write!(out, "{}", date.month()),
        "MM" => write!(out, "{:02}", date.month()),
        "MMM" => write!(out, "{}", &name[..3]),
        "MMMM" => write!(out, "{name}"),
        "MMMMM" => write!(out, "{}", &name[..1]),
        "d" => write!(out, "{}", date.day()),
        "dd" => write!(out, "{:02}", date.day()),
        "a" => write!(out, "{}", if time.hour() < 12 { "AM" } else { "PM" }),
        "h" => write!(out, "{hour12}"),
        "hh" => write!(out, "{hour12:02}"),
        "H" => write!(out, "{}", time.hour()),
        "HH" => write!(out, "{:02}", time.hour()),
        "m" => write!(out, "{}", time.minute()),
        "mm" => write!(out, "{:02}", time.minute()),
        "s" => write!(out, "{}", time.second()),
        "ss" => write!(out, "{:02}", time.second()),
        "n" => write!(out, "{}", time.subsec_nanosecond()),
        _ if symbol.starts_with('S') && symbol.len() <= 9 => {
            write!(out, "{}", &format!("{:09}", time.subsec_nanosecond())[..symbol.len()])
        }
        "X" | "XX" | "XXX" | "XXXX" | "XXXXX" if stamp.offset.unwrap_or(0) == 0 => write!(out, "Z"),
        "X" | "x" => offset(stamp, out, 1),
        "XX" | "XXXX" | "xx" | "xxxx" => offset(stamp, out, 2),
        "XXX" | "XXXXX" | "xxx" | "xxxxx" => offset(stamp, out, 3),
        _ => return None,
    }
    .ok()
}

fn offset(stamp: &Stamp, out: &mut String, form: u8) -> std::fmt::Result {
    let minutes = stamp.offset.unwrap_or(0);
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    match form {
        1 if minutes == 0 => write!(out, "{sign}{hours:02}"),
        1 | 2 => write!(out, "{sign}{hours:02}{minutes:02}"),
        _ => write!(out, "{sign}{hours:02}:{minutes:02}"),
    }
}
