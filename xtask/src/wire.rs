//! `cargo xtask wire`: writes `crates/wire/src/generated/` from `models/`.
//!
//! [`model`] reads a model, [`listed`] names the operations that get types, [`overrides`] says where a service
//! departs from its model, [`types`] turns shapes into Rust, [`operations`] makes the operation tables. A test
//! asserts that what is checked in is what this would write.

mod decode;
mod encode;
mod listed;
mod model;
mod names;
mod operations;
mod overrides;
mod types;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{failed, root};
use model::Model;

/// Files by their paths under `generated/`.
type Files = BTreeMap<String, String>;

const HEADER: &str = "// Written by `cargo xtask wire` from models/. Do not edit.\n\n";

pub fn run() -> Result<(), String> {
    let folder = root().join("crates/wire/src/generated");
    let files = formatted(generate()?)?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed(folder.display()))?;
    }
    write(&folder, &files)
}

fn generate() -> Result<Files, String> {
    let load = |service| Model::load(&root().join(format!("models/{service}.json")), service);
    let (s3, glacier, kms) = (load("s3")?, load("glacier")?, load("kms")?);
    let (iam, sts) = (load("iam")?, load("sts")?);
    let (sqs, sns) = (load("sqs")?, load("sns")?);
    let mut files = Files::new();
    types::generate(&s3, &listed::S3, &mut files)?;
    let s3control = load("s3control")?;
    types::generate(&s3control, &listed::S3CONTROL, &mut files)?;
    types::generate(&glacier, &listed::GLACIER, &mut files)?;
    types::generate(&kms, &listed::KMS, &mut files)?;
    types::generate(&sqs, &listed::SQS, &mut files)?;
    types::generate(&sns, &listed::SNS, &mut files)?;
    types::generate(&iam, &listed::IAM, &mut files)?;
    types::generate(&sts, &listed::STS, &mut files)?;
    let mut tables = vec![];
    for model in [&s3, &s3control, &glacier] {
        files.insert(format!("operations/{}.rs", model.service), operations::table(model)?);
        tables.push(model.service.as_str());
    }
    for service in ["kms", "sqs", "iam", "sts", "sns"] {
        files.insert(format!("operations/{service}.rs"), operations::names(&load(service)?));
        tables.push(service);
    }
    files.insert("operations/mod.rs".to_owned(), operations::index(&tables));
    files.insert(
        "dispatch.rs".to_owned(),
        types::dispatch(&[(&s3, &listed::S3), (&s3control, &listed::S3CONTROL), (&glacier, &listed::GLACIER)])?,
    );
    files.insert(
        "mod.rs".to_owned(),
        "//! Everything that is generated: types by service, and the operation tables.\n\n\
         #[cfg(feature = \"golden\")]\npub(crate) mod dispatch;\npub mod glacier;\npub mod iam;\npub mod kms;\npub mod operations;\npub mod s3;\npub mod s3control;\npub mod sns;\npub mod sqs;\npub mod sts;\n"
            .to_owned(),
    );
    Ok(files.into_iter().map(|(path, text)| (path, format!("{HEADER}{text}"))).collect())
}

/// The files as rustfmt leaves them.
fn formatted(files: Files) -> Result<Files, String> {
    let folder = tempfile::tempdir().map_err(failed("no temporary folder"))?;
    write(folder.path(), &files)?;
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--config-path"]).arg(root().join("rustfmt.toml"));
    let done = rustfmt.arg(folder.path().join("mod.rs")).output().map_err(failed("rustfmt"))?;
    if !done.status.success() {
        return Err(format!("rustfmt failed:\n{}", String::from_utf8_lossy(&done.stderr)));
    }
    files
        .into_keys()
        .map(|path| {
            let text = fs::read_to_string(folder.path().join(&path)).map_err(failed(&path))?;
            Ok((path, text))
        })
        .collect()
}

fn write(folder: &Path, files: &Files) -> Result<(), String> {
    for (path, text) in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(failed(parent.display()))?;
        fs::write(&path, text).map_err(failed(path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked_in(folder: &Path, under: &str, files: &mut Files) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{under}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                checked_in(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }

    #[test]
    fn checked_in_output_is_current() {
        let mut found = Files::new();
        checked_in(&root().join("crates/wire/src/generated"), "", &mut found);
        let expected = formatted(generate().unwrap()).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "run `cargo xtask wire`");
        for (path, text) in &expected {
            assert!(found[path] == *text, "{path} is not what `cargo xtask wire` writes");
        }
    }

    /// Every operation of both models that is not deprecated can be generated, so that adding one is adding its name.
    #[test]
    fn any_operation_can_be_listed() {
        for service in ["s3", "s3control", "glacier", "kms", "sqs", "iam", "sts", "sns"] {
            let model = Model::load(&root().join(format!("models/{service}.json")), service).unwrap();
            for operation in
                model.operations().filter(|operation| !operation.deprecated).map(|operation| operation.name)
            {
                let outcome = types::generate(&model, &[operation.as_str()], &mut Files::new());
                let known = overrides::UNSUPPORTED.contains(&operation.as_str());
                assert_eq!(outcome.is_err(), known, "{service} {operation}: {outcome:?}");
            }
        }
    }
}
