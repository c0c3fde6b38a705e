//! The address of a database, taken apart: a configuration for each host, and how TLS is spoken with them.

use std::path::PathBuf;

use coldkeep_meta::Error;
use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use crate::tls::{Proof, Tls};

/// What is passed on to the database as it is.
const PASSED_ON: [&str; 3] = ["host", "port", "options"];

pub(crate) struct Address {
    /// Each with one host.
    pub(crate) hosts: Vec<Config>,
    /// `None`: it is not spoken.
    pub(crate) tls: Option<Tls>,
}

impl Address {
    /// Parses an address; errors show neither it nor a password.
    pub(crate) fn parse(address: &str, password: Option<&str>) -> Result<Self, Error> {
        let (rest, parameters) = Parameters::split(address)?;
        let whole: Config = rest.parse().map_err(|error: tokio_postgres::Error| {
            refused(format!("is not understood: {}", std::error::Error::source(&error).unwrap_or(&error)))
        })?;
        if whole.get_password().is_some() {
            return Err(refused("holds a password, which everyone on this machine can see: give it apart".into()));
        }
        let tls = parameters.proof()?.map(Tls::new).transpose()?;
        let hosts = each_host(&whole, password, tls.is_some())?;
        let over_network = |host: &Config| host.get_ssl_mode() != SslMode::Disable;
        let tls = tls.filter(|_| hosts.iter().any(over_network));
        Ok(Self { hosts, tls })
    }
}

fn refused(why: String) -> Error {
    Error::Open(format!("the address of the database {why}"))
}

/// A configuration for each host. TLS goes over networks only, as with libpq.
fn each_host(whole: &Config, password: Option<&str>, tls: bool) -> Result<Vec<Config>, Error> {
    let (hosts, ports) = (whole.get_hosts(), whole.get_ports());
    if hosts.is_empty() {
        return Err(refused("names no host".into()));
    }
    if ports.len() > 1 && ports.len() != hosts.len() {
        return Err(refused("names more ports than one, but not one for each host".into()));
    }
    let host_at = |(place, host): (usize, &Host)| {
        let mut config = Config::new();
        match host {
            Host::Tcp(name) => config.host(name).ssl_mode(if tls { SslMode::Require } else { SslMode::Disable }),
            Host::Unix(folder) => config.host_path(folder).ssl_mode(SslMode::Disable),
        };
        if let Some(port) = ports.get(place).or(ports.first()) {
            config.port(*port);
        }
        whole.get_user().map(|user| config.user(user));
        whole.get_dbname().map(|name| config.dbname(name));
        whole.get_options().map(|options| config.options(options));
        password.map(|password| config.password(password));
        config.target_session_attrs(TargetSessionAttrs::ReadWrite).application_name("coldkeep");
        config
    };
    Ok(hosts.iter().enumerate().map(host_at).collect())
}

/// What the address says of TLS.
struct Parameters {
    mode: String,
    authorities: Option<PathBuf>,
}

impl Parameters {
    /// Takes them out of an address; gives what is left of it.
    fn split(address: &str) -> Result<(String, Self), Error> {
        if !address.starts_with("postgres://") && !address.starts_with("postgresql://") {
            return Err(refused("does not begin with postgres://".into()));
        }
        let (rest, query) = address.split_once('?').unwrap_or((address, ""));
        let mut parameters = Self { mode: "verify-full".into(), authorities: None };
        let mut passed_on = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = || percent_decode_str(value).decode_utf8_lossy().into_owned();
            match name {
                "sslmode" => parameters.mode = decode(),
                "sslrootcert" => parameters.authorities = Some(decode().into()),
                "password" => {
                    return Err(refused(
                        "holds a password, which everyone on this machine can see: give it apart".into(),
                    ));
                }
                name if PASSED_ON.contains(&name) => passed_on.push(pair),
                name => return Err(refused(format!("has the parameter {name}, which is not known here"))),
            }
        }
        let separator = if passed_on.is_empty() { "" } else { "?" };
        Ok((format!("{rest}{separator}{}", passed_on.join("&")), parameters))
    }

    fn proof(self) -> Result<Option<Proof>, Error> {
        Ok(match (self.mode.as_str(), self.authorities) {
            ("disable", None) => None,
            ("require", None) => Some(Proof::None),
            ("require" | "verify-ca", authorities) => Some(Proof::Authority(authorities)),
            ("verify-full", authorities) => Some(Proof::Name(authorities)),
            ("disable", Some(_)) => return Err(refused("says sslmode=disable, and an sslrootcert too".into())),
            (other, _) => {
                let why = format!("says sslmode={other}: use verify-full, verify-ca, require or disable");
                return Err(refused(why));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<Address, String> {
        Address::parse(address, Some("secret")).map_err(|error| error.to_string())
    }

    #[test]
    fn hosts_have_their_ports_in_their_order() {
        let address = parse("postgres://ck@db1,db2:5433,%2Frun%2Fpg/store?sslmode=require").expect("an address");
        let hosts = address.hosts.iter().map(|host| (host.get_hosts(), host.get_ports(), host.get_ssl_mode()));
        let (tcp, unix) = (|name: &str| Host::Tcp(name.into()), Host::Unix("/run/pg".into()));
        let expected = [
            (&[tcp("db1")][..], &[5432][..], SslMode::Require),
            (&[tcp("db2")], &[5433], SslMode::Require),
            (&[unix], &[5432], SslMode::Disable),
        ];
        assert_eq!(hosts.collect::<Vec<_>>(), expected);
        for host in &address.hosts {
            assert_eq!((host.get_user(), host.get_dbname()), (Some("ck"), Some("store")));
            assert_eq!(host.get_password(), Some(&b"secret"[..]));
        }
        assert!(address.tls.is_some());
    }

    #[test]
    fn what_needs_no_tls_has_none() {
        assert!(parse("postgres://ck@db/store?sslmode=disable").expect("an address").tls.is_none());
        assert!(parse("postgres://ck@%2Frun%2Fpg/store").expect("an address").tls.is_none());
        let options = parse("postgres://ck@db/store?sslmode=disable&options=-c%20search_path%3Dx").expect("an address");
        assert_eq!(options.hosts[0].get_options(), Some("-c search_path=x"));
    }

    #[test]
    fn what_is_not_understood_is_refused_and_not_shown() {
        for (address, part) in [
            ("mysql://ck@db/store", "does not begin with postgres://"),
            ("postgres://ck:secret@db/store", "holds a password"),
            ("postgres://ck@db/store?password=secret", "holds a password"),
            ("postgres://ck@db/store?sslmode=prefer", "sslmode=prefer: use verify-full"),
            ("postgres://ck@db/store?sslmode=disable&sslrootcert=/ca.pem", "sslrootcert too"),
            ("postgres://ck@db/store?sslrootcert=/nowhere/ca.pem", "cannot use /nowhere/ca.pem"),
            ("postgres://ck@db/store?keepalives=0", "the parameter keepalives, which is not known"),
            ("postgres://ck:secret@db:port/store?sslmode=disable", "is not understood"),
            ("postgres:///store?sslmode=disable", "names no host"),
            ("postgres://ck@a:1,b:2,c:3/store?sslmode=disable&port=4", "not one for each host"),
        ] {
            let told = parse(address).err().unwrap_or_else(|| panic!("{address} is taken"));
            assert!(told.contains(part) && !told.contains("secret"), "{address}: {told}");
        }
    }
}
