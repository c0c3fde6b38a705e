//! How far a transfer is, for whoever watches.

/// Hears how a transfer goes. Called from many tasks.
pub trait Progress: Send + Sync {
    /// How many bytes, or things, there are in all; `None` of a stream.
    fn begin(&self, total: Option<u64>);

    /// So many more are done now.
    fn done(&self, count: u64);

    /// So many more were done by an earlier run.
    fn kept(&self, count: u64);

    /// Something to tell meanwhile.
    fn note(&self, words: &str);
}
