//! Who may, as it is kept: by default not at all, and through whatever becomes of an object.

use coldkeep_store::{
    BucketAccess, Error, Grant, Grantee, NamedWhole, NewUpload, ObjectAccess, Ownership, Precondition,
    PublicAccessBlock, Right,
};

use crate::body::Body;
use crate::world::{World, copy_object, copy_to, key, named};

fn shared() -> ObjectAccess {
    let acl = Some(vec![Grant { grantee: Grantee::AllUsers, right: Right::Read }]);
    ObjectAccess { owner: Some("999999999999".into()), acl, initiator: Some("arn:aws:iam::999999999999:root".into()) }
}

#[tokio::test]
async fn a_bucket_is_closed_until_it_is_changed_and_everybody_sees_a_change() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let new = world.store.bucket(&bucket).await.unwrap();
    assert_eq!(new.access, BucketAccess::default());
    assert_eq!((new.access.ownership(), new.access.block()), (Ownership::Enforced, PublicAccessBlock::ALL));
    assert_eq!(*new.derived(|bucket| bucket.access.policy.clone()).unwrap(), None);
    world.store.change_bucket_access(&bucket, |access| access.policy = Some("{}".into())).await.unwrap();
    let changed = world.store.bucket(&bucket).await.unwrap();
    assert_eq!(*changed.derived(|bucket| bucket.access.policy.clone()).unwrap(), Some("{}".to_owned()));
    // What was made of a record stays with it.
    assert_eq!(*new.derived(|bucket| bucket.access.policy.clone()).unwrap(), None);
    world.store.delete_bucket(&bucket).await.unwrap();
    let gone = world.store.change_bucket_access(&bucket, |access| access.policy = None).await;
    assert!(matches!(gone, Err(Error::NoSuchBucket)));
}

#[tokio::test]
async fn an_upload_hands_its_acl_to_the_object_and_a_copy_has_its_own() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let new = NewUpload { access: shared(), ..NewUpload::default() };
    let upload = world.store.create_upload(&bucket, &key("k"), new).await.unwrap();
    assert_eq!(world.store.upload(&bucket, &key("k"), upload.id).await.unwrap().access, shared());
    world.part(&upload, 1, Body::of(&b"bytes"[..].into())).await.unwrap();
    let named = [named(1, b"bytes")];
    let whole = NamedWhole::default();
    world.store.complete_upload(&bucket, &key("k"), upload.id, &named, &whole, &Precondition::default()).await.unwrap();
    let object = world.store.head_object(&bucket, &key("k")).await.unwrap();
    assert_eq!(object.access, ObjectAccess { initiator: None, ..shared() });
    let target = copy_to(&bucket, "copy");
    let copy = copy_object(&world.store, &bucket, &key("k"), &target).await.unwrap();
    assert_eq!(copy.access, ObjectAccess::default());
    let grants = vec![Grant { grantee: Grantee::AuthenticatedUsers, right: Right::FullControl }];
    world.store.put_object_acl(&bucket, &key("copy"), None, &copy, &grants).await.unwrap();
    let changed = world.store.head_object(&bucket, &key("copy")).await.unwrap();
    assert_eq!((changed.etag(), changed.access.acl), (copy.etag(), Some(grants)));
    // Who decided on one object does not change another.
    for key in [key("none"), key("k")] {
        let other = world.store.put_object_acl(&bucket, &key, None, &copy, &[]).await;
        assert!(matches!(other, Err(Error::NoSuchKey)));
    }
}
