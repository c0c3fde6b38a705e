//! `root.toml`: what the first start keeps in the data folder of the root account and the root key.
//!
//! The file ends with a check of its other lines, so that a damaged key is told from a wrong one. A file without it, of an
//! older server or changed by hand, is fine.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::data_folder::{read_if_present, write_private};

/// The file's name in the data folder.
pub const FILE_NAME: &str = "root.toml";

/// What its last line begins with.
const CHECK: &str = "check = ";

/// What `root.toml` holds. The keys are absent as long as they were always given by settings.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The root account's id.
    pub account_id: Option<String>,
    /// Its access key.
    pub access_key: Option<String>,
    /// Its secret key.
    pub secret_key: Option<String>,
    /// The root key in 64 hexadecimal digits.
    pub root_key: Option<String>,
    /// The root key as a key management service wrapped it.
    pub wrapped_root_key: Option<String>,
    /// While the root key changes: the one before, in digits.
    pub previous_root_key: Option<String>,
    /// While the root key changes: the one before, wrapped.
    pub previous_wrapped_root_key: Option<String>,
    /// CRC-32C of the other lines, in hexadecimal.
    pub check: Option<String>,
}

impl Kept {
    /// Reads the file, which may be missing.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = read_if_present(path)?.unwrap_or_default();
        let kept: Self = toml::from_str(&text).map_err(|error| damaged(path, &error.to_string()))?;
        match &kept.check {
            Some(check) if *check != check_of(&text) => Err(damaged(
                path,
                "its content does not fit its line `check`.\nIf you changed the file, remove that line. If you did not, it \
                 was damaged: put back a copy of it. Nothing was changed.",
            )),
            _ => Ok(Self { check: None, ..kept }),
        }
    }

    /// Writes the file, durably and for the server's user alone.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let mut text = toml::to_string(self).map_err(|error| damaged(path, &error.to_string()))?;
        text.push_str(&format!("{CHECK}\"{}\"\n", check_of(&text)));
        write_private(path, &text).map_err(|error| Failure::file("write", path, &error))
    }
}

/// What is wrong with the file at this path.
pub fn damaged(path: &Path, what: &str) -> Failure {
    Failure::new(format!("{}: {what}", path.display()))
}

/// CRC-32C of all lines but the check's own.
fn check_of(text: &str) -> String {
    let lines: String = text.split_inclusive('\n').filter(|line| !line.starts_with(CHECK)).collect();
    format!("{:08x}", crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32Iscsi, lines.as_bytes()))
}

/// Proves what can be proven of the file at this path. A missing one is fine.
pub fn verify(path: &Path) -> Result<(), Failure> {
    Kept::read(path).map(drop)
}

/// Whether the file at this path has a check: one that an earlier version wrote has none.
pub fn is_checked(path: &Path) -> std::io::Result<bool> {
    let text = std::fs::read(path)?;
    Ok(text.split(|byte| *byte == b'\n').any(|line| line.starts_with(CHECK.as_bytes())))
}

/// The key pair that is kept, if any.
pub fn kept_keys(path: &Path) -> Result<Option<(String, String)>, Failure> {
    let kept = Kept::read(path)?;
    Ok(kept.access_key.zip(kept.secret_key))
}
