//! Sending a group of commits once, and what the database may say instead of doing it.

use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use crate::group::Columns;
use crate::locks;
use crate::session::{Session, told};

pub(crate) const COMMIT: &str = "SELECT kv_commit($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)";
/// What the function says of a lane whose row is not where it must be.
const FENCED: &str = "CK001";

/// Why one attempt came to nothing.
pub(crate) enum Failed {
    /// Nothing is known: send it again.
    Lost(String),
    /// It met others, and was rolled back: send it again.
    Met(String),
    /// The database had no room for its locks, and it was rolled back: send it again, with that of the store alone.
    Crowded(String),
    /// The database has no room; the group was rolled back.
    Full(String),
    /// The row of this lane is gone, or elsewhere.
    Fenced(String),
}

impl From<tokio_postgres::Error> for Failed {
    fn from(error: tokio_postgres::Error) -> Self {
        let told = told(&error);
        match error.code() {
            Some(code) if code.code() == FENCED => Self::Fenced(told),
            Some(&SqlState::DISK_FULL) => Self::Full(told),
            Some(&SqlState::OUT_OF_MEMORY) => Self::Crowded(told),
            Some(&(SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED)) => Self::Met(told),
            _ => Self::Lost(told),
        }
    }
}

/// Sends a group to the lane's row `id` as its `n`th; gives who was refused in it.
pub(crate) async fn send(
    session: &Session,
    statement: &Statement,
    (id, n): (i64, i64),
    columns: &Columns<'_>,
    whole: bool,
) -> Result<Vec<i32>, Failed> {
    let (locks, exclusive) = locks::of(columns, whole);
    let Columns { expected, ranges, deletes, puts, adds } = columns;
    let parameters: [&(dyn ToSql + Sync); 18] = [
        &id,
        &n,
        &locks,
        &exclusive,
        &expected.0,
        &expected.1,
        &expected.2,
        &ranges.0,
        &ranges.1,
        &ranges.2,
        &deletes.0,
        &deletes.1,
        &puts.0,
        &puts.1,
        &puts.2,
        &adds.0,
        &adds.1,
        &adds.2,
    ];
    Ok(session.client.query_one(statement, &parameters).await?.get(0))
}
