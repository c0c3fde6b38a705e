//! Data folders of earlier formats, as `fixtures/` keeps them: each opens with all that is in it, is upgraded, and is clean then;
//! also when the server is killed while it upgrades.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod fixture;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use fixture::{BINARY, Manifest, fixtures, fsck, missing, opened, unpacked};

async fn check(store: &coldkeep_store::Store, manifest: &Manifest) {
    assert_eq!(missing(store, manifest).await, Vec::<String>::new());
}

fn is_clean(data: &Path) {
    let (code, text) = fsck(data, &["--read"]);
    assert_eq!(code, 0, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_opens_with_all_that_is_in_it() {
    for (archive, manifest) in fixtures() {
        let dir = unpacked(&archive);
        let data = dir.path().join("data");
        for _ in 0..2 {
            let store = opened(&data).await;
            check(&store, &manifest).await;
            store.sweep().await.unwrap();
            while store.reclaim().await.unwrap().done > 0 {}
            check(&store, &manifest).await;
            store.close().await.unwrap();
            drop(store);
        }
        is_clean(&data);
    }
}

/// The server is killed a little later each time, until it has come to serve.
#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_that_is_killed_goes_on() {
    for (archive, manifest) in fixtures() {
        for step in [1, 7] {
            let dir = unpacked(&archive);
            let data = dir.path().join("data");
            for kill in 0..12 {
                let mut server = Command::new(BINARY)
                    .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--data"])
                    .arg(&data)
                    .envs([("COLDKEEP_ROOT_ACCESS_KEY", "AKIDFIXTURE"), ("COLDKEEP_ROOT_SECRET_KEY", "fixture-secret")])
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .unwrap();
                tokio::time::sleep(Duration::from_millis(5 + step * kill)).await;
                server.kill().unwrap();
                server.wait().unwrap();
            }
            let store = opened(&data).await;
            check(&store, &manifest).await;
            store.sweep().await.unwrap();
            store.close().await.unwrap();
            drop(store);
            is_clean(&data);
        }
    }
}
