// Written by `cargo xtask wire` from models/. Do not edit.

//! The types of S3Control's operations.

mod create_access_point;
mod delete_access_point;
mod delete_access_point_policy;
mod delete_public_access_block;
mod get_access_point;
mod get_access_point_policy;
mod get_access_point_policy_status;
mod get_public_access_block;
mod list_access_points;
mod list_tags_for_resource;
mod put_access_point_policy;
mod put_public_access_block;
mod shapes;
mod tag_resource;
mod untag_resource;
pub use create_access_point::*;
pub use delete_access_point::*;
pub use delete_access_point_policy::*;
pub use delete_public_access_block::*;
pub use get_access_point::*;
pub use get_access_point_policy::*;
pub use get_access_point_policy_status::*;
pub use get_public_access_block::*;
pub use list_access_points::*;
pub use list_tags_for_resource::*;
pub use put_access_point_policy::*;
pub use put_public_access_block::*;
pub use shapes::*;
pub use tag_resource::*;
pub use untag_resource::*;
