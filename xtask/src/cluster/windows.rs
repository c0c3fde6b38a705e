//! What servers that have ended may still have left is looked at soon, twice, and then known: proven by what `coldkeep fsck` says of their windows.

use jiff::{SignedDuration, Timestamp};

/// How long after the first look at what a dead server left the second comes.
const SECOND_LOOK: SignedDuration = SignedDuration::from_mins(15);
/// The leader looks every ten seconds, on a machine that is busy.
const LATE: SignedDuration = SignedDuration::from_mins(1);

/// What `fsck` says of a run that nobody has looked at.
pub const UNSEEN: &str = "not looked at yet";

/// All servers were stopped and ended well; before, those that ran then said of so many numbers that they are open, or were left within the last quarter of an hour.
/// Says what may rightly remain: as many numbers, and windows of servers that died, whose second look has not come.
pub fn judge(report: &str, open: u64, now: Timestamp) -> Result<String, String> {
    let (mut dead, mut numbers) = (0, 0);
    for line in report.lines().filter(|line| line.starts_with("window of run ")) {
        let wrong = || format!("fsck says in words that are not known: {line}");
        if line.contains(UNSEEN) {
            let words = line.split_once(": ").and_then(|(_, words)| words.split_once(' '));
            numbers += words.map_or("", |(number, _)| number).parse::<u64>().map_err(|_| wrong())?;
            continue;
        }
        let time = line.split_once("looked at ").and_then(|(_, words)| words.split_once(','));
        let time: Timestamp = time.map_or("", |(time, _)| time).parse().map_err(|_| wrong())?;
        if now.duration_since(time) > SECOND_LOOK + LATE {
            return Err(format!("what a server left was not looked at again in time: {line}"));
        }
        dead += 1;
    }
    if numbers > open {
        return Err(format!("servers that were stopped left {numbers} numbers, and said before that {open} are open"));
    }
    Ok(format!(
        "windows of servers that were stopped: {numbers} numbers, of {open} that they named as open; of servers that died: {dead}, all looked at within the last quarter of an hour"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_remain_is_told_from_what_may_not() {
        let now: Timestamp = "2026-11-30T10:00:00Z".parse().expect("is a time");
        let looked = |time: &str| {
            format!(
                "window of run 3: 4099 numbers of blobs that it may have left, looked at {time}, and once more a quarter of an hour after that.\n"
            )
        };
        let unseen = |numbers: u32| {
            format!(
                "window of run 4: {numbers} numbers of blobs that it may have left, not looked at yet; the server that leads does that.\n"
            )
        };
        assert!(judge("Checked it.\nClean.\n", 0, now).expect("is fine").contains("died: 0"));
        let recent = looked("2026-11-30T09:50:00.000Z");
        assert!(judge(&recent, 0, now).expect("is fine").contains("died: 1"));
        assert!(judge(&looked("2026-11-30T09:43:00.000Z"), 0, now).expect_err("is late").contains("in time"));
        assert!(judge(&looked("yesterday"), 0, now).expect_err("is none").contains("not known"));
        assert!(judge(&format!("{recent}{}", unseen(2)), 2, now).expect("is fine").contains(": 2 numbers, of 2"));
        assert!(judge(&format!("{}{}", unseen(2), unseen(4096)), 2, now).expect_err("is more").contains("4098"));
        assert!(judge(&unseen(1), 0, now).is_err());
    }
}
