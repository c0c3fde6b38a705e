//! The admin listener: `/health/live`, `/health/ready`, `/metrics`. Served from the first moment, so that a server that is
//! still opening its data says so.
//!
//! It has no authentication, so a web page must not reach it through the browser of somebody who can: a page can have its own
//! name lead here (DNS rebinding), but then the browser still sends that name. So only names are answered that are known to
//! lead here. Addresses are nobody's names.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use coldkeep_blob::Blobs;
use coldkeep_store::Store;
use tokio::net::TcpListener;

use crate::Failure;
use crate::metrics::Metrics;
use crate::stop::Stop;

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
}

/// Binds the admin listener.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| super::serve::cannot_listen(address, "--admin-listen", &error))
}

/// Serves until `until` is done.
pub async fn serve(listener: TcpListener, admin: Arc<Admin>, until: impl Future<Output = ()> + Send + 'static) {
    let router = Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .layer(middleware::from_fn_with_state(admin.clone(), known_host))
        .with_state(admin);
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(until).await {
        tracing::error!(%error, "the admin listener ended");
    }
}

/// Answers only who asks for a host that is meant.
async fn known_host(State(admin): State<Arc<Admin>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).map(|host| String::from_utf8_lossy(host.as_bytes()));
    match host {
        Some(host) if !is_known(&host, &admin.hosts) => {
            let words = "This host name is not known here. Name it with --admin-host at the start of the server.\n";
            (StatusCode::MISDIRECTED_REQUEST, words).into_response()
        }
        _ => next.run(request).await,
    }
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

/// 200 only while a PUT would be taken.
async fn ready(State(admin): State<Arc<Admin>>) -> Response {
    let unready = |why: String| (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}\n")).into_response();
    if admin.stop.is_asked() {
        return unready("stopping".into());
    }
    match admin.served.get() {
        None => unready("opening the data".into()),
        Some(served) => match served.store.health().await {
            Ok(()) => "ready\n".into_response(),
            Err(error) => unready(error.to_string()),
        },
    }
}

async fn metrics(State(admin): State<Arc<Admin>>) -> Response {
    if let Some(served) = admin.served.get() {
        match served.blobs.space().await {
            Ok(space) => admin.metrics.set_space(space),
            Err(error) => tracing::warn!(%error, "the free space is unknown"),
        }
    }
    match admin.metrics.text() {
        Ok(text) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
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
