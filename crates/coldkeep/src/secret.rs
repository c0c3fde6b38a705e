//! A secret that is given: itself, by a variable, a flag or the configuration file, or in a file of its own, which the same name with
//! `_FILE` says. Others may see what a process was started with; a file is for whom it is readable.

use std::path::Path;

use crate::Failure;

/// The secret that is given under `name`; `None`: none is.
pub fn secret(name: &str, given: Option<&str>, file: Option<&Path>) -> Result<Option<String>, Failure> {
    match (given, file) {
        (Some(_), Some(_)) => Err(Failure::new(format!("{name} and {name}_FILE are both set: leave one out."))),
        (given, None) => Ok(given.map(str::to_owned)),
        (None, Some(path)) => in_file(name, path).map(Some),
    }
}

/// The secret in a file, without the ends of lines that editors put behind it.
pub fn in_file(name: &str, path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Failure::file(&format!("read the secret for {name} from"), path, &error))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(Failure::new(format!("{} is empty: it is to hold the secret for {name}.", path.display()))),
        secret => Ok(secret.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_given_once_and_a_file_holds_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        let of = |text: &[u8]| {
            std::fs::write(&path, text).expect("written");
            secret("NAME", None, Some(&path)).map_err(|error| error.to_string())
        };
        for (text, expected) in
            [("word", "word"), ("word\n", "word"), ("word\r\n\n", "word"), (" two words \n", " two words ")]
        {
            assert_eq!(of(text.as_bytes()), Ok(Some(expected.to_owned())));
        }
        for text in ["", "\n", "\r\n"] {
            let told = of(text.as_bytes()).expect_err("it is empty");
            assert!(told.contains("secret is empty") && told.contains("NAME"), "{told}");
        }
        assert!(of(b"\xff").expect_err("no text").contains("NAME"));
        assert!(secret("NAME", None, None).is_ok_and(|none| none.is_none()));
        assert!(secret("NAME", Some("word"), None).is_ok_and(|word| word.as_deref() == Some("word")));
        let both = secret("NAME", Some("word"), Some(&path)).expect_err("both").to_string();
        assert!(both.contains("NAME and NAME_FILE are both set") && !both.contains("word"), "{both}");
        let missing = secret("NAME", None, Some(&folder.path().join("none"))).expect_err("missing").to_string();
        assert!(missing.contains("NAME") && missing.contains("none"), "{missing}");
    }
}
