//! What there is in an account: what has to go before the account can.

use coldkeep_identity::{EntityKind, Identity};
use coldkeep_keyring::Keyring;
use coldkeep_messages::Messages;
use coldkeep_store::Store;
use coldkeep_types::AccountId;

use crate::AdminError;
use crate::shapes::Held;

/// How many names are told.
const TOLD: usize = 5;

/// What knows of things that accounts own.
#[derive(Clone)]
pub struct Holdings {
    /// Buckets, access points and vaults.
    pub store: Store,
    /// Keys of KMS.
    pub keyring: Keyring,
    /// Queues and topics.
    pub messages: Messages,
}

/// Of each kind that there is, how many and the first.
pub async fn held(identity: &Identity, holdings: &Holdings, account: &AccountId) -> Result<Vec<Held>, AdminError> {
    let mut all = Vec::new();
    let store = &holdings.store;
    let of_store = [
        ("buckets", store.buckets_of(account).await?),
        ("access points", store.access_points_of(account).await?),
        ("vaults", store.vaults_of(account).await?),
    ];
    for (kind, owned) in of_store {
        all.push(Held { kind: kind.to_owned(), count: owned.count, first: owned.first });
    }
    let keys = holdings.keyring.keys_of_account(account, TOLD).await?;
    all.push(Held { kind: "KMS keys".to_owned(), count: keys.count, first: keys.first });
    let of_messages = [
        ("queues", holdings.messages.queues_of(account).await?),
        ("topics", holdings.messages.topics_of(account).await?),
    ];
    for (kind, owned) in of_messages {
        all.push(Held { kind: kind.to_owned(), count: owned.count, first: owned.first });
    }
    let edit = identity.edit(account);
    for kind in [EntityKind::User, EntityKind::Group, EntityKind::Role] {
        let some = edit.list(kind, None, TOLD, |_| true).await?;
        let first = some.items.into_iter().map(|entity| entity.name).collect();
        all.push(Held { kind: format!("{}s", kind.word()), count: count(edit.count(Some(kind)).await?), first });
    }
    let some = edit.list_policies(None, TOLD).await?;
    let first = some.items.into_iter().map(|policy| policy.name).collect();
    all.push(Held { kind: "policies".to_owned(), count: count(edit.count(None).await?), first });
    let providers = edit.providers().await?;
    let first = providers.iter().take(TOLD).map(|provider| provider.name().to_owned()).collect();
    all.push(Held { kind: "identity providers".to_owned(), count: providers.len() as u64, first });
    // A counter may be behind what was just seen.
    all.retain(|held| held.count > 0 || !held.first.is_empty());
    Ok(all)
}

fn count(counter: i64) -> u64 {
    u64::try_from(counter).unwrap_or(0)
}

/// In words: `buckets: 2 (a, b), users: 1 (ann)`.
pub fn in_words(all: &[Held]) -> String {
    let words = |held: &Held| {
        let more = if held.count > held.first.len() as u64 { ", ..." } else { "" };
        format!("{}: {} ({}{more})", held.kind, held.count, held.first.join(", "))
    };
    all.iter().map(words).collect::<Vec<_>>().join(", ")
}
