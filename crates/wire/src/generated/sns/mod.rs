// Written by `cargo xtask wire` from models/. Do not edit.

//! The types of SNS's operations.

mod add_permission;
mod confirm_subscription;
mod create_topic;
mod delete_topic;
mod get_subscription_attributes;
mod get_topic_attributes;
mod list_subscriptions;
mod list_subscriptions_by_topic;
mod list_tags_for_resource;
mod list_topics;
mod publish;
mod publish_batch;
mod remove_permission;
mod set_subscription_attributes;
mod set_topic_attributes;
mod shapes;
mod subscribe;
mod tag_resource;
mod unsubscribe;
mod untag_resource;
pub use add_permission::*;
pub use confirm_subscription::*;
pub use create_topic::*;
pub use delete_topic::*;
pub use get_subscription_attributes::*;
pub use get_topic_attributes::*;
pub use list_subscriptions::*;
pub use list_subscriptions_by_topic::*;
pub use list_tags_for_resource::*;
pub use list_topics::*;
pub use publish::*;
pub use publish_batch::*;
pub use remove_permission::*;
pub use set_subscription_attributes::*;
pub use set_topic_attributes::*;
pub use shapes::*;
pub use subscribe::*;
pub use tag_resource::*;
pub use unsubscribe::*;
pub use untag_resource::*;
