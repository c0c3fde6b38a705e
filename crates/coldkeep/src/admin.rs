//! The admin listener: `/health/live`, `/health/ready`, `/metrics`, and `/`, which names them. Served from the first moment, so that a server that is
//! still opening its data says so. Served by the same listener as the doors, so that idle and slow clients cannot take it.
//!
//! It has no authentication, so a web page must not reach it through the browser of somebody who can: a page can have its own
//! name lead here (DNS rebinding), but then the browser still sends that name. So only names are answered that are known to
//! lead here. Addresses are nobody's names.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_blob::Blobs;
use coldkeep_http::{Body, Call, Dialect, Door, Doors, Limits, Listener, Response, ResponseBody, Unserved};
use coldkeep_store::Store;
use http::header::{ALLOW, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};

use crate::Failure;
use crate::metrics::Metrics;
use crate::pools::KnownPools;
use crate::stop::Stop;

/// Connections at once: scrapers and health checks are few.
const MAX_CONNECTIONS: usize = 64;

/// What there is to ask for.
const PATHS: &str = "/health/live\n/health/ready\n/metrics\n";

/// What the admin listener tells about.
pub struct Admin {
    /// Set once requests are served.
    pub served: OnceLock<Served>,
    /// All metrics.
    pub metrics: Arc<Metrics>,
    /// Whether the server is about to stop.
    pub stop: Stop,
    /// Further names under which it is asked.
    pub hosts: Vec<String>,
}

/// What is there once requests are served.
pub struct Served {
    /// The store.
    pub store: Store,
    /// Its blob engine.
    pub blobs: Arc<dyn Blobs>,
    /// Its pools, besides the default.
    pub pools: KnownPools,
}

/// Binds the admin listener.
pub fn bind(address: SocketAddr) -> Result<Listener, Failure> {
    let limits = Limits {
        max_connections: MAX_CONNECTIONS,
        max_strangers_per_address: MAX_CONNECTIONS,
        // Nobody proves anything here.
        stranger_bytes: usize::MAX / 2,
        stranger_bytes_per_address: usize::MAX / 2,
        stranger_bytes_in_all: usize::MAX / 2,
        shutdown_timeout: Duration::from_secs(1),
        ..Limits::default()
    };
    Listener::bind(address, limits).map_err(|error| super::serve::cannot_listen(address, "--admin-listen", &error))
}

/// Serves until `until` is done.
pub async fn serve(listener: Listener, admin: Arc<Admin>, until: impl Future<Output = ()> + Send + 'static) {
    let door: Arc<dyn Door> = Arc::new(AdminDoor(admin));
    listener.serve(Doors::new(door.clone(), door, "See /health/live, /health/ready and /metrics."), until).await;
}

struct AdminDoor(Arc<Admin>);

#[async_trait]
impl Door for AdminDoor {
    fn name(&self) -> &'static str {
        "admin"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Query
    }

    async fn handle(&self, call: Call, _body: Body) -> Response {
        let mut response = self.answer(&call).await;
        if call.method == Method::HEAD {
            let length = response.body().bytes_left();
            response.headers_mut().insert(CONTENT_LENGTH, length.into());
            *response.body_mut() = ResponseBody::empty();
        }
        response
    }

    fn unserved(&self, _call: &Call, why: Unserved) -> Response {
        match why {
            Unserved::Malformed(what) => text(StatusCode::BAD_REQUEST, format!("{what}\n")),
            Unserved::Unreadable { .. } => text(StatusCode::BAD_REQUEST, format!("{}\n", coldkeep_http::UNREADABLE)),
            Unserved::Overloaded => text(StatusCode::SERVICE_UNAVAILABLE, "too many requests\n"),
        }
    }
}

impl AdminDoor {
    async fn answer(&self, call: &Call) -> Response {
        let named = call.headers.contains_key(http::header::HOST);
        if named && !is_known(&call.host, &self.0.hosts) {
            let words = "This host name is not known here. Name it with --admin-host at the start of the server.\n";
            return text(StatusCode::MISDIRECTED_REQUEST, words);
        }
        if !matches!(call.method, Method::GET | Method::HEAD) {
            let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "");
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        match call.path.as_str() {
            "/health/live" => text(StatusCode::OK, "live\n"),
            "/health/ready" => self.ready().await,
            "/metrics" => self.metrics().await,
            "/" => text(StatusCode::OK, PATHS),
            _ => text(StatusCode::NOT_FOUND, format!("There is nothing here. There is:\n{PATHS}")),
        }
    }

    /// 200 only while a PUT would be taken; otherwise what is wrong.
    async fn ready(&self) -> Response {
        let unready = |why: String| text(StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n"));
        if self.0.stop.is_asked() {
            return unready("stopping".into());
        }
        match self.0.served.get() {
            None => unready("opening the data".into()),
            Some(served) => match served.store.health().await {
                Ok(()) => text(StatusCode::OK, "ready\n"),
                Err(error) => unready(error.to_string()),
            },
        }
    }

    async fn metrics(&self) -> Response {
        if let Some(served) = self.0.served.get() {
            match served.blobs.space().await {
                Ok(space) => self.0.metrics.set_space(space),
                Err(error) => tracing::warn!(%error, "the free space is unknown"),
            }
            for pool in &served.pools.pool {
                match served.blobs.space_of(pool.number).await {
                    Ok(space) => self.0.metrics.set_pool_space(&pool.name, space),
                    Err(error) => tracing::warn!(%error, pool = pool.name, "the free space of a pool is unknown"),
                }
            }
            match served.store.usage().await {
                Ok(usage) => self.0.metrics.set_usage(&usage),
                Err(error) => tracing::warn!(%error, "what there is is unknown"),
            }
            match served.store.quotas().await {
                Ok(quotas) => self.0.metrics.set_quotas(&quotas),
                Err(error) => tracing::warn!(%error, "what is used of quotas is unknown"),
            }
        }
        match self.0.metrics.text() {
            Ok(lines) => {
                let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                let mut response = text(StatusCode::OK, lines);
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
                response
            }
            Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        }
    }
}

fn text(status: StatusCode, words: impl Into<String>) -> Response {
    let mut response = Response::new(ResponseBody::from(words.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// Whether a `Host` is an address, this machine, or one of the names given.
fn is_known(host: &str, names: &[String]) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    address.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_names_that_are_meant_are_known() {
        let names = ["cold.example".to_owned()];
        for host in [
            "127.0.0.1:9001",
            "127.0.0.1",
            "[::1]:9001",
            "10.0.0.7:80",
            "localhost:9001",
            "LocalHost",
            "cold.EXAMPLE:1",
        ] {
            assert!(is_known(host, &names), "{host}");
        }
        for host in
            ["evil.example:9001", "localhost.evil.example", "127.0.0.1.evil.example", "cold.example.evil", "", ":1"]
        {
            assert!(!is_known(host, &names), "{host}");
        }
    }
}
