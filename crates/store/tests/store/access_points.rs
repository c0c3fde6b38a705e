//! Access points and the account's block of public access: made, found by either name, kept from vanishing buckets and from names
//! that are somebody else's.

use coldkeep_store::{Error, NewAccessPoint, PublicAccessBlock};
use coldkeep_types::{AccessPointName, AccountId, BucketName};

use crate::world::{World, account, region};

fn name(text: &str) -> AccessPointName {
    AccessPointName::parse(text).unwrap()
}

pub fn new_point(bucket: &BucketName, called: &str) -> NewAccessPoint {
    NewAccessPoint {
        account: account(),
        name: name(called),
        bucket: bucket.clone(),
        vpc: None,
        outpost: None,
        block: PublicAccessBlock::ALL,
        tags: Vec::new(),
    }
}

#[tokio::test]
async fn a_point_is_found_by_its_name_and_its_alias_until_it_is_deleted() {
    let world = World::new().await;
    let (store, bucket) = (&world.store, world.bucket().await);
    let made = store.create_access_point(&new_point(&bucket, "ann")).await.unwrap();
    assert_eq!((made.bucket.as_str(), &made.alias[..4]), (bucket.as_str(), "ann-"));
    assert!(coldkeep_types::is_alias(&made.alias) && made.alias.len() <= 63, "{}", made.alias);
    let again = store.create_access_point(&new_point(&bucket, "ann")).await;
    assert!(matches!(again, Err(Error::AccessPointExists)), "{again:?}");
    assert_eq!(store.access_point_by_alias(&made.alias).await.unwrap().arn, made.arn);
    store.change_access_point(&account(), &name("ann"), |point| point.policy = Some("{}".into())).await.unwrap();
    // Neither name shows what was before.
    assert_eq!(store.access_point(&account(), &name("ann")).await.unwrap().policy.as_deref(), Some("{}"));
    assert_eq!(store.access_point_by_alias(&made.alias).await.unwrap().policy.as_deref(), Some("{}"));
    let in_the_way = store.delete_bucket(&bucket).await;
    assert!(matches!(in_the_way, Err(Error::BucketHasAccessPoints)), "{in_the_way:?}");
    store.delete_access_point(&account(), &name("ann")).await.unwrap();
    for gone in [store.access_point(&account(), &name("ann")).await, store.access_point_by_alias(&made.alias).await] {
        assert!(matches!(gone, Err(Error::NoSuchAccessPoint)), "{gone:?}");
    }
    store.delete_bucket(&bucket).await.unwrap();
    let homeless = store.create_access_point(&new_point(&bucket, "ann")).await;
    assert!(matches!(homeless, Err(Error::NoSuchBucket)), "{homeless:?}");
}

#[tokio::test]
async fn lists_are_by_name_of_an_account_and_of_a_bucket() {
    let world = World::new().await;
    let (store, bucket) = (&world.store, world.bucket().await);
    let other = BucketName::parse("the-other").unwrap();
    store.create_bucket(&other, &account(), &region()).await.unwrap();
    for (called, bucket) in [("ccc", &bucket), ("aaa", &bucket), ("bbb", &other)] {
        store.create_access_point(&new_point(bucket, called)).await.unwrap();
    }
    let listed = async |bucket: Option<&BucketName>, after: &str, limit: usize| -> Vec<String> {
        let points = store.list_access_points(&account(), bucket, after, limit).await.unwrap();
        points.iter().map(|point| point.arn.name.to_string()).collect()
    };
    assert_eq!(listed(None, "", 9).await, ["aaa", "bbb", "ccc"]);
    assert_eq!(listed(None, "aaa", 1).await, ["bbb"]);
    assert_eq!(listed(Some(&bucket), "", 9).await, ["aaa", "ccc"]);
    assert_eq!(listed(Some(&bucket), "aaa", 9).await, ["ccc"]);
    let stranger = AccountId::parse("999999999999").unwrap();
    assert!(store.list_access_points(&stranger, None, "", 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_host_name_is_a_points_or_a_buckets_never_both() {
    let world = World::new().await;
    let (store, bucket) = (&world.store, world.bucket().await);
    let host = |point: &str| BucketName::parse(&format!("{point}-{}", account())).unwrap();
    store.create_access_point(&new_point(&bucket, "ann")).await.unwrap();
    let taken = store.create_bucket(&host("ann"), &account(), &region()).await;
    assert!(matches!(taken, Err(Error::BucketExists { owned: false })), "{taken:?}");
    store.create_bucket(&host("bob"), &account(), &region()).await.unwrap();
    let taken = store.create_access_point(&new_point(&bucket, "bob")).await;
    assert!(matches!(taken, Err(Error::AccessPointNameTaken)), "{taken:?}");
}

#[tokio::test]
async fn the_stricter_of_the_accounts_block_and_the_buckets_counts_at_once() {
    let world = World::new().await;
    let (store, bucket) = (&world.store, world.bucket().await);
    let only_acls = PublicAccessBlock { block_acls: true, ..PublicAccessBlock::NONE };
    store.change_bucket_access(&bucket, |access| access.block = Some(PublicAccessBlock::NONE)).await.unwrap();
    assert_eq!(store.bucket(&bucket).await.unwrap().block(), PublicAccessBlock::NONE);
    store.put_account_block(&account(), Some(only_acls)).await.unwrap();
    assert_eq!(store.account_block(&account()).await.unwrap(), Some(only_acls));
    assert_eq!(store.bucket(&bucket).await.unwrap().block(), only_acls);
    let restrict = PublicAccessBlock { restrict: true, ..PublicAccessBlock::NONE };
    store.change_bucket_access(&bucket, move |access| access.block = Some(restrict)).await.unwrap();
    let both = PublicAccessBlock { restrict: true, ..only_acls };
    assert_eq!(store.bucket(&bucket).await.unwrap().block(), both);
    store.put_account_block(&account(), None).await.unwrap();
    assert_eq!(store.bucket(&bucket).await.unwrap().block(), restrict);
    assert_eq!(store.account_block(&account()).await.unwrap(), None);
}
