//! Blobs are kept as `docs/format/pieces.md` says: the same objects as its script makes, which knows nothing of this crate.

use bytes::Bytes;
use coldkeep_blob::{Blobs, Label};
use coldkeep_blob_pieces::{Memory, PieceStore};
use coldkeep_types::Id;

use crate::open;

fn plain(bytes: usize) -> Bytes {
    (0..bytes).map(|at| ((at * 31 + at / 251) % 256) as u8).collect()
}

#[tokio::test]
async fn objects_are_those_of_the_format() {
    let mut lines = 0;
    for line in include_str!("../vectors.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let mut word = || words.next().unwrap();
        let (id, label) = (Id::parse_hex(word()).unwrap(), Label(word().into()));
        let (piece_bytes, size) = (word().parse().unwrap(), word().parse().unwrap());
        let store = Memory::new(piece_bytes, 1 << 30);
        let blobs = open(&store).await;
        let mut draft = blobs.create(id, label, None).await.unwrap();
        draft.write(plain(size)).await.unwrap();
        draft.finish().await.unwrap();
        let mut objects = Vec::new();
        for name in store.names().into_iter().filter(|name| name.starts_with("blobs/")) {
            let bytes = store.read(&name, 0..u64::MAX).await.unwrap();
            let crc = coldkeep_blob::table::crc(&bytes);
            objects.push(format!("{name}:{}:{crc:08x}", bytes.len()));
        }
        assert_eq!(objects.join(" "), words.collect::<Vec<_>>().join(" "));
        lines += 1;
    }
    assert!(lines > 4);
}
