//! Whose the rows of a list are: the bucket's owner's, but where ACLs count, and objects and uploads may be others'.

use std::collections::HashMap;

use coldkeep_wire::s3::{Initiator, Owner};

use crate::errors::S3Error;
use crate::sharing::acls;
use crate::{S3, S3Call};

/// The owners of a page's rows, as answers show them.
pub(crate) struct Owners {
    bucket: Owner,
    has_acls: bool,
    others: HashMap<String, Owner>,
}

impl Owners {
    /// The bucket's owner and these accounts, each looked up once.
    pub async fn of(door: &S3, call: &S3Call, accounts: Vec<&str>) -> Result<Self, S3Error> {
        let bucket = call.found()?;
        let mut others = HashMap::new();
        for account in accounts {
            if !others.contains_key(account) {
                others.insert(account.to_owned(), acls::owner(door, call, account).await?);
            }
        }
        let has_acls = bucket.access.has_acls();
        Ok(Self { bucket: acls::owner(door, call, &bucket.owner).await?, has_acls, others })
    }

    /// The owner of what has this one kept with it, or none.
    pub fn owner(&self, kept: Option<&str>) -> &Owner {
        kept.filter(|_| self.has_acls).and_then(|account| self.others.get(account)).unwrap_or(&self.bucket)
    }

    /// Who began an upload: an account by its canonical user id, anybody else by the ARN.
    pub fn initiator(&self, arn: Option<&str>) -> Initiator {
        let Some(arn) = arn else { return by_account(&self.bucket) };
        match root_of(arn) {
            Some(account) => by_account(self.others.get(account).unwrap_or(&self.bucket)),
            None => {
                let name = arn.rsplit('/').next().map(str::to_owned);
                Initiator { id: Some(arn.to_owned()), display_name: name }
            }
        }
    }
}

fn by_account(owner: &Owner) -> Initiator {
    Initiator { id: owner.id.clone(), display_name: owner.display_name.clone() }
}

/// The account whose root this is.
pub(crate) fn root_of(arn: &str) -> Option<&str> {
    arn.strip_suffix(":root")?.rsplit(':').next()
}
