//! SelectObjectContent: queries over the records of an object. What a query means is `coldkeep_select`'s; here is what a request asks,
//! and how the object gets there and the answer away.

pub(crate) mod answer;
mod asked;
pub(crate) mod turns;
