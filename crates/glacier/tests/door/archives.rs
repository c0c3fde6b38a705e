//! UploadArchive and DeleteArchive.

use crate::ask::{ACCOUNT, MIB, archive, archives, arn, ask, create_vault, door_with_vault, pattern, tree};

const PATH: &str = "/-/vaults/v/archives";

#[tokio::test]
async fn an_archive_is_stored() {
    let door = door_with_vault().await;
    let data = pattern(3 * MIB + 5);
    let answer = ask("POST", PATH).upload(data).send(&door).await;
    let id = answer.is_bare(201).header("x-amz-archive-id");
    assert_eq!(id.len(), 138);
    assert_eq!(answer.header("location"), format!("/{ACCOUNT}/vaults/v/archives/{id}"));
    assert_eq!(
        answer.header("x-amz-sha256-tree-hash"),
        "c9e0c11a00161b193e0a1b3692ec553d4033a887f2086a7cadd4cd722d87f09f"
    );
    assert_ne!(archive(&door, "x").await, archive(&door, "x").await);
    let upper = ask("POST", PATH).header("x-amz-sha256-tree-hash", tree(b"data").to_uppercase()).body("data");
    assert_eq!(upper.send(&door).await.is_bare(201).header("x-amz-sha256-tree-hash"), tree(b"data"));
}

#[tokio::test]
async fn bad_uploads_leave_nothing() {
    let door = door_with_vault().await;
    let post = || ask("POST", PATH);
    let hashed = |hash: &str| post().header("x-amz-sha256-tree-hash", hash).body("data");
    for length in [(4 << 30) + 1, 5 << 40] {
        let refused = post().upload("data").length(Some(length)).send(&door).await;
        refused.is_invalid(&format!("Invalid Content-Length: {length}"));
    }
    post().upload("").send(&door).await.is_invalid("Invalid Content-Length: 0");
    post().header("x-amz-sha256-tree-hash", "").send(&door).await.is_invalid("Invalid Content-Length: 0");
    post().upload("data").length(None).send(&door).await.is_missing("Content-Length");
    post().body("data").send(&door).await.is_missing("x-amz-sha256-tree-hash");
    for bad in ["000", &"g".repeat(64), &"0".repeat(63), &"0".repeat(65)] {
        hashed(bad).send(&door).await.is_invalid(&format!("Invalid x-amz-sha256-tree-hash: {bad}"));
    }
    let mismatch = format!("Checksum mismatch: expected {}, computed {}", tree(b"x"), tree(b"data"));
    hashed(&tree(b"x")).send(&door).await.is_invalid(&mismatch);
    let linear = hashed(&tree(b"data")).payload(&"0".repeat(64)).send(&door).await;
    linear.is_error(
        403,
        "InvalidSignatureException",
        "The value passed in as x-amz-content-sha256 does not match the computed payload hash. Computed digest: \
         3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7 expected hash: \
         0000000000000000000000000000000000000000000000000000000000000000",
    );
    for bad in ["x".repeat(1025).into_bytes(), b"a\tb".to_vec(), "ä".into(), vec![0xe4]] {
        let refused = post().upload("data").header("x-amz-archive-description", bad).send(&door).await;
        refused.is_invalid("Invalid x-amz-archive-description: …");
    }
    assert_eq!(archives(&door).await, 0);
    let elsewhere = ask("POST", "/-/vaults/none/archives").body("data").send(&door).await;
    elsewhere.is_not_found(&format!("Vault not found for ARN: {}", arn("none")));
}

#[tokio::test]
async fn archives_are_deleted_through_their_own_vault() {
    let door = door_with_vault().await;
    create_vault(&door, "w").await;
    let id = archive(&door, "data").await;
    let wrong = ask("DELETE", &format!("/-/vaults/w/archives/{id}")).send(&door).await;
    wrong.is_invalid(&format!("Invalid vault name: {}", arn("w")));
    assert_eq!(archives(&door).await, 1);
    for _ in 0..2 {
        ask("DELETE", &format!("{PATH}/{id}")).send(&door).await.is_bare(204);
    }
    assert_eq!(archives(&door).await, 0);
    for never in ["A".repeat(138), "short".to_owned()] {
        let unknown = ask("DELETE", &format!("{PATH}/{never}")).send(&door).await;
        unknown.is_not_found(&format!("The archive ID was not found: {never}"));
    }
}
