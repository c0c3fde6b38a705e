//! The metadata as one of several servers has it: every commit requires that nobody has declared this server dead.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_meta::{Commit, Entry, Error, Groups, Meta, Version, Visit};

use super::Standing;

/// Why others declare a server dead.
const SILENT: &str = "this server was silent for the whole lease, and another one declared it dead";

/// An engine behind the fence of one server.
pub(crate) struct Fenced {
    meta: Arc<dyn Meta>,
    /// The server's record, which is never written again.
    server: (Vec<u8>, Version),
    standing: Arc<Standing>,
}

impl Fenced {
    pub fn new(meta: Arc<dyn Meta>, server: (Vec<u8>, Version), standing: Arc<Standing>) -> Self {
        Self { meta, server, standing }
    }

    fn may_serve(&self) -> Result<(), Error> {
        self.standing.may_serve().map_err(|why| Error::Read(why.to_owned()))
    }

    /// The engine without the fence, for what a server reads to find out how it stands.
    pub fn engine(&self) -> &dyn Meta {
        &*self.meta
    }

    /// Applies a commit of this server, also where it may not serve: to beat is how it comes to again.
    pub async fn commit_anyway(&self, mut commit: Commit) -> Result<(), Error> {
        let (key, version) = &self.server;
        commit.expect(key.clone(), Some(*version));
        let committed = self.meta.commit(commit).await;
        match &committed {
            // Only what was refused asks: was it for this?
            Err(Error::Conflict) if self.meta.get(key).await?.is_none() => self.standing.die(SILENT),
            // Another engine may be better off.
            Err(Error::Poisoned(why)) => self.standing.die(why),
            _ => {}
        }
        committed
    }
}

#[async_trait]
impl Meta for Fenced {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.may_serve()?;
        self.meta.get(key).await
    }

    async fn scan(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        self.may_serve()?;
        self.meta.scan(range, limit).await
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        self.may_serve()?;
        self.meta.scan_back(range, limit).await
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.may_serve()?;
        self.meta.walk(range, visit).await
    }

    async fn walk_groups(&self, range: Range<Vec<u8>>, groups: Groups<'_>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.may_serve()?;
        self.meta.walk_groups(range, groups, visit).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.may_serve()?;
        self.commit_anyway(commit).await
    }

    async fn time(&self) -> Result<Option<i64>, Error> {
        self.meta.time().await
    }

    fn health(&self) -> Result<(), Error> {
        self.may_serve()?;
        self.meta.health()
    }
}
