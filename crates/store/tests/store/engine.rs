//! The metadata engine under the tests of this program: in memory. `tests/postgres` has another one under some of them.

use std::sync::Arc;

pub type Engine = coldkeep_meta::Memory;

/// One without records.
pub async fn fresh() -> Arc<Engine> {
    Arc::new(Engine::new())
}

/// As it is after the server was killed.
pub async fn reopen(engine: Arc<Engine>) -> Arc<Engine> {
    Arc::new(engine.reopen())
}
