//! A changed bit, a missing end and a missing object are found, whichever byte it is.

use coldkeep_blob::conformance::{content, id, write};
use coldkeep_blob::{Blobs, Error, MAX_READ_BYTES};
use coldkeep_blob_pieces::Pieces;

use crate::{PIECE_BYTES, memory, open};

/// Reads all of a blob, after its frame was proven.
async fn read_all(blobs: &Pieces, number: u32) -> Result<(), Error> {
    let blob = blobs.open(id(1, number)).await?;
    let mut at = 0;
    while at < blob.size() {
        let end = blob.size().min(at + MAX_READ_BYTES);
        blob.read(at..end).await?;
        at = end;
    }
    Ok(())
}

async fn frame(blobs: &Pieces, number: u32) -> Result<(), Error> {
    blobs.open(id(1, number)).await?.prove_frame().await
}

#[tokio::test]
async fn every_byte_is_under_a_checksum() {
    let store = memory();
    let blobs = open(&store).await;
    let sizes = [0, 1, 1000, PIECE_BYTES as usize, PIECE_BYTES as usize + 1, 3 * PIECE_BYTES as usize - 5];
    for (number, size) in (1..).zip(sizes) {
        write(&blobs, id(1, number), &content(number, size), 50_000).await;
        frame(&blobs, number).await.unwrap();
        read_all(&blobs, number).await.unwrap();
        let own = id(1, number).to_string();
        for name in store.names().into_iter().filter(|name| name.contains(&own)) {
            let length = {
                let mut length = 0;
                store.change(&name, |bytes| {
                    length = bytes.len();
                    Some(bytes)
                });
                length
            };
            // All of a header's end and of a table, and some of the rest.
            let places =
                (0..length).filter(|place| (4080..4140).contains(place) || place % 97 == 0 || place + 1 == length);
            for place in places {
                let flip = |mut bytes: Vec<u8>| {
                    bytes[place] ^= 0x10;
                    Some(bytes)
                };
                store.change(&name, flip);
                let found = read_all(&blobs, number).await;
                assert!(matches!(found, Err(Error::Damaged { .. })), "{name}, byte {place}: {found:?}");
                store.change(&name, flip);
            }
            for cut in [0, length / 2, length - 1] {
                let mut whole = Vec::new();
                store.change(&name, |bytes| {
                    whole = bytes;
                    Some(whole[..cut].to_vec())
                });
                let found = frame(&blobs, number).await;
                assert!(matches!(found, Err(Error::Damaged { .. })), "{name}, cut to {cut}: {found:?}");
                store.change(&name, |_| Some(whole));
            }
            read_all(&blobs, number).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_missing_piece_is_damage_and_a_missing_head_no_blob() {
    let store = memory();
    let blobs = open(&store).await;
    write(&blobs, id(1, 1), &content(1, 3 * PIECE_BYTES as usize), 50_000).await;
    let piece = store.names().into_iter().find(|name| name.ends_with(".1")).unwrap();
    store.change(&piece, |_| None);
    for found in [frame(&blobs, 1).await, read_all(&blobs, 1).await] {
        assert!(matches!(&found, Err(Error::Damaged { what, .. }) if what.contains('1')), "{found:?}");
    }
    let open = blobs.open(id(1, 1)).await.unwrap();
    store.change(piece.strip_suffix(".1").unwrap(), |_| None);
    assert!(matches!(open.read(0..300_000).await, Err(Error::NotFound(_))));
    assert!(matches!(read_all(&blobs, 1).await, Err(Error::NotFound(_))));
}

/// Pieces of another blob, or in another order, are not taken for one's own.
#[tokio::test]
async fn pieces_in_another_order_are_found() {
    let store = memory();
    let blobs = open(&store).await;
    write(&blobs, id(1, 1), &content(1, 2 * PIECE_BYTES as usize), 50_000).await;
    let names: Vec<_> = store.names().into_iter().filter(|name| name.contains(".")).collect();
    let mut first = Vec::new();
    store.change(&names[0], |bytes| {
        first = bytes;
        None
    });
    store.change(&names[1], |second| Some(std::mem::replace(&mut first, second)));
    store.change(&names[0], |_| Some(first));
    frame(&blobs, 1).await.unwrap();
    assert!(matches!(read_all(&blobs, 1).await, Err(Error::Damaged { .. })));
}
