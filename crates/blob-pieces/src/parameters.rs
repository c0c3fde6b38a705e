//! What an address says behind its `?`: `NAME=VALUE`, each at most once, percent-encoded.

use percent_encoding::percent_decode_str;

/// The values of these names, in their order; or what is wrong, in words.
pub(crate) fn parameters<const N: usize>(query: &str, names: [&str; N]) -> Result<[Option<String>; N], String> {
    let mut values = [const { None }; N];
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(at) = names.iter().position(|known| *known == name) else {
            let (last, others) = names.split_last().unwrap_or((&"", &[]));
            return Err(format!("it has no parameter {name}: there are {} and {last}", others.join(", ")));
        };
        if value.is_empty() || values[at].replace(decoded(value)?).is_some() {
            return Err(format!("{name} is given once, and is not empty"));
        }
    }
    Ok(values)
}

/// A part of an address without its percent-encoding.
pub(crate) fn decoded(text: &str) -> Result<String, String> {
    Ok(percent_decode_str(text).decode_utf8().map_err(|_| "it is not UTF-8")?.into_owned())
}
