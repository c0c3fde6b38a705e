//! A bucket as a website, as its configuration is kept with it. What it means is the door's to say.

use coldkeep_types::BucketName;
use minicbor::{Decode, Encode};

use crate::{Error, Store};

/// How a bucket answers at its website's name.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Website {
    /// Every request is sent elsewhere.
    #[n(0)]
    Elsewhere(#[n(0)] Elsewhere),
    /// Its objects are the pages.
    #[n(1)]
    Pages(#[n(0)] Pages),
}

/// Where every request is sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Elsewhere {
    /// The host.
    #[n(0)]
    pub host: String,
    /// `http` or `https`; absent: the request's.
    #[n(1)]
    pub protocol: Option<String>,
}

/// A website of objects.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Pages {
    /// What follows the name of a folder to be the key of its page.
    #[n(0)]
    pub index: String,
    /// The key of the page that is shown in place of an error.
    #[n(1)]
    pub error: Option<String>,
    /// Which requests are sent elsewhere; the first rule that fits counts.
    #[n(2)]
    pub rules: Vec<RoutingRule>,
}

/// Which requests are sent elsewhere, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RoutingRule {
    /// Those for keys that begin so; absent: for any key.
    #[n(0)]
    pub prefix: Option<String>,
    /// Those that would be answered with this status; absent: whatever would be answered.
    #[n(1)]
    pub status: Option<u16>,
    /// The host; absent: the request's.
    #[n(2)]
    pub host: Option<String>,
    /// `http` or `https`; absent: the request's.
    #[n(3)]
    pub protocol: Option<String>,
    /// The status of the answer; absent: 301.
    #[n(4)]
    pub code: Option<u16>,
    /// What stands in the place of the prefix.
    #[n(5)]
    pub new_prefix: Option<String>,
    /// What stands in the place of the key.
    #[n(6)]
    pub new_key: Option<String>,
}

impl Store {
    /// PutBucketWebsite; with `None`, DeleteBucketWebsite.
    pub async fn put_bucket_website(&self, name: &BucketName, website: Option<Website>) -> Result<(), Error> {
        self.change_bucket(name, move |record| record.website = website.clone()).await
    }
}
