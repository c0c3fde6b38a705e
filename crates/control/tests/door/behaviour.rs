//! What the operations do, and what they refuse.

use coldkeep_store::PublicAccessBlock;

use crate::world::{STRANGER, World, account, element, root};

const POINT: &str = "/v20180820/accesspoint/new";
const BLOCK: &str = "/v20180820/configuration/publicAccessBlock";

async fn create(world: &World, body: &str) -> String {
    let answer = world.ask(Some(&root()), "PUT", POINT, &format!("<C>{body}</C>")).await;
    if answer.status == 200 { answer.body } else { answer.code }
}

#[tokio::test]
async fn a_point_is_made_read_listed_and_deleted() {
    let world = World::new().await;
    let made = create(&world, "<Bucket>bkt</Bucket><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>").await;
    let arn = element(&made, "AccessPointArn");
    assert_eq!(arn.as_deref(), Some("arn:aws:s3:us-east-1:012345678901:accesspoint/new"), "{made}");
    let read = world.ask(Some(&root()), "GET", POINT, "").await.body;
    for (name, value) in [
        ("Name", "new"),
        ("Bucket", "bkt"),
        ("NetworkOrigin", "Internet"),
        ("BlockPublicAcls", "true"),
        ("RestrictPublicBuckets", "true"),
        ("BucketAccountId", "012345678901"),
        ("Endpoints", "<entry><key>ipv4</key><value>s3-accesspoint.s3.example.com</value></entry>"),
    ] {
        assert_eq!(element(&read, name).as_deref(), Some(value), "{read}");
    }
    assert_eq!(element(&read, "Alias"), element(&made, "Alias"));
    let first = world.ask(Some(&root()), "GET", "/v20180820/accesspoint?maxResults=1", "").await.body;
    assert_eq!(
        (element(&first, "Name").as_deref(), element(&first, "NextToken").as_deref()),
        (Some("ann"), Some("ann"))
    );
    let second = world.ask(Some(&root()), "GET", "/v20180820/accesspoint?bucket=bkt&nextToken=ann", "").await.body;
    assert_eq!((element(&second, "Name").as_deref(), element(&second, "NextToken")), (Some("new"), None));
    assert_eq!(create(&world, "<Bucket>bkt</Bucket>").await, "AccessPointAlreadyOwnedByYou");
    assert_eq!(world.ask(Some(&root()), "DELETE", POINT, "").await.status, 204);
    let gone = world.ask(Some(&root()), "GET", POINT, "").await;
    assert_eq!((gone.status, gone.code.as_str()), (404, "NoSuchAccessPoint"));
    assert_eq!(element(&gone.body, "AccessPointName").as_deref(), Some("new"));
}

#[tokio::test]
async fn what_no_point_can_be_is_refused() {
    let world = World::new().await;
    for (body, code) in [
        ("<Bucket>none</Bucket>", "InvalidRequest"),
        ("<Bucket>No</Bucket>", "InvalidBucketName"),
        ("<Bucket>arn:aws:s3:::bkt</Bucket>", "InvalidBucketName"),
        ("", "MalformedXML"),
        ("<Bucket>bkt</Bucket><BucketAccountId>999999999999</BucketAccountId>", "InvalidRequest"),
        ("<Bucket>bkt</Bucket><VpcConfiguration><VpcId>no</VpcId></VpcConfiguration>", "InvalidRequest"),
        ("<Bucket>bkt</Bucket><Scope><Prefixes><Prefix>a</Prefix></Prefixes></Scope>", "InvalidRequest"),
        ("<Bucket>bkt</Bucket><Tags><Tag><Key>aws:a</Key><Value>b</Value></Tag></Tags>", "InvalidTag"),
        ("<Bucket>arn:aws:s3-outposts:us-east-1:012345678901:outpost/op-1/bucket/bkt</Bucket>", "InvalidRequest"),
    ] {
        assert_eq!(create(&world, body).await, code, "{body}");
    }
    let long = format!("<Bucket>bkt</Bucket><Tags>{}</Tags>", "x".repeat(200 << 10));
    assert_eq!(create(&world, &long).await, "MaxMessageLengthExceeded");
    let named = world.ask(Some(&root()), "PUT", "/v20180820/accesspoint/No", "<C><Bucket>bkt</Bucket></C>").await;
    assert_eq!(named.code, "InvalidURI");
    assert_eq!(element(&named.body, "URI").as_deref(), Some("accesspoint/No"));
    for name in ["-new", "new-s3alias", "n.w"] {
        let at = format!("/v20180820/accesspoint/{name}");
        let named = world.ask(Some(&root()), "PUT", &at, "<C><Bucket>bkt</Bucket></C>").await;
        assert_eq!(element(&named.body, "Message").as_deref(), Some("Your Amazon S3 AccessPoint name is invalid"));
    }
    // What a bucket's host is already.
    let bucket = coldkeep_types::BucketName::parse("new-012345678901").unwrap();
    let region = coldkeep_types::Region::parse("us-east-1").unwrap();
    world.store.create_bucket(&bucket, &account(STRANGER), &region).await.unwrap();
    assert_eq!(create(&world, "<Bucket>bkt</Bucket>").await, "InvalidRequest");
    // Of another's bucket, whose account must be named.
    assert_eq!(create(&world, "<Bucket>new-012345678901</Bucket>").await, "InvalidRequest");
}

#[tokio::test]
async fn a_point_of_anothers_bucket_names_its_account() {
    let world = World::new().await;
    let bucket = coldkeep_types::BucketName::parse("theirs").unwrap();
    let region = coldkeep_types::Region::parse("eu-west-1").unwrap();
    world.store.create_bucket(&bucket, &account(STRANGER), &region).await.unwrap();
    let made = create(&world, &format!("<Bucket>theirs</Bucket><BucketAccountId>{STRANGER}</BucketAccountId>")).await;
    // It is where its bucket is.
    assert_eq!(element(&made, "AccessPointArn").as_deref(), Some("arn:aws:s3:eu-west-1:012345678901:accesspoint/new"));
}

#[tokio::test]
async fn policies_are_kept_as_they_were_put_and_public_ones_are_blocked() {
    let world = World::new().await;
    let at = "/v20180820/accesspoint/ann/policy";
    let put = async |world: &World, principal: &str| {
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject","Resource":"arn:aws:s3:us-east-1:012345678901:accesspoint/ann/object/*"}}]}}"#
        );
        let answer = world.ask(Some(&root()), "PUT", at, &format!("<P><Policy>{policy}</Policy></P>")).await;
        (answer.code, policy)
    };
    let (code, policy) = put(&world, r#"{"AWS":"999999999999"}"#).await;
    assert_eq!(code, "");
    let read = world.ask(Some(&root()), "GET", at, "").await.body;
    assert_eq!(element(&read, "Policy").map(|text| text.replace("&quot;", "\"")), Some(policy));
    let status = world.ask(Some(&root()), "GET", "/v20180820/accesspoint/ann/policyStatus", "").await.body;
    assert_eq!(element(&status, "IsPublic").as_deref(), Some("false"));
    assert_eq!(put(&world, r#""*""#).await.0, "AccessDenied", "the point's own block");
    assert_eq!(put(&world, r#"{"AWS":"111111111111"}"#).await.0, "MalformedPolicy", "no such account");
    assert_eq!(world.ask(Some(&root()), "PUT", at, "<P><Policy>{}</Policy></P>").await.code, "MalformedPolicy");
    for _ in 0..2 {
        assert_eq!(world.ask(Some(&root()), "DELETE", at, "").await.status, 204);
    }
    assert_eq!(world.ask(Some(&root()), "GET", at, "").await.code, "NoSuchAccessPointPolicy");
    // An open point of an open bucket: the account's block still stands before it.
    let open = "<Bucket>bkt</Bucket><PublicAccessBlockConfiguration></PublicAccessBlockConfiguration>";
    create(&world, open).await;
    let bucket = coldkeep_types::BucketName::parse("bkt").unwrap();
    world.store.change_bucket_access(&bucket, |access| access.block = Some(PublicAccessBlock::NONE)).await.unwrap();
    let public = r#"<P><Policy>{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:us-east-1:012345678901:accesspoint/new/object/*"}]}</Policy></P>"#;
    let at = "/v20180820/accesspoint/new/policy";
    world.store.put_account_block(&account("012345678901"), Some(PublicAccessBlock::ALL)).await.unwrap();
    assert_eq!(world.ask(Some(&root()), "PUT", at, public).await.code, "AccessDenied");
    world.store.put_account_block(&account("012345678901"), None).await.unwrap();
    assert_eq!(world.ask(Some(&root()), "PUT", at, public).await.status, 200);
    let status = world.ask(Some(&root()), "GET", "/v20180820/accesspoint/new/policyStatus", "").await.body;
    assert_eq!(element(&status, "IsPublic").as_deref(), Some("true"));
}

#[tokio::test]
async fn the_accounts_block_is_put_read_and_deleted() {
    let world = World::new().await;
    let none = world.ask(Some(&root()), "GET", BLOCK, "").await;
    assert_eq!((none.status, none.code.as_str()), (404, "NoSuchPublicAccessBlockConfiguration"));
    assert_eq!(world.ask(Some(&root()), "PUT", BLOCK, "<P></P>").await.code, "InvalidRequest");
    let body = "<P><BlockPublicAcls>true</BlockPublicAcls></P>";
    assert_eq!(world.ask(Some(&root()), "PUT", BLOCK, body).await.status, 200);
    let read = world.ask(Some(&root()), "GET", BLOCK, "").await.body;
    assert_eq!(element(&read, "BlockPublicAcls").as_deref(), Some("true"), "{read}");
    assert_eq!(element(&read, "RestrictPublicBuckets").as_deref(), Some("false"));
    let only_acls = PublicAccessBlock { block_acls: true, ..PublicAccessBlock::NONE };
    assert_eq!(world.store.account_block(&account("012345678901")).await.unwrap(), Some(only_acls));
    assert_eq!(world.ask(Some(&root()), "DELETE", BLOCK, "").await.status, 204);
    assert_eq!(world.ask(Some(&root()), "GET", BLOCK, "").await.status, 404);
    // Another account's is that one's to read.
    let stranger = world.stranger.clone();
    let mine = world.ask_with(Some(&stranger), "GET", BLOCK, &[], "").await;
    assert_eq!(mine.code, "AccessDenied");
}

#[tokio::test]
async fn tags_are_added_replaced_and_removed() {
    let world = World::new().await;
    let at = "/v20180820/tags/arn%3Aaws%3As3%3Aus-east-1%3A012345678901%3Aaccesspoint/ann";
    let tags =
        "<T><Tags><Tag><Key>team</Key><Value>red</Value></Tag><Tag><Key>a</Key><Value>b</Value></Tag></Tags></T>";
    assert_eq!(world.ask(Some(&root()), "POST", at, tags).await.status, 204);
    let pairs = |tags: &[(&str, &str)]| -> Vec<(String, String)> {
        tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(world.point().await.tags, pairs(&[("team", "red"), ("a", "b")]));
    let read = world.ask(Some(&root()), "GET", at, "").await.body;
    assert!(read.contains("<Tag><Key>a</Key><Value>b</Value></Tag>"), "{read}");
    let removed = world.ask(Some(&root()), "DELETE", &format!("{at}?tagKeys=none&tagKeys=team"), "").await;
    assert_eq!((removed.status, world.point().await.tags.clone()), (204, pairs(&[("a", "b")])));
    let many: String = (0..50).map(|nth| format!("<Tag><Key>k{nth}</Key><Value></Value></Tag>")).collect();
    let answer = world.ask(Some(&root()), "POST", at, &format!("<T><Tags>{many}</Tags></T>")).await;
    assert_eq!(answer.code, "TooManyTags");
    let grant = world
        .ask(Some(&root()), "GET", "/v20180820/tags/arn%3Aaws%3As3%3Aus-east-1%3A012345678901%3Astorage-lens%2Fx", "")
        .await;
    assert_eq!(grant.status, 501);
}

#[tokio::test]
async fn tags_of_a_bucket_are_those_of_its_tag_set() {
    let world = World::new().await;
    let at = "/v20180820/tags/arn%3Aaws%3As3%3A%3A%3Abkt";
    let tags = |key: &str| format!("<T><Tags><Tag><Key>{key}</Key><Value>v</Value></Tag></Tags></T>");
    for key in ["a", "b"] {
        assert_eq!(world.ask(Some(&root()), "POST", at, &tags(key)).await.status, 204);
    }
    let name = coldkeep_types::BucketName::parse("bkt").unwrap();
    let kept = async || world.store.bucket(&name).await.unwrap().tags.clone();
    let pair = |key: &str| (key.to_owned(), "v".to_owned());
    assert_eq!(kept().await, Some(vec![pair("a"), pair("b")]));
    assert!(world.ask(Some(&root()), "GET", at, "").await.body.contains("<Key>b</Key>"));
    for (removed, left) in [("b", Some(vec![pair("a")])), ("a", None)] {
        assert_eq!(world.ask(Some(&root()), "DELETE", &format!("{at}?tagKeys={removed}"), "").await.status, 204);
        assert_eq!(kept().await, left);
    }
    let gone = world.ask(Some(&root()), "GET", &at.replace("bkt", "none"), "").await;
    assert_eq!((gone.status, gone.code.as_str()), (404, "NoSuchResource"));
    // The bucket's own policy counts, for its owner as well.
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:TagResource","Resource":"arn:aws:s3:::bkt"}}"#;
    let change = |access: &mut coldkeep_store::BucketAccess| access.policy = Some(deny.to_owned());
    world.store.change_bucket_access(&name, change).await.unwrap();
    assert_eq!(world.ask(Some(&root()), "POST", at, &tags("a")).await.code, "AccessDenied");
}

#[tokio::test]
async fn a_point_on_an_outpost_is_found_by_its_outpost_only() {
    let world = World::new().await;
    let outpost = [("x-amz-outpost-id", "op-01ac")];
    let body = "<C><Bucket>bkt</Bucket><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration></C>";
    let made = world.ask_with(Some(&root()), "PUT", POINT, &outpost, body).await;
    let arn = "arn:aws:s3-outposts:us-east-1:012345678901:outpost/op-01ac/accesspoint/new";
    assert_eq!(element(&made.body, "AccessPointArn").as_deref(), Some(arn), "{}", made.body);
    assert!(element(&made.body, "Alias").is_some_and(|alias| alias.ends_with("--op-s3")), "{}", made.body);
    assert_eq!(world.ask(Some(&root()), "GET", POINT, "").await.code, "NoSuchAccessPoint");
    assert_eq!(world.ask_with(Some(&root()), "GET", POINT, &outpost, "").await.status, 200);
    let escaped = "/v20180820/accesspoint/arn%3Aaws%3As3-outposts%3Aus-east-1%3A012345678901%3Aoutpost%2Fop-01ac%2Faccesspoint%2Fnew";
    let read = world.ask_with(Some(&root()), "GET", escaped, &outpost, "").await;
    assert_eq!(element(&read.body, "NetworkOrigin").as_deref(), Some("VPC"), "{}", read.body);
    // Its policy names it by its ARN, with actions of S3.
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{STRANGER}"}},"Action":"s3:GetObject","Resource":"{arn}/object/*"}}]}}"#
    );
    let at = format!("{escaped}/policy");
    let put = world.ask_with(Some(&root()), "PUT", &at, &outpost, &format!("<P><Policy>{policy}</Policy></P>")).await;
    assert_eq!(put.status, 200, "{}", put.body);
    let other = world.ask_with(Some(&root()), "GET", escaped, &[("x-amz-outpost-id", "op-02")], "").await;
    assert_eq!(other.code, "InvalidAccessPoint");
}
