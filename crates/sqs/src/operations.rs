//! How a list of operations becomes answers. Each room writes a list:
//!
//! `Name(Input) "permission" |input| what it is on, handler;`

use coldkeep_http::Call;
use coldkeep_wire::Encoded;

use crate::Sqs;
use crate::asked::Asked;
use crate::errors::SqsError;

/// A room's list of operations: names, the permission of each, what each is on, and its handler.
macro_rules! operations {
    ($($name:ident($input:ident) $permission:literal |$wire:ident| $wanted:expr, $handler:expr;)*) => {
        /// The permission of one of the room's operations.
        pub(crate) fn permission(operation: &str) -> Option<&'static str> {
            match operation {
                $(stringify!($name) => Some($permission),)*
                _ => None,
            }
        }

        /// Answers one of them; `None`: it is in another room.
        pub(crate) async fn answer(
            door: &crate::Sqs,
            call: &coldkeep_http::Call,
            asked: &crate::asked::Asked,
            operation: &str,
        ) -> Option<Result<coldkeep_wire::Encoded, crate::errors::SqsError>> {
            Some(match operation {
                $(stringify!($name) => Box::pin(async move {
                    let input = coldkeep_wire::sqs::$input::decode(&asked.request())?;
                    let wanted = |$wire: &coldkeep_wire::sqs::$input| -> crate::permit::Wanted { $wanted };
                    let wanted = wanted(&input);
                    let messages = &door.messages;
                    let queue = crate::permit::permit(messages, call, asked, $permission, &wanted).await?;
                    let sqs = crate::SqsCall { messages, call, asked, queue };
                    Ok(($handler)(&sqs, &input).await?.encode())
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
            door: &Sqs,
            call: &Call,
            asked: &Asked,
            operation: &'static str,
        ) -> Result<Encoded, SqsError> {
            $(if let Some(answer) = crate::$room::answer(door, call, asked, operation).await {
                return answer;
            })*
            Err(SqsError::not_implemented(operation))
        }

        /// The permission of an operation that some room has.
        pub(crate) fn permission(operation: &str) -> Option<&'static str> {
            None$(.or_else(|| crate::$room::permission(operation)))*
        }
    };
}

rooms!(messages batches queues permissions tags);
