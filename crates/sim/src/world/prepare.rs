//! What is there from the start of each life: buckets, how they seal what is put into them, keys of KMS, and the vault.

use http::Method;

use crate::clients::{BUCKETS, Client, KEPT, SECRET, VAULT, Wrong, make_keys, md5_base64};
use crate::request::{Fate, Request};

/// What has a bucket seal under the server's key.
const SEALED: &str = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>\
     </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
/// What has a bucket seal under a key of KMS.
const SEALED_BY_KMS: &str = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>\
     <KMSMasterKeyID>alias/one</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>\
     </ServerSideEncryptionConfiguration>";

/// Makes all of it, unless they are there. Gives whether they are now.
pub async fn all(client: &mut Client) -> Result<bool, Wrong> {
    let mut is_prepared = true;
    for bucket in BUCKETS.into_iter().chain([KEPT, SECRET]) {
        let answer = client.ask(Request::s3(Method::PUT, bucket, "")).await?;
        if answer.fate() == Fate::Refused && answer.status != 409 {
            return Err(format!("the bucket {bucket} cannot be made: {}", answer.said()));
        }
        is_prepared &= answer.fate() != Fate::Unknown;
    }
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let answer = client.ask(Request::s3(Method::PUT, KEPT, "").query("versioning", "").body(enabled)).await?;
    is_prepared &= answer.fate() == Fate::Done;
    is_prepared &= make_keys(client).await?;
    // In two buckets all is sealed from then on.
    for (bucket, how) in [(BUCKETS[1], SEALED), (SECRET, SEALED_BY_KMS)] {
        let request = Request::s3(Method::PUT, bucket, "").query("encryption", "").body(how);
        let answer = client.ask(request.header("content-md5", &md5_base64(how.as_bytes()))).await?;
        is_prepared &= answer.fate() == Fate::Done;
    }
    let answer = client.ask(Request::glacier(Method::PUT, &format!("/{VAULT}"))).await?;
    Ok(is_prepared && answer.fate() == Fate::Done)
}
