//! A keyring, and who uses it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use coldkeep_auth::policy::{Kind, NoContext, Policy, Principal};
use coldkeep_auth::{Caller, Rights};
use coldkeep_identity::{RootKey, Sealer};
use coldkeep_keyring::{Ask, EncryptionContext, Error, Key, KeyReference, KeySpec, Keyring, NewKey, Origin, Place};
use coldkeep_meta::Memory;
use coldkeep_types::{AccountId, Clock, Region, Timestamp};

pub const DAY_MS: i64 = 86_400_000;

/// A clock that stands.
pub struct Standing(AtomicI64);

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn random_u32(&self) -> u32 {
        0
    }
}

pub struct World {
    pub meta: Arc<Memory>,
    pub clock: Arc<Standing>,
    pub keyring: Keyring,
    pub place: Place,
}

pub fn place(account: &str) -> Place {
    Place {
        account: AccountId::parse(account).expect("12 digits"),
        region: Region::parse("us-east-1").expect("a region"),
    }
}

pub fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>()
}

pub const OWNER: &str = "111122223333";
pub const OTHER: &str = "444455556666";

pub fn root(account: &str) -> Caller {
    Caller::root(AccountId::parse(account).expect("12 digits"), "ROOT")
}

/// A user with these policies of its own.
pub fn user(account: &str, name: &str, policies: &[&str]) -> Caller {
    let arn = format!("arn:aws:iam::{account}:user/{name}");
    let Caller { account: id, rights, .. } = root(account);
    let Some(of) = rights.principal.account().cloned() else { unreachable!("root has an account") };
    let principal = Principal::User { account: of, arn: arn.as_str().into(), id: "AIDA".into(), name: name.into() };
    let identity = policies.iter().map(|text| Policy::parse(text, Kind::Identity).expect("a policy").into()).collect();
    let rights = Rights { identity, ..Rights::of(principal, account) };
    Caller { account: id, arn, access_key: "AKIA".into(), rights: rights.into() }
}

pub fn allow(effect: &str, action: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}}}"#)
}

/// A key of which nothing is asked.
pub fn new_key(spec: KeySpec) -> NewKey {
    NewKey {
        spec,
        usage: None,
        origin: Origin::Kms,
        description: String::new(),
        tags: Vec::new(),
        policy: None,
        may_lock_out: false,
        multi_region: false,
    }
}

impl World {
    pub fn new() -> Self {
        let clock = Arc::new(Standing(AtomicI64::new(1_770_091_506_000)));
        let meta = Arc::new(Memory::default());
        let sealer = Sealer::new(&RootKey::from_bytes([3; 32]));
        let keyring = Keyring::open(meta.clone(), clock.clone(), sealer);
        Self { meta, clock, keyring, place: place(OWNER) }
    }

    pub fn pass(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub fn new_key(&self, spec: KeySpec) -> NewKey {
        new_key(spec)
    }

    /// A key like this one.
    pub async fn key(&self, new: NewKey) -> Arc<Key> {
        let mut edit = self.keyring.edit();
        let record = edit.create_key(&self.place, &root(OWNER), &new).await.expect("a key");
        assert!(edit.done().await.expect("a commit"));
        self.find(&record.id).await.expect("it is there")
    }

    pub async fn symmetric(&self) -> Arc<Key> {
        self.key(self.new_key(KeySpec::Symmetric)).await
    }

    pub async fn find(&self, name: &str) -> Result<Arc<Key>, Error> {
        self.keyring.key(&KeyReference { place: self.place.clone(), name: name.to_owned() }).await
    }

    /// The key as it is now.
    pub async fn again(&self, key: &Key) -> Arc<Key> {
        self.find(&key.record.id).await.expect("it is there")
    }

    pub async fn may(&self, caller: &Caller, key: &Key, action: &str, context: &EncryptionContext) -> bool {
        let ask = Ask { action, key, named: None, context, via: None, circumstances: &NoContext };
        self.keyring.permit(caller, &ask).await.expect("records").is_ok()
    }
}
