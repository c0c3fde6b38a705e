//! New keys, and what their owner changes of them.

use coldkeep_auth::Caller;
use coldkeep_identity::Tag;

use crate::key::{about_material, generate_apart};
use crate::{Edit, Error, Key, KeyRecord, KeySpec, KeyState, KeyUsage, Material, Origin, Place, ids, policy};

/// 86,400,000 milliseconds.
pub(crate) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What a key is to be.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// What it is made of.
    pub spec: KeySpec,
    /// What it is for; `None` where the spec leaves no choice.
    pub usage: Option<KeyUsage>,
    /// Where its material comes from.
    pub origin: Origin,
    /// What is said of it.
    pub description: String,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Its policy; `None`: the default one.
    pub policy: Option<String>,
    /// Whether the policy may leave its owner without a way to change it.
    pub may_lock_out: bool,
    /// Whether its id is one of a multi-Region key.
    pub multi_region: bool,
}

impl NewKey {
    fn usage(&self) -> Result<KeyUsage, Error> {
        let usages = self.spec.usages();
        match (self.usage, usages) {
            (Some(usage), _) if usages.contains(&usage) => Ok(usage),
            (None, [only]) if !self.spec.is_asymmetric() || self.spec == KeySpec::Symmetric => Ok(*only),
            (None, _) if self.spec.is_asymmetric() => Err(Error::Validation(
                "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.".to_owned(),
            )),
            (usage, _) => {
                let (usage, spec) = (usage.map_or("", KeyUsage::name), self.spec.name());
                Err(Error::Validation(format!("KeyUsage {usage} is not compatible with KeySpec {spec}")))
            }
        }
    }
}

impl Edit {
    /// Adds a key with new material, or one that waits for its import. The record it will have.
    pub async fn create_key(&mut self, place: &Place, caller: &Caller, new: &NewKey) -> Result<KeyRecord, Error> {
        let usage = new.usage()?;
        let id = ids::key(new.multi_region);
        let arn = place.arn(&format!("key/{id}"));
        let document = new.policy.clone().unwrap_or_else(|| policy::default_policy(place));
        let may_lock_out = new.may_lock_out || new.policy.is_none();
        policy::check(&document, &arn, &place.account, caller, may_lock_out)?;
        check_description(&new.description)?;
        let mut tags = Vec::new();
        add_tags(&mut tags, &new.tags)?;
        let now = self.now().0;
        let mut record = KeyRecord {
            id,
            spec: new.spec,
            usage,
            origin: new.origin,
            created: now,
            enabled: true,
            description: new.description.clone(),
            tags,
            policy: document,
            materials: Vec::new(),
            current: 0,
            deletion: None,
            rotation: None,
            service: None,
        };
        if new.origin == Origin::Kms {
            let material = self.new_material(place, &record.id, new.spec, 1).await?;
            record.materials.push(material);
            record.current = 1;
        }
        self.add_key(place, &record);
        Ok(record)
    }

    /// New material, sealed, with this number.
    pub(crate) async fn new_material(
        &self,
        place: &Place,
        id: &str,
        spec: KeySpec,
        number: u32,
    ) -> Result<Material, Error> {
        let secret = generate_apart(spec).await?;
        let sealed = self.sealer().seal(&secret, &about_material(place, id, number))?;
        let since = self.now().0;
        Ok(Material {
            number,
            id: ids::long(),
            sealed: Some(sealed),
            since,
            by: None,
            expires: None,
            description: None,
        })
    }

    /// Says something else of a key.
    pub fn describe(&mut self, key: &Key, description: &str) -> Result<(), Error> {
        key.must_not_be_pending_deletion(self.now())?;
        check_description(description)?;
        self.put_key(key, &KeyRecord { description: description.to_owned(), ..key.record.clone() });
        Ok(())
    }

    /// Enables or disables a key.
    pub fn enable(&mut self, key: &Key, enabled: bool) -> Result<(), Error> {
        match key.state(self.now()) {
            state @ (KeyState::PendingDeletion | KeyState::PendingImport) => return Err(key.wrong_state(state)),
            KeyState::Enabled | KeyState::Disabled => {}
        }
        self.put_key(key, &KeyRecord { enabled, ..key.record.clone() });
        Ok(())
    }

    /// Puts another policy on a key.
    pub fn put_policy(&mut self, key: &Key, caller: &Caller, document: &str, may_lock_out: bool) -> Result<(), Error> {
        key.must_not_be_pending_deletion(self.now())?;
        policy::check(document, &key.arn, &key.place.account, caller, may_lock_out)?;
        self.put_key(key, &KeyRecord { policy: document.to_owned(), ..key.record.clone() });
        Ok(())
    }

    /// Adds tags; of the same key, the new one counts.
    pub fn tag(&mut self, key: &Key, new: &[Tag]) -> Result<(), Error> {
        key.must_not_be_pending_deletion(self.now())?;
        let mut record = key.record.clone();
        add_tags(&mut record.tags, new)?;
        self.put_key(key, &record);
        Ok(())
    }

    /// Takes tags away by their keys.
    pub fn untag(&mut self, key: &Key, names: &[String]) -> Result<(), Error> {
        key.must_not_be_pending_deletion(self.now())?;
        let mut record = key.record.clone();
        record.tags.retain(|tag| !names.contains(&tag.key));
        self.put_key(key, &record);
        Ok(())
    }

    /// Has a key destroyed in so many days. When that will be.
    pub fn schedule_deletion(&mut self, key: &Key, days: u32) -> Result<i64, Error> {
        if !(7..=30).contains(&days) {
            return Err(Error::Validation(
                "1 validation error detected: Value at 'pendingWindowInDays' failed to satisfy constraint: Member must be \
                 between 7 and 30"
                    .to_owned(),
            ));
        }
        key.must_not_be_pending_deletion(self.now())?;
        let deletion = self.now().0 + i64::from(days) * DAY_MS;
        self.put_key(key, &KeyRecord { deletion: Some(deletion), ..key.record.clone() });
        Ok(deletion)
    }

    /// Spares a key. It is disabled then.
    pub fn cancel_deletion(&mut self, key: &Key) -> Result<(), Error> {
        let state = key.state(self.now());
        if state != KeyState::PendingDeletion {
            return Err(key.wrong_state(state));
        }
        self.put_key(key, &KeyRecord { deletion: None, enabled: false, ..key.record.clone() });
        Ok(())
    }
}

fn check_description(description: &str) -> Result<(), Error> {
    const MOST: usize = 8192;
    match description.chars().count() {
        0..=MOST => Ok(()),
        _ => Err(Error::Validation(format!(
            "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less \
             than or equal to {MOST}"
        ))),
    }
}

/// Refuses a text that is too short or too long, in characters, as Amazon's services do for all their members.
fn check_length(text: &str, member: &str, least: usize, most: usize) -> Result<(), Error> {
    let (bound, number) = match text.chars().count() {
        length if length < least => ("greater", least),
        length if length > most => ("less", most),
        _ => return Ok(()),
    };
    Err(Error::Validation(format!(
        "1 validation error detected: Value '{text}' at '{member}' failed to satisfy constraint: Member must have length {bound} \
         than or equal to {number}"
    )))
}

/// "Tag keys must be unique", at most 50; keys that begin with `aws:` are Amazon's.
fn add_tags(known: &mut Vec<Tag>, new: &[Tag]) -> Result<(), Error> {
    const MOST: usize = 50;
    for (at, tag) in new.iter().enumerate() {
        let member = format!("tags.{}.member", at + 1);
        check_length(&tag.key, &format!("{member}.tagKey"), 1, 128)?;
        check_length(&tag.value, &format!("{member}.tagValue"), 0, 256)?;
        if tag.key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Error::Tag("Tags beginning with aws: are reserved".to_owned()));
        }
        if new[..at].iter().any(|other| other.key == tag.key) {
            return Err(Error::Tag("Duplicate tag keys".to_owned()));
        }
        known.retain(|known| known.key != tag.key);
        known.push(tag.clone());
    }
    if known.len() > MOST {
        return Err(Error::Tag("Too many tags".to_owned()));
    }
    known.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(())
}
