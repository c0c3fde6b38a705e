//! The field `ObjectAccessControlList` of a report. From the user guide, "Working with the Object ACL field".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_store::{Grant, Grantee, Right};

use crate::access::grants::{permission, uri};

/// An ACL as JSON in base64; without one, everything is the owner's, of this canonical user id.
pub(super) fn field(owner: &str, acl: Option<&[Grant]>) -> String {
    let all = [Grant { grantee: Grantee::Account(owner.to_owned()), right: Right::FullControl }];
    let grants: Vec<String> = acl.unwrap_or(&all).iter().map(grant).collect();
    STANDARD.encode(format!(r#"{{"version":"2022-11-10","status":"AVAILABLE","grants":[{}]}}"#, grants.join(",")))
}

/// Ids and URIs have nothing that JSON would escape.
fn grant(grant: &Grant) -> String {
    let permission = permission(grant.right);
    match &grant.grantee {
        Grantee::Account(id) => {
            format!(r#"{{"canonicalId":"{id}","type":"CanonicalUser","permission":"{permission}"}}"#)
        }
        group => {
            let uri = uri(group).unwrap_or_default();
            format!(r#"{{"uri":"{uri}","type":"Group","permission":"{permission}"}}"#)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_guide_s_example_is_written_as_there() {
        let acl = [Grant { grantee: Grantee::Account("example-canonical-user-ID".into()), right: Right::Read }];
        let wanted = "eyJ2ZXJzaW9uIjoiMjAyMi0xMS0xMCIsInN0YXR1cyI6IkFWQUlMQUJMRSIsImdyYW50cyI6W3siY2Fub25pY2FsSWQiOiJle\
                      GFtcGxlLWNhbm9uaWNhbC11c2VyLUlEIiwidHlwZSI6IkNhbm9uaWNhbFVzZXIiLCJwZXJtaXNzaW9uIjoiUkVBRCJ9XX0=";
        assert_eq!(field("owner", Some(&acl)), wanted);
    }
}
