//! The one port: which part of the edge a request is for, and who may ask.
//!
//! ```text
//!  ID.lambda-url.…, /lambda-url/NAME/…  function URLs, by their own auth type
//!  /health                              anybody
//!  /metrics                             from this machine, else signed
//!  /beamlet/blobs/…                     by a link that GetFunction gave
//!  X-Amz-Target: Logs_…                 the log        ┐
//!  /beamlet/…                           bill, failures ├ signed, if there are credentials
//!  everything else                      the Lambda API ┘
//! ```

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::body::{self, Body, full};
use crate::edge::Edge;
use crate::error::ApiError;
use crate::sigv4::{self, Signed};
use crate::{admin, lambda, logs_api, url};

/// Connections at a time; the others wait to be accepted.
const CONNECTIONS_MAX: usize = 10_000;

/// How long a client may take for the head of a request.
const HEAD_MS_MAX: u64 = 30_000;

const HEADERS_MAX: usize = 128;

/// AWS: a request of the API has at most this many bytes (a package of 50 MB in base64).
const API_BODY_BYTES_MAX: usize = 70_167_211;

/// A payload and the answer that it is too large need a little more than the payload.
const INVOKE_BODY_BYTES_MAX: usize = lambda::invoke::PAYLOAD_BYTES_MAX + 64 * 1024;

/// Serves until `stop` resolves, then lets open requests end.
pub async fn serve(listener: TcpListener, edge: Arc<Edge>, stop: impl Future<Output = ()>) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(HEAD_MS_MAX))
        .max_headers(HEADERS_MAX);
    builder.http2().timer(TokioTimer::new()).max_header_list_size(64 * 1024);
    tokio::pin!(stop);
    loop {
        let permit = connections.clone().acquire_owned().await.expect("it is never closed");
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, as a rule: it passes when connections end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stop => break,
        };
        let _ = stream.set_nodelay(true);
        let edge = edge.clone();
        let service = service_fn(move |request| {
            let edge = edge.clone();
            async move { Ok::<_, Infallible>(answer(edge, request, peer).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// Answers one request; a bug of ours ends it alone.
async fn answer(edge: Arc<Edge>, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
    let begun = Instant::now();
    let request_id: Arc<str> = uuid::Uuid::new_v4().to_string().into();
    let (parts, incoming) = request.into_parts();
    let routed = route(&edge, &parts, incoming, request_id.clone(), peer.ip());
    let mut response = match AssertUnwindSafe(routed).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(%request_id, path = parts.uri.path(), "a bug ended a request");
            ApiError::new("ServiceException", "a bug of the server ended this request")
                .with("Type", "Service")
                .rest_json()
        }
    };
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    let trace_id = parts.headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
    tracing::debug!(
        %request_id,
        trace_id,
        method = %parts.method,
        path = parts.uri.path(),
        status = response.status().as_u16(),
        duration_us = begun.elapsed().as_micros() as u64,
        "answered"
    );
    response
}

async fn route(
    edge: &Edge,
    parts: &http::request::Parts,
    incoming: Incoming,
    request_id: Arc<str>,
    source: IpAddr,
) -> Response<Body> {
    let path = parts.uri.path();
    let query = parts.uri.query().unwrap_or("");
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(|a| a.as_str())).unwrap_or("localhost");
    if let Some(place) = url::by_host(edge, host, path) {
        return url::answer(edge, place, parts, incoming, request_id, source).await;
    }
    if let Some(place) = url::by_path(host, path) {
        return url::answer(edge, Some(place), parts, incoming, request_id, source).await;
    }
    match (&parts.method, path) {
        (&Method::GET, "/health") => return Response::new(full("ok\n")),
        (&Method::GET, "/metrics") if source.is_loopback() || edge.credentials.is_none() => {
            return metrics(edge);
        }
        (&Method::GET, path) if path.starts_with("/beamlet/blobs/") => {
            return edge.links.answer(&edge.platform, path, query).await;
        }
        _ => {}
    }
    let api_error = |error: ApiError| match parts.headers.contains_key("x-amz-target") {
        true => error.json_1_1(),
        false => error.rest_json(),
    };
    if let Some(credentials) = &edge.credentials
        && !sigv4::names_key(parts, credentials)
    {
        // Nothing of a stranger's body is read.
        let signed = signed(parts, b"");
        let error = sigv4::verify(&signed, credentials, Timestamp::now()).err();
        return api_error(error.unwrap_or_else(|| {
            ApiError::new("AccessDeniedException", "the request is not signed with a known key")
        }));
    }
    let invokes = path.ends_with("/invocations") || path.ends_with("-invocations");
    let max = if invokes { INVOKE_BODY_BYTES_MAX } else { API_BODY_BYTES_MAX };
    let body = match body::read(incoming, max).await {
        Ok(body) => body,
        Err(body::Unread::TooLong) => {
            let text = format!("Request must be smaller than {max} bytes for this operation");
            return api_error(ApiError::new("RequestTooLargeException", text).with("Type", "User"));
        }
        Err(body::Unread::BrokenOff) => {
            let text = "the request's body broke off";
            return api_error(ApiError::new("InvalidRequestContentException", text));
        }
    };
    if let Some(credentials) = &edge.credentials
        && let Err(error) = sigv4::verify(&signed(parts, &body), credentials, Timestamp::now())
    {
        return api_error(error);
    }
    if let Some(target) = parts.headers.get("x-amz-target") {
        return logs_api::answer(&edge.platform, target.to_str().unwrap_or(""), &body).await;
    }
    if path == "/metrics" {
        return metrics(edge);
    }
    if path.starts_with("/beamlet/") {
        return admin::answer(&edge.platform, &parts.method, path, query).await;
    }
    lambda::answer(edge, parts, body, request_id, host).await
}

fn signed<'a>(parts: &'a http::request::Parts, body: &'a [u8]) -> Signed<'a> {
    Signed {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or(""),
        headers: &parts.headers,
        body,
    }
}

fn metrics(edge: &Edge) -> Response<Body> {
    let text = edge.platform.metrics.encode(edge.platform.gauges());
    let mut response = Response::new(full(text));
    *response.status_mut() = StatusCode::OK;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
