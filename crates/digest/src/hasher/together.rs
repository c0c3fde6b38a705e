//! Several hashers advanced side by side, so that their messages share lanes.

use crate::lanes::compress_all;
use crate::md5::Md5;
use crate::sha256::Sha256;
use crate::stream::{BLOCK_BYTES, Lane};
use crate::{Hasher, LEAF_BYTES};

/// 32 KiB: how far one stream goes at a time, so that all its digests find the bytes in a near cache.
const STEP_BYTES: usize = 32 << 10;

impl Hasher {
    /// Takes each hasher's next bytes in, all of them at once: faster than one after another, if there are MD5 or
    /// SHA-256 digests among them.
    pub fn update_together(jobs: &mut [(&mut Hasher, &[u8])]) {
        while jobs.iter().any(|(_, data)| !data.is_empty()) {
            Self::step_together(jobs);
        }
    }

    /// Takes in the beginning of each hasher's data, at most some 32 KiB, and cuts it off. Only of a tree hash alone it
    /// takes all there is, since leaves are lanes of their own.
    pub(crate) fn step_together(jobs: &mut [(&mut Hasher, &[u8])]) {
        let mut md5 = Vec::with_capacity(jobs.len());
        let mut sha256 = Vec::with_capacity(2 * jobs.len());
        for (hasher, data) in jobs.iter_mut() {
            let (now, later) = data.split_at(hasher.step_bytes(data.len()));
            *data = later;
            hasher.begin(now, &mut md5, &mut sha256);
        }
        compress_all(&mut md5);
        compress_all(&mut sha256);
        for (hasher, _) in jobs {
            hasher.settle();
        }
    }

    /// How many of `available` bytes to take in at once.
    fn step_bytes(&self, available: usize) -> usize {
        let whole_step = STEP_BYTES - (self.bytes % BLOCK_BYTES as u64) as usize;
        let limit = match (&self.tree, &self.sha256) {
            (Some(_), None) => available,
            (Some(_), Some(_)) if self.bytes < LEAF_BYTES => whole_step.min((LEAF_BYTES - self.bytes) as usize),
            _ => whole_step,
        };
        available.min(limit)
    }

    /// Takes data in, up to the compression of the lanes and [`settle`](Self::settle).
    fn begin<'a>(&'a mut self, data: &'a [u8], md5: &mut Vec<Lane<'a, Md5>>, sha256: &mut Vec<Lane<'a, Sha256>>) {
        let in_first_leaf = self.bytes < LEAF_BYTES;
        self.bytes += data.len() as u64;
        self.plain.iter_mut().for_each(|plain| plain.update(data));
        md5.extend(self.md5.as_mut().map(|stream| stream.begin(data)));
        let shared = in_first_leaf && self.sha256.is_some();
        sha256.extend(self.sha256.as_mut().map(|stream| stream.begin(data)));
        if let Some(tree) = &mut self.tree
            && !shared
        {
            sha256.extend(tree.begin(data));
        }
    }

    /// Closes the leaves that are full.
    fn settle(&mut self) {
        let Some(tree) = &mut self.tree else { return };
        match &self.sha256 {
            Some(sha256) if tree.is_empty() && self.bytes == LEAF_BYTES => tree.push(sha256.finish()),
            _ => tree.settle(),
        }
    }
}
