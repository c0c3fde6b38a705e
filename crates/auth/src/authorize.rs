//! May they: the decision whether a caller has a permission on a resource.
//!
//! This is the safe answer of doors that do not ask policies yet: the root user of the operator's account may do everything, and
//! nobody else, in whatever account, may do anything.

use coldkeep_types::AccountId;
use thiserror::Error;

use crate::Caller;
use crate::policy::Principal;

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
    let is_root =
        |caller: &Caller| matches!(&caller.rights.principal, Principal::Root { account } if account.id == *root);
    if caller.is_some_and(is_root) {
        return Ok(());
    }
    Err(Denied { caller: caller.map(|caller| caller.arn.clone()), permission, resource: resource.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rights;

    #[test]
    fn only_the_root_account_may() {
        let root = AccountId::parse("012345678901").expect("12 digits");
        let caller = |account: &str| Caller::root(AccountId::parse(account).expect("12 digits"), "AKIA");
        let ask = |caller: Option<&Caller>| authorize(caller, Permission("s3:GetObject"), "arn:aws:s3:::b/k", &root);
        assert_eq!(ask(Some(&caller("012345678901"))), Ok(()));
        assert!(ask(Some(&caller("999999999999"))).is_err());
        let user = |caller: Caller| {
            let account = caller.rights.principal.account().expect("root has one").clone();
            let arn = "arn:aws:iam::012345678901:user/ann".into();
            let principal = Principal::User { account, arn, id: "AIDAANN".into(), name: "ann".into() };
            Caller { rights: Rights::of(principal, "ours").into(), ..caller }
        };
        assert!(ask(Some(&user(caller("012345678901")))).is_err(), "a user of the account is not its root");
        let denied = ask(None).expect_err("anonymous callers may nothing");
        assert_eq!((denied.permission.0, denied.caller), ("s3:GetObject", None));
    }
}
