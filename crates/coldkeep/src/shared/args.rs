//! The settings that say where a store lies that several servers share.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::SharedStore;
use super::places::{GivenKeys, places};
use crate::Failure;
use crate::pools::NamedPool;
use crate::secret::secret;
use crate::values::Span;

/// The lease, where none is set.
const LEASE: Duration = Duration::from_secs(10);
/// The shortest lease: servers beat ten times in it, and each beat is a commit.
const SHORTEST_LEASE: Duration = Duration::from_secs(1);

/// Where a store lies that several servers share. With none of these it lies in the data folder, and has one server.
#[derive(Args, Clone, Debug, Default)]
pub struct SharedArgs {
    /// PostgreSQL that keeps the metadata of a store that several servers share: postgres://USER@HOST[:PORT][,HOST[:PORT]]/DATABASE
    #[arg(long, env = "COLDKEEP_META", value_name = "URL")]
    pub meta: Option<String>,

    /// Password of that user; better given by file or environment
    #[arg(long, env = "COLDKEEP_META_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    pub meta_password: Option<String>,

    /// File with the password of that user
    #[arg(long, env = "COLDKEEP_META_PASSWORD_FILE", value_name = "FILE")]
    pub meta_password_file: Option<PathBuf>,

    /// Where all servers of a shared store have the bytes: file:///FOLDER, on NFS or CephFS, s3://BUCKET/PREFIX?endpoint=URL&region=NAME, or
    /// rados://POOL/NAMESPACE?conf=FILE&user=NAME&keyring=FILE
    #[arg(long, env = "COLDKEEP_BLOBS", value_name = "URL")]
    pub blobs: Option<String>,

    /// Access key for that bucket, and for those of pools that have none of their own
    #[arg(long, env = "COLDKEEP_BLOBS_ACCESS_KEY", value_name = "KEY", hide_env_values = true)]
    pub blobs_access_key: Option<String>,

    /// Secret key for that access key; better given by file or environment
    #[arg(long, env = "COLDKEEP_BLOBS_SECRET_KEY", value_name = "SECRET", hide_env_values = true)]
    pub blobs_secret_key: Option<String>,

    /// File with the secret key for that access key
    #[arg(long, env = "COLDKEEP_BLOBS_SECRET_KEY_FILE", value_name = "FILE")]
    pub blobs_secret_key_file: Option<PathBuf>,

    /// How long a server of a shared store may stay silent before another one declares it dead; 10s if not set
    #[arg(long, env = "COLDKEEP_LEASE", value_name = "TIME")]
    pub lease: Option<Span>,
}

impl SharedArgs {
    /// The store that they name, with these pools; `None`: none.
    pub fn store(&self, pools: &[NamedPool]) -> Result<Option<SharedStore>, Failure> {
        let (meta, blobs) = match (&self.meta, &self.blobs) {
            (Some(meta), Some(blobs)) => (meta, blobs),
            (Some(_), None) => return Err(Failure::new("--meta goes with --blobs, where all servers have the bytes.")),
            (None, Some(_)) => {
                return Err(Failure::new("--blobs goes with --meta, the database that all servers share."));
            }
            (None, None) => return self.must_be_alone().map(|()| None),
        };
        let lease = self.lease.map_or(LEASE, |span| span.0);
        if lease < SHORTEST_LEASE {
            return Err(Failure::new("--lease is a second at least: a shorter one takes slow servers for dead."));
        }
        let (meta, password) = (address(meta)?.into(), self.password()?);
        let file = self.blobs_secret_key_file.as_deref();
        let secret_key = secret("COLDKEEP_BLOBS_SECRET_KEY", self.blobs_secret_key.as_deref(), file)?;
        let keys = GivenKeys { access_key: self.blobs_access_key.clone(), secret_key };
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let (blobs, pools) = places(blobs, &keys, pools, &variable)?;
        Ok(Some(SharedStore { meta, password, blobs, pools, lease }))
    }

    /// Without a shared store the others say nothing.
    fn must_be_alone(&self) -> Result<(), Failure> {
        let set = [
            ("--meta-password", self.meta_password.is_some()),
            ("--meta-password-file", self.meta_password_file.is_some()),
            ("--blobs-access-key", self.blobs_access_key.is_some()),
            ("--blobs-secret-key", self.blobs_secret_key.is_some()),
            ("--blobs-secret-key-file", self.blobs_secret_key_file.is_some()),
            ("--lease", self.lease.is_some()),
        ];
        match set.iter().find(|(_, is_set)| *is_set) {
            Some((name, _)) => Err(Failure::new(format!("{name} goes with --meta, the database that servers share."))),
            None => Ok(()),
        }
    }

    fn password(&self) -> Result<Option<String>, Failure> {
        secret("COLDKEEP_META_PASSWORD", self.meta_password.as_deref(), self.meta_password_file.as_deref())
    }
}

/// The address of a database that there is an engine for.
fn address(url: &str) -> Result<&str, Failure> {
    match url.split_once("://") {
        Some(("postgres" | "postgresql", _)) => Ok(url),
        _ => Err(Failure::new(
            "--meta is an address such as postgres://coldkeep@db1,db2/coldkeep; no other is supported.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(args: SharedArgs) -> String {
        args.store(&[]).err().expect("is refused").to_string()
    }

    #[test]
    fn what_belongs_together_is_asked_for_together_and_other_engines_are_refused_by_name() {
        let some = |text: &str| Some(text.to_owned());
        let none = SharedArgs::default;
        assert!(none().store(&[]).expect("is fine").is_none());
        let meta = || SharedArgs { meta: some("postgres://ck@a,b/ck"), ..none() };
        assert!(refused(meta()).contains("--blobs"));
        assert!(refused(SharedArgs { blobs: some("file:///b"), ..none() }).contains("--meta"));
        assert!(refused(SharedArgs { lease: Some(Span(LEASE)), ..none() }).contains("--lease goes with --meta"));
        assert!(refused(SharedArgs { meta_password: some("x"), ..none() }).contains("--meta-password goes with"));
        let with = |blobs: &str| SharedArgs { blobs: some(blobs), ..meta() };
        assert!(refused(with("ceph://pool")).contains("rados://POOL"));
        assert!(refused(with("rados://pool?size=3")).contains("no parameter size"));
        assert!(refused(with("s3://bucket?region=x")).contains("COLDKEEP_BLOBS_ACCESS_KEY"));
        let keys =
            |blobs: &str| SharedArgs { blobs_access_key: some("AK"), blobs_secret_key: some("hidden"), ..with(blobs) };
        assert!(refused(keys("s3://bucket")).contains("neither a region"));
        assert!(refused(keys("file:///b")).contains("a folder has no keys"));
        assert!(refused(keys("rados://pool")).contains("a keyring"));
        let both = SharedArgs { blobs_secret_key_file: Some("y".into()), ..keys("s3://bucket?region=x") };
        assert!(refused(both).contains("COLDKEEP_BLOBS_SECRET_KEY and"));
        let alone = SharedArgs { blobs_access_key: some("AK"), ..none() };
        assert!(refused(alone).contains("--blobs-access-key goes with --meta"));
        let bucket = keys("s3://bucket/p?region=x").store(&[]).expect("is fine").expect("one");
        assert!(bucket.to_string().ends_with("s3://bucket/p/ at Amazon's x"), "{bucket}");
        let pool = with("rados://pool/n?user=u").store(&[]).expect("is fine").expect("one");
        assert!(pool.to_string().ends_with("rados://pool/n as client.u"), "{pool}");
        assert!(refused(with("file://b")).contains("file:///FOLDER"));
        assert!(refused(SharedArgs { meta: some("mysql://a/b"), ..with("file:///b") }).contains("postgres://"));
        assert!(refused(SharedArgs { lease: Some(Span(Duration::ZERO)), ..with("file:///b") }).contains("--lease"));
        let both = SharedArgs { meta_password: some("x"), meta_password_file: Some("y".into()), ..with("file:///b") };
        assert!(refused(both).contains("both set"));
        let store = SharedArgs { meta_password: some("x"), ..with("file:///b c") }.store(&[]).expect("is fine");
        let store = store.expect("one");
        assert_eq!((store.blobs.to_string(), store.password, store.lease), ("/b c".into(), some("x"), LEASE));
    }
}
