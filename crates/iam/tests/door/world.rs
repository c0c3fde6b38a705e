//! A door over records in memory, and callers that sign.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_auth::{AccessKey, Caller, Verifier};
use coldkeep_callers::{Key, account, post};
use coldkeep_iam::Iam;
use coldkeep_identity::{Identity, RootKey};
use coldkeep_meta::{Memory, Meta, prefix_range};
use coldkeep_types::SystemClock;

pub use coldkeep_callers::root;

/// A door over records in memory.
pub struct World {
    pub meta: Arc<Memory>,
    pub identity: Identity,
    door: Iam,
}

impl World {
    pub async fn new() -> Self {
        let meta = Arc::new(Memory::default());
        let root = AccessKey { secret: "s".into(), session_token: None, caller: Caller::root(account(), "ROOT") };
        let opened = Identity::open(meta.clone(), Arc::new(SystemClock), &RootKey::random(), root).await;
        let identity = opened.expect("it opens");
        let door = Iam::new(
            Verifier::new(Duration::from_secs(900)).with_witness(Arc::new(identity.clone())),
            identity.clone(),
        );
        Self { meta, identity, door }
    }

    /// A user with these inline policies: its key.
    pub async fn user(&self, name: &str, policies: &[String]) -> Key {
        coldkeep_callers::user(&self.identity, &account(), name, policies).await
    }

    /// Sends a form: the status, and the text of the answer.
    pub async fn send(&self, signer: Option<&Key>, body: String) -> (u16, String) {
        let (status, answer) = post(&self.door, signer, None, body).await;
        (status, String::from_utf8(answer.to_vec()).expect("text"))
    }

    /// All identity records.
    pub async fn records(&self) -> Vec<(Vec<u8>, coldkeep_meta::Entry)> {
        self.meta.scan(prefix_range(b"I"), 10_000).await.expect("read")
    }
}

/// The error code in an answer; empty: it is no error.
pub fn code(answer: &str) -> String {
    coldkeep_callers::xml_code(answer.as_bytes())
}
