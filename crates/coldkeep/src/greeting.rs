//! What the person who starts a server reads: where it is, its keys at the first start, and lines to paste.
//!
//! The secret key is shown to a terminal only: what goes elsewhere is kept, as the logs of containers are, and read by others.

use std::fmt::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use crate::root_account::{Origin, RootAccount};

/// What there is to tell.
pub struct Greeting<'a> {
    /// The addresses of the doors.
    pub listen: &'a [SocketAddr],
    /// The address of health and metrics.
    pub admin: Option<SocketAddr>,
    /// The data folder, or where a shared store lies.
    pub data: &'a str,
    /// The root account.
    pub root: &'a RootAccount,
    /// Whether a person reads this at a terminal.
    pub terminal: bool,
    /// Where its keys are kept, if they are.
    pub root_path: Option<&'a Path>,
    /// Whether the doors speak TLS.
    pub tls: bool,
    /// The certificate that clients must trust, if it is our own authority's.
    pub authority: Option<&'a Path>,
}

/// The URL under which a client on this machine reaches an address.
pub fn endpoint(address: SocketAddr, tls: bool) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let scheme = if tls { "https" } else { "http" };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

impl fmt::Display for Greeting<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row =
            |out: &mut fmt::Formatter<'_>, name: &str, value: &dyn fmt::Display| writeln!(out, "  {name:<16} {value}");
        writeln!(out, "Coldkeep {}", env!("CARGO_PKG_VERSION"))?;
        for address in self.listen {
            row(out, "S3 and Glacier", &endpoint(*address, self.tls))?;
        }
        if let Some(admin) = self.admin {
            row(out, "health, metrics", &endpoint(admin, false))?;
        }
        row(out, "data", &self.data)?;
        row(out, "account", &self.root.id)?;
        let kept_in = self.root_path.unwrap_or(Path::new("")).display();
        match self.root.origin {
            Origin::Given => row(out, "keys", &"as given")?,
            Origin::Kept => row(out, "keys", &format_args!("in {kept_in}"))?,
            Origin::Made if !self.terminal => {
                row(out, "access key", &self.root.access_key)?;
                row(out, "secret key", &format_args!("in {kept_in}"))?;
                writeln!(
                    out,
                    "\nThis key pair was made now, for the root account. To see it:\n\n  coldkeep show-keys --data {}",
                    in_shell(self.data)
                )?;
            }
            Origin::Made => {
                row(out, "access key", &self.root.access_key)?;
                row(out, "secret key", &self.root.secret_key)?;
                writeln!(
                    out,
                    "\nThis key pair was made now, for the root account. It is shown this once; it is kept in\n{kept_in}."
                )?;
            }
        }
        if self.root.origin == Origin::Made && self.terminal {
            out.write_char('\n')?;
            self.lines_to_paste(out)?;
        } else if let Some(authority) = self.authority {
            row(out, "clients need", &format_args!("AWS_CA_BUNDLE={}", in_shell(&authority.display().to_string())))?;
        }
        Ok(())
    }
}

impl Greeting<'_> {
    /// Lines that work as they stand, so nothing stands before them: Python minds.
    fn lines_to_paste(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.listen.first().map(|address| endpoint(*address, self.tls)).unwrap_or_default();
        let (access, secret) = (&self.root.access_key, &self.root.secret_key);
        let authority = self.authority.map(|path| path.display().to_string());
        writeln!(out, "AWS CLI:\n")?;
        writeln!(out, "export AWS_ACCESS_KEY_ID={access} AWS_SECRET_ACCESS_KEY={secret} AWS_DEFAULT_REGION=us-east-1")?;
        if let Some(path) = &authority {
            writeln!(out, "export AWS_CA_BUNDLE={}", in_shell(path))?;
        }
        writeln!(out, "echo hello > coldkeep-hello.txt")?;
        for command in [
            "s3 mb s3://first-bucket",
            "s3 cp coldkeep-hello.txt s3://first-bucket/",
            "s3 presign s3://first-bucket/coldkeep-hello.txt",
            "glacier create-vault --account-id - --vault-name first-vault",
            "glacier upload-archive --account-id - --vault-name first-vault --body coldkeep-hello.txt",
        ] {
            writeln!(out, "aws --endpoint-url {url} {command}")?;
        }
        writeln!(out, "\nPython:\n\nimport boto3")?;
        write!(out, "door = dict(endpoint_url={url:?}, region_name=\"us-east-1\"")?;
        if let Some(path) = &authority {
            write!(out, ", verify={path:?}")?;
        }
        writeln!(out, ", aws_access_key_id={access:?}, aws_secret_access_key={secret:?})")?;
        writeln!(out, "s3, glacier = boto3.client(\"s3\", **door), boto3.client(\"glacier\", **door)")?;
        let (bucket, key) = ("first-bucket", "coldkeep-hello.txt");
        writeln!(
            out,
            "s3.generate_presigned_url(\"get_object\", Params={{\"Bucket\": {bucket:?}, \"Key\": {key:?}}}, ExpiresIn=3600)"
        )
    }
}

/// A word as a shell must be given it.
pub fn in_shell(word: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+=:,@".contains(character);
    match word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use coldkeep_types::AccountId;

    use super::*;

    fn greeting(origin: Origin, authority: Option<&str>) -> String {
        greeting_to(true, origin, authority)
    }

    fn greeting_to(terminal: bool, origin: Origin, authority: Option<&str>) -> String {
        let root = RootAccount {
            id: AccountId::parse("123456789012").unwrap(),
            access_key: "AKIATEST".into(),
            secret_key: "hush".into(),
            root_key: coldkeep_identity::RootKey::from_bytes([0; 32]),
            origin,
        };
        let listen = [SocketAddr::from(([0, 0, 0, 0], 9000))];
        Greeting {
            listen: &listen,
            admin: None,
            data: "/d",
            root: &root,
            terminal,
            root_path: Some(Path::new("/d/root.toml")),
            tls: authority.is_some(),
            authority: authority.map(Path::new),
        }
        .to_string()
    }

    #[test]
    fn keys_are_shown_at_the_first_start_only() {
        let first = greeting(Origin::Made, None);
        assert!(first.contains("hush") && first.contains("--endpoint-url http://127.0.0.1:9000 s3 mb"));
        assert!(first.contains("glacier create-vault") && first.contains("boto3.client(\"glacier\""));
        let later = greeting(Origin::Kept, None);
        assert!(!later.contains("hush") && later.contains("in /d/root.toml"));
        assert!(!greeting(Origin::Given, None).contains("hush"));
    }

    #[test]
    fn what_is_no_terminal_gets_no_secret_but_the_command_that_shows_it() {
        let kept = greeting_to(false, Origin::Made, Some("/d/tls/ca.pem"));
        assert!(!kept.contains("hush") && kept.contains("AKIATEST") && kept.contains("in /d/root.toml"), "{kept}");
        assert!(
            kept.contains("coldkeep show-keys --data /d\n") && kept.contains("AWS_CA_BUNDLE=/d/tls/ca.pem"),
            "{kept}"
        );
    }

    #[test]
    fn our_own_authority_is_named_to_clients() {
        assert!(greeting(Origin::Made, Some("/d/tls/ca.pem")).contains("export AWS_CA_BUNDLE=/d/tls/ca.pem"));
        let later = greeting(Origin::Kept, Some("/d/tls/ca.pem"));
        assert!(later.contains("AWS_CA_BUNDLE=/d/tls/ca.pem") && later.contains("https://127.0.0.1:9000"));
    }

    #[test]
    fn what_a_shell_would_take_apart_is_quoted() {
        assert_eq!(in_shell("/srv/cold-1/tls/ca.pem"), "/srv/cold-1/tls/ca.pem");
        assert_eq!(in_shell("/my data/it's"), r"'/my data/it'\''s'");
        assert!(greeting(Origin::Made, Some("/my d/ca.pem")).contains("export AWS_CA_BUNDLE='/my d/ca.pem'\n"));
    }
}
