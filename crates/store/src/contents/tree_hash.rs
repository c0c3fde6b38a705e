//! Tree hashes of ranges of a content, from kept leaves and part roots; no data is read.

use coldkeep_digest::tree_root;
use coldkeep_types::Id;

use crate::records::{Content, PartRecord, Record};
use crate::{Error, Store, keys};

const LEAF_BYTES: u64 = 1 << 20;

impl Store {
    /// The tree hash of the bytes `first..=last` of a content, which must be tree-hash aligned in it. `root` is the
    /// tree hash of the whole, `bytes` its size.
    pub(crate) async fn range_tree_hash(
        &self,
        content: Content,
        bytes: u64,
        root: [u8; 32],
        first: u64,
        last: u64,
    ) -> Result<[u8; 32], Error> {
        if first == 0 && last + 1 == bytes {
            return Ok(root);
        }
        let leaves = first / LEAF_BYTES..last / LEAF_BYTES + 1;
        match content {
            Content::Inline(_) => Ok(root),
            Content::Slice(id, _) => Err(Error::Damaged(format!("content {id} has no tree hash"))),
            Content::Blob(id) => Ok(tree_root(&self.leaves(id, 0, root, leaves).await?)),
            Content::Parts(upload) => {
                let index = self.index(upload).await?;
                let damaged = || Error::Damaged(format!("content {upload} lacks a part"));
                let mut roots = Vec::new();
                let mut at = first;
                while at <= last {
                    let place = index.locate(at).ok_or_else(damaged)?;
                    let entry = self.get(&keys::part(upload, place.part)).await?.ok_or_else(damaged)?;
                    let part_root = PartRecord::from_value(&entry.value)?.tree_hash.ok_or_else(damaged)?;
                    if place.start >= first && place.start + place.bytes <= last + 1 {
                        roots.push(part_root);
                    } else {
                        // Both ranges are nodes of one binary tree: this one lies within the part.
                        let before = place.start / LEAF_BYTES;
                        let within = leaves.start - before..leaves.end - before;
                        return Ok(tree_root(&self.leaves(upload, place.part, part_root, within).await?));
                    }
                    at = place.start + place.bytes;
                }
                Ok(tree_root(&roots))
            }
        }
    }

    async fn leaves(
        &self,
        content: Id,
        part: u32,
        root: [u8; 32],
        range: std::ops::Range<u64>,
    ) -> Result<Vec<[u8; 32]>, Error> {
        let Some(entry) = self.get(&keys::leaves(content, part)).await? else {
            // Leaves are kept where there are several; a single leaf is the root.
            return Ok(vec![root]);
        };
        let (leaves, _) = entry.value.as_chunks::<32>();
        let wanted = leaves.get(range.start as usize..range.end as usize);
        Ok(wanted.ok_or_else(|| Error::Damaged(format!("content {content} lacks leaves")))?.to_vec())
    }
}
