//! Several engines over one folder, as servers that share it have it open.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use coldkeep_blob::conformance::{self, content, id, read, write};
use coldkeep_blob::{Blobs, Error, Files, Identity, Label, Options};
use coldkeep_disk::SystemDisk;

fn open(dir: &Path) -> Files {
    Files::open_shared(Arc::new(SystemDisk), dir, Options::default()).unwrap()
}

fn refused(opened: Result<Files, Error>) -> String {
    match opened {
        Err(Error::Open(what)) => what,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was opened"),
    }
}

/// Each of them keeps the contract while another one has the folder open and writes there too.
#[tokio::test(flavor = "multi_thread")]
async fn conforms_beside_another() {
    let dirs = tempfile::tempdir().unwrap();
    let made = AtomicU64::new(0);
    let others = std::sync::Mutex::new(Vec::new());
    conformance::all(async || {
        let dir = dirs.path().join(made.fetch_add(1, Ordering::Relaxed).to_string());
        let other = open(&dir);
        write(&other, id(0xff_fffe, 1), &content(1, 10), 10).await;
        other.delete(id(0xff_fffe, 1)).await.unwrap();
        others.lock().unwrap().push(other);
        Arc::new(open(&dir)) as Arc<dyn Blobs>
    })
    .await;
}

#[tokio::test]
async fn what_one_writes_the_others_read_and_delete() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (open(dir.path()), open(dir.path()));
    for (blobs, epoch) in [(&one, 1), (&other, 2)] {
        for number in 0..4 {
            write(blobs, id(epoch, number), &content(number, 100_000), 1000).await;
        }
    }
    assert_eq!(one.epochs().await.unwrap(), [1, 2]);
    for (blobs, epoch) in [(&one, 2), (&other, 1)] {
        for number in 0..4 {
            assert!(read(blobs, id(epoch, number)).await.unwrap() == content(number, 100_000));
        }
        assert_eq!(blobs.list(epoch, None, 9).await.unwrap().len(), 4);
        blobs.delete(id(epoch, 0)).await.unwrap();
        blobs.quarantine(id(epoch, 1)).await.unwrap();
        assert!(blobs.settle(epoch).await.unwrap());
        assert!(matches!(read(&one, id(epoch, 0)).await, Err(Error::NotFound(_))));
        assert_eq!(blobs.list(epoch, None, 9).await.unwrap().len(), 2);
        blobs.purge(id(epoch, 1)).await.unwrap();
    }
    assert!(one.strays().unwrap().is_empty());
}

/// The directories of a run stay while its server is there, whoever deletes, so that what it writes next is found again; then they go.
#[tokio::test]
async fn directories_of_a_run_stay_as_long_as_its_server() {
    let dir = tempfile::tempdir().unwrap();
    let (writer, leader) = (open(dir.path()), open(dir.path()));
    write(&writer, id(1, 1), &content(1, 10), 10).await;
    leader.delete(id(1, 1)).await.unwrap();
    // In the same directory: the number says in which.
    let (again, late) = (id(1, 1 + (1 << 8)), id(1, 1 + (2 << 8)));
    assert_eq!(again.as_bytes()[15], id(1, 1).as_bytes()[15]);
    write(&writer, again, &content(2, 10), 10).await;
    assert!(read(&leader, again).await.unwrap() == content(2, 10));
    let busy = leader.create(late, Label::default(), None).await;
    assert!(busy.is_err(), "its run is another server's");
    drop(writer);
    leader.delete(again).await.unwrap();
    assert!(!dir.path().join("000001").exists());
    assert!(leader.strays().unwrap().is_empty());
}

#[tokio::test]
async fn who_wants_the_folder_alone_waits_for_all_of_them() {
    let dir = tempfile::tempdir().unwrap();
    let alone = || Files::open(Arc::new(SystemDisk), dir.path(), Options::default());
    let inspect = || Files::inspect(Arc::new(SystemDisk), dir.path());
    let (one, other) = (open(dir.path()), open(dir.path()));
    for _ in 0..2 {
        assert!(refused(alone()).contains("in use by another server"));
        assert!(refused(inspect()).contains("in use by another server"));
    }
    drop(one);
    assert!(refused(inspect()).contains("in use by another server"));
    drop(other);
    assert!(inspect().unwrap().strays().unwrap().is_empty());
    let single = alone().unwrap();
    let shared = Files::open_shared(Arc::new(SystemDisk), dir.path(), Options::default());
    assert!(refused(shared).contains("in use by another server"));
    drop(single);
}

/// However many begin at once: there is one format record, and one store claims it.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_made_once_and_belongs_to_one_store() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shared");
    let opening = (1..=8).map(|epoch| {
        let path = path.clone();
        tokio::task::spawn_blocking(move || (epoch, open(&path)))
    });
    let mut engines = Vec::new();
    for opened in opening.collect::<Vec<_>>() {
        engines.push(opened.await.unwrap());
    }
    let claims = engines
        .into_iter()
        .map(|(epoch, blobs)| tokio::spawn(async move { blobs.claim(Identity { store: [7; 16], epoch }).await }));
    for claimed in claims.collect::<Vec<_>>() {
        claimed.await.unwrap().unwrap();
    }
    let late = open(&path);
    assert_eq!(late.identity().await.unwrap(), Some(Identity { store: [7; 16], epoch: 8 }));
    let stranger = late.claim(Identity { store: [8; 16], epoch: 9 }).await;
    assert!(matches!(stranger, Err(Error::Open(_))), "{stranger:?}");
    assert_eq!(open(&path).identity().await.unwrap(), Some(Identity { store: [7; 16], epoch: 8 }));
}
