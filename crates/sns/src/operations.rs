//! How a list of operations becomes answers. Each room writes a list:
//!
//! `Name(Input) "permission" |input| what it is on, handler;`

use coldkeep_http::Call;
use coldkeep_query::QueryError;
use coldkeep_wire::Encoded;

use crate::{Asked, Sns};

/// A room's list of operations: names, the permission of each, what each is on, and its handler.
macro_rules! operations {
    ($($name:ident($input:ident) $permission:literal |$form:ident| $wanted:expr, $handler:expr;)*) => {
        /// The permission of one of the room's operations.
        pub(crate) fn permission(operation: &str) -> Option<&'static str> {
            match operation {
                $(stringify!($name) => Some($permission),)*
                _ => None,
            }
        }

        /// Answers one of them; `None`: it is in another room.
        pub(crate) async fn answer(
            door: &crate::Sns,
            call: &coldkeep_http::Call,
            asked: &crate::Asked,
            operation: &str,
        ) -> Option<Result<coldkeep_wire::Encoded, coldkeep_query::QueryError>> {
            Some(match operation {
                $(stringify!($name) => Box::pin(async move {
                    let input = coldkeep_wire::sns::$input::decode(&asked.sent.form())?;
                    let wanted = |$form: &coldkeep_wire::sns::$input| -> crate::permit::Wanted { $wanted };
                    let wanted = wanted(&input);
                    let messages = &door.messages;
                    let topic = crate::permit::permit(messages, call, asked, $permission, &wanted).await?;
                    let sns = crate::SnsCall { messages, call, asked, reach: door.reach, topic };
                    Ok(($handler)(&sns, &input).await?.encode(stringify!($name), call.id.as_str()))
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
            door: &Sns,
            call: &Call,
            asked: &Asked,
            operation: &'static str,
        ) -> Result<Encoded, QueryError> {
            $(if let Some(answer) = crate::$room::answer(door, call, asked, operation).await {
                return answer;
            })*
            Err(QueryError::not_implemented(operation))
        }

        /// The permission of an operation that some room has.
        pub(crate) fn permission(operation: &str) -> Option<&'static str> {
            None$(.or_else(|| crate::$room::permission(operation)))*
        }
    };
}

rooms!(publishing topics subscribing subscriptions permissions tags);
