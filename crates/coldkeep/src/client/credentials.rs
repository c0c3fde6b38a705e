//! Whose keys a command asks with: named folder, environment, data folder; and where they are from, for when they are refused.

use std::path::{Path, PathBuf};

use coldkeep_auth::Signer;

use crate::Failure;
use crate::data_folder::DEFAULT;
use crate::root_file::{FILE_NAME, kept_keys};
use crate::secret::secret;

/// Keys, and where they are from.
pub struct Credentials {
    /// What signs.
    pub signer: Signer,
    /// Where they are from, in words.
    pub origin: String,
}

impl Credentials {
    /// The keys to ask with. `data` is the folder that was named on the command line.
    pub fn find(data: Option<&Path>) -> Result<Self, Failure> {
        if let Some(data) = data {
            return in_folder(data)?.ok_or_else(|| no_keys(data));
        }
        if let Some(signer) = of_environment()? {
            return Ok(Self { signer, origin: "AWS_ACCESS_KEY_ID".into() });
        }
        if let Some((access_key, secret_key)) = root_keys()? {
            let signer = Signer { access_key, secret_key, session_token: None };
            return Ok(Self { signer, origin: "COLDKEEP_ROOT_ACCESS_KEY".into() });
        }
        let folder = PathBuf::from(variable("COLDKEEP_DATA").unwrap_or_else(|| DEFAULT.into()));
        in_folder(&folder)?.ok_or_else(|| no_keys(&folder))
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The keys of AWS's own variables, if they are set.
pub fn of_environment() -> Result<Option<Signer>, Failure> {
    let pair = pair(variable, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")?;
    let session_token = variable("AWS_SESSION_TOKEN");
    Ok(pair.map(|(access_key, secret_key)| Signer { access_key, secret_key, session_token }))
}

/// The root account's keys, if they are set.
fn root_keys() -> Result<Option<(String, String)>, Failure> {
    let (access, name) = ("COLDKEEP_ROOT_ACCESS_KEY", "COLDKEEP_ROOT_SECRET_KEY");
    let file = variable(&format!("{name}_FILE")).map(PathBuf::from);
    let secret = secret(name, variable(name).as_deref(), file.as_deref())?;
    pair(|of| if of == name { secret.clone() } else { variable(of) }, access, name)
}

/// Two variables that go together.
fn pair(
    variable: impl Fn(&str) -> Option<String>,
    key: &str,
    secret: &str,
) -> Result<Option<(String, String)>, Failure> {
    match (variable(key), variable(secret)) {
        (Some(key), Some(secret)) => Ok(Some((key, secret))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Failure::new(format!("{key} is set without {secret}."))),
        (None, Some(_)) => Err(Failure::new(format!("{secret} is set without {key}."))),
    }
}

fn in_folder(folder: &Path) -> Result<Option<Credentials>, Failure> {
    let path = folder.join(FILE_NAME);
    Ok(kept_keys(&path)?.map(|(access_key, secret_key)| Credentials {
        signer: Signer { access_key, secret_key, session_token: None },
        origin: path.display().to_string(),
    }))
}

fn no_keys(folder: &Path) -> Failure {
    Failure::new(format!(
        "there are no keys to ask with: {} holds none.\nName the data folder of the server with --data, or set AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY, or COLDKEEP_ROOT_ACCESS_KEY and COLDKEEP_ROOT_SECRET_KEY.",
        folder.join(FILE_NAME).display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_pair_is_named_and_a_folder_without_keys_too() {
        let half = |name: &str| (name == "B").then(|| "b".to_owned());
        let words = pair(half, "A", "B").expect_err("half").to_string();
        assert!(words.contains("B is set without A"), "{words}");
        assert!(pair(|_| None, "A", "B").is_ok_and(|none| none.is_none()));
        let folder = tempfile::tempdir().expect("a folder");
        let words = Credentials::find(Some(folder.path())).err().expect("none").to_string();
        assert!(words.contains("root.toml") && words.contains("--data"), "{words}");
        std::fs::write(folder.path().join(FILE_NAME), "access_key = 'k'\nsecret_key = 's'\n").expect("written");
        let found = Credentials::find(Some(folder.path())).expect("keys");
        assert_eq!((found.signer.access_key.as_str(), found.signer.secret_key.as_str()), ("k", "s"));
    }
}
