// Written by `cargo xtask wire` from models/. Do not edit.

//! The types of SQS's operations.

mod add_permission;
mod change_message_visibility;
mod change_message_visibility_batch;
mod create_queue;
mod delete_message;
mod delete_message_batch;
mod delete_queue;
mod get_queue_attributes;
mod get_queue_url;
mod list_dead_letter_source_queues;
mod list_queue_tags;
mod list_queues;
mod purge_queue;
mod receive_message;
mod remove_permission;
mod send_message;
mod send_message_batch;
mod set_queue_attributes;
mod shapes;
mod tag_queue;
mod untag_queue;
pub use add_permission::*;
pub use change_message_visibility::*;
pub use change_message_visibility_batch::*;
pub use create_queue::*;
pub use delete_message::*;
pub use delete_message_batch::*;
pub use delete_queue::*;
pub use get_queue_attributes::*;
pub use get_queue_url::*;
pub use list_dead_letter_source_queues::*;
pub use list_queue_tags::*;
pub use list_queues::*;
pub use purge_queue::*;
pub use receive_message::*;
pub use remove_permission::*;
pub use send_message::*;
pub use send_message_batch::*;
pub use set_queue_attributes::*;
pub use shapes::*;
pub use tag_queue::*;
pub use untag_queue::*;
