//! Invoke in its three forms: with an answer, with a streamed answer, and later.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beamlet_platform::admission::Throttle;
use beamlet_platform::dispatch::{Answer, Finished, Request};
use beamlet_platform::engine::{Aftermath, Outcome, ResponseMode};
use beamlet_platform::events::{self, Event};
use beamlet_platform::function::FunctionVersion;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::de::IgnoredAny;
use serde_json::json;
use tokio::sync::mpsc;

use super::Call;
use crate::body::{self, Body, full};
use crate::error::ApiError;
use crate::eventstream;

/// AWS: the payload of an invocation that is answered.
pub const PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024;

/// AWS: the payload of an event.
const EVENT_BYTES_MAX: usize = 1024 * 1024;

/// AWS: the client context in base64.
const CONTEXT_BYTES_MAX: usize = 3583;

/// A chunk of a buffered answer that is sent as a stream.
const CHUNK_BYTES: usize = 64 * 1024;

pub(super) async fn invoke(call: Call<'_>) -> Result<Response<Body>, ApiError> {
    match call.text("InvocationType") {
        Some("Event") => {
            let payload = payload(&call, EVENT_BYTES_MAX, "Event")?;
            accept(&call, payload).await?;
            Ok(answer(StatusCode::ACCEPTED, Bytes::new()))
        }
        Some("DryRun") => {
            runnable(&call)?;
            Ok(answer(StatusCode::NO_CONTENT, Bytes::new()))
        }
        _ => request_response(&call).await,
    }
}

/// AWS: deprecated, an Event invocation with a path of its own.
pub(super) async fn invoke_async(call: Call<'_>) -> Result<Response<Body>, ApiError> {
    let payload = payload(&call, EVENT_BYTES_MAX, "Event")?;
    accept(&call, payload).await?;
    Ok(body::json(StatusCode::ACCEPTED, &json!({})))
}

async fn request_response(call: &Call<'_>) -> Result<Response<Body>, ApiError> {
    let payload = payload(call, PAYLOAD_BYTES_MAX, "RequestResponse")?;
    let (request, version) = request(call, payload, ResponseMode::Buffered)?;
    let trace_id = request.trace_id.clone();
    let finished = match call.platform.dispatcher.invoke(request).await {
        Ok(Answer::Complete(finished)) => finished,
        Ok(Answer::Streaming { .. }) => unreachable!("no stream was asked for"),
        Err(why) => return Err(throttled(why)),
    };
    let Finished { outcome, aftermath } = finished;
    let (failed, content_type, body) = match outcome {
        Outcome::Returned(response) => (false, response.content_type, response.body),
        Outcome::Raised(error) | Outcome::Exceeded(error) => {
            (true, "application/json".into(), error.body)
        }
    };
    let mut response = answer(StatusCode::OK, body);
    let headers = response.headers_mut();
    set(headers, "content-type", &content_type);
    set(headers, "x-amz-executed-version", &version.version);
    set(headers, "x-amzn-trace-id", &trace_id);
    if failed {
        set(headers, "x-amz-function-error", "Unhandled");
    }
    if call.text("LogType") == Some("Tail") {
        set(headers, "x-amz-log-result", &tail(aftermath.await.unwrap_or_default()));
    }
    Ok(response)
}

fn tail(aftermath: Aftermath) -> String {
    STANDARD.encode(&aftermath.log_tail)
}

pub(super) async fn invoke_with_response_stream(
    call: Call<'_>,
) -> Result<Response<Body>, ApiError> {
    if call.text("InvocationType") == Some("DryRun") {
        runnable(&call)?;
        return Ok(answer(StatusCode::NO_CONTENT, Bytes::new()));
    }
    let payload = payload(&call, PAYLOAD_BYTES_MAX, "RequestResponse")?;
    let (request, version) = request(&call, payload, ResponseMode::Streamed)?;
    let trace_id = request.trace_id.clone();
    let wants_log = call.text("LogType") == Some("Tail");
    let (frames, receiver) = mpsc::channel(4);
    match call.platform.dispatcher.invoke(request).await {
        Err(why) => return Err(throttled(why)),
        Ok(Answer::Complete(finished)) => {
            tokio::spawn(async move {
                if let Outcome::Returned(response) = &finished.outcome {
                    for chunk in response.body.chunks(CHUNK_BYTES) {
                        let frame = eventstream::payload_chunk(chunk);
                        if frames.send(Ok(frame)).await.is_err() {
                            return;
                        }
                    }
                }
                let _ = frames.send(Ok(complete(Some(finished), wants_log).await)).await;
            });
        }
        Ok(Answer::Streaming { mut stream, rest }) => {
            tokio::spawn(async move {
                while let Some(Ok(chunk)) = stream.chunks.recv().await {
                    if frames.send(Ok(eventstream::payload_chunk(&chunk))).await.is_err() {
                        return;
                    }
                }
                let finished = rest.await.ok().and_then(Result::ok);
                let _ = frames.send(Ok(complete(finished, wants_log).await)).await;
            });
        }
    }
    let mut response = Response::new(body::stream(receiver));
    let headers = response.headers_mut();
    set(headers, "content-type", "application/vnd.amazon.eventstream");
    set(headers, "x-amz-executed-version", &version.version);
    set(headers, "x-amzn-trace-id", &trace_id);
    Ok(response)
}

/// The last frame: how the invocation ended.
async fn complete(finished: Option<Finished>, wants_log: bool) -> Bytes {
    let mut end = json!({});
    match finished {
        None => end["ErrorCode"] = "Unhandled".into(),
        Some(Finished { outcome, aftermath }) => {
            if let Outcome::Raised(error) | Outcome::Exceeded(error) = outcome {
                end["ErrorCode"] = "Unhandled".into();
                end["ErrorDetails"] = String::from_utf8_lossy(&error.body).into();
            }
            if wants_log {
                end["LogResult"] = tail(aftermath.await.unwrap_or_default()).into();
            }
        }
    }
    eventstream::invoke_complete(&end)
}

fn answer(status: StatusCode, body: Bytes) -> Response<Body> {
    let mut response = Response::new(full(body));
    *response.status_mut() = status;
    response
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// The payload of a request: JSON, of a size that its type allows.
fn payload(call: &Call<'_>, max: usize, kind: &str) -> Result<Bytes, ApiError> {
    let payload = call.body.clone();
    if payload.len() > max {
        return Err(ApiError::new(
            "RequestTooLargeException",
            format!(
                "{} byte payload is too large for the {kind} invocation type (limit {max} bytes)",
                payload.len()
            ),
        )
        .with("Type", "User"));
    }
    if payload.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(&payload) {
        return Err(ApiError::new(
            "InvalidRequestContentException",
            format!("Could not parse request body into json: {error}"),
        )
        .with("Type", "User"));
    }
    Ok(payload)
}

/// What a request runs, and the ARN and qualifier that it asked for.
struct Runnable {
    version: Arc<FunctionVersion>,
    arn: Arc<str>,
    qualifier: Option<String>,
}

fn runnable(call: &Call<'_>) -> Result<Runnable, ApiError> {
    let (function, qualifier) = call.function()?;
    for unsupported in ["DurableExecutionName", "TenantId"] {
        if call.input.contains_key(unsupported) {
            return Err(ApiError::invalid(format!(
                "{unsupported} is not supported: Beamlet has no durable executions and no \
                 tenant isolation yet"
            )));
        }
    }
    let version = function.resolve(qualifier.as_deref(), rand::random()).cloned();
    let version = version.ok_or_else(|| call.no_function(&function.name, qualifier.as_deref()))?;
    let arn = call.platform.account.function_arn(&function.name, qualifier.as_deref()).into();
    Ok(Runnable { version, arn, qualifier })
}

fn client_context(call: &Call<'_>) -> Result<Option<String>, ApiError> {
    let Some(written) = call.text("ClientContext") else { return Ok(None) };
    let text = (written.len() <= CONTEXT_BYTES_MAX)
        .then(|| STANDARD.decode(written).ok())
        .flatten()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    let text = text.ok_or_else(|| {
        ApiError::new(
            "InvalidRequestContentException",
            format!(
                "Client context must be a valid Base64-encoded JSON object of at most \
                 {CONTEXT_BYTES_MAX} bytes."
            ),
        )
        .with("Type", "User")
    })?;
    // It travels in a header, where a line may not break.
    Ok(Some(text.replace(['\r', '\n'], " ")))
}

fn request(
    call: &Call<'_>,
    payload: Bytes,
    mode: ResponseMode,
) -> Result<(Request, Arc<FunctionVersion>), ApiError> {
    let Runnable { version, arn, .. } = runnable(call)?;
    let request = Request {
        version: version.clone(),
        request_id: call.request_id.clone(),
        function_arn: arn,
        payload,
        trace_id: trace_id(call.headers),
        client_context: client_context(call)?,
        identity: None,
        mode,
    };
    Ok((request, version))
}

/// Makes an event durable in the queue.
async fn accept(call: &Call<'_>, payload: Bytes) -> Result<(), ApiError> {
    let Runnable { version, qualifier, .. } = runnable(call)?;
    let event = Event {
        request_id: call.request_id.to_string(),
        function: version.function.to_string(),
        qualifier,
        payload,
        trace_id: trace_id(call.headers).to_string(),
        client_context: client_context(call)?,
        accepted_ms: super::show::now_ms(),
        attempts: 0,
        backoffs: 0,
    };
    call.platform.events.accept(event).await.map_err(|error| match error {
        events::Error::Full => ApiError::new("TooManyRequestsException", error.to_string())
            .with("Reason", "CallerRateLimitExceeded")
            .with("Type", "User"),
        other => ApiError::service(&other),
    })
}

/// A throttle as AWS answers it.
pub fn throttled(why: Throttle) -> ApiError {
    let (reason, message) = match why {
        Throttle::Reserved => {
            ("ReservedFunctionConcurrentInvocationLimitExceeded", "Rate Exceeded.")
        }
        Throttle::Account => ("ConcurrentInvocationLimitExceeded", "Rate Exceeded."),
        Throttle::Burst => ("FunctionInvocationRateLimitExceeded", "Rate Exceeded."),
        Throttle::Capacity => (
            "ConcurrentInvocationLimitExceeded",
            "Rate Exceeded: this machine has no room for another execution environment.",
        ),
    };
    ApiError::new("TooManyRequestsException", message)
        .with("Reason", reason)
        .with("Type", "User")
        .with("retryAfterSeconds", "1")
}

/// The trace id of a request, or a new one (AWS X-Ray: "Tracing header").
pub fn trace_id(headers: &HeaderMap) -> Arc<str> {
    let given = headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
    match given {
        Some(given) if given.contains("Root=") && given.len() <= 256 => given.into(),
        _ => {
            let seconds = super::show::now_ms() / 1000;
            let random: u128 = rand::random();
            let root = random >> 32;
            let parent = rand::random::<u64>();
            format!("Root=1-{seconds:08x}-{root:024x};Parent={parent:016x};Sampled=0").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_flows_on_and_starts_where_there_is_none() {
        let mut headers = HeaderMap::new();
        let made = trace_id(&headers);
        // AWS X-Ray: 1-, 8 digits of time, 24 digits of chance.
        assert_eq!(made.split(';').next().unwrap().len(), "Root=1-".len() + 8 + 1 + 24);
        headers.insert("x-amzn-trace-id", HeaderValue::from_static("Root=1-2-3;Sampled=1"));
        assert_eq!(&*trace_id(&headers), "Root=1-2-3;Sampled=1");
    }
}
