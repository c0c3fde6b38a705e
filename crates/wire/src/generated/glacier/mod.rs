// Written by `cargo xtask wire` from models/. Do not edit.

//! The types of Glacier's operations.

mod abort_multipart_upload;
mod complete_multipart_upload;
mod create_vault;
mod delete_archive;
mod delete_vault;
mod describe_job;
mod describe_vault;
mod get_job_output;
mod initiate_job;
mod initiate_multipart_upload;
mod list_jobs;
mod list_multipart_uploads;
mod list_parts;
mod list_vaults;
mod shapes;
mod upload_archive;
mod upload_multipart_part;
pub use abort_multipart_upload::*;
pub use complete_multipart_upload::*;
pub use create_vault::*;
pub use delete_archive::*;
pub use delete_vault::*;
pub use describe_job::*;
pub use describe_vault::*;
pub use get_job_output::*;
pub use initiate_job::*;
pub use initiate_multipart_upload::*;
pub use list_jobs::*;
pub use list_multipart_uploads::*;
pub use list_parts::*;
pub use list_vaults::*;
pub use shapes::*;
pub use upload_archive::*;
pub use upload_multipart_part::*;
