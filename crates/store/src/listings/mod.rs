//! Names in order, a page at a time: how a page is [found](page), and what of each record it [shows](rows).

mod page;
mod rows;
mod versions;

pub use page::{Item, Page, Start};
pub use rows::{Listed, ListedUpload};
pub use versions::{ListedVersion, VersionStart};
