//! A file put into a vault: by `coldkeep vault put`, and by the AWS CLI in a loop of the shell, as Amazon's documentation has it. The
//! loop is told the tree hash of the file, which it would otherwise need a program for. Both send parts of 16 MiB from the client's core.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use coldkeep_digest::{DigestSet, Hasher};

use super::{Bench, OURS, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::measure;
use crate::bench::payload::{self, hex};
use crate::bench::process::children_cpu_seconds;
use crate::bench::sample::{Figure, Latencies, Sample};
use crate::bench::server::KEYS;

const VAULT: &str = "bench-put";
const PART_BYTES: u64 = 16 << 20;

/// Prints the archive's id.
const LOOP: &str = r#"set -e
vault="--account-id=- --vault-name=$VAULT"
upload=$(aws glacier initiate-multipart-upload $vault --part-size "$PART_BYTES" --query uploadId --output text)
first=0
while [ "$first" -lt "$BYTES" ]; do
    dd if="$FILE" of="$FILE.part" bs="$PART_BYTES" skip=$((first / PART_BYTES)) count=1 status=none
    last=$((first + $(stat -c %s "$FILE.part") - 1))
    aws glacier upload-multipart-part $vault --upload-id="$upload" --range "bytes $first-$last/*" --body "$FILE.part" > /dev/null
    first=$((last + 1))
done
aws glacier complete-multipart-upload $vault --upload-id="$upload" --archive-size "$BYTES" --checksum "$TREE" --query archiveId --output text
"#;

/// Ours, then Amazon's.
pub fn scenarios() -> Vec<Scenario> {
    let of = |name: &str, command: fn(&Bench, &Path, &str) -> Command| {
        Scenario::new(name, Figure::MibPerSecond, OURS, move |bench, endpoint| put(bench, endpoint, command))
    };
    vec![of("vault-put", ours), of("vault-put-aws", aws).beside("vault-put")]
}

fn ours(bench: &Bench, file: &Path, _: &str) -> Command {
    let mut command = Command::new(&bench.coldkeep.binary);
    command.args(["vault", "put", VAULT]).arg(file).args(["--part-size", "16MiB"]);
    command
}

fn aws(bench: &Bench, file: &Path, tree: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", LOOP]).env("FILE", file).env("TREE", tree).env("VAULT", VAULT);
    command.env("BYTES", bench.file_bytes.to_string()).env("PART_BYTES", PART_BYTES.to_string());
    command
}

fn put(bench: &Bench, endpoint: &Endpoint, command: fn(&Bench, &Path, &str) -> Command) -> Result<Sample, String> {
    let (file, tree) = file(bench)?;
    endpoint.call(&endpoint.glacier("PUT", &format!("/vaults/{VAULT}")).build())?;
    let mut command = command(bench, &file, &tree);
    command.envs([("AWS_ACCESS_KEY_ID", KEYS.0), ("AWS_SECRET_ACCESS_KEY", KEYS.1), ("AWS_REGION", "us-east-1")]);
    command.env("AWS_DEFAULT_REGION", "us-east-1");
    command.env("AWS_ENDPOINT_URL", format!("http://{}", endpoint.host)).env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("HOME", &bench.folder).env_remove("AWS_PROFILE").env_remove("XDG_STATE_HOME");
    let before = children_cpu_seconds();
    let ((done, nanos), sample) = measure(endpoint, || {
        let start = Instant::now();
        let done = command.output().map_err(|error| format!("cannot run it: {error}"))?;
        Ok((done, u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)))
    })?;
    if !done.status.success() {
        return Err(format!("{}: {}", done.status, String::from_utf8_lossy(&done.stderr).trim()));
    }
    let client_cpu_seconds = children_cpu_seconds() - before;
    let latencies = Latencies::of(&mut [nanos]);
    Ok(Sample { requests: 1, bytes: bench.file_bytes, client_cpu_seconds, latencies, ..sample })
}

/// The file, made once, and its tree hash.
fn file(bench: &Bench) -> Result<(PathBuf, String), String> {
    let path = bench.folder.join(format!("put-{}", bench.file_bytes));
    let (is_new, mut left) = (!path.exists(), bench.file_bytes as usize);
    let mut hasher = Hasher::new(&DigestSet { tree: true, ..DigestSet::default() });
    let failed = crate::failed(format!("cannot write {}", path.display()));
    let mut written = if is_new { Some(File::create(&path).map_err(failed)?) } else { None };
    while left > 0 {
        let piece = payload::bytes(left.min(payload::MAX_BYTES));
        hasher.update(piece);
        if let Some(file) = &mut written {
            file.write_all(piece).map_err(crate::failed("cannot write the file"))?;
        }
        left -= piece.len();
    }
    let tree = hasher.finish().tree.map(|tree| hex(&tree.root)).unwrap_or_default();
    super::settle();
    Ok((path, tree))
}
