//! Fuzz targets: everything that reads bytes from a client or from the disk, each with what must be true of it.
//!
//! A target takes any bytes, and panics where something is wrong. Two things run them: the test of this crate, over the corpus in
//! `corpus/`, and `cargo xtask fuzz`, which builds them with coverage and lets libFuzzer look for new inputs.

mod chunked;
mod ciphertext;
mod policies;
mod queries;
mod ranges;
mod sealed;
mod signatures;
mod wire;

/// A target's name, which is its folder in `corpus/`, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("blob", coldkeep_blob::fuzzing::blob),
    ("chunked", chunked::run),
    ("ciphertext", ciphertext::run),
    ("form", coldkeep_s3::fuzz_form),
    ("identifier", coldkeep_store::fuzzing::identifier),
    ("identity_token", coldkeep_oidc::fuzzing::token_and_keys),
    ("journal", coldkeep_meta::fuzzing::journal),
    ("json", wire::json),
    ("parquet", queries::parquet),
    ("policy", policies::run),
    ("query", wire::query),
    ("ranges", ranges::run),
    ("record", coldkeep_store::fuzzing::record),
    ("sealed", sealed::run),
    ("select", queries::run),
    ("signatures", signatures::run),
    ("token", coldkeep_s3::fuzz_token),
    ("xml", wire::xml),
];

/// Takes a byte off the front of an input.
fn byte(data: &mut &[u8]) -> u8 {
    let Some((first, rest)) = data.split_first() else { return 0 };
    *data = rest;
    *first
}
