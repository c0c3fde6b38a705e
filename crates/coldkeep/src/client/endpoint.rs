//! Where a server is: `http://HOST:PORT` or `https://HOST:PORT`.

use std::fmt;
use std::str::FromStr;

/// A server's address, as a client names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    tls: bool,
    /// An IPv6 address without its brackets.
    host: String,
    port: u16,
}

impl Endpoint {
    /// Whether it speaks TLS.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// Name or address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What `Host` says: without the port where that is the scheme's own.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == port_of(self.tls) { host } else { format!("{host}:{}", self.port) }
    }
}

fn port_of(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "an endpoint is http://HOST:PORT or https://HOST:PORT".to_owned();
        let url: http::Uri = text.parse().map_err(|_| wrong())?;
        let tls = match url.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong()),
        };
        let authority = url.authority().filter(|name| !name.as_str().contains('@')).ok_or_else(wrong)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err("an endpoint has no path and no query: http://HOST:PORT".into());
        }
        let rest = authority.as_str().strip_prefix(authority.host()).ok_or_else(wrong)?;
        let port = match rest.strip_prefix(':') {
            Some(port) => port.parse().map_err(|_| wrong())?,
            None => port_of(tls),
        };
        let host = authority.host();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if host.is_empty() { Err(wrong()) } else { Ok(Self { tls, host: host.to_owned(), port }) }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_have_a_scheme_a_host_and_a_port() {
        let table = [
            ("http://127.0.0.1:9000", "127.0.0.1", 9000, "http://127.0.0.1:9000"),
            ("https://cold.example/", "cold.example", 443, "https://cold.example"),
            ("http://cold.example", "cold.example", 80, "http://cold.example"),
            ("https://cold.example:80", "cold.example", 80, "https://cold.example:80"),
            ("http://[::1]:9000", "::1", 9000, "http://[::1]:9000"),
        ];
        for (text, host, port, shown) in table {
            let endpoint: Endpoint = text.parse().expect(text);
            assert_eq!((endpoint.host(), endpoint.port(), endpoint.to_string().as_str()), (host, port, shown));
        }
        for bad in
            ["", "localhost:9000", "ftp://h", "http://", "http://h/path", "http://h?q", "http://u@h", "http://h:99999"]
        {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }
}
