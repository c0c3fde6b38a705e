//! What rules do to the current object of a key: it goes to another class, or it expires.

use coldkeep_meta::Commit;
use coldkeep_types::ObjectKey;

use super::due::{Come, Deed};
use super::{Lifecycle, Traits, schedule, transitions};
use crate::events::{EventType, Subject};
use crate::{Bucket, Deletion, Error, Object, Precondition, Store};

/// What is told of what a rule removes, and of what it hides.
pub(super) const EXPIRED: [EventType; 2] = [EventType::ExpirationDelete, EventType::ExpirationMarker];

impl Store {
    /// Adds to a commit what is due of the object that lies there now, and tells it with the rule that says so.
    ///
    /// "Permanent deletion takes precedence over transition. Transition takes precedence over creation of delete markers." (user guide,
    /// "Conflicts"). So of what is both in a bucket that keeps versions, the object goes to its class first, and then below a marker.
    pub(super) async fn judge_object(
        &self,
        come: &Come,
        bucket: &Bucket,
        lifecycle: &Lifecycle,
        key: &ObjectKey,
        at: &[u8],
        commit: &mut Commit,
    ) -> Result<Option<(Deed, String)>, Error> {
        let Some(entry) = self.get(at).await? else { return Ok(None) };
        let object = Object::from_value(&entry.value)?;
        let (of, made, day_ms) = (object.traits(), object.modified, self.0.options.lifecycle_day_ms);
        let expires = lifecycle.expiration(key, of, made, day_ms).filter(|ruled| ruled.due <= come.now);
        let ahead = transitions::ahead(lifecycle.moves(key, of, made, day_ms), come.now);
        match (expires, ahead.due) {
            (Some(ruled), to) if bucket.versioning.is_none() || to.is_none() => {
                // Where the bucket keeps versions, it goes under a delete marker, which is the bucket owner's.
                commit.expect(at, Some(entry.version));
                let owner = Some(bucket.owner.clone());
                let deletion = Deletion { owner, ..Deletion::new(key.clone(), Precondition::default()) };
                let deleted = self.add_deletion(bucket, &deletion, commit).await?;
                self.tell_deleted(commit, bucket, &deletion, &deleted, EXPIRED).await?;
                Ok(Some((Deed::Expired, ruled.rule.to_owned())))
            }
            (_, Some(to)) => {
                let record =
                    self.change_class(commit, (bucket, key), at.to_vec(), (&entry.value, entry.version), to.class)?;
                self.happened(commit, bucket, EventType::Transition, key, || Subject::object(&record)).await?;
                let of = Traits { class: to.class, tier: None, ..of };
                if let Some(due) = lifecycle.first(key, of, made, day_ms) {
                    schedule::look_at(commit, due, come.kind, &bucket.name, at);
                }
                Ok(Some((Deed::Moved(to.class), to.rule.to_owned())))
            }
            (_, None) => {
                if let Some(due) = lifecycle.first(key, of, made, day_ms) {
                    schedule::look_at(commit, due, come.kind, &bucket.name, at);
                }
                Ok(None)
            }
        }
    }
}
