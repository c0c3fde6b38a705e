//! The data folder beside the engines: what is in it that nothing reads, and files that tell whether they are whole.

use std::io;
use std::path::Path;

use crate::Failure;
use crate::data_folder::{DataFolder, read_if_present};

/// Files and folders of which nothing can be proven.
pub fn unproven(folder: &DataFolder) -> io::Result<Vec<String>> {
    let mut unproven = Vec::new();
    for name in names(folder.path())? {
        match &*name {
            "meta" | "blobs" | "root.toml" => {}
            _ => unproven.push(folder.path().join(name).display().to_string()),
        }
    }
    for name in names(&folder.meta())? {
        // What a repair put aside.
        if name.starts_with("damaged-") {
            unproven.push(folder.meta().join(name).display().to_string());
        }
    }
    Ok(unproven)
}

/// What is wrong with the files of the folder itself.
pub fn problems(folder: &DataFolder) -> Result<Vec<String>, Failure> {
    let path = folder.root_account();
    let text = match read_if_present(&path) {
        Ok(text) => text.unwrap_or_default(),
        // Not text at all, or it cannot be read.
        Err(failure) => return Ok(vec![failure.to_string()]),
    };
    let wrong = text.parse::<toml::Table>().err();
    Ok(wrong.map(|error| format!("{}: {error}", path.display())).into_iter().collect())
}

fn names(path: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
