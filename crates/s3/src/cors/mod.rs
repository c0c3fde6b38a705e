//! Cross-origin resource sharing: which pages of other origins a browser lets reach a bucket, as its CORS rules say.
//!
//! [`configuration`] keeps the rules, [`rules`] finds the one that fits a request, [`answers`] answers a browser's question beforehand
//! and marks what is answered afterwards. A rule lets nobody do anything: who may is asked of every request as ever.

pub(crate) mod answers;
pub(crate) mod configuration;
mod rules;

/// The methods that rules can be about.
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];
