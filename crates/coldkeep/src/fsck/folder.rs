//! The data folder beside the engines: what is in it that nothing reads, and files that tell whether they are whole.

use std::io;
use std::path::Path;

use crate::data_folder::DataFolder;
use crate::root_file;

/// Files and folders of which nothing can be proven.
pub fn unproven(folder: &DataFolder) -> io::Result<Vec<String>> {
    let mut unproven = Vec::new();
    for name in names(folder.path())? {
        match &*name {
            "meta" | "blobs" => {}
            // Whether the pools are those is seen by what lies in them.
            "pools.toml" | "pools" => {}
            // Written before it had a check of its own.
            "root.toml" if root_file::is_checked(&folder.root_account())? => {}
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
pub fn problems(folder: &DataFolder) -> Vec<String> {
    root_file::verify(&folder.root_account()).err().map(|wrong| wrong.to_string()).into_iter().collect()
}

fn names(path: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
