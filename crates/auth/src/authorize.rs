//! May they: the decision whether a caller has a permission on a resource.
//!
//! For now the root account may do everything and nobody else may do anything; policies and ACLs join here.

use coldkeep_types::AccountId;
use thiserror::Error;

use crate::Caller;

/// The name of a permission as policies write it, such as `s3:PutObject` or `glacier:UploadArchive`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permission(pub &'static str);

/// The caller lacks a permission.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{} is not authorized to perform {} on {resource}", caller.as_deref().unwrap_or("an anonymous caller"), permission.0)]
pub struct Denied {
    /// The caller's ARN; `None` for an anonymous caller.
    pub caller: Option<String>,
    /// The permission that was asked for.
    pub permission: Permission,
    /// The ARN of the resource.
    pub resource: String,
}

/// Decides whether `caller` (`None`: anonymous) has `permission` on the resource with this ARN.
pub fn authorize(
    caller: Option<&Caller>,
    permission: Permission,
    resource: &str,
    root: &AccountId,
) -> Result<(), Denied> {
    if caller.is_some_and(|caller| caller.account == *root) {
        return Ok(());
    }
    Err(Denied { caller: caller.map(|caller| caller.arn.clone()), permission, resource: resource.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_root_account_may() {
        let root = AccountId::parse("012345678901").expect("12 digits");
        let caller = |account: &str| Caller {
            account: AccountId::parse(account).expect("12 digits"),
            arn: format!("arn:aws:iam::{account}:root"),
            access_key: "AKIA".into(),
        };
        let ask = |caller: Option<&Caller>| authorize(caller, Permission("s3:GetObject"), "arn:aws:s3:::b/k", &root);
        assert_eq!(ask(Some(&caller("012345678901"))), Ok(()));
        assert!(ask(Some(&caller("999999999999"))).is_err());
        let denied = ask(None).expect_err("anonymous callers may nothing");
        assert_eq!((denied.permission.0, denied.caller), ("s3:GetObject", None));
    }
}
