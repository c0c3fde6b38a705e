//! The engine for tests keeps the contract, and fails when it is told to.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::sync::Arc;

use coldkeep_meta::{Commit, Error, Fault, Memory, Meta, conformance};

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    conformance::all(async || Arc::new(Memory::new()) as Arc<dyn Meta>).await;
}

#[tokio::test]
async fn fails_when_told() {
    for (fault, survives) in [(Fault::Lost, false), (Fault::Applied, true)] {
        let meta = Memory::new();
        meta.fail_after(1, fault);
        let put = |key: &str| {
            let mut commit = Commit::default();
            commit.put(key, "");
            commit
        };
        meta.commit(put("first")).await.unwrap();
        assert!(matches!(meta.commit(put("second")).await, Err(Error::Poisoned(_))));
        assert!(matches!(meta.commit(put("third")).await, Err(Error::Poisoned(_))));
        assert!(meta.health().is_err() && meta.get(b"first").await.unwrap().is_some());
        let reopened = meta.reopen();
        reopened.health().unwrap();
        assert_eq!(reopened.get(b"second").await.unwrap().is_some(), survives);
        assert!(reopened.get(b"third").await.unwrap().is_none());
        reopened.commit(put("fourth")).await.unwrap();
    }
}
