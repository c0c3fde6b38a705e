//! A metadata engine that does something once, before or after a call that a test waits for: so two requests meet at exactly
//! one place.

use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_meta::{Commit, Entry, Error, Memory, Meta, Visit, Write};
use parking_lot::Mutex;

type Action = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Which call is waited for.
pub enum At {
    /// Before a walk that begins with this key.
    BeforeWalk(Vec<u8>),
    /// After it.
    AfterWalk(Vec<u8>),
    /// Before a commit that puts a key with this tag.
    BeforeCommit(u8),
}

pub struct Hooked {
    pub inner: Arc<Memory>,
    hook: Mutex<Option<(At, Action)>>,
}

impl Hooked {
    pub fn new(inner: Arc<Memory>) -> Self {
        Self { inner, hook: Mutex::default() }
    }

    /// Does this once, when the call comes.
    pub fn once(&self, at: At, action: impl Future<Output = ()> + Send + 'static) {
        *self.hook.lock() = Some((at, Box::pin(action)));
    }

    /// Whether the call has come.
    pub fn done(&self) -> bool {
        self.hook.lock().is_none()
    }

    async fn run(&self, is: impl Fn(&At) -> bool) {
        let taken = {
            let mut hook = self.hook.lock();
            if hook.as_ref().is_some_and(|(at, _)| is(at)) { hook.take() } else { None }
        };
        if let Some((_, action)) = taken {
            action.await;
        }
    }
}

#[async_trait]
impl Meta for Hooked {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.inner.get(key).await
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        self.inner.scan_back(range, limit).await
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        let start = range.start.clone();
        self.run(|at| matches!(at, At::BeforeWalk(key) if start.starts_with(key))).await;
        let walked = self.inner.walk(range, visit).await;
        self.run(|at| matches!(at, At::AfterWalk(key) if start.starts_with(key))).await;
        walked
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        let puts = |tag| {
            commit.writes.iter().any(|write| matches!(write, Write::Put { key, .. } if key.first() == Some(&tag)))
        };
        self.run(|at| matches!(at, At::BeforeCommit(tag) if puts(*tag))).await;
        self.inner.commit(commit).await
    }

    fn health(&self) -> Result<(), Error> {
        self.inner.health()
    }
}
