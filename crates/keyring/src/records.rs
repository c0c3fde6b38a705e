//! The records: CBOR maps of numbered fields behind one byte, the version, as the store's are. Times are milliseconds since 1970.

use std::collections::BTreeMap;

use coldkeep_identity::Tag;
pub(crate) use coldkeep_meta::Record;
use minicbor::{Decode, Encode};

use crate::{KeySpec, KeyState, KeyUsage, Origin};

/// How key material came to be the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum RotatedBy {
    /// By the calendar.
    #[n(0)]
    Schedule,
    /// By RotateKeyOnDemand.
    #[n(1)]
    Demand,
}

/// One version of a key's material.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Material {
    /// Its number, which ciphertexts carry: never given twice.
    #[n(0)]
    pub number: u32,
    /// Amazon's id for it: 64 hexadecimal digits.
    #[n(1)]
    pub id: String,
    /// The secret, sealed under the store's key; `None`: it was imported, and is not there any more.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub sealed: Option<Vec<u8>>,
    /// When it became the current one; of the first, when it was made.
    #[n(3)]
    pub since: i64,
    /// How it became so; `None`: it was the first.
    #[n(4)]
    pub by: Option<RotatedBy>,
    /// When imported material ends.
    #[n(5)]
    pub expires: Option<i64>,
    /// What was said of it when it was imported.
    #[n(6)]
    pub description: Option<String>,
}

/// Rotation by the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Rotation {
    /// How often: 90 to 2560 days.
    #[n(0)]
    pub days: u32,
    /// When next.
    #[n(1)]
    pub next: i64,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct KeyRecord {
    /// A UUID, or `mrk-` and 32 hexadecimal digits.
    #[n(0)]
    pub id: String,
    /// What it is made of.
    #[n(1)]
    pub spec: KeySpec,
    /// What it is for.
    #[n(2)]
    pub usage: KeyUsage,
    /// Where its material comes from.
    #[n(3)]
    pub origin: Origin,
    /// When it was made.
    #[n(4)]
    pub created: i64,
    /// Whether nobody disabled it.
    #[n(5)]
    pub enabled: bool,
    /// What was said of it.
    #[n(6)]
    pub description: String,
    /// Its tags, by key.
    #[n(7)]
    pub tags: Vec<Tag>,
    /// Its policy.
    #[n(8)]
    pub policy: String,
    /// Its material, oldest first.
    #[n(9)]
    pub materials: Vec<Material>,
    /// The number of the material that encrypts.
    #[n(10)]
    pub current: u32,
    /// When it will be destroyed.
    #[n(11)]
    pub deletion: Option<i64>,
    /// Rotation by the calendar, if there is one.
    #[n(12)]
    pub rotation: Option<Rotation>,
    /// The service whose own key it is: `s3`. Nobody changes it.
    #[n(13)]
    pub service: Option<String>,
}

impl KeyRecord {
    /// Whether it may be used, at this time.
    pub fn state(&self, now: i64) -> KeyState {
        let is_there =
            |material: &Material| material.sealed.is_some() && material.expires.is_none_or(|expires| now < expires);
        // Material that waits for a rotation is no part of the key yet.
        let mut counting = self.materials.iter().filter(|material| material.number <= self.current);
        match () {
            () if self.deletion.is_some() => KeyState::PendingDeletion,
            () if self.materials.is_empty() || !counting.all(is_there) => KeyState::PendingImport,
            () if !self.enabled => KeyState::Disabled,
            () => KeyState::Enabled,
        }
    }

    /// The material that encrypts.
    pub fn current(&self) -> Option<&Material> {
        self.material(self.current)
    }

    /// Material by its number.
    pub fn material(&self, number: u32) -> Option<&Material> {
        self.materials.iter().find(|material| material.number == number)
    }

    /// Whether its id is one of a multi-Region key.
    pub fn is_multi_region(&self) -> bool {
        self.id.starts_with("mrk-")
    }

    /// When something is to be done for it: it is destroyed, rotated, or imported material of it ends.
    pub(crate) fn due(&self) -> Option<i64> {
        if let Some(deletion) = self.deletion {
            return Some(deletion);
        }
        let rotation = self.rotation.filter(|_| self.enabled).map(|rotation| rotation.next);
        let expiries = self.materials.iter().filter(|it| it.sealed.is_some()).filter_map(|it| it.expires);
        expiries.chain(rotation).min()
    }
}

/// What an alias leads to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AliasRecord {
    /// The id of a key of the same place.
    #[n(0)]
    pub target: String,
    /// When it was made.
    #[n(1)]
    pub created: i64,
    /// When it was last led elsewhere.
    #[n(2)]
    pub updated: i64,
}

/// A grant: who may do what with a key, beside its policy.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GrantRecord {
    /// 64 hexadecimal digits.
    #[n(0)]
    pub id: String,
    /// Its name: the same grant of the same name is made once.
    #[n(1)]
    pub name: Option<String>,
    /// When it was made.
    #[n(2)]
    pub created: i64,
    /// The ARN of who may.
    #[n(3)]
    pub grantee: String,
    /// The ARN of who may give it back, besides the grantee.
    #[n(4)]
    pub retiring: Option<String>,
    /// The ARN of the account that gave it.
    #[n(5)]
    pub issuer: String,
    /// What may be done, in Amazon's names.
    #[n(6)]
    pub operations: Vec<String>,
    /// The encryption context must have at least these pairs.
    #[n(7)]
    pub context_subset: BTreeMap<String, String>,
    /// The encryption context must be exactly this, if it is not empty.
    #[n(8)]
    pub context_equals: BTreeMap<String, String>,
}

impl Record for KeyRecord {}
impl Record for AliasRecord {}
impl Record for GrantRecord {}
