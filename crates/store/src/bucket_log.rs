//! Where a bucket's access log goes, as it is kept with it. What a log is, and whether it may go there, is the door's to say.

use coldkeep_types::BucketName;
use minicbor::{Decode, Encode};

use crate::{Error, Grant, Store};

/// Where a bucket's access log goes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BucketLogging {
    /// The bucket. It may be gone by now.
    #[n(0)]
    pub target: String,
    /// Begins the keys of its objects.
    #[n(1)]
    pub prefix: String,
    /// How they go on; absent: nobody said.
    #[n(2)]
    pub keys: Option<LogKeys>,
    /// Who else may what with them.
    #[n(3)]
    pub grants: Vec<Grant>,
}

/// How keys of log objects go on behind their prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum LogKeys {
    /// With the time of delivery.
    #[n(0)]
    Simple,
    /// With the source, and the day of the requests.
    #[n(1)]
    ByEvent,
    /// With the source, and the time of delivery.
    #[n(2)]
    ByDelivery,
}

impl Store {
    /// PutBucketLogging; with `None`, there is none any more.
    pub async fn put_bucket_logging(&self, name: &BucketName, logging: Option<BucketLogging>) -> Result<(), Error> {
        self.change_bucket(name, move |record| record.logging = logging.clone()).await
    }
}
