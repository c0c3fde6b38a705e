//! The settings of pools: which folders there are, and which storage classes go there.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use coldkeep_store::StorageClass;

use crate::values::Span;

/// The name of the pool in the data folder.
pub const DEFAULT: &str = "default";

/// A pool and its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPool {
    pub name: String,
    pub folder: PathBuf,
}

impl FromStr for NamedPool {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((name, folder)) = text.split_once('=').filter(|(_, folder)| !folder.is_empty()) else {
            return Err("a pool has the form NAME=FOLDER, such as cold=/mnt/cold".into());
        };
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 32 || !name.bytes().all(is_plain) {
            return Err("the name of a pool has 1 to 32 lower-case letters, digits and hyphens".into());
        }
        if name == DEFAULT {
            return Err("the pool `default` is the folder `blobs` of the data folder; take another name".into());
        }
        Ok(Self { name: name.into(), folder: folder.into() })
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
    /// folder remembers it
    #[arg(long, env = "COLDKEEP_POOL", value_name = "NAME=FOLDER", value_delimiter = ',')]
    pub pool: Vec<NamedPool>,

    /// The pool that new bytes of a storage class are written into, archives of vaults as GLACIER; may be given several times. All
    /// others go to the pool `default`, in the data folder
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
        let cold = NamedPool { name: "cold".into(), folder: "/mnt/a=b".into() };
        assert_eq!("cold=/mnt/a=b".parse(), Ok(cold));
        assert_eq!("GLACIER=cold".parse(), Ok(ClassPool { class: StorageClass::Glacier, pool: "cold".into() }));
        for wrong in ["cold", "cold=", "=/mnt", "Cold=/mnt", "default=/mnt"] {
            assert!(wrong.parse::<NamedPool>().is_err(), "{wrong}");
        }
        assert!("GLACIER".parse::<ClassPool>().is_err() && "ICE=cold".parse::<ClassPool>().is_err());
    }
}
