//! Rotation: new material that encrypts from then on; the old one stays to decrypt. From the KMS developer guide, "Rotate AWS KMS
//! keys".

use crate::create::DAY_MS;
use crate::{Edit, Error, Key, KeyRecord, KeySpec, Material, Origin, RotatedBy, Rotation};

/// How often a key may be rotated on demand.
const MOST_ON_DEMAND: usize = 25;

impl Edit {
    fn must_be_rotatable(&self, key: &Key) -> Result<(), Error> {
        key.must_be_usable(self.now())?;
        match key.record.spec {
            KeySpec::Symmetric => Ok(()),
            _ => Err(Error::Unsupported("Only symmetric encryption keys can be rotated.".to_owned())),
        }
    }

    /// Has a key rotated every so many days, from now on.
    pub fn enable_rotation(&mut self, key: &Key, days: Option<u32>) -> Result<(), Error> {
        self.must_be_rotatable(key)?;
        if key.record.origin != Origin::Kms {
            let arn = &key.arn;
            return Err(Error::Unsupported(format!("{arn} origin is EXTERNAL which is not valid for this operation.")));
        }
        let days = days.unwrap_or(365);
        if !(90..=2560).contains(&days) {
            return Err(Error::Validation(
                "1 validation error detected: Value at 'rotationPeriodInDays' failed to satisfy constraint: Member must be \
                 between 90 and 2560"
                    .to_owned(),
            ));
        }
        let last = key.record.current().map_or(key.record.created, |material| material.since);
        // A shorter period than the material's age is due now, not in the past.
        let next = (last + i64::from(days) * DAY_MS).max(self.now().0);
        self.put_key(key, &KeyRecord { rotation: Some(Rotation { days, next }), ..key.record.clone() });
        Ok(())
    }

    /// Ends rotation by the calendar.
    pub fn disable_rotation(&mut self, key: &Key) -> Result<(), Error> {
        self.must_be_rotatable(key)?;
        self.put_key(key, &KeyRecord { rotation: None, ..key.record.clone() });
        Ok(())
    }

    /// Rotates a key now. Of one with imported material, to what was imported for it.
    pub async fn rotate_on_demand(&mut self, key: &Key) -> Result<(), Error> {
        self.must_be_rotatable(key)?;
        let done = key.record.materials.iter().filter(|material| material.by == Some(RotatedBy::Demand)).count();
        if done >= MOST_ON_DEMAND {
            return Err(Error::LimitExceeded(format!(
                "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed \
                 for this key: {}",
                key.arn
            )));
        }
        if key.record.origin == Origin::Kms {
            return self.rotate(key, RotatedBy::Demand).await;
        }
        let mut record = key.record.clone();
        let now = self.now().0;
        let waiting = record.materials.iter_mut().find(|material| material.number > key.record.current);
        let Some(material) = waiting.filter(|material| material.sealed.is_some()) else {
            let arn = &key.arn;
            return Err(Error::InvalidMaterialState(format!(
                "No available key material pending rotation for the key: {arn}."
            )));
        };
        (material.since, material.by) = (now, Some(RotatedBy::Demand));
        record.current = material.number;
        self.put_key(key, &record);
        Ok(())
    }

    /// Gives a key new material.
    pub(crate) async fn rotate(&mut self, key: &Key, by: RotatedBy) -> Result<(), Error> {
        let mut record = key.record.clone();
        let number = record.materials.iter().map(|material| material.number).max().unwrap_or(0) + 1;
        let material = self.new_material(&key.place, &record.id, record.spec, number).await?;
        record.materials.push(Material { by: Some(by), ..material });
        record.current = number;
        if let Some(rotation) = &mut record.rotation {
            rotation.next = self.now().0 + i64::from(rotation.days) * DAY_MS;
        }
        self.put_key(key, &record);
        Ok(())
    }
}
