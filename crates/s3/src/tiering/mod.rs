//! S3 Intelligent-Tiering: which objects are archived that nobody reads. When they are, and how they come back, is the store's to say
//! (`store/tiering/`).

pub(crate) mod configuration;
