//! The settings that say where a store lies that several servers share.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::SharedStore;
use crate::Failure;
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

    /// Folder that all servers of a shared store see, on NFS or CephFS: file:///FOLDER
    #[arg(long, env = "COLDKEEP_BLOBS", value_name = "URL")]
    pub blobs: Option<String>,

    /// How long a server of a shared store may stay silent before another one declares it dead; 10s if not set
    #[arg(long, env = "COLDKEEP_LEASE", value_name = "TIME")]
    pub lease: Option<Span>,
}

impl SharedArgs {
    /// The store that they name; `None`: none.
    pub fn store(&self) -> Result<Option<SharedStore>, Failure> {
        let (meta, blobs) = match (&self.meta, &self.blobs) {
            (Some(meta), Some(blobs)) => (meta, blobs),
            (Some(_), None) => return Err(Failure::new("--meta goes with --blobs, the folder that all servers see.")),
            (None, Some(_)) => {
                return Err(Failure::new("--blobs goes with --meta, the database that all servers share."));
            }
            (None, None) => return self.must_be_alone().map(|()| None),
        };
        let lease = self.lease.map_or(LEASE, |span| span.0);
        if lease < SHORTEST_LEASE {
            return Err(Failure::new("--lease is a second at least: a shorter one takes slow servers for dead."));
        }
        Ok(Some(SharedStore { meta: address(meta)?.into(), password: self.password()?, blobs: folder(blobs)?, lease }))
    }

    /// Without a shared store the others say nothing.
    fn must_be_alone(&self) -> Result<(), Failure> {
        let set = [
            ("--meta-password", self.meta_password.is_some()),
            ("--meta-password-file", self.meta_password_file.is_some()),
            ("--lease", self.lease.is_some()),
        ];
        match set.iter().find(|(_, is_set)| *is_set) {
            Some((name, _)) => Err(Failure::new(format!("{name} goes with --meta, the database that servers share."))),
            None => Ok(()),
        }
    }

    fn password(&self) -> Result<Option<String>, Failure> {
        match (&self.meta_password, &self.meta_password_file) {
            (Some(_), Some(_)) => {
                Err(Failure::new("COLDKEEP_META_PASSWORD and COLDKEEP_META_PASSWORD_FILE are both set: leave one out."))
            }
            (given, None) => Ok(given.clone()),
            (None, Some(path)) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|error| Failure::file("read the database's password", path, &error))?;
                Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
            }
        }
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

/// The folder of a URL.
fn folder(url: &str) -> Result<PathBuf, Failure> {
    match url.split_once("://") {
        Some(("file", path)) if path.starts_with('/') => Ok(path.into()),
        Some((scheme @ ("rados" | "s3"), _)) => Err(Failure::new(format!(
            "--blobs {scheme}:// is not supported by this version: servers share a folder, file:///FOLDER, on NFS or CephFS."
        ))),
        _ => Err(Failure::new("--blobs is the folder that all servers see, as file:///FOLDER.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(args: SharedArgs) -> String {
        args.store().err().expect("is refused").to_string()
    }

    #[test]
    fn what_belongs_together_is_asked_for_together_and_other_engines_are_refused_by_name() {
        let some = |text: &str| Some(text.to_owned());
        let none = SharedArgs::default;
        assert!(none().store().expect("is fine").is_none());
        let meta = || SharedArgs { meta: some("postgres://ck@a,b/ck"), ..none() };
        assert!(refused(meta()).contains("--blobs"));
        assert!(refused(SharedArgs { blobs: some("file:///b"), ..none() }).contains("--meta"));
        assert!(refused(SharedArgs { lease: Some(Span(LEASE)), ..none() }).contains("--lease goes with --meta"));
        assert!(refused(SharedArgs { meta_password: some("x"), ..none() }).contains("--meta-password goes with"));
        let with = |blobs: &str| SharedArgs { blobs: some(blobs), ..meta() };
        assert!(refused(with("rados://pool")).contains("rados://"));
        assert!(refused(with("s3://bucket")).contains("s3://"));
        assert!(refused(with("file://b")).contains("file:///FOLDER"));
        assert!(refused(SharedArgs { meta: some("mysql://a/b"), ..with("file:///b") }).contains("postgres://"));
        assert!(refused(SharedArgs { lease: Some(Span(Duration::ZERO)), ..with("file:///b") }).contains("--lease"));
        let both = SharedArgs { meta_password: some("x"), meta_password_file: Some("y".into()), ..with("file:///b") };
        assert!(refused(both).contains("both set"));
        let store = SharedArgs { meta_password: some("x"), ..with("file:///b c") }.store().expect("is fine");
        let store = store.expect("one");
        assert_eq!((store.blobs, store.password, store.lease), ("/b c".into(), some("x"), LEASE));
    }
}
