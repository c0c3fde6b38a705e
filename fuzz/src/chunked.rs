//! The aws-chunked framing: whatever comes, it ends in the payload or in an error, the same one however the bytes were cut.

use bytes::Bytes;
use coldkeep_http::{Dechunker, Step, TrailerRules};

use crate::byte;

pub(crate) fn run(mut data: &[u8]) {
    let declared = u64::from(byte(&mut data));
    let trailer = byte(&mut data) % 2 == 1;
    let step = usize::from(byte(&mut data)).max(1);
    let machine = || {
        let rules =
            trailer.then(|| TrailerRules::parse("x-amz-checksum-crc32").unwrap_or_else(|what| panic!("{what}")));
        Dechunker::new(declared, None, rules)
    };
    let whole = payload(machine(), std::iter::once(data));
    let cut = payload(machine(), data.chunks(step));
    assert_eq!(whole, cut, "the same bytes in pieces of {step}");
    if let Ok(payload) = whole {
        assert_eq!(payload.len() as u64, declared);
    }
}

/// The payload of a body that comes in these pieces; `Err` for one that is refused, without the words, which may differ.
fn payload<'a>(mut machine: Dechunker, pieces: impl Iterator<Item = &'a [u8]>) -> Result<Vec<u8>, ()> {
    let (mut payload, mut ended) = (Vec::new(), false);
    for piece in pieces {
        let mut input = Bytes::copy_from_slice(piece);
        loop {
            match machine.next(&mut input).map_err(drop)? {
                Step::Data(data) => payload.extend_from_slice(&data),
                Step::More => break,
                Step::End => {
                    ended = true;
                    break;
                }
            }
        }
    }
    if ended { Ok(payload) } else { Err(()) }
}
