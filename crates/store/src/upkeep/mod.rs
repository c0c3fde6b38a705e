//! What is done without being asked for by a request: [work that falls due](due), as far as [the clock can be trusted](sure_clock);
//! [what a deleted bucket or vault leaves](remains); the [sweep] after a crash; and [proof and repair](fsck) of all there is.

pub(crate) mod due;
pub(crate) mod fsck;
pub(crate) mod remains;
pub(crate) mod sure_clock;
pub(crate) mod sweep;
