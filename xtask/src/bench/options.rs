//! The command line of `cargo xtask bench`.

use std::path::PathBuf;

/// How to call it.
pub const USAGE: &str = "usage: cargo xtask bench [SCENARIO...] [options]

  SCENARIO          only scenarios whose names begin like this; all of the run's size otherwise
  --quick           smaller loads and fewer scenarios: minutes, not an hour
  --rounds N        how often each scenario runs on each endpoint (3 quick, 5 full)
  --peer NAME=URL,KEY,SECRET,PID
                    another S3 endpoint on this machine, running, with an empty store; may be given several times
  --shared          also one server and two over a PostgreSQL pair and a folder, which what S3 servers do is measured of
  --binary FILE     the server under test, instead of a release build of this workspace
  --data DIR        where the data of the run goes, in a folder that is removed afterwards
  --file-mib N      how long the file is that vault-put sends (256 quick, 4096 full)
  --json FILE       writes every round's figures there
  --record          puts the tables into docs/performance.md
  --list            names the scenarios and ends";

/// What to run, and how.
#[derive(Debug, Default)]
pub struct Options {
    /// Beginnings of the names of scenarios; all if empty.
    pub scenarios: Vec<String>,
    /// Smaller loads.
    pub quick: bool,
    /// Rounds, if given.
    pub rounds: Option<usize>,
    /// Other endpoints.
    pub peers: Vec<Peer>,
    /// Whether servers over a shared store take part.
    pub shared: bool,
    /// The server under test, if it is not to be built.
    pub binary: Option<PathBuf>,
    /// Where the data of the run goes.
    pub data: Option<PathBuf>,
    /// How many MiB the file has that vault-put sends, if given.
    pub file_mib: Option<u64>,
    /// Where every round's figures go.
    pub json: Option<PathBuf>,
    /// Whether docs/performance.md is rewritten.
    pub record: bool,
    /// Whether only names are printed.
    pub list: bool,
}

/// An S3 endpoint that runs already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its name in the tables.
    pub name: String,
    /// `HOST:PORT`.
    pub host: String,
    /// Access key.
    pub access_key: String,
    /// Secret key.
    pub secret_key: String,
    /// Process whose threads are pinned and measured.
    pub pid: i32,
}

impl Options {
    /// Reads the words after `bench`.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().copied().ok_or(format!("{word} needs a value\n{USAGE}"));
            match *word {
                "--quick" => options.quick = true,
                "--record" => options.record = true,
                "--shared" => options.shared = true,
                "--list" => options.list = true,
                "--rounds" => match value()?.parse() {
                    Ok(rounds) if rounds > 0 => options.rounds = Some(rounds),
                    _ => return Err("--rounds needs a number from 1".into()),
                },
                "--file-mib" => match value()?.parse() {
                    Ok(mib) if mib > 0 => options.file_mib = Some(mib),
                    _ => return Err("--file-mib needs a number from 1".into()),
                },
                "--peer" => options.peers.push(Peer::parse(value()?)?),
                "--binary" => options.binary = Some(value()?.into()),
                "--data" => options.data = Some(value()?.into()),
                "--json" => options.json = Some(value()?.into()),
                name if !name.starts_with('-') => options.scenarios.push(name.to_owned()),
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(options)
    }

    /// How often each scenario runs on each endpoint.
    pub fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 3 } else { 5 })
    }
}

impl Peer {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("--peer wants NAME=http://HOST:PORT,KEY,SECRET,PID, not {text}");
        let (name, rest) = text.split_once('=').ok_or_else(wrong)?;
        let [url, access_key, secret_key, pid] = rest.split(',').collect::<Vec<_>>()[..] else { return Err(wrong()) };
        Ok(Self {
            name: name.to_owned(),
            host: url.strip_prefix("http://").ok_or_else(wrong)?.trim_end_matches('/').to_owned(),
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
            pid: pid.parse().map_err(|_| wrong())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_options() {
        let words = ["put", "--quick", "--peer", "other=http://127.0.0.1:9100,k,s,42", "--rounds", "2"];
        let options = Options::parse(&words).expect("parses");
        assert_eq!((options.scenarios, options.quick, options.rounds), (vec!["put".to_owned()], true, Some(2)));
        assert_eq!((options.peers[0].host.as_str(), options.peers[0].pid), ("127.0.0.1:9100", 42));
    }

    #[test]
    fn mistakes_are_refused() {
        for words in [
            &["--rounds", "0"][..],
            &["--file-mib", "1GiB"],
            &["--fast"],
            &["--peer", "x=https://h,k,s,1"],
            &["--json"],
        ] {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
