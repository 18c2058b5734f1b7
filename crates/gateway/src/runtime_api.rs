//! The Runtime API over HTTP: what the program of an environment talks to.
//!
//! Each environment has a listener of its own, which answers only programs of that environment's
//! user. AWS: "Using the Lambda runtime API for custom runtimes", version 2018-06-01; the pool's
//! call is Beamlet's own, version 2026-11-23.

use std::convert::Infallible;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beamlet_platform::confine::peer;
use beamlet_platform::engine::{FunctionError, Response as Answered};
use beamlet_platform::process::Endpoint;
use beamlet_platform::runtime::{Event, RESPONSE_BYTES_MAX, Refusal, Runtime};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;

use crate::body::{self, Body, full, json};

/// An error that a program reports is cut here.
const ERROR_BYTES_MAX: usize = 256 * 1024;

const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// Serves the Runtime APIs of all environments, until the channel closes.
pub async fn serve(mut endpoints: mpsc::UnboundedReceiver<Endpoint>) {
    while let Some(endpoint) = endpoints.recv().await {
        tokio::spawn(serve_one(endpoint));
    }
}

async fn serve_one(endpoint: Endpoint) {
    let Endpoint { listener, runtime, user } = endpoint;
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(%error, "a Runtime API could not be served");
            return runtime.close();
        }
    };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = runtime.closed() => return,
        };
        let Ok((stream, address)) = accepted else { continue };
        let owner = stream.local_addr().ok().and_then(|local| peer::user_of(local, address));
        if owner != Some(user) {
            tracing::warn!(?owner, user, "a stranger called an environment's Runtime API");
            continue;
        }
        let _ = stream.set_nodelay(true);
        let runtime = runtime.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let runtime = runtime.clone();
                async move { Ok::<_, Infallible>(answer(&runtime, request).await) }
            });
            let connection = http1::Builder::new()
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                _ = connection => {}
                () = runtime.closed() => {}
            }
        });
    }
}

async fn answer(runtime: &Runtime, request: Request<Incoming>) -> Response<Body> {
    let (parts, incoming) = request.into_parts();
    let path = parts.uri.path();
    let result = match (&parts.method, path) {
        (&Method::GET, "/2018-06-01/runtime/invocation/next") => {
            runtime.next().await.map(|event| next(&event))
        }
        (&Method::GET, "/2026-11-23/pool/next") => runtime.assignment().await.map(|variables| {
            let mut response = Response::new(full(variables));
            set(response.headers_mut(), "content-type", "application/json");
            response
        }),
        (&Method::GET, "/2018-06-01/runtime/restore/next") => {
            runtime.restore_next().map(|()| Response::new(full(Bytes::new())))
        }
        (&Method::POST, "/2018-06-01/runtime/init/error")
        | (&Method::POST, "/2018-06-01/runtime/restore/error") => {
            let error = reported(&parts.headers, incoming).await;
            runtime.fail_init(error).map(|()| accepted())
        }
        (&Method::POST, path) => {
            let rest = path.strip_prefix("/2018-06-01/runtime/invocation/");
            match rest.and_then(|rest| rest.split_once('/')) {
                Some((request_id, "response")) => {
                    respond(runtime, request_id, &parts.headers, incoming).await
                }
                Some((request_id, "error")) => {
                    let error = reported(&parts.headers, incoming).await;
                    runtime.fail(request_id, error).map(|()| accepted())
                }
                _ => return unknown(path),
            }
        }
        _ => return unknown(path),
    };
    result.unwrap_or_else(refused)
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn next(event: &Event) -> Response<Body> {
    let mut response = Response::new(full(event.payload.clone()));
    let headers = response.headers_mut();
    set(headers, "content-type", "application/json");
    set(headers, "lambda-runtime-aws-request-id", &event.request_id);
    headers.insert("lambda-runtime-deadline-ms", HeaderValue::from(event.deadline_ms));
    set(headers, "lambda-runtime-invoked-function-arn", &event.function_arn);
    set(headers, "lambda-runtime-trace-id", &event.trace_id);
    if let Some(context) = &event.client_context {
        set(headers, "lambda-runtime-client-context", context);
    }
    if let Some(identity) = &event.identity {
        set(headers, "lambda-runtime-cognito-identity", identity);
    }
    response
}

async fn respond(
    runtime: &Runtime,
    request_id: &str,
    headers: &HeaderMap,
    mut incoming: Incoming,
) -> Result<Response<Body>, Refusal> {
    let content_type = headers.get(http::header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let content_type = content_type.unwrap_or("application/octet-stream").to_owned();
    let mode = headers.get("lambda-runtime-function-response-mode");
    if !mode.is_some_and(|mode| mode.as_bytes().eq_ignore_ascii_case(b"streaming")) {
        return match body::read(incoming, RESPONSE_BYTES_MAX).await {
            Ok(body) => {
                runtime.respond(request_id, Answered { content_type, body })?;
                Ok(accepted())
            }
            Err(body::Unread::TooLong) => {
                runtime.fail(request_id, too_large(RESPONSE_BYTES_MAX))?;
                Err(Refusal::TooLarge)
            }
            Err(body::Unread::BrokenOff) => {
                runtime.fail(request_id, broken_off())?;
                Ok(accepted())
            }
        };
    }
    let mut writer = runtime.respond_streamed(request_id, content_type)?;
    let end = loop {
        match incoming.frame().await {
            None => break Ok(()),
            Some(Err(_)) => break Err(broken_off()),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(chunk) => {
                    if writer.write(chunk).await.is_err() {
                        let error = too_large(writer.bytes_max());
                        writer.end(Err(error)).await;
                        return Err(Refusal::TooLarge);
                    }
                }
                Err(frame) => {
                    if let Ok(trailers) = frame.into_trailers()
                        && let Some(error) = trailed(&trailers)
                    {
                        break Err(error);
                    }
                }
            },
        }
    };
    writer.end(end).await;
    Ok(accepted())
}

fn too_large(max: usize) -> FunctionError {
    FunctionError::new(
        "Function.ResponseSizeTooLarge",
        &format!("Response payload size exceeded maximum allowed payload size ({max} bytes)."),
    )
}

fn broken_off() -> FunctionError {
    FunctionError::new("Runtime.TruncatedResponse", "Response ended before it was complete")
}

/// An error that came behind a streamed response.
fn trailed(trailers: &HeaderMap) -> Option<FunctionError> {
    let error_type = trailers.get(ERROR_TYPE)?.to_str().ok()?.to_owned();
    let body = trailers.get(ERROR_BODY).and_then(|body| STANDARD.decode(body).ok());
    let body = body.filter(|body| serde_json::from_slice::<serde_json::Value>(body).is_ok());
    Some(match body {
        Some(body) => FunctionError { error_type, body: body.into() },
        None => FunctionError::new(&error_type, "the function failed while it answered"),
    })
}

/// The error of a program's report; a body that is not JSON becomes its message.
async fn reported(headers: &HeaderMap, incoming: Incoming) -> FunctionError {
    let named = headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok());
    let body = match body::read(incoming, ERROR_BYTES_MAX).await {
        Ok(body) => body,
        Err(_) => Bytes::from_static(b"the error that the function reported could not be read"),
    };
    let error = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&body);
    match error {
        Ok(object) => {
            let own = object.get("errorType").and_then(|value| value.as_str());
            let error_type = named.or(own).unwrap_or("Runtime.Unknown").to_owned();
            FunctionError { error_type, body }
        }
        Err(_) => {
            FunctionError::new(named.unwrap_or("Runtime.Unknown"), &String::from_utf8_lossy(&body))
        }
    }
}

fn accepted() -> Response<Body> {
    json(StatusCode::ACCEPTED, &serde_json::json!({ "status": "OK" }))
}

fn unknown(path: &str) -> Response<Body> {
    let message = format!("the Runtime API has no {path}");
    error(StatusCode::NOT_FOUND, "NotFound", &message)
}

fn refused(refusal: Refusal) -> Response<Body> {
    let (status, error_type) = match refusal {
        Refusal::UnknownRequest => (StatusCode::BAD_REQUEST, "InvalidRequestID"),
        Refusal::Closed => (StatusCode::FORBIDDEN, "Closed"),
        Refusal::NotInInit => (StatusCode::FORBIDDEN, "InvalidStateTransition"),
        Refusal::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge"),
    };
    error(status, error_type, &refusal.to_string())
}

fn error(status: StatusCode, error_type: &str, message: &str) -> Response<Body> {
    json(status, &serde_json::json!({ "errorMessage": message, "errorType": error_type }))
}
