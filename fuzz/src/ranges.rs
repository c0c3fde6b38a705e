//! `Range` headers: what is asked for lies within the content.

use coldkeep_http::{Asked, asked};

pub(crate) fn run(data: &[u8]) {
    let Some((size, header)) = data.split_first_chunk::<8>() else { return };
    let Ok(header) = std::str::from_utf8(header) else { return };
    // Small contents are as likely as large ones.
    let size = u64::from_be_bytes(*size) >> (size[0] % 64);
    if let Asked::Part(range) = asked(header, size) {
        assert!(range.start < range.end && range.end <= size, "{range:?} of {size}");
    }
}
