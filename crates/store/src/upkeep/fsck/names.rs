//! Where a record is, in words people know: the bucket and key of an object, the vault of an archive.

use coldkeep_meta::Step;

use super::{Check, show};
use crate::keys;
use crate::records::{BucketRecord, Record, VaultRecord};

impl Check<'_> {
    /// A record's place in words, and its key.
    pub(super) async fn place(&self, key: &[u8]) -> String {
        match self.name(key).await {
            Some(name) => format!("{name} ({})", show(key)),
            None => show(key),
        }
    }

    pub(super) async fn name(&self, key: &[u8]) -> Option<String> {
        let (tag, rest) = key.split_first()?;
        let container = keys::ContainerId::try_from(rest.get(..8)?).ok();
        match tag {
            b'o' | b'O' | b'N' | b'u' => {
                let rest = rest.get(8..)?;
                let end = rest.iter().position(|byte| *byte == 0)?;
                let name = String::from_utf8_lossy(&rest[..end]).escape_debug().to_string();
                let what = match tag {
                    b'o' => "object",
                    b'O' => "version of",
                    b'N' => "null version of",
                    _ => "upload of",
                };
                Some(format!("{what} {}/{name}", self.container(b'b', container?).await))
            }
            b'a' | b'j' | b'U' => {
                let what = match tag {
                    b'a' => "archive",
                    b'j' => "job",
                    _ => "upload",
                };
                let vault = self.container(b'v', container?).await;
                Some(format!("{what} {} of vault {vault}", keys::trailing_id(key)?))
            }
            b'A' => keys::parse_annotation(key)
                .map(|(set, name)| format!("annotation {} of set {set}", name.escape_debug())),
            b'p' => keys::parse_part(key).map(|(upload, part)| format!("part {part} of upload {upload}")),
            b'b' => Some(format!("bucket {}", String::from_utf8_lossy(rest).escape_debug())),
            b'P' => Some(format!("access point {}", String::from_utf8_lossy(rest).escape_debug())),
            b'v' => Some(format!("vault {}", String::from_utf8_lossy(rest).replace('\0', "/").escape_debug())),
            _ => None,
        }
    }

    /// The name of a bucket or vault.
    async fn container(&self, tag: u8, id: keys::ContainerId) -> String {
        let mut name = None;
        let mut visit = |seen: coldkeep_meta::Seen<'_>| {
            let found = match tag {
                b'b' => BucketRecord::from_value(seen.value).is_ok_and(|record| record.id == id),
                _ => VaultRecord::from_value(seen.value).is_ok_and(|record| record.id == id),
            };
            if !found {
                return Step::Next;
            }
            let text = String::from_utf8_lossy(&seen.key[1..]).into_owned();
            name = text.rsplit('\0').next().map(str::to_owned);
            Step::Stop
        };
        // What cannot be read has no name.
        let _ = self.meta.walk(keys::tagged(tag), &mut visit).await;
        name.unwrap_or_else(|| format!("[{}]", hex::encode(id)))
    }
}
