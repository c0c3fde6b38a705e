//! Lifecycle rules: [kept and returned](configuration), [as Amazon judges them](rules), and [told](told) with what they cover.

pub(crate) mod configuration;
pub(crate) mod filters;
mod rules;
pub(crate) mod told;
mod transitions;
