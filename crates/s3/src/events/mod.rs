//! Event notifications of buckets: `configuration` puts and gets their rules, `rules` reads and shows them, `told` is what an event is
//! to those who read it, `teller` brings it to queues and topics.

use coldkeep_messages::Acting;
use coldkeep_store::{Cause, Store};
use coldkeep_types::AccountId;

use crate::{S3, S3Call};

pub(crate) mod configuration;
mod rules;
pub(crate) mod teller;
mod told;

/// As whom buckets tell.
const SERVICE: &str = "s3.amazonaws.com";

/// The bucket of this name and region as policies of queues and topics name it.
fn bucket_arn(name: &str, region: &str) -> String {
    let partition = coldkeep_types::Region::parse(region).map_or("aws", |region| region.partition());
    format!("arn:{partition}:s3:::{name}")
}

/// A bucket that tells something.
fn acting<'a>(arn: &'a str, owner: &'a AccountId) -> Acting<'a> {
    Acting { service: SERVICE, source: arn, account: owner }
}

impl S3 {
    /// The store, for a call that changes an object: where the bucket tells events, they tell who called.
    pub(crate) fn store_for(&self, call: &S3Call) -> Store {
        let tells = call.found.bucket.as_ref().is_some_and(|bucket| !bucket.events.is_empty());
        if !tells {
            return self.store.clone();
        }
        let principal = match &call.caller {
            // From the user guide: "AWS:" and the unique id, as `aws:userid` has it.
            Some(caller) => format!("AWS:{}", caller.rights.principal.user_id().unwrap_or(&caller.arn)),
            None => "Anonymous".to_owned(),
        };
        self.store.caused(Cause {
            principal,
            address: call.call.remote.ip().to_canonical().to_string(),
            request: call.call.id.as_str().to_owned(),
            host: call.call.id.host_id().to_owned(),
        })
    }
}
