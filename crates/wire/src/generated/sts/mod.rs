// Written by `cargo xtask wire` from models/. Do not edit.

//! The types of STS's operations.

mod assume_role;
mod get_access_key_info;
mod get_caller_identity;
mod get_federation_token;
mod get_session_token;
mod shapes;
pub use assume_role::*;
pub use get_access_key_info::*;
pub use get_caller_identity::*;
pub use get_federation_token::*;
pub use get_session_token::*;
pub use shapes::*;
