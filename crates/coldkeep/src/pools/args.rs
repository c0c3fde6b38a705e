//! The settings of pools: which there are, and which storage classes go there.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use coldkeep_store::StorageClass;

use crate::Failure;
use crate::values::Span;

/// The name of the pool in the data folder.
pub const DEFAULT: &str = "default";

/// A pool and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPool {
    pub name: String,
    /// A folder; of a store that several servers share an address, as that of `--blobs`.
    pub place: String,
}

impl NamedPool {
    /// The folder, as a pool of a data folder has one.
    pub fn folder(&self) -> Result<&Path, Failure> {
        let Self { name, place } = self;
        match place.contains("://") {
            false => Ok(Path::new(place)),
            true => Err(Failure::new(format!(
                "--pool {name}={place}: the pools of a data folder are folders. Addresses are for --meta, a store that several servers share."
            ))),
        }
    }
}

impl FromStr for NamedPool {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((name, place)) = text.split_once('=').filter(|(_, place)| !place.is_empty()) else {
            return Err("a pool has the form NAME=FOLDER, such as cold=/mnt/cold, or with --meta NAME=ADDRESS".into());
        };
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 32 || !name.bytes().all(is_plain) {
            return Err("the name of a pool has 1 to 32 lower-case letters, digits and hyphens".into());
        }
        if name == DEFAULT {
            return Err(
                "the pool `default` is the folder `blobs` of the data folder, or what --blobs names; take another name"
                    .into(),
            );
        }
        Ok(Self { name: name.into(), place: place.into() })
    }
}

/// A storage class and the pool that its new contents go into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassPool {
    pub class: StorageClass,
    pub pool: String,
}

impl FromStr for ClassPool {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((class, pool)) = text.split_once('=') else {
            return Err("a class has the form CLASS=POOL, such as GLACIER=cold".into());
        };
        let Some(class) = StorageClass::parse(class) else {
            let names: Vec<_> = StorageClass::ALL.into_iter().map(StorageClass::name).collect();
            return Err(format!("{class} is no storage class; there are {}", names.join(", ")));
        };
        Ok(Self { class, pool: pool.into() })
    }
}

/// A staged pool and the operator's program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedCommand {
    pub pool: String,
    pub command: PathBuf,
}

impl FromStr for StagedCommand {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((pool, command)) if command.starts_with('/') => {
                Ok(Self { pool: pool.into(), command: command.into() })
            }
            _ => {
                Err("a staged pool has the form NAME=COMMAND, such as cold=/usr/local/bin/tape, an absolute path"
                    .into())
            }
        }
    }
}

/// The settings.
#[derive(Clone, Debug, Args)]
pub struct PoolArgs {
    /// A pool: a folder, on another disk, that bytes of some storage classes are written into; may be given several times. The data
    /// folder remembers it. With --meta an address, as that of --blobs, which all servers are told
    #[arg(long, env = "COLDKEEP_POOL", value_name = "NAME=PLACE", value_delimiter = ',')]
    pub pool: Vec<NamedPool>,

    /// The pool that new bytes of a storage class are written into, archives of vaults as GLACIER; may be given several times. All
    /// others go to the pool `default`, in the data folder or where --blobs says
    #[arg(long, env = "COLDKEEP_CLASS", value_name = "CLASS=POOL", value_delimiter = ',')]
    pub class: Vec<ClassPool>,

    /// A pool whose bytes this program takes away, to tape for one, and fetches again; may be given several times. Only GLACIER and
    /// DEEP_ARCHIVE may go there. The data folder remembers it
    #[arg(long, env = "COLDKEEP_STAGED", value_name = "NAME=COMMAND", value_delimiter = ',')]
    pub staged: Vec<StagedCommand>,

    /// The most blobs that such a program is told of in one call
    #[arg(long, env = "COLDKEEP_STAGED_BATCH", value_name = "NUMBER", default_value = "256")]
    pub staged_batch: NonZeroUsize,

    /// How long at least after one call of such a program the next one comes
    #[arg(long, env = "COLDKEEP_STAGED_INTERVAL", value_name = "TIME", default_value = "10s")]
    pub staged_interval: Span,

    /// How long after a failure of such a program it is tried again; doubled with each further one, up to 64 times
    #[arg(long, env = "COLDKEEP_STAGED_RETRY", value_name = "TIME", default_value = "1m")]
    pub staged_retry: Span,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_and_classes_are_said_in_one_form() {
        let cold = NamedPool { name: "cold".into(), place: "/mnt/a=b".into() };
        assert_eq!(cold.folder().expect("is one"), Path::new("/mnt/a=b"));
        assert_eq!("cold=/mnt/a=b".parse(), Ok(cold));
        let address: NamedPool = "cold=s3://b/p?region=x".parse().expect("is one");
        assert!(address.folder().expect_err("is none").to_string().contains("--meta"));
        assert_eq!("GLACIER=cold".parse(), Ok(ClassPool { class: StorageClass::Glacier, pool: "cold".into() }));
        for wrong in ["cold", "cold=", "=/mnt", "Cold=/mnt", "default=/mnt"] {
            assert!(wrong.parse::<NamedPool>().is_err(), "{wrong}");
        }
        assert!("GLACIER".parse::<ClassPool>().is_err() && "ICE=cold".parse::<ClassPool>().is_err());
    }
}
