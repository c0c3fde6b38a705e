//! The command line of `cargo xtask cluster`.

use std::path::PathBuf;
use std::time::Duration;

/// How to call it.
pub const USAGE: &str = "usage: cargo xtask cluster [options]

  --seconds N       how long clients work, with an event every ten seconds, or as soon as all is as it was before the last one (until each has happened)
  --below WHERE     where the bytes lie: in a `folder`, in another Coldkeep as the `s3`, or in a Ceph of three OSDs, two of which die or stand still
                    too, `rados` (folder)
  --binary FILE     the server under test, instead of a debug build of this workspace";

/// Where the bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    /// In a folder that both servers see.
    Folder,
    /// In another Coldkeep, which is none of those that die.
    S3,
    /// In a pool of Ceph, whose OSDs die too.
    Rados,
}

/// What to run.
#[derive(Debug)]
pub struct Options {
    /// How long clients work; `None`: until each event has happened.
    pub time: Option<Duration>,
    /// Where the bytes lie.
    pub below: Below,
    /// The server under test, if it is not to be built.
    pub binary: Option<PathBuf>,
}

impl Options {
    /// Reads the words after `cluster`.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self { time: None, below: Below::Folder, binary: None };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().copied().ok_or(format!("{word} needs a value\n{USAGE}"));
            match *word {
                "--seconds" => match value()?.parse() {
                    Ok(seconds) if seconds >= 10 => options.time = Some(Duration::from_secs(seconds)),
                    _ => return Err("--seconds needs a number from 10".into()),
                },
                "--below" => match value()? {
                    "folder" => options.below = Below::Folder,
                    "s3" => options.below = Below::S3,
                    "rados" => options.below = Below::Rados,
                    _ => return Err("--below is folder, s3 or rados".into()),
                },
                "--binary" => options.binary = Some(value()?.into()),
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_options_and_mistakes_are_refused() {
        let options = Options::parse(&["--seconds", "20", "--below", "s3"]).expect("parses");
        assert_eq!((options.time, options.below), (Some(Duration::from_secs(20)), Below::S3));
        for words in [&["--seconds", "9"][..], &["--below", "tape"], &["--below"], &["60"]] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
