//! Addresses of bytes in the settings of a shared store, that of `--blobs` and those of pools, and the keys that an S3 is asked with: those of `--blobs`, or a
//! pool's own, which are variables only, named after it. Secrets do not belong on a command line.

use std::path::PathBuf;

use coldkeep_blob_pieces::{Keys, Location, RadosLocation};

use super::blobs::{BlobPlace, ObjectStore};
use crate::Failure;
use crate::pools::NamedPool;
use crate::secret::secret;

/// A pool of a shared store, and where its server finds it.
pub struct PoolPlace {
    pub name: String,
    pub place: BlobPlace,
}

/// The keys for an S3, as far as they are given.
#[derive(Clone, Default)]
pub struct GivenKeys {
    pub access_key: Option<String>,
    pub secret_key: Option<String>,
}

impl GivenKeys {
    fn is_empty(&self) -> bool {
        self.access_key.is_none() && self.secret_key.is_none()
    }
}

/// What a variable is set to.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What the names of a pool's own variables begin with. No two pools have the same: their names have lower-case letters, digits and hyphens.
fn prefix(pool: &str) -> String {
    format!("COLDKEEP_POOL_{}", pool.to_ascii_uppercase().replace('-', "_"))
}

/// The variables that a pool may have keys of its own in.
pub fn variables(pool: &str) -> [String; 3] {
    ["ACCESS_KEY", "SECRET_KEY", "SECRET_KEY_FILE"].map(|key| format!("{}_{key}", prefix(pool)))
}

/// The place of `--blobs`, whose keys these are, and those of the pools.
pub fn places(
    blobs: &str,
    keys: &GivenKeys,
    pools: &[NamedPool],
    variable: Variable<'_>,
) -> Result<(BlobPlace, Vec<PoolPlace>), Failure> {
    let mut named: Vec<PoolPlace> = Vec::new();
    let mut asks_with_keys = is_s3(blobs);
    for NamedPool { name, place } in pools {
        let [access_key, secret_key, file] = variables(name);
        let file = variable(&file).map(PathBuf::from);
        let secret_key = secret(&secret_key, variable(&secret_key).as_deref(), file.as_deref())?;
        let own = GivenKeys { access_key: variable(&access_key), secret_key };
        let has_common = is_s3(place) && own.is_empty();
        asks_with_keys |= has_common;
        let setting = Setting { name: &format!("--pool {name}"), prefix: &prefix(name) };
        let place = setting.place(place, if has_common { keys } else { &own })?;
        if named.iter().any(|pool| pool.name == *name) {
            return Err(Failure::new(format!("--pool {name} is there twice: leave one out.")));
        }
        named.push(PoolPlace { name: name.clone(), place });
    }
    let none = GivenKeys::default();
    let blobs_keys = if asks_with_keys && !is_s3(blobs) { &none } else { keys };
    let blobs = Setting { name: "--blobs", prefix: "COLDKEEP_BLOBS" }.place(blobs, blobs_keys)?;
    must_differ(&blobs, &named)?;
    Ok((blobs, named))
}

fn is_s3(url: &str) -> bool {
    url.starts_with("s3://")
}

/// A setting that names a place.
struct Setting<'a> {
    name: &'a str,
    /// What the variables with its keys begin with.
    prefix: &'a str,
}

impl Setting<'_> {
    fn place(&self, url: &str, keys: &GivenKeys) -> Result<BlobPlace, Failure> {
        let Self { name, prefix } = self;
        let unusable = |what: String| Failure::new(format!("{name} cannot be used: {what}."));
        let refused = |what: String| Err(Failure::new(what));
        let keys_are = format!("{prefix}_ACCESS_KEY and {prefix}_SECRET_KEY are for s3://");
        match (url.split_once("://"), keys.access_key.clone(), keys.secret_key.clone()) {
            (Some(("file", path)), None, None) if path.starts_with('/') => Ok(BlobPlace::Folder(path.into())),
            (Some(("rados", _)), None, None) => {
                Ok(BlobPlace::Objects(ObjectStore::Rados(RadosLocation::parse(url).map_err(unusable)?)))
            }
            (Some(("file", path)), ..) if path.starts_with('/') => {
                refused(format!("{keys_are}: a folder has no keys."))
            }
            (Some(("rados", _)), ..) => {
                refused(format!("{keys_are}: the key for a Ceph pool is in a keyring (?keyring=FILE)."))
            }
            (Some(("s3", _)), Some(access_key), Some(secret_key)) => {
                let location = Location::parse(url).map_err(unusable)?;
                Ok(BlobPlace::Objects(ObjectStore::S3(location, Keys { access_key, secret_key })))
            }
            (Some(("s3", _)), ..) => refused(format!(
                "{name} s3:// needs keys: COLDKEEP_BLOBS_ACCESS_KEY, and COLDKEEP_BLOBS_SECRET_KEY or _FILE; a pool may have its own, such as \
                 COLDKEEP_POOL_COLD_ACCESS_KEY."
            )),
            (None, ..) if url.starts_with('/') => {
                refused(format!("{name}: a folder that all servers of a store see is written file://{url}."))
            }
            _ => refused(format!(
                "{name} is file:///FOLDER, a folder that all servers see, s3://BUCKET/PREFIX, or rados://POOL/NAMESPACE."
            )),
        }
    }
}

/// No two are in the same place: one of them would be refused later, when the store knows both.
fn must_differ(blobs: &BlobPlace, pools: &[PoolPlace]) -> Result<(), Failure> {
    let mut seen = vec![("--blobs".to_owned(), blobs.to_string())];
    for PoolPlace { name, place } in pools {
        let (setting, place) = (format!("--pool {name}"), place.to_string());
        if let Some((other, _)) = seen.iter().find(|(_, seen)| *seen == place) {
            return Err(Failure::new(format!("{other} and {setting} name the same place, {place}.")));
        }
        seen.push((setting, place));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(access_key: &str) -> GivenKeys {
        GivenKeys { access_key: Some(access_key.into()), secret_key: Some("hidden".into()) }
    }

    fn told(blobs: &str, keys: &GivenKeys, pools: &[&str], set: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let pools: Vec<NamedPool> = pools.iter().map(|pool| pool.parse().expect("a pool")).collect();
        let variable = |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        let (blobs, pools) = places(blobs, keys, &pools, &variable).map_err(|failure| failure.to_string())?;
        let shown = |place: &BlobPlace| match place {
            BlobPlace::Objects(ObjectStore::S3(location, keys)) => format!("{location} by {}", keys.access_key),
            other => other.to_string(),
        };
        Ok(std::iter::once(shown(&blobs)).chain(pools.iter().map(|pool| shown(&pool.place))).collect())
    }

    #[test]
    fn pools_lie_in_places_of_their_own_and_are_asked_with_the_keys_that_are_meant() {
        let none = GivenKeys::default();
        let own = [("COLDKEEP_POOL_VERY_COLD_ACCESS_KEY", "own"), ("COLDKEEP_POOL_VERY_COLD_SECRET_KEY", "x")];
        let pools = ["cool=s3://b/cool?region=x", "very-cold=s3://b/cold?region=x", "old=rados://p/n", "f=file:///f"];
        let places = told("file:///blobs", &keys("common"), &pools, &own).expect("are fine");
        let expected = ["/blobs", "s3://b/cool/ at Amazon's x by common", "s3://b/cold/ at Amazon's x by own"];
        assert_eq!(places[..3], expected);
        assert_eq!(places[3..], ["rados://p/n as client.coldkeep", "/f"]);
        let refused =
            |pools: &[&str], set: &[(&str, &str)]| told("file:///blobs", &none, pools, set).expect_err("is refused");
        assert!(refused(&["cold=s3://b?region=x"], &[]).contains("--pool cold s3:// needs keys"));
        assert!(refused(&["cold=/mnt/cold"], &[]).contains("file:///mnt/cold"));
        assert!(refused(&["cold=mnt"], &[]).contains("--pool cold is file:///FOLDER"));
        assert!(refused(&["very-cold=file:///cold"], &own).contains("VERY_COLD_ACCESS_KEY"));
        assert!(refused(&["very-cold=s3://b?region=x"], &own[..1]).contains("needs keys"));
        assert!(refused(&["a=file:///a", "a=file:///b"], &[]).contains("twice"));
        assert!(refused(&["a=file:///a", "b=file:///a"], &[]).contains("--pool a and --pool b name the same place"));
        assert!(refused(&["a=file:///blobs"], &[]).contains("--blobs and --pool a"));
        // Keys that nothing is asked with are a mistake.
        let own_only = told("file:///blobs", &keys("common"), &pools[1..2], &own);
        assert!(own_only.expect_err("is refused").contains("a folder has no keys"));
    }
}
