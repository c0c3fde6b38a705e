// Written by `cargo xtask wire` from models/. Do not edit.

//! The types of S3's operations.

mod abort_multipart_upload;
mod complete_multipart_upload;
mod copy_object;
mod create_bucket;
mod create_multipart_upload;
mod delete_bucket;
mod delete_object;
mod delete_objects;
mod get_bucket_location;
mod get_object;
mod get_object_attributes;
mod head_bucket;
mod head_object;
mod list_buckets;
mod list_multipart_uploads;
mod list_objects;
mod list_objects_v2;
mod list_parts;
mod put_object;
mod shapes;
mod upload_part;
mod upload_part_copy;
pub use abort_multipart_upload::*;
pub use complete_multipart_upload::*;
pub use copy_object::*;
pub use create_bucket::*;
pub use create_multipart_upload::*;
pub use delete_bucket::*;
pub use delete_object::*;
pub use delete_objects::*;
pub use get_bucket_location::*;
pub use get_object::*;
pub use get_object_attributes::*;
pub use head_bucket::*;
pub use head_object::*;
pub use list_buckets::*;
pub use list_multipart_uploads::*;
pub use list_objects::*;
pub use list_objects_v2::*;
pub use list_parts::*;
pub use put_object::*;
pub use shapes::*;
pub use upload_part::*;
pub use upload_part_copy::*;
