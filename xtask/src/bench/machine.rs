//! The machine and the programs of a run, as the report describes them: no names, no paths.

use std::fs;
use std::process::Command;

use super::process::cores;

/// Lines of a Markdown list.
pub fn description(rounds: usize, quick: bool) -> Vec<String> {
    let (servers, client) = cores();
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let flags = field("/proc/cpuinfo", "flags").unwrap_or_default();
    let known = ["sha_ni", "avx2", "avx512f", "vaes"];
    let features: Vec<_> = known.into_iter().filter(|name| flags.split(' ').any(|flag| flag == *name)).collect();
    let number = std::fs::read_to_string("/proc/cpuinfo").map_or(1, |text| text.matches("processor\t").count());
    let memory = field("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let size = if quick { "quick" } else { "full" };
    let pins = if servers == client {
        "server and client share core 0".into()
    } else {
        format!("each server on core {servers}, client on core {client}")
    };
    vec![
        format!("{date}, commit {}, {size} run, {rounds} rounds", output("git", &["rev-parse", "--short", "HEAD"])),
        format!("{number} cores, {cpu} ({}), {} GiB of memory", features.join(", "), memory.unwrap_or(0) >> 20),
        format!("Linux {}, {}", kernel.trim(), output("rustc", &["--version"])),
        pins,
        format!("digest kernels: {}", coldkeep_digest::available_kernels().join(", ")),
    ]
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn output(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).current_dir(crate::root()).output();
    output.map_or_else(|_| "unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
