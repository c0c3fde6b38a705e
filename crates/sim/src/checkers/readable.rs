//! What was acknowledged is readable and equal, and nothing half-done is.

use std::sync::Arc;

use crate::clients::{Client, Wrong, has_head_of, read_object};
use crate::model::Object;
use crate::request::{Answer, Fate};

/// Reads every key that was ever written. The model learns which of the possible values it has.
pub async fn all(client: &mut Client) -> Result<(), Wrong> {
    of(client, |_| true).await
}

/// The same of the keys that are asked for.
pub async fn of(client: &mut Client, is_asked: impl Fn(&str) -> bool) -> Result<(), Wrong> {
    let keys: Vec<(String, String)> = client.model.lock().objects.keys().cloned().collect();
    let keys: Vec<_> = keys.into_iter().filter(|(_, key)| is_asked(key)).collect();
    for (bucket, key) in keys {
        let began = client.model.lock().tick();
        let answer = read_object(client, &bucket, &key, None, 0).await?;
        if answer.fate() == Fate::Unknown {
            continue;
        }
        let mut model = client.model.lock();
        let value = model.possible(&bucket, &key, began).into_iter().find(|value| is(value.as_ref(), &answer));
        let now = model.tick();
        if let Some(value) = value {
            model.slot(&bucket, &key).saw(&value, began, now);
        }
    }
    Ok(())
}

fn is(value: Option<&Arc<Object>>, answer: &Answer) -> bool {
    match value {
        None => answer.status == 404,
        Some(object) => answer.status == 200 && answer.body == object.bytes && has_head_of(answer, object),
    }
}
