//! One process at a time may work on an upload's state or a file that is being fetched.

use std::fs::{File, OpenOptions};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::Error;

/// Opens, or makes, the file and holds it for this process until it is closed, as it is when the process dies.
pub fn hold(path: &Path) -> Result<File, Error> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = file.map_err(|error| Error::file("open", path, &error))?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|error| {
        if error == rustix::io::Errno::WOULDBLOCK {
            Error::Invalid(format!(
                "another run works on the same: it holds {}.\nWait until it has ended.",
                path.display()
            ))
        } else {
            Error::file("lock", path, &error.into())
        }
    })?;
    Ok(file)
}
