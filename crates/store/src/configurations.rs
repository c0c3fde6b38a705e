//! Configurations of which a bucket has many: records of their own, by their ids, which the bucket's record counts.

use std::ops::Range;

use crate::{Error, keys};

/// How many the bucket's record counts after a change of one: that is there before it or not, and after it. Of at most so many.
pub(crate) fn counted(number: Option<u32>, change: (bool, bool), most: u32) -> Result<Option<u32>, Error> {
    let number = number.unwrap_or(0);
    let number = match change {
        (false, false) => return Err(Error::NoSuchConfiguration),
        (false, true) if number >= most => return Err(Error::TooManyConfigurations),
        (false, true) => number + 1,
        (true, true) => number,
        (true, false) => number.saturating_sub(1),
    };
    Ok(Some(number).filter(|number| *number > 0))
}

/// Those of all that come after the one at this key, if it is of one.
pub(crate) fn behind(all: Range<Vec<u8>>, after: Option<Vec<u8>>) -> Range<Vec<u8>> {
    after.map(keys::after).unwrap_or(all.start)..all.end
}
