//! The command line, and how flags, environment and configuration file become one set of settings.
//!
//! The file's values take the place of the defaults before the command line is read, so every value is parsed by the same
//! parser, and precedence is that of `clap`: flags, environment, default.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::Failure;
use crate::accounts::AccountCommand;
use crate::data_folder::DEFAULT;
use crate::migrate::Migrate;
use crate::pools::NamedPool;
use crate::quotas::QuotaCommand;
use crate::root_key::rotate::RootKeyCommand;
use crate::settings::Settings;
use crate::shared::{SharedArgs, variables};
use crate::show_keys::ShowKeys;
use crate::users::UserCommand;
use crate::vault::VaultCommand;

/// A self-hosted storage server: Amazon S3 and S3 Glacier over one store.
#[derive(Parser, Debug)]
#[command(name = "coldkeep", version, arg_required_else_help = true)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum What {
    /// Serves S3 and Glacier
    Serve(Box<Settings>),
    /// Proves that records and stored bytes fit each other; the server must be stopped
    Fsck(Fsck),
    /// Moves a store from a data folder to engines that several servers share, or back
    Migrate(Box<Migrate>),
    /// Shows the root account's key pair, as it is kept in the data folder
    ShowKeys(ShowKeys),
    /// Exchanges the root key that everything secret is sealed under
    RootKey(RootKeyCommand),
    /// Makes, shows, suspends and deletes accounts of a running server; for its operator
    Account(AccountCommand),
    /// Makes, shows and deletes users of a running server
    User(UserCommand),
    /// Sets and shows how much buckets, vaults and accounts of a running server may hold; for its operator
    Quota(QuotaCommand),
    /// Puts archives into vaults, gets and lists them, here or at Amazon
    Vault(Box<VaultCommand>),
}

/// Settings of `coldkeep fsck`.
#[derive(Args, Debug)]
pub struct Fsck {
    /// Folder of the data to check
    #[arg(long, env = "COLDKEEP_DATA", value_name = "DIR", default_value = DEFAULT)]
    pub data: PathBuf,

    #[command(flatten)]
    pub shared: SharedArgs,

    /// A pool of the store that servers share, as they are told of it; may be given several times. A data folder remembers its own
    #[arg(long, env = "COLDKEEP_POOL", value_name = "NAME=ADDRESS", value_delimiter = ',')]
    pub pool: Vec<NamedPool>,

    /// Read and verify every stored byte too
    #[arg(long)]
    pub read: bool,

    /// Check a store that several servers share while they run; what is wrong counts when it is so twice, a lease apart
    #[arg(long, conflicts_with = "repair")]
    pub online: bool,

    /// Take what is damaged out of service, so that the rest can serve; deletes no stored bytes
    #[arg(long)]
    pub repair: bool,
}

impl CommandLine {
    /// Reads a command line, the environment and the configuration file. Prints help or a mistake and ends the process
    /// where that is due.
    pub fn read(words: Vec<OsString>) -> Result<Self, Failure> {
        let command = without_empty_variables(Self::command());
        let first = Self::parse_with(command.clone(), &words);
        let What::Serve(settings) = &first.what else { return Ok(first) };
        let Some(path) = &settings.config else { return Ok(first) };
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
        let defaults = settings_of(&command, path, &text)?;
        let command = command.mut_subcommand("serve", |serve| {
            defaults
                .into_iter()
                .fold(serve, |serve, (name, values)| serve.mut_arg(name, |argument| argument.default_values(values)))
        });
        Ok(Self::parse_with(command, &words))
    }

    fn parse_with(mut command: Command, words: &[OsString]) -> Self {
        let matches = command.try_get_matches_from_mut(words).unwrap_or_else(|error| error.exit());
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

/// A variable that is set to nothing counts as not set: compose files often have such.
fn without_empty_variables(command: Command) -> Command {
    let is_empty = |argument: &Arg| argument.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let unset = |argument: Arg| if is_empty(&argument) { argument.env(None::<&str>) } else { argument };
    command.mut_subcommands(|command| command.mut_args(unset))
}

/// Variables that look like settings and are none, such as misspelt ones. Those that these pools may have are.
pub fn unknown_variables(pools: &[NamedPool]) -> Vec<String> {
    let command = CommandLine::command();
    let arguments = || command.get_subcommands().flat_map(Command::get_arguments);
    let of_pool = |name: &str| pools.iter().any(|pool| variables(&pool.name).iter().any(|known| known == name));
    let is_known =
        |name: &str| of_pool(name) || arguments().any(|argument| argument.get_env().is_some_and(|known| known == name));
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names.filter(|name| name.starts_with("COLDKEEP_") && !is_known(name)).collect()
}

/// The settings of a configuration file: names of arguments with their values.
fn settings_of(command: &Command, path: &Path, text: &str) -> Result<Vec<(String, Vec<String>)>, Failure> {
    let failed = |what: String| Failure::new(format!("{}: {what}", path.display()));
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| failed(error.to_string()))?;
    let serve = command.find_subcommand("serve").ok_or_else(|| failed("no settings".into()))?;
    let known = |name: &str| serve.get_arguments().find(|argument| argument.get_long() == Some(name));
    let mut settings = Vec::new();
    for (name, value) in table {
        let argument = known(&name).filter(|_| name != "config");
        let argument =
            argument.ok_or_else(|| failed(format!("there is no setting `{name}`; see `coldkeep serve --help`")))?;
        let values = match value {
            toml::Value::Array(values) => values.into_iter().map(scalar).collect(),
            value => scalar(value).map(|value| vec![value]),
        };
        let values: Vec<String> =
            values.ok_or_else(|| failed(format!("`{name}` is neither a value nor a list of values")))?;
        settings.push((argument.get_id().to_string(), values));
    }
    Ok(settings)
}

fn scalar(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(switch) => Some(switch.to_string()),
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(words: &[&str], file: Option<&str>) -> Settings {
        let dir = tempfile::tempdir().expect("a folder");
        let mut words: Vec<OsString> = ["coldkeep", "serve"].iter().chain(words).map(OsString::from).collect();
        if let Some(text) = file {
            let path = dir.path().join("coldkeep.toml");
            std::fs::write(&path, text).expect("writes");
            words.extend(["--config".into(), path.into()]);
        }
        match CommandLine::read(words).expect("reads").what {
            What::Serve(settings) => *settings,
            _ => panic!("serve was asked for"),
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn flags_win_over_the_file_and_that_over_the_defaults() {
        let file =
            "data = '/srv/cold'\nlisten = ['127.0.0.1:1', '127.0.0.1:2']\nmax-connections = 7\nclock-skew = '1m'";
        let read = settings(&["--clock-skew", "2m"], Some(file));
        assert_eq!(read.data, PathBuf::from("/srv/cold"));
        assert_eq!(read.listen.iter().map(|address| address.0.port()).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((read.max_connections, read.clock_skew.millis()), (7, 120_000));
        let read = settings(&["--listen", "127.0.0.1:3", "--listen", "127.0.0.1:4"], Some(file));
        assert_eq!(read.listen.iter().map(|address| address.0.port()).collect::<Vec<_>>(), [3, 4]);
        let read = settings(&[], None);
        assert_eq!((read.data, read.domain), (PathBuf::from("./data"), vec!["localhost".to_owned()]));
    }

    #[test]
    fn defaults_are_those_of_the_crates_below() {
        let read = settings(&[], None);
        let (options, limits) = (coldkeep_store::Options::default(), coldkeep_http::Limits::default());
        assert_eq!(format!("{:?}", read.store_options()), format!("{options:?}"));
        assert_eq!(format!("{:?}", read.limits()), format!("{limits:?}"));
        assert_eq!(read.metadata_cache.0 as usize, coldkeep_meta::Options::default().cache_bytes);
    }

    #[test]
    fn a_file_with_an_unknown_setting_is_refused_by_name() {
        let refused = |text: &str| {
            let refused = settings_of(&CommandLine::command(), Path::new("c.toml"), text);
            refused.expect_err("is refused").to_string()
        };
        assert!(refused("colour = 'red'").contains("no setting `colour`"));
        assert!(refused("config = 'other.toml'").contains("no setting `config`"));
        assert!(refused("data = 1.5").contains("`data` is neither"));
        assert!(refused("data = ").contains("c.toml"));
    }
}
