//! One message on its way through a hash function of 64-byte blocks.
//!
//! [`Stream::begin`] takes bytes in and hands out the whole blocks among them as a [`Lane`]: what is left over at both
//! ends it deals with at once. Lanes of many streams can then be compressed side by side. A lane that is dropped
//! without being compressed leaves a wrong digest.

pub(crate) const BLOCK_BYTES: usize = 64;

/// A hash function of the MD family: 64-byte blocks, and a last block that ends in the length.
pub(crate) trait HashFunction {
    /// The chaining value.
    type State: Copy;
    /// The digest.
    type Digest;
    /// The chaining value before the first block.
    const INITIAL: Self::State;
    /// Takes whole blocks into a state.
    fn compress(state: &mut Self::State, blocks: &[u8]);
    /// The length of the message in bits, as the last eight bytes of the padding.
    fn length_field(bits: u64) -> [u8; 8];
    /// The digest that a state stands for.
    fn digest(state: &Self::State) -> Self::Digest;
}

/// Whole blocks that wait to be taken into one state.
pub(crate) struct Lane<'a, F: HashFunction> {
    pub(crate) state: &'a mut F::State,
    pub(crate) blocks: &'a [u8],
}

/// A message of which a part was taken in.
#[derive(Clone)]
pub(crate) struct Stream<F: HashFunction> {
    state: F::State,
    /// The begun block; `bytes % 64` of it are filled.
    tail: [u8; BLOCK_BYTES],
    bytes: u64,
}

impl<F: HashFunction> Stream<F> {
    pub(crate) fn new() -> Self {
        Self { state: F::INITIAL, tail: [0; BLOCK_BYTES], bytes: 0 }
    }

    /// Bytes taken in so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Takes `data` in, up to the compression of the lane.
    pub(crate) fn begin<'a>(&'a mut self, mut data: &'a [u8]) -> Lane<'a, F> {
        let filled = (self.bytes % BLOCK_BYTES as u64) as usize;
        self.bytes += data.len() as u64;
        if filled > 0 {
            let taken = data.len().min(BLOCK_BYTES - filled);
            self.tail[filled..filled + taken].copy_from_slice(&data[..taken]);
            data = &data[taken..];
            if filled + taken < BLOCK_BYTES {
                return Lane { state: &mut self.state, blocks: &[] };
            }
            F::compress(&mut self.state, &self.tail);
        }
        let (blocks, rest) = data.split_at(data.len() - data.len() % BLOCK_BYTES);
        self.tail[..rest.len()].copy_from_slice(rest);
        Lane { state: &mut self.state, blocks }
    }

    /// Takes `data` in.
    pub(crate) fn update(&mut self, data: &[u8]) {
        let lane = self.begin(data);
        F::compress(lane.state, lane.blocks);
    }

    /// The digest of all that was taken in.
    pub(crate) fn finish(&self) -> F::Digest {
        let filled = (self.bytes % BLOCK_BYTES as u64) as usize;
        let mut end = [0; 2 * BLOCK_BYTES];
        end[..filled].copy_from_slice(&self.tail[..filled]);
        end[filled] = 0x80;
        let length = if filled < BLOCK_BYTES - 8 { BLOCK_BYTES } else { 2 * BLOCK_BYTES };
        end[length - 8..length].copy_from_slice(&F::length_field(self.bytes.wrapping_mul(8)));
        let mut state = self.state;
        F::compress(&mut state, &end[..length]);
        F::digest(&state)
    }
}
