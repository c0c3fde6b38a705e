//! Inventories of buckets: lists of what lies in a bucket, delivered to another one. From the user guide, "Cataloging and analyzing your
//! data with S3 Inventory".
//!
//! [`configuration`] keeps what shall be listed, and refuses what could never be made; [`report`] makes the files of a report, of the
//! rows that [`rows`] writes, and [`manifest`] what says that it is whole. When that is, and that it goes on after a restart, is the
//! store's to say (`store/inventories/`).

mod acl;
pub(crate) mod configuration;
mod manifest;
pub(crate) mod report;
mod rows;
