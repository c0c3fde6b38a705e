//! The admin listener: `/health/live`, `/health/ready`, `/metrics`. Served from the first moment, so that a server that is
//! still opening its data says so.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
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
        .with_state(admin);
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(until).await {
        tracing::error!(%error, "the admin listener ended");
    }
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
