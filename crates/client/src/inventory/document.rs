//! An inventory's JSON, read one archive at a time.

use std::fmt;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::description::{Named, understand};
use crate::{Error, Stored};

/// An archive, as an inventory shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    /// Its id.
    #[serde(rename = "ArchiveId")]
    pub id: String,
    /// Its description; empty without one.
    #[serde(rename = "ArchiveDescription", default)]
    pub description: String,
    /// When it was stored.
    #[serde(rename = "CreationDate")]
    pub created: String,
    /// How many bytes it has.
    #[serde(rename = "Size")]
    pub bytes: u64,
    /// Its tree hash.
    #[serde(rename = "SHA256TreeHash", default)]
    pub tree: String,
}

impl Archive {
    /// What its description says.
    pub fn named(&self) -> Named {
        understand(&self.description)
    }

    /// One that was stored just now.
    pub fn stored(stored: &Stored, now: coldkeep_types::Timestamp) -> Self {
        Self {
            id: stored.archive.clone(),
            description: stored.description.clone(),
            created: now.iso_seconds(),
            bytes: stored.bytes,
            tree: hex::encode(stored.tree),
        }
    }
}

/// Shows each archive of an inventory in a file; gives the inventory's date.
pub fn read(path: &Path, see: impl FnMut(Archive) -> Result<(), Error>) -> Result<String, Error> {
    let file = File::open(path).map_err(|error| Error::file("read", path, &error))?;
    let mut refused = None;
    let document = Document { see, refused: &mut refused };
    let outcome = document.deserialize(&mut serde_json::Deserializer::from_reader(BufReader::new(file)));
    if let Some(error) = refused {
        return Err(error);
    }
    outcome.map_err(|error| no_inventory(path, &error.to_string()))
}

/// The file is none.
pub fn no_inventory(path: &Path, why: &str) -> Error {
    Error::Different(format!("{} is no inventory: {why}.", path.display()))
}

struct Document<'a, F> {
    see: F,
    /// What `see` failed with, which serde has no place for.
    refused: &'a mut Option<Error>,
}

impl<'de, F: FnMut(Archive) -> Result<(), Error>> DeserializeSeed<'de> for Document<'_, F> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(Archive) -> Result<(), Error>> Visitor<'de> for Document<'_, F> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an inventory")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<String, A::Error> {
        let (mut date, mut listed) = (String::new(), false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "InventoryDate" => date = map.next_value::<Option<String>>()?.unwrap_or_default(),
                "ArchiveList" => {
                    map.next_value_seed(List { see: &mut self.see, refused: self.refused })?;
                    listed = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if listed { Ok(date) } else { Err(serde::de::Error::missing_field("ArchiveList")) }
    }
}

struct List<'a, F> {
    see: &'a mut F,
    refused: &'a mut Option<Error>,
}

impl<'de, F: FnMut(Archive) -> Result<(), Error>> DeserializeSeed<'de> for List<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Archive) -> Result<(), Error>> Visitor<'de> for List<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of archives")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(archive) = list.next_element::<Archive>()? {
            if let Err(error) = (self.see)(archive) {
                *self.refused = Some(error);
                return Err(serde::de::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Result<String, Error>, Vec<Archive>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("inventory.json");
        std::fs::write(&path, text).expect("written");
        let mut all = Vec::new();
        let outcome = read(&path, |archive| {
            all.push(archive);
            Ok(())
        });
        (outcome, all)
    }

    #[test]
    fn an_inventory_is_read_one_by_one_and_one_that_broke_off_is_none() {
        let text = r#"{"VaultARN":"arn","InventoryDate":"2017-08-23T01:56:27Z","ArchiveList":[{"ArchiveId":"a","ArchiveDescription":"",
            "CreationDate":"2017-08-22T17:24:07Z","Size":5798098,"SHA256TreeHash":"00"},{"ArchiveId":"b","CreationDate":"x","Size":0}]}"#;
        let (date, all) = of(text);
        assert_eq!(date.expect("reads"), "2017-08-23T01:56:27Z");
        assert_eq!(
            all.iter().map(|archive| (archive.id.as_str(), archive.bytes)).collect::<Vec<_>>(),
            [("a", 5_798_098), ("b", 0)]
        );
        assert_eq!(of(r#"{"InventoryDate":null,"ArchiveList":[]}"#).0.expect("reads"), "");
        for length in 0..text.len() {
            assert!(matches!(of(&text[..length]).0, Err(Error::Different(_))), "{length}");
        }
        assert!(matches!(of("{}").0, Err(Error::Different(_))));
    }

    #[test]
    fn whoever_sees_the_archives_may_stop() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("inventory.json");
        std::fs::write(&path, r#"{"ArchiveList":[{"ArchiveId":"a","CreationDate":"x","Size":1}]}"#).expect("written");
        let outcome = read(&path, |_| Err(Error::Missing("enough".into())));
        assert!(matches!(outcome, Err(Error::Missing(words)) if words == "enough"));
    }
}
