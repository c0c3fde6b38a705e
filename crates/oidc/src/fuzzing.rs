//! For the fuzz targets.

use crate::Token;
use crate::keys::{Keys, Outcome};

/// A set of keys, and behind a line's end a token: whatever they are, nobody panics, and what is no key of a set has signed nothing.
pub fn token_and_keys(data: &[u8]) {
    let at = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (set, rest) = data.split_at(at);
    let keys = Keys::parse(set);
    let Ok(text) = std::str::from_utf8(rest.get(1..).unwrap_or_default()) else { return };
    let Ok(token) = Token::parse(text) else { return };
    for (name, _) in token.claims().iter() {
        let values = token.claims().values(name);
        assert!(token.claims().text(name).is_none_or(|text| values == [text]));
        let _ = token.claims().seconds(name);
    }
    assert_ne!(Keys::default().check(&token), Outcome::Signed);
    if let Some(keys) = keys
        && keys.check(&token) == Outcome::Signed
    {
        let mut other = token;
        other.signed.push('x');
        assert_ne!(keys.check(&other), Outcome::Signed);
    }
}
