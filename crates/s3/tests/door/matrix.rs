//! The matrix of who may: each operation of the table, in each form that asks for other permissions, by each kind of caller. It is
//! made from the table's own data, so an operation that is added without an example here fails.
//!
//! Refused means `AccessDenied` and that no record changed. Permitted means whatever the operation answers then, which the goldens
//! show.

use coldkeep_s3::{Ask as Permission, KnownOperation, On, When};
use coldkeep_store::{BucketAccess, NewObject, NewUpload, ObjectAccess, Precondition};
use coldkeep_types::{AccountId, BucketName, ObjectKey, Region};

use crate::callers::{ROOT, STRANGER, policy};
use crate::world::{Answer, Ask, How, World};

/// One form of an operation: what is sent, and which actions that asks for.
pub struct Form {
    pub what: String,
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    body: &'static str,
    pub actions: Vec<&'static str>,
    pub operation: KnownOperation,
}

impl Form {
    /// What is sent by this key; `bucket` is what stands in the bucket's place, `id` the open upload's.
    pub fn ask(&self, key: &'static str, bucket: &str, id: &str) -> Ask {
        let is_form = self.operation.name == "PostObject";
        let words = match (key.is_empty(), is_form) {
            (true, false) => "unsigned",
            (true, true) => "form",
            (false, true) => "form=v4",
            (false, false) => "",
        };
        let how = How { key, ..How::of(words.split_whitespace()) };
        // A form has fields in place of headers.
        let (fields, headers) = if is_form { (&self.headers[..], &[][..]) } else { (&[][..], &self.headers[..]) };
        let target = match self.target.strip_prefix("/bkt") {
            Some(rest) => format!("/{bucket}{rest}"),
            None => self.target.clone(),
        };
        let header = |(name, value): &(String, String)| {
            let value = if name == "x-amz-copy-source" { value.replace("bkt", bucket) } else { value.clone() };
            (name.clone(), value.into_bytes())
        };
        Ask {
            method: self.method.to_owned(),
            target: target.replace("{id}", id),
            how,
            headers: headers.iter().map(header).collect(),
            body: if is_form { fields_of(self.body, fields, !key.is_empty()) } else { self.body.into() },
        }
    }
}

/// An example of each operation. `{id}` is an open upload of the root's.
const EXAMPLES: &[(&str, &str, &str, &str)] = &[
    ("AbortMultipartUpload", "DELETE", "/bkt/k?uploadId={id}", ""),
    (
        "CompleteMultipartUpload",
        "POST",
        "/bkt/k?uploadId={id}",
        "<C><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></C>",
    ),
    ("CopyObject", "PUT", "/bkt/copy", ""),
    ("CreateBucket", "PUT", "/new", ""),
    ("CreateMultipartUpload", "POST", "/bkt/k?uploads", ""),
    ("DeleteBucket", "DELETE", "/bkt", ""),
    ("DeleteBucketOwnershipControls", "DELETE", "/bkt?ownershipControls", ""),
    ("DeleteBucketTagging", "DELETE", "/bkt?tagging", ""),
    ("DeleteObjectTagging", "DELETE", "/bkt/k?tagging", ""),
    ("PutBucketNotificationConfiguration", "PUT", "/bkt?notification", "<N></N>"),
    ("PutBucketTagging", "PUT", "/bkt?tagging", "<Tagging><TagSet></TagSet></Tagging>"),
    ("PutBucketVersioning", "PUT", "/bkt?versioning", "<V><Status>Enabled</Status></V>"),
    ("RestoreObject", "POST", "/bkt/k?restore", "<R><Days>1</Days></R>"),
    (
        "SelectObjectContent",
        "POST",
        "/bkt/k?select&select-type=2",
        "<S><Expression>SELECT * FROM S3Object</Expression><ExpressionType>SQL</ExpressionType>\
         <InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization></S>",
    ),
    ("PutObjectTagging", "PUT", "/bkt/k?tagging", "<Tagging><TagSet></TagSet></Tagging>"),
    ("DeleteBucketEncryption", "DELETE", "/bkt?encryption", ""),
    ("DeleteBucketLifecycle", "DELETE", "/bkt?lifecycle", ""),
    ("DeleteBucketPolicy", "DELETE", "/bkt?policy", ""),
    ("DeleteObject", "DELETE", "/bkt/k", ""),
    ("DeleteObjects", "POST", "/bkt?delete", "<Delete><Object><Key>k</Key></Object></Delete>"),
    ("DeletePublicAccessBlock", "DELETE", "/bkt?publicAccessBlock", ""),
    ("GetBucketAccelerateConfiguration", "GET", "/bkt?accelerate", ""),
    ("GetBucketAcl", "GET", "/bkt?acl", ""),
    ("GetBucketAnalyticsConfiguration", "GET", "/bkt?analytics&id=x", ""),
    ("DeleteBucketCors", "DELETE", "/bkt?cors", ""),
    ("GetBucketCors", "GET", "/bkt?cors", ""),
    ("GetBucketEncryption", "GET", "/bkt?encryption", ""),
    ("GetBucketIntelligentTieringConfiguration", "GET", "/bkt?intelligent-tiering&id=x", ""),
    ("DeleteBucketIntelligentTieringConfiguration", "DELETE", "/bkt?intelligent-tiering&id=x", ""),
    (
        "PutBucketIntelligentTieringConfiguration",
        "PUT",
        "/bkt?intelligent-tiering&id=x",
        "<IntelligentTieringConfiguration><Id>x</Id><Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier>\
         <Days>90</Days></Tiering></IntelligentTieringConfiguration>",
    ),
    ("GetBucketInventoryConfiguration", "GET", "/bkt?inventory&id=x", ""),
    ("DeleteBucketInventoryConfiguration", "DELETE", "/bkt?inventory&id=x", ""),
    (
        "PutBucketInventoryConfiguration",
        "PUT",
        "/bkt?inventory&id=x",
        "<InventoryConfiguration><Id>x</Id><IsEnabled>true</IsEnabled><Destination><S3BucketDestination>\
         <Bucket>arn:aws:s3:::bkt</Bucket><Format>CSV</Format></S3BucketDestination></Destination>\
         <IncludedObjectVersions>All</IncludedObjectVersions><Schedule><Frequency>Daily</Frequency></Schedule>\
         </InventoryConfiguration>",
    ),
    ("GetBucketLifecycleConfiguration", "GET", "/bkt?lifecycle", ""),
    ("GetBucketLocation", "GET", "/bkt?location", ""),
    ("GetBucketLogging", "GET", "/bkt?logging", ""),
    ("GetBucketMetricsConfiguration", "GET", "/bkt?metrics&id=x", ""),
    ("GetBucketNotificationConfiguration", "GET", "/bkt?notification", ""),
    ("GetBucketOwnershipControls", "GET", "/bkt?ownershipControls", ""),
    ("GetBucketPolicy", "GET", "/bkt?policy", ""),
    ("GetBucketPolicyStatus", "GET", "/bkt?policyStatus", ""),
    ("GetBucketReplication", "GET", "/bkt?replication", ""),
    ("GetBucketRequestPayment", "GET", "/bkt?requestPayment", ""),
    ("GetBucketTagging", "GET", "/bkt?tagging", ""),
    ("GetBucketVersioning", "GET", "/bkt?versioning", ""),
    ("DeleteBucketWebsite", "DELETE", "/bkt?website", ""),
    ("GetBucketWebsite", "GET", "/bkt?website", ""),
    ("PutBucketLogging", "PUT", "/bkt?logging", "<BucketLoggingStatus/>"),
    (
        "PutBucketWebsite",
        "PUT",
        "/bkt?website",
        "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>",
    ),
    ("GetObject", "GET", "/bkt/k", ""),
    ("GetObjectAcl", "GET", "/bkt/k?acl", ""),
    ("GetObjectAttributes", "GET", "/bkt/k?attributes", ""),
    ("GetObjectLegalHold", "GET", "/bkt/k?legal-hold", ""),
    ("GetObjectLockConfiguration", "GET", "/bkt?object-lock", ""),
    ("GetObjectRetention", "GET", "/bkt/k?retention", ""),
    ("GetObjectTagging", "GET", "/bkt/k?tagging", ""),
    ("GetPublicAccessBlock", "GET", "/bkt?publicAccessBlock", ""),
    ("HeadBucket", "HEAD", "/bkt", ""),
    ("HeadObject", "HEAD", "/bkt/k", ""),
    ("ListBucketAnalyticsConfigurations", "GET", "/bkt?analytics", ""),
    ("ListBucketIntelligentTieringConfigurations", "GET", "/bkt?intelligent-tiering", ""),
    ("ListBucketInventoryConfigurations", "GET", "/bkt?inventory", ""),
    ("ListBucketMetricsConfigurations", "GET", "/bkt?metrics", ""),
    ("ListBuckets", "GET", "/", ""),
    ("ListMultipartUploads", "GET", "/bkt?uploads", ""),
    ("ListObjectVersions", "GET", "/bkt?versions", ""),
    ("ListObjects", "GET", "/bkt", ""),
    ("ListObjectsV2", "GET", "/bkt?list-type=2", ""),
    ("ListParts", "GET", "/bkt/k?uploadId={id}", ""),
    ("PostObject", "POST", "/bkt", "key: k"),
    ("PutBucketAcl", "PUT", "/bkt?acl", ""),
    (
        "PutBucketEncryption",
        "PUT",
        "/bkt?encryption",
        "<S><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>\
         </ApplyServerSideEncryptionByDefault></Rule></S>",
    ),
    (
        "PutBucketCors",
        "PUT",
        "/bkt?cors",
        "<C><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></C>",
    ),
    (
        "PutBucketLifecycleConfiguration",
        "PUT",
        "/bkt?lifecycle",
        "<L><Rule><Filter><Prefix>a/</Prefix></Filter><Status>Enabled</Status>\
         <Expiration><Days>1</Days></Expiration></Rule></L>",
    ),
    (
        "PutBucketOwnershipControls",
        "PUT",
        "/bkt?ownershipControls",
        "<O><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></O>",
    ),
    ("PutBucketPolicy", "PUT", "/bkt?policy", "{}"),
    ("PutBucketRequestPayment", "PUT", "/bkt?requestPayment", "<R><Payer>Requester</Payer></R>"),
    ("PutObject", "PUT", "/bkt/k", "other"),
    ("PutObjectAcl", "PUT", "/bkt/k?acl", ""),
    ("PutObjectLegalHold", "PUT", "/bkt/k?legal-hold", "<L><Status>ON</Status></L>"),
    ("PutObjectLockConfiguration", "PUT", "/bkt?object-lock", "<O><ObjectLockEnabled>Enabled</ObjectLockEnabled></O>"),
    (
        "PutObjectRetention",
        "PUT",
        "/bkt/k?retention",
        "<R><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></R>",
    ),
    ("PutObjectAnnotation", "PUT", "/bkt/k?annotation&annotationName=a", "text"),
    ("GetObjectAnnotation", "GET", "/bkt/k?annotation&annotationName=a", ""),
    ("ListObjectAnnotations", "GET", "/bkt/k?annotation", ""),
    ("DeleteObjectAnnotation", "DELETE", "/bkt/k?annotation&annotationName=a", ""),
    ("RenameObject", "PUT", "/bkt/new?renameObject", ""),
    ("PutPublicAccessBlock", "PUT", "/bkt?publicAccessBlock", "<P></P>"),
    (
        "UpdateObjectEncryption",
        "PUT",
        "/bkt/k?encryption",
        "<O><SSE-KMS><KMSKeyArn>arn:aws:kms:us-east-1:012345678901:key/k</KMSKeyArn></SSE-KMS></O>",
    ),
    ("UploadPart", "PUT", "/bkt/k?partNumber=1&uploadId={id}", "part"),
    ("UploadPartCopy", "PUT", "/bkt/k?partNumber=1&uploadId={id}", ""),
];

/// Headers without which an example is another operation, or none.
fn own_headers(operation: &str, versioned: bool) -> Vec<(String, String)> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match operation {
        "CopyObject" | "UploadPartCopy" => {
            vec![pair("x-amz-copy-source", if versioned { "bkt/k?versionId=null" } else { "bkt/k" })]
        }
        "RenameObject" => vec![pair("x-amz-rename-source", "bkt/k")],
        "DeleteObjects" => vec![pair("content-md5", "5DKh5iefM5MSKvRILIuFwQ==")],
        "GetObjectAttributes" => vec![pair("x-amz-object-attributes", "ETag")],
        _ => Vec::new(),
    }
}

/// What a header is sent with, so that it asks.
fn value_of(header: &str) -> &'static str {
    match header {
        "x-amz-acl" => "bucket-owner-full-control",
        "x-amz-object-ownership" => "BucketOwnerEnforced",
        "x-amz-tagging" => "a=b",
        "x-amz-object-lock-mode" => "GOVERNANCE",
        "x-amz-object-lock-retain-until-date" => "2030-01-01T00:00:00Z",
        "x-amz-object-lock-legal-hold" => "ON",
        "x-amz-bypass-governance-retention" | "x-amz-bucket-object-lock-enabled" => "true",
        other => panic!("no value for {other}"),
    }
}

fn actions(asks: &[Permission], said: Option<&str>, versioned: bool) -> Vec<&'static str> {
    let asked = |ask: &&Permission| match ask.when {
        When::Always => true,
        When::Said(headers) => said.is_some_and(|said| headers.contains(&said)),
    };
    let name = |ask: &Permission| ask.of_version.filter(|_| versioned).unwrap_or(ask.action);
    asks.iter().filter(asked).map(name).collect()
}

pub fn forms() -> Vec<Form> {
    let mut forms = Vec::new();
    for operation in coldkeep_s3::operations() {
        let example = EXAMPLES.iter().find(|(name, ..)| *name == operation.name);
        let (name, method, target, body) = example.unwrap_or_else(|| panic!("{} has no example", operation.name));
        let mut push = |said: Option<&'static str>, versioned: bool| {
            let of_path = versioned && !["CopyObject", "UploadPartCopy", "DeleteObjects"].contains(name);
            let version = match (of_path, target.contains('?')) {
                (false, _) => "",
                (true, false) => "?versionId=null",
                (true, true) => "&versionId=null",
            };
            let mut headers = own_headers(name, versioned);
            headers.extend(said.map(|said| (said.to_owned(), value_of(said).to_owned())));
            forms.push(Form {
                what: format!("{name}, {said:?}, version {versioned}"),
                method,
                target: format!("{target}{version}"),
                headers,
                body,
                actions: actions(operation.asks, said, versioned),
                operation,
            });
        };
        push(None, false);
        if operation.asks.iter().any(|ask| ask.of_version.is_some()) && *name != "DeleteObjects" {
            push(None, true);
        }
        let conditional = operation.asks.iter().filter_map(|ask| match ask.when {
            When::Said(headers) => headers.iter().find(|header| !header.ends_with('*')),
            When::Always => None,
        });
        conditional.for_each(|header| push(Some(header), false));
    }
    forms
}

/// Who asks, and what is arranged for it.
struct Case {
    who: &'static str,
    key: &'static str,
    identity: Option<String>,
    bucket: Option<String>,
    session: Option<String>,
    boundary: Option<String>,
    permitted: bool,
}

pub fn statement(effect: &str, element: &str, actions: &[&str]) -> String {
    format!(r#"{{"Effect":"{effect}","{element}":{actions:?},"Resource":"*"}}"#)
}

pub fn document(statements: &[String]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

pub fn bucket_policy(principal: &str, effect: &str, actions: &[&str]) -> String {
    document(&[format!(
        r#"{{"Effect":"{effect}","Principal":{{"AWS":"{principal}"}},"Action":{actions:?},"Resource":["arn:aws:s3:::bkt","arn:aws:s3:::bkt/*"]}}"#
    )])
}

fn cases(form: &Form) -> Vec<Case> {
    let actions = &form.actions[..];
    let exactly = document(&[statement("Allow", "Action", actions)]);
    let everything = document(&[statement("Allow", "Action", &["*"])]);
    let case = |who, key, identity: Option<&String>, permitted| Case {
        who,
        key,
        identity: identity.cloned(),
        bucket: None,
        session: None,
        boundary: None,
        permitted,
    };
    let mut cases = vec![
        case("anonymous", "", None, false),
        case("a key that there is not", "NOBODY", None, false),
        case("a session that has ended", "EXPIRED", None, false),
        case("a user without policy", "USER", None, false),
        case("a user with exactly that", "USER", Some(&exactly), true),
        case("the root", "ROOT", None, true),
    ];
    for action in actions {
        let others = document(&[statement("Allow", "NotAction", &[action])]);
        cases.push(case("a user with everything but one", "USER", Some(&others), false));
        let denied = document(&[statement("Allow", "Action", &["*"]), statement("Deny", "Action", &[action])]);
        cases.push(case("a user with an explicit deny", "USER", Some(&denied), false));
        let session = Some(others.clone());
        cases.push(Case { session, ..case("a session without it", "USER", Some(&everything), false) });
        let boundary = Some(others);
        cases.push(Case { boundary, ..case("beyond a boundary", "USER", Some(&everything), false) });
    }
    if form.operation.asks.iter().any(|ask| matches!(ask.on, On::Service | On::NewBucket)) {
        cases.push(case("the root of another account, of its own", "STRANGER", None, true));
        return cases;
    }
    // Whose policy a bucket's is, only its own account decides.
    let own_only = ["GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"].contains(&form.operation.name);
    let consent = Some(bucket_policy(STRANGER, "Allow", actions));
    let consents = |who, key, identity: Option<&String>, permitted| Case {
        bucket: consent.clone(),
        ..case(who, key, identity, permitted)
    };
    cases.push(case("another root without consent", "STRANGER", None, false));
    cases.push(case("another's user without consent", "FOREIGNER", Some(&everything), false));
    cases.push(consents("another root with consent", "STRANGER", None, !own_only));
    cases.push(consents("another's user with the bucket's consent only", "FOREIGNER", None, false));
    cases.push(consents("another's user with both sides' consent", "FOREIGNER", Some(&exactly), !own_only));
    for action in actions {
        let user = format!("arn:aws:iam::{ROOT}:user/ann");
        let bucket = Some(bucket_policy(&user, "Deny", &[action]));
        cases.push(Case { bucket, ..case("a user whom the bucket denies", "USER", Some(&everything), false) });
    }
    let bucket = Some(bucket_policy(&format!("arn:aws:iam::{ROOT}:user/ann"), "Allow", actions));
    cases.push(Case { bucket, ..case("a user whom the bucket allows", "USER", None, true) });
    cases
}

/// A world with a bucket, an object and an upload; the upload's id.
pub async fn furnished(policy: Option<String>) -> (World, String) {
    let world = World::new().await;
    let name = BucketName::parse("bkt").expect("a bucket's name");
    let key = ObjectKey::parse("k").expect("a key");
    let owner = AccountId::parse(ROOT).expect("12 digits");
    let region = Region::parse("us-east-1").expect("a region");
    let access = BucketAccess { policy, ..BucketAccess::default() };
    world.store.create_bucket_with(&name, &owner, &region, access, None, false).await.expect("a bucket");
    let new = NewObject {
        lock: Default::default(),
        sealing: None,
        bucket: name.clone(),
        key: key.clone(),
        attributes: coldkeep_store::Attributes::default(),
        class: Default::default(),
        access: ObjectAccess::default(),
        algorithm: coldkeep_digest::ChecksumAlgorithm::Crc64Nvme,
        expected: coldkeep_store::Expected::default(),
        precondition: Precondition::default(),
    };
    let mut body = coldkeep_http::Body::from_bytes("object");
    world.store.put_object(new, &mut body).await.expect("an object");
    let upload = world.store.create_upload(&name, &key, NewUpload::default()).await.expect("an upload");
    (world, upload.id.to_string())
}

/// The fields of a form whose policy, if it is to have one, wants just these.
fn fields_of(key: &str, fields: &[(String, String)], signed: bool) -> Vec<u8> {
    let lines: String = fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let covered: String = fields.iter().map(|(name, _)| format!(r#",["starts-with","${name}",""]"#)).collect();
    let conditions = format!(r#"{{signed}},{{"bucket":"bkt"}},["eq","$key","k"]{covered}"#);
    let policy = format!("policy: {{\"expiration\":\"2026-02-03T05:00:00Z\",\"conditions\":[{conditions}]}}\n");
    format!("{key}\n{lines}{}file f: other", if signed { &policy } else { "" }).into_bytes()
}

pub fn is_refused(answer: &Answer) -> bool {
    let denied = ["AccessDenied", "ExpiredToken", "InvalidAccessKeyId", "MethodNotAllowed"];
    let each = answer.operation == Some("DeleteObjects")
        && String::from_utf8_lossy(&answer.body).contains("<Code>AccessDenied</Code>");
    each || answer.error.as_deref().is_some_and(|code| denied.contains(&code))
}

#[tokio::test]
async fn each_operation_asks_for_its_permissions_and_the_refused_change_nothing() {
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for form in forms() {
        for case in cases(&form) {
            let (world, id) = furnished(case.bucket.clone()).await;
            if let Some(identity) = &case.identity {
                world.callers.allow(case.key, identity);
            }
            if let Some(session) = &case.session {
                world.callers.change(case.key, |rights| rights.session = Some(Box::new([policy(session)])));
            }
            if let Some(boundary) = &case.boundary {
                world.callers.change(case.key, |rights| rights.boundary = Some(policy(boundary)));
            }
            let ask = form.ask(case.key, "bkt", &id);
            let before = world.records().await;
            let answer = world.send(&ask).await;
            assert_eq!(answer.operation, Some(form.operation.name), "the example of {}", form.what);
            let refused = is_refused(&answer);
            if refused == case.permitted {
                wrong.push(format!("{}: {}: {} {:?}", form.what, case.who, answer.status, answer.error));
            }
            assert!(!refused || world.records().await == before, "{}: {}: refused, and changed", form.what, case.who);
            asked += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 500, "only {asked} were asked");
}

/// That a bucket is missing everybody is told, that a key is missing only who may list.
#[tokio::test]
async fn what_is_missing_is_told_as_at_amazon() {
    let get = |target: &str, key: &'static str| {
        let mut how = How::of(if key.is_empty() { "unsigned" } else { "" }.split_whitespace());
        how.key = key;
        Ask { method: "GET".into(), target: target.into(), how, headers: Vec::new(), body: Vec::new() }
    };
    let (world, _) = furnished(None).await;
    for key in ["", "USER", "STRANGER", "ROOT"] {
        let answer = world.send(&get("/none/k", key)).await;
        assert_eq!((answer.status, answer.error.as_deref()), (404, Some("NoSuchBucket")), "{key:?}");
    }
    let may = |actions: &[&str]| document(&[statement("Allow", "Action", actions)]);
    world.callers.allow("USER", &may(&["s3:GetObject"]));
    assert_eq!(world.send(&get("/bkt/none", "USER")).await.error.as_deref(), Some("AccessDenied"));
    assert_eq!(world.send(&get("/bkt/k", "USER")).await.status, 200);
    world.callers.allow("USER", &may(&["s3:GetObject", "s3:ListBucket"]));
    assert_eq!(world.send(&get("/bkt/none", "USER")).await.error.as_deref(), Some("NoSuchKey"));
}
