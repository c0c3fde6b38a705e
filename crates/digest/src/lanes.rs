//! Many messages side by side: which lanes go together, through which kernel, for how many blocks.

use crate::stream::{BLOCK_BYTES, HashFunction, Lane};

/// Code that takes blocks into several states at once.
pub(crate) struct Kernel<F: HashFunction> {
    /// How it is called in logs and tests.
    pub(crate) name: &'static str,
    /// The most lanes it takes.
    pub(crate) width: usize,
    /// The time for one block in each lane, however few lanes are used, in units of the same function's other kernels.
    pub(crate) cost: u32,
    /// Takes the next `blocks` blocks of each lane into its state, and off the lane.
    ///
    /// # Safety
    /// The processor has the features it is compiled for; there are 1 to `width` lanes; each has that many blocks.
    pub(crate) run: unsafe fn(lanes: &mut [Lane<'_, F>], blocks: usize),
}

/// A hash function with kernels.
pub(crate) trait Parallel: HashFunction + Sized + 'static {
    /// The kernels that this processor can run. At least one, for one lane.
    fn kernels() -> &'static [Kernel<Self>];
}

/// The kernels that this processor can run, such as `MD5 AVX2 x8`: for a log at the start, and for benchmarks.
pub fn available_kernels() -> Vec<String> {
    let md5 = crate::md5::Md5::kernels().iter().map(|kernel| format!("MD5 {}", kernel.name));
    let sha256 = crate::sha256::Sha256::kernels().iter().map(|kernel| format!("SHA-256 {}", kernel.name));
    md5.chain(sha256).collect()
}

impl<F: HashFunction> Kernel<F> {
    /// [`run`](Self::run), with its conditions on lanes checked.
    #[allow(unsafe_code)]
    pub(crate) fn advance(&self, lanes: &mut [Lane<'_, F>], blocks: usize) {
        assert!((1..=self.width).contains(&lanes.len()));
        assert!(lanes.iter().all(|lane| lane.blocks.len() / BLOCK_BYTES >= blocks));
        // SAFETY: lanes and blocks were just checked; `Parallel::kernels` gives only what the processor can run.
        unsafe { (self.run)(lanes, blocks) }
    }
}

/// Takes all blocks of all lanes into their states. The order of the lanes changes.
///
/// The longest lanes go first, as many as the best kernel for their number takes, over the length they have in
/// common; and so on with what is left.
pub(crate) fn compress_all<F: Parallel>(mut lanes: &mut [Lane<'_, F>]) {
    loop {
        lanes.sort_unstable_by_key(|lane| std::cmp::Reverse(lane.blocks.len()));
        let live = lanes.partition_point(|lane| lane.blocks.len() >= BLOCK_BYTES);
        lanes = &mut lanes[..live];
        let Some(kernel) = best_for(live, F::kernels()) else { return };
        let together = live.min(kernel.width);
        let blocks = lanes[together - 1].blocks.len() / BLOCK_BYTES;
        kernel.advance(&mut lanes[..together], blocks);
    }
}

/// The kernel to begin with so that a block of each of `live` lanes costs least in all; none for no lane.
fn best_for<F: HashFunction>(live: usize, kernels: &[Kernel<F>]) -> Option<&Kernel<F>> {
    const HORIZON: usize = 64;
    let live = live.min(HORIZON);
    let mut total = [0; HORIZON + 1];
    let mut best = None;
    for lanes in 1..=live {
        let cost = |kernel: &&Kernel<F>| kernel.cost + total[lanes - lanes.min(kernel.width)];
        best = kernels.iter().min_by_key(cost);
        total[lanes] = best.as_ref().map_or(0, cost);
    }
    best
}

/// Where each of `GROUPS` times `LANES` lanes begins. Lanes beyond the last read what the first reads.
pub(crate) fn heads<F: HashFunction, const LANES: usize, const GROUPS: usize>(
    lanes: &[Lane<'_, F>],
) -> [[*const u8; LANES]; GROUPS] {
    std::array::from_fn(|group| {
        std::array::from_fn(|lane| lanes.get(group * LANES + lane).unwrap_or(&lanes[0]).blocks.as_ptr())
    })
}

/// Word `word` of the states of group `group`, lane by lane. Lanes beyond the last have the first one's.
pub(crate) fn state_words<F: HashFunction<State = [u32; N]>, const N: usize, const LANES: usize>(
    lanes: &[Lane<'_, F>],
    group: usize,
    word: usize,
) -> [u32; LANES] {
    std::array::from_fn(|lane| lanes.get(group * LANES + lane).unwrap_or(&lanes[0]).state[word])
}

/// Puts word `word` back into the states of group `group`.
pub(crate) fn set_state_words<F: HashFunction<State = [u32; N]>, const N: usize, const LANES: usize>(
    lanes: &mut [Lane<'_, F>],
    group: usize,
    word: usize,
    words: [u32; LANES],
) {
    for (lane, value) in lanes.iter_mut().skip(group * LANES).zip(words) {
        lane.state[word] = value;
    }
}

/// Takes `blocks` blocks off each lane.
pub(crate) fn take_off<F: HashFunction>(lanes: &mut [Lane<'_, F>], blocks: usize) {
    for lane in lanes {
        lane.blocks = &lane.blocks[blocks * BLOCK_BYTES..];
    }
}

#[cfg(test)]
mod tests;
