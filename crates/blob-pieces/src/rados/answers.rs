//! What librados's error numbers mean for the engine, and for whoever runs it. Of a write, only what cannot have come to pass is known.

use std::io::{Error, ErrorKind};

use super::connection::{Code, Refusal};
use super::location::RadosLocation;
use crate::store::StoreError;

/// `ESHUTDOWN`: the cluster has shut this client out.
const BLOCKLISTED: Code = 108;

/// What went wrong with a call.
pub(super) fn told(code: Code, place: &RadosLocation) -> StoreError {
    let (error, pool) = (Error::from_raw_os_error(code), &place.pool);
    match error.kind() {
        ErrorKind::NotFound => StoreError::NotFound,
        ErrorKind::AlreadyExists => StoreError::Exists,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        ErrorKind::PermissionDenied => StoreError::Refused(format!(
            "the pool {pool} refuses client.{}: {error}. It needs {}",
            place.user,
            caps(place)
        )),
        ErrorKind::Unsupported => StoreError::Refused(format!(
            "the pool {pool} cannot do that: {error}. It must be a replicated one: others keep no keys beside objects"
        )),
        ErrorKind::InvalidInput | ErrorKind::FileTooLarge => {
            StoreError::Refused(format!("the pool {pool} takes no such object: {error}"))
        }
        ErrorKind::TimedOut => StoreError::Unknown(format!(
            "the pool {pool} gave no answer in time. `ceph health detail` says whether it has too few OSDs (min_size), or none can be reached"
        )),
        _ if code == BLOCKLISTED => StoreError::Unknown(format!(
            "the cluster of the pool {pool} has shut this server out (`ceph osd blocklist ls`): start it again"
        )),
        _ => StoreError::Unknown(format!("the pool {pool} answered: {error}")),
    }
}

/// What the user must be allowed, as Ceph writes it.
fn caps(place: &RadosLocation) -> String {
    let within = if place.namespace.is_empty() { String::new() } else { format!(" namespace={}", place.namespace) };
    format!("the caps mon 'allow r' osd 'allow rw pool={}{within}'", place.pool)
}

/// Why there is no connection, and what to do.
pub(super) fn refused(refusal: Refusal, place: &RadosLocation) -> String {
    let said = |code| Error::from_raw_os_error(code);
    let conf = place.conf.as_deref().unwrap_or("the configuration of this machine, /etc/ceph/ceph.conf for one");
    let keyring = place.keyring.as_deref().unwrap_or("the one that the configuration says");
    match refusal {
        Refusal::Library(what) => format!("librados cannot be loaded: {what}. Install it (Debian: librados2)"),
        Refusal::Conf(code) => format!("Ceph's configuration cannot be read from {conf}: {}", said(code)),
        Refusal::Setting(name) => format!("this librados has no setting {name}: use another version"),
        Refusal::Connect(code) => match said(code).kind() {
            ErrorKind::NotFound => {
                format!(
                    "there is no key of client.{} in the keyring ({keyring}), or no address of a monitor in {conf}",
                    place.user
                )
            }
            ErrorKind::PermissionDenied => {
                format!("the cluster does not know client.{}, or not by the key in the keyring ({keyring})", place.user)
            }
            ErrorKind::TimedOut => format!("no monitor of Ceph answered in time; which there are says {conf}"),
            _ => format!("there is no connection to Ceph by {conf}: {}", said(code)),
        },
        Refusal::Pool(code) => match said(code).kind() {
            ErrorKind::NotFound => format!("there is no pool {}: make it, and give it size and min_size", place.pool),
            _ => format!("the pool {} cannot be opened: {}", place.pool, said(code)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_have_been_written_is_known() {
        let place = RadosLocation::parse("rados://p/n?user=u").unwrap();
        let told = |code| told(code, &place);
        assert_eq!((told(2), told(17)), (StoreError::NotFound, StoreError::Exists));
        assert_eq!((told(28), told(122)), (StoreError::Full, StoreError::Full));
        for (code, words) in
            [(1, "namespace=n'"), (13, "client.u"), (95, "replicated"), (22, "no such"), (27, "no such")]
        {
            let StoreError::Refused(said) = told(code) else { panic!("{code}") };
            assert!(said.contains(words), "{said}");
        }
        for (code, words) in [(110, "min_size"), (108, "start it again"), (5, "answered"), (4, "answered")] {
            let StoreError::Unknown(said) = told(code) else { panic!("{code}") };
            assert!(said.contains(words), "{said}");
        }
    }
}
