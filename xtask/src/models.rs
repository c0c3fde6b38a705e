//! `cargo xtask models`: refreshes `models/` from the newest botocore.
//!
//! botocore is installed into a temporary Python environment, its service models are read, prose and what only
//! clients need (endpoint rules, examples) are stripped, and the rest is written in the model's own order. Run
//! `cargo xtask wire` afterwards. Needs `python3` with `venv`, and the network.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{failed, root};

/// The services whose models are kept.
const SERVICES: [&str; 8] = ["s3", "s3control", "glacier", "kms", "sqs", "iam", "sts", "sns"];

/// Keys that are removed wherever they stand in a model's own structure (never from a shape's members).
const STRIPPED: [&str; 7] = [
    "documentation",
    "documentationUrl",
    "contextParam",
    "staticContextParams",
    "operationContextParams",
    "clientContextParams",
    "endpoint",
];

/// Prints the newest API version of a service's model, whether it is packed or not.
const READ_MODEL: &str = "
import gzip, pathlib, sys, botocore
newest = sorted((pathlib.Path(botocore.__file__).parent / 'data' / sys.argv[1]).iterdir())[-1]
packed = newest / 'service-2.json.gz'
print(gzip.open(packed, 'rt').read() if packed.exists() else (newest / 'service-2.json').read_text())
";

pub fn run() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(failed("no temporary folder"))?;
    let environment = folder.path().join("venv");
    output(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let python = environment.join("bin/python");
    output(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--upgrade", "botocore"]))?;
    let version = output(Command::new(&python).args(["-c", "import botocore; print(botocore.__version__)"]))?;
    for service in SERVICES {
        let text = output(Command::new(&python).args(["-c", READ_MODEL, service]))?;
        let model: Value = serde_json::from_str(&text).map_err(failed(service))?;
        let mut stripped = serde_json::to_string_pretty(&strip(model, false)).map_err(failed(service))?;
        stripped.push('\n');
        write(&root().join(format!("models/{service}.json")), &stripped)?;
    }
    write(&root().join("models/README.md"), &readme(version.trim()))
}

/// `named` says that the value's keys are names of operations, shapes or members, which are all kept.
fn strip(value: Value, named: bool) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(key, _)| named || !STRIPPED.contains(&key.as_str()));
            Value::Object(
                kept.map(|(key, value)| {
                    let names = !named && matches!(key.as_str(), "operations" | "shapes" | "members");
                    let stripped = strip(value, names);
                    (key, stripped)
                })
                .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| strip(item, false)).collect()),
        scalar => scalar,
    }
}

fn readme(version: &str) -> String {
    format!(
        "# Service models\n\n\
         Amazon's models of the APIs that Coldkeep answers, from botocore {version}\n\
         (<https://github.com/boto/botocore>, `botocore/data/<service>/<date>/service-2.json`), with prose, examples\n\
         and endpoint rules removed. Refresh them with `cargo xtask models`, then run `cargo xtask wire`. Do not edit\n\
         them: where a service departs from its model, `xtask/src/wire/overrides.rs` says so.\n\n\
         botocore is Copyright 2012-2022 Amazon.com, Inc. or its affiliates, and licensed under the Apache License,\n\
         Version 2.0 (<https://www.apache.org/licenses/LICENSE-2.0>). These files are modified copies: what they\n\
         lack was removed as said above.\n"
    )
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(failed(path.display()))
}

fn output(command: &mut Command) -> Result<String, String> {
    let done = command.output().map_err(failed(format!("{command:?}")))?;
    if !done.status.success() {
        return Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&done.stderr)));
    }
    String::from_utf8(done.stdout).map_err(failed(format!("{command:?}")))
}
