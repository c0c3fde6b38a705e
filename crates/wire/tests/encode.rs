//! Bytes of responses, where clients are known to look at them closely.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use coldkeep_types::Timestamp;
use coldkeep_wire::glacier::{DeleteVaultOutput, DescribeVaultOutput, GetJobOutputOutput, ListVaultsOutput};
use coldkeep_wire::s3::{
    CommonPrefix, CopyObjectOutput, CopyObjectResult, GetBucketLocationOutput, GetObjectOutput, ListBucketsOutput,
    ListObjectsV2Output, Object,
};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";
const TIME: Timestamp = Timestamp(1_255_369_830_000);

#[test]
fn a_listing_is_s3s_document() {
    let listing = ListObjectsV2Output {
        is_truncated: Some(false),
        name: Some("b".into()),
        prefix: Some(String::new()),
        contents: vec![Object {
            key: Some("a&b".into()),
            last_modified: Some(TIME),
            etag: Some("\"e\"".into()),
            size: Some(5 << 40),
            storage_class: Some("STANDARD".into()),
            ..Default::default()
        }],
        common_prefixes: vec![CommonPrefix { prefix: Some("p/".into()) }, CommonPrefix { prefix: Some("q/".into()) }],
        ..Default::default()
    };
    let encoded = listing.encode();
    assert_eq!(
        encoded.body,
        format!(
            "{DECLARATION}<ListBucketResult {NAMESPACE}><Name>b</Name><IsTruncated>false</IsTruncated>\
             <Prefix></Prefix><Contents><Key>a&amp;b</Key>\
             <LastModified>2009-10-12T17:50:30.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>5497558138880</Size>\
             <StorageClass>STANDARD</StorageClass></Contents>\
             <CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>q/</Prefix></CommonPrefixes>\
             </ListBucketResult>"
        )
    );
    assert_eq!(encoded.headers["content-type"], "application/xml");
}

#[test]
fn departures_from_the_model() {
    let location =
        |region: Option<&str>| GetBucketLocationOutput { location_constraint: region.map(Into::into) }.encode();
    let empty = format!("{DECLARATION}<LocationConstraint {NAMESPACE}></LocationConstraint>");
    assert_eq!(location(None).body, empty);
    assert_eq!(location(Some("eu-west-1")).body, empty.replace("><", ">eu-west-1<"));
    let buckets = ListBucketsOutput::default().encode();
    assert_eq!(
        buckets.body,
        format!("{DECLARATION}<ListAllMyBucketsResult {NAMESPACE}><Buckets></Buckets></ListAllMyBucketsResult>")
    );
}

#[test]
fn headers_and_bodies_are_kept_apart() {
    let object =
        GetObjectOutput { last_modified: Some(TIME), object_lock_retain_until_date: Some(TIME), ..Default::default() };
    let encoded = object.encode();
    assert_eq!(encoded.headers["last-modified"], "Mon, 12 Oct 2009 17:50:30 GMT");
    assert_eq!(encoded.headers["x-amz-object-lock-retain-until-date"], "2009-10-12T17:50:30.000Z");
    assert!(encoded.body.is_empty() && encoded.headers.len() == 2);
    let copy = CopyObjectOutput {
        copy_object_result: Some(CopyObjectResult { etag: Some("e".into()), ..Default::default() }),
        version_id: Some("v".into()),
        ..Default::default()
    };
    let encoded = copy.encode();
    assert_eq!(encoded.body, format!("{DECLARATION}<CopyObjectResult {NAMESPACE}><ETag>e</ETag></CopyObjectResult>"));
    assert_eq!(encoded.headers["x-amz-version-id"], "v");
}

#[test]
fn glaciers_documents_are_compact_complete_and_in_order() {
    let vaults = ListVaultsOutput {
        vault_list: vec![DescribeVaultOutput {
            vault_name: Some("v".into()),
            size_in_bytes: Some(0),
            ..Default::default()
        }],
        ..Default::default()
    };
    let encoded = vaults.encode();
    assert_eq!(
        encoded.body,
        r#"{"Marker":null,"VaultList":[{"CreationDate":null,"LastInventoryDate":null,"NumberOfArchives":null,"SizeInBytes":0,"VaultARN":null,"VaultName":"v"}]}"#
    );
    assert_eq!(encoded.headers["content-type"], "application/json");
    let deleted = DeleteVaultOutput {}.encode();
    assert!(deleted.status == 204 && deleted.headers.is_empty() && deleted.body.is_empty());
    let partial = GetJobOutputOutput { status: Some(206), ..Default::default() };
    assert_eq!(partial.encode().status, 206);
}

#[test]
fn answers_of_the_query_protocol_have_their_operations_name_and_whole_seconds() {
    use coldkeep_types::Timestamp;
    use coldkeep_wire::iam::{DeleteUserOutput, GetAccountSummaryResponse, GetUserResponse, User};

    let text = |encoded: coldkeep_wire::Encoded| String::from_utf8(encoded.body.to_vec()).expect("text");
    let namespace = "https://iam.amazonaws.com/doc/2010-05-08/";
    let metadata = "<ResponseMetadata><RequestId>R</RequestId></ResponseMetadata>";
    let nothing = text(DeleteUserOutput {}.encode("DeleteUser", "R"));
    assert_eq!(nothing, format!("<DeleteUserResponse xmlns=\"{namespace}\">{metadata}</DeleteUserResponse>"));
    let create_date = Some(Timestamp(1_329_757_305_198));
    let user = User { user_name: "a<b".into(), create_date, ..User::default() };
    let answer = text(GetUserResponse { user }.encode("GetUser", "R"));
    let expected = format!(
        "<GetUserResponse xmlns=\"{namespace}\"><GetUserResult><User><Path></Path><UserName>a&lt;b</UserName>\
         <UserId></UserId><Arn></Arn><CreateDate>2012-02-20T17:01:45Z</CreateDate></User></GetUserResult>{metadata}\
         </GetUserResponse>"
    );
    assert_eq!(answer, expected);
    let summary = GetAccountSummaryResponse { summary_map: [("Users".to_owned(), 3)].into() };
    let answer = text(summary.encode("GetAccountSummary", "R"));
    assert!(answer.contains("<SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap>"), "{answer}");
}
