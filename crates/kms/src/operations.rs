//! How a list of operations becomes answers. Each room writes a list:
//!
//! `Name(Input) |input| what it asks for, handler;`

use coldkeep_http::Call;
use coldkeep_wire::Encoded;

use crate::Kms;
use crate::asked::Asked;
use crate::errors::KmsError;

/// A room's list of operations: names, what each asks for, and its handler.
macro_rules! operations {
    ($($name:ident($input:ident) |$wire:ident| $wanted:expr, $handler:expr;)*) => {
        /// The names of the room's operations.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Answers one of them; `None`: it is in another room.
        pub(crate) async fn answer(
            door: &crate::Kms,
            call: &coldkeep_http::Call,
            asked: &crate::asked::Asked,
            operation: &str,
        ) -> Option<Result<coldkeep_wire::Encoded, crate::errors::KmsError>> {
            Some(match operation {
                $(stringify!($name) => Box::pin(async move {
                    let input = coldkeep_wire::kms::$input::decode(&asked.request())?;
                    let wanted = |$wire: &coldkeep_wire::kms::$input| -> crate::wanted::Wanted { $wanted };
                    let wanted = wanted(&input);
                    let circumstances = crate::permit::Circumstances { call, asked, wanted: &wanted };
                    for _ in 0..coldkeep_keyring::MAX_TRIES {
                        let permitted = crate::permit::permit(&door.keyring, &circumstances, stringify!($name)).await?;
                        let mut kms = crate::KmsCall { edit: door.keyring.edit(), permitted, circumstances: &circumstances };
                        let output = ($handler)(&mut kms, &input).await?;
                        if wanted.dry_run {
                            return Err(crate::errors::KmsError::dry_run());
                        }
                        if kms.edit.done().await? {
                            return Ok(output.encode());
                        }
                    }
                    Err(coldkeep_keyring::Error::Concurrent.into())
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
            door: &Kms,
            call: &Call,
            asked: &Asked,
            operation: &'static str,
        ) -> Result<Encoded, KmsError> {
            $(if let Some(answer) = crate::$room::answer(door, call, asked, operation).await {
                return answer;
            })*
            Err(KmsError::not_implemented(operation))
        }

        /// Whether some room has it.
        pub(crate) fn is_answered(operation: &str) -> bool {
            [$(crate::$room::NAMES),*].iter().any(|names| names.contains(&operation))
        }
    };
}

rooms!(keys aliases encryption data_keys signatures policies grants rotation tags import);
