//! Buckets as websites: what is configured, and the door at which browsers find them.
//!
//! [`configuration`] keeps what a bucket's owner says, [`checks`] refuses what means nothing; [`Websites`] is the door of hosts of
//! their own: it reads objects as somebody who signs nothing does at the S3 door, so it shows what everybody may read and no more.
//! [`rules`] says who is sent elsewhere and where, [`pages`] what an error looks like.
//!
//! From the user guide, "Hosting a static website using Amazon S3".

mod checks;
pub(crate) mod configuration;
mod pages;
mod rules;
mod serve;

pub use serve::Websites;
