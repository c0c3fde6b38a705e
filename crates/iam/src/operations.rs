//! How a list of operations becomes answers. Each room writes a list:
//!
//! `Name(Input) |input| what it is on, handler;`

use coldkeep_http::Call;
use coldkeep_query::{Asked, QueryError};
use coldkeep_wire::Encoded;

use crate::Iam;

/// A room's list of operations: names, what each is on, and its handler.
macro_rules! operations {
    ($($name:ident($input:ident) |$form:ident| $target:expr, $handler:expr;)*) => {
        /// The names of the room's operations.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Answers one of them; `None`: it is in another room.
        pub(crate) async fn answer(
            door: &crate::Iam,
            call: &coldkeep_http::Call,
            asked: &coldkeep_query::Asked,
            operation: &str,
        ) -> Option<Result<coldkeep_wire::Encoded, coldkeep_query::QueryError>> {
            Some(match operation {
                $(stringify!($name) => Box::pin(async move {
                    let input = coldkeep_wire::iam::$input::decode(&asked.sent.form())?;
                    let target = |$form: &coldkeep_wire::iam::$input| -> crate::target::Target { $target };
                    for _ in 0..coldkeep_identity::MAX_TRIES {
                        let mut edit = door.identity.edit(&asked.caller.account);
                        let resource = target(&input).resource(&mut edit, asked).await?;
                        coldkeep_query::permit(call, asked, concat!("iam:", stringify!($name)), &resource)?;
                        let mut iam = crate::IamCall { edit, asked, loopback: door.loopback };
                        let output = ($handler)(&mut iam, &input).await?;
                        if iam.edit.done().await? {
                            return Ok(output.encode(stringify!($name), call.id.as_str()));
                        }
                    }
                    Err(coldkeep_query::QueryError::concurrent())
                }).await,)*
                _ => return None,
            })
        }
    };
}

macro_rules! rooms {
    ($($room:ident)*) => {
        /// Answers an operation of the model, or says that this server does not have it.
        pub(crate) async fn answer(
            door: &Iam,
            call: &Call,
            asked: &Asked,
            operation: &'static str,
        ) -> Result<Encoded, QueryError> {
            $(if let Some(answer) = crate::$room::answer(door, call, asked, operation).await {
                return answer;
            })*
            Err(QueryError::not_implemented(operation))
        }

        /// Whether some room has it.
        pub(crate) fn is_answered(operation: &str) -> bool {
            [$(crate::$room::NAMES),*].iter().any(|names| names.contains(&operation))
        }
    };
}

rooms!(users absent groups roles access_keys inline policies attachments boundaries tags identity_providers account details simulate);
