//! Objects that were compressed, unpacked a little at a time: however well they were, no more than a few MiB of them are held.

use std::io::Write;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;

use crate::SelectError;

/// How an object is compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// By gzip.
    Gzip,
    /// By bzip2.
    Bzip2,
}

/// The most that is taken of a plain object at once.
const PLAIN_BYTES: usize = 64 << 10;
/// The most that is taken of a gzip at once: a thousand times as much may come of it.
const GZIP_BYTES: usize = 4 << 10;

/// An object on its way through.
pub(crate) enum Unpacker {
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    Bzip2 {
        stream: Box<bzip2::Decompress>,
        /// Whether a stream has begun, and not ended.
        open: bool,
    },
}

impl Unpacker {
    pub fn new(compression: Compression) -> Self {
        match compression {
            Compression::None => Self::Plain,
            Compression::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
            Compression::Bzip2 => Self::Bzip2 { stream: Box::new(bzip2::Decompress::new(false)), open: true },
        }
    }

    /// Takes something off the input, and gives what comes of it, which may be nothing.
    pub fn unpack(&mut self, input: &mut Bytes) -> Result<Bytes, SelectError> {
        match self {
            Self::Plain => Ok(input.split_to(input.len().min(PLAIN_BYTES))),
            Self::Gzip(decoder) => {
                let piece = input.split_to(input.len().min(GZIP_BYTES));
                decoder.write_all(&piece).and_then(|()| decoder.flush()).map_err(|_| broken())?;
                Ok(std::mem::take(decoder.get_mut()).into())
            }
            Self::Bzip2 { stream, open } => {
                if !*open {
                    **stream = bzip2::Decompress::new(false);
                    *open = true;
                }
                let before = stream.total_in();
                let mut out = Vec::with_capacity(PLAIN_BYTES);
                let status = stream.decompress_vec(input, &mut out).map_err(|_| broken())?;
                let taken = usize::try_from(stream.total_in() - before).unwrap_or(usize::MAX);
                let _ = input.split_to(taken.min(input.len()));
                *open = status != bzip2::Status::StreamEnd;
                // Nothing taken and nothing given would go on for ever.
                match taken == 0 && out.is_empty() && *open {
                    true => Err(broken()),
                    false => Ok(out.into()),
                }
            }
        }
    }

    /// What is left when there is no more input.
    pub fn end(&mut self) -> Result<Bytes, SelectError> {
        match self {
            Self::Plain => Ok(Bytes::new()),
            Self::Gzip(decoder) => {
                decoder.try_finish().map_err(|_| broken())?;
                Ok(std::mem::take(decoder.get_mut()).into())
            }
            Self::Bzip2 { open: true, .. } => Err(broken()),
            Self::Bzip2 { .. } => Ok(Bytes::new()),
        }
    }
}

fn broken() -> SelectError {
    let message = "Object decompression failed. Check that the object is properly compressed using the format specified in \
                   the request.";
    SelectError::new("TruncatedInput", message)
}
