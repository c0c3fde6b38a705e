//! The target that the variable `FUZZ_TARGET` names, under libFuzzer. Started by `cargo xtask fuzz`.

#![no_main]
#![allow(clippy::disallowed_methods, reason = "libFuzzer's macro opens files")]

use std::sync::LazyLock;

use coldkeep_fuzz::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|(target, _)| *target == name);
    *found.unwrap_or_else(|| panic!("FUZZ_TARGET names no target: {name:?}"))
});

fuzz_target!(|data: &[u8]| (TARGET.1)(data));
