//! All operations that this door answers: one list, from which handlers and permissions follow.

use coldkeep_auth::Permission;
use coldkeep_wire::{Encoded, s3control};

use crate::call::ControlCall;
use crate::errors::ControlError;
use crate::{Control, account_block, points, policies, tags};

/// An operation.
#[derive(Debug)]
pub(crate) struct Row {
    pub name: &'static str,
    /// What it asks for first; tags and blocks given at once ask for more.
    pub permission: Permission,
}

/// The row of an operation.
pub(crate) fn find(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == name)
}

macro_rules! operations {
    ($($name:ident $action:literal $module:ident::$handler:ident($input:ident);)*) => {
        pub(crate) const ROWS: &[Row] = &[
            $(Row { name: stringify!($name), permission: Permission($action) },)*
        ];

        /// Decodes the input and runs the handler of the operation, which asks for the row's permission once it knows on what.
        pub(crate) async fn dispatch(
            door: &Control,
            call: &ControlCall,
            row: &'static Row,
        ) -> Result<Encoded, ControlError> {
            let action = row.permission.0;
            match row.name {
                $(stringify!($name) => {
                    let input = call.read(s3control::$input::decode)?;
                    Box::pin($module::$handler(door, call, action, input)).await
                })*
                other => Err(ControlError::not_implemented(other)),
            }
        }
    };
}

operations! {
    CreateAccessPoint "s3:CreateAccessPoint" points::create(CreateAccessPointRequest);
    DeleteAccessPoint "s3:DeleteAccessPoint" points::delete(DeleteAccessPointRequest);
    DeleteAccessPointPolicy "s3:DeleteAccessPointPolicy" policies::delete(DeleteAccessPointPolicyRequest);
    DeletePublicAccessBlock "s3:PutAccountPublicAccessBlock" account_block::delete(DeletePublicAccessBlockRequest);
    GetAccessPoint "s3:GetAccessPoint" points::get(GetAccessPointRequest);
    GetAccessPointPolicy "s3:GetAccessPointPolicy" policies::get(GetAccessPointPolicyRequest);
    GetAccessPointPolicyStatus "s3:GetAccessPointPolicyStatus" policies::status(GetAccessPointPolicyStatusRequest);
    GetPublicAccessBlock "s3:GetAccountPublicAccessBlock" account_block::get(GetPublicAccessBlockRequest);
    ListAccessPoints "s3:ListAccessPoints" points::list(ListAccessPointsRequest);
    ListTagsForResource "s3:ListTagsForResource" tags::list(ListTagsForResourceRequest);
    PutAccessPointPolicy "s3:PutAccessPointPolicy" policies::put(PutAccessPointPolicyRequest);
    PutPublicAccessBlock "s3:PutAccountPublicAccessBlock" account_block::put(PutPublicAccessBlockRequest);
    TagResource "s3:TagResource" tags::tag(TagResourceRequest);
    UntagResource "s3:UntagResource" tags::untag(UntagResourceRequest);
}
