//! Function URLs: plain HTTP to a function's event, and its answer back to plain HTTP.
//!
//! AWS: "Invoking Lambda function URLs", request and response payloads in format version 2.0;
//! "Configuring a Lambda function to stream responses".

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use beamlet_platform::admission::Throttle;
use beamlet_platform::dispatch::{Answer, Request};
use beamlet_platform::engine::{Outcome, Response as Answered, ResponseMode, Stream};
use beamlet_platform::function::{Cors, FunctionUrl, LATEST};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use hyper::body::Incoming;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use crate::body::{self, Body, full, json as json_response};
use crate::edge::Edge;
use crate::lambda::invoke::{PAYLOAD_BYTES_MAX, trace_id};
use crate::lambda::parse_target;
use crate::model::query_pairs;
use crate::sigv4::{self, Signed};

/// The head of a streamed answer: its JSON, before eight NUL bytes.
const PRELUDE_BYTES_MAX: usize = 64 * 1024;

/// Which function a request is for.
pub struct Place {
    pub function: Arc<str>,
    pub qualifier: String,
    /// The path that the function sees.
    pub path: String,
    pub domain: String,
}

/// The function behind a host name `ID.lambda-url.REGION.…`; `None` if it is not of that form.
pub fn by_host(edge: &Edge, host: &str, path: &str) -> Option<Option<Place>> {
    let (id, rest) = host.split_once('.')?;
    rest.starts_with("lambda-url.").then(|| {
        let (function, qualifier) = edge.platform.catalog.url(id)?;
        let domain = host.split(':').next().unwrap_or(host).to_owned();
        Some(Place { function, qualifier, path: path.to_owned(), domain })
    })
}

/// The function behind a path `/lambda-url/NAME/…`; `None` if it is not of that form.
pub fn by_path(host: &str, path: &str) -> Option<Place> {
    let rest = path.strip_prefix("/lambda-url/")?;
    let (name, path) = rest.split_once('/').unwrap_or((rest, ""));
    let target = parse_target(&crate::model::decode(name));
    Some(Place {
        function: target.name.into(),
        qualifier: target.qualifier.unwrap_or_else(|| LATEST.into()),
        path: format!("/{path}"),
        domain: host.split(':').next().unwrap_or(host).to_owned(),
    })
}

/// Answers a request to a function URL.
pub async fn answer(
    edge: &Edge,
    place: Option<Place>,
    parts: &http::request::Parts,
    incoming: Incoming,
    request_id: Arc<str>,
    source: IpAddr,
) -> Response<Body> {
    let Some(place) = place else { return message(StatusCode::NOT_FOUND, "Not Found") };
    let function = edge.platform.catalog.get(&place.function);
    let url = function.as_ref().and_then(|function| function.urls.get(&place.qualifier));
    let (Some(function), Some(url)) = (&function, url) else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let origin = parts.headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if let (Some(cors), Some(origin)) = (&url.cors, origin)
        && parts.method == Method::OPTIONS
        && parts.headers.contains_key("access-control-request-method")
    {
        let mut response = Response::new(full(Bytes::new()));
        allow(cors, origin, response.headers_mut());
        return response;
    }
    let body = match body::read(incoming, PAYLOAD_BYTES_MAX).await {
        Ok(body) => body,
        Err(body::Unread::TooLong) => {
            return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        }
        Err(body::Unread::BrokenOff) => return message(StatusCode::BAD_REQUEST, "Bad Request"),
    };
    if url.signed && !is_signed(edge, parts, &body) {
        return message(StatusCode::FORBIDDEN, "Forbidden");
    }
    let Some(version) = function.resolve(Some(&place.qualifier), rand::random()).cloned() else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let trace = trace_id(&parts.headers);
    let payload = event(edge, &place, url, parts, &body, &request_id, source);
    let qualifier = (place.qualifier != LATEST).then_some(&*place.qualifier);
    let request = Request {
        version,
        request_id: request_id.clone(),
        function_arn: edge.platform.account.function_arn(&place.function, qualifier).into(),
        payload: payload.to_string().into(),
        trace_id: trace.clone(),
        client_context: None,
        identity: None,
        mode: if url.streamed { ResponseMode::Streamed } else { ResponseMode::Buffered },
    };
    let mut response = match edge.platform.dispatcher.invoke(request).await {
        Ok(Answer::Complete(finished)) => match finished.outcome {
            Outcome::Returned(answered) => translate(answered),
            Outcome::Raised(_) | Outcome::Exceeded(_) => bad_gateway(),
        },
        Ok(Answer::Streaming { stream, .. }) => translate_stream(stream).await,
        Err(Throttle::Reserved | Throttle::Account | Throttle::Burst | Throttle::Capacity) => {
            message(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests")
        }
    };
    if let (Some(cors), Some(origin)) = (&url.cors, origin) {
        allow(cors, origin, response.headers_mut());
    }
    if let Ok(trace) = HeaderValue::from_str(&trace) {
        response.headers_mut().insert("x-amzn-trace-id", trace);
    }
    response
}

fn message(status: StatusCode, text: &str) -> Response<Body> {
    json_response(status, &json!({ "Message": text }))
}

fn bad_gateway() -> Response<Body> {
    message(StatusCode::BAD_GATEWAY, "Internal Server Error")
}

/// Without credentials of the server's own no signature can be checked, so none is good.
fn is_signed(edge: &Edge, parts: &http::request::Parts, body: &[u8]) -> bool {
    let request = Signed {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or(""),
        headers: &parts.headers,
        body,
    };
    edge.credentials
        .as_ref()
        .is_some_and(|credentials| sigv4::verify(&request, credentials, Timestamp::now()).is_ok())
}

/// The event of a request.
fn event(
    edge: &Edge,
    place: &Place,
    url: &FunctionUrl,
    parts: &http::request::Parts,
    body: &[u8],
    request_id: &str,
    source: IpAddr,
) -> Value {
    let mut headers: BTreeMap<&str, String> = BTreeMap::new();
    let mut cookies = Vec::new();
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        if name == header::COOKIE {
            cookies.extend(value.split("; ").map(str::to_owned));
            continue;
        }
        match headers.get_mut(name.as_str()) {
            Some(joined) => {
                joined.push(',');
                joined.push_str(&value);
            }
            None => {
                headers.insert(name.as_str(), value.into_owned());
            }
        }
    }
    let query = parts.uri.query().unwrap_or("");
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in query_pairs(query) {
        parameters
            .entry(name)
            .and_modify(|joined| {
                joined.push(',');
                joined.push_str(&value);
            })
            .or_insert(value);
    }
    let now = Timestamp::now();
    let user_agent = headers.get("user-agent").cloned();
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": place.path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": if url.signed { &*edge.platform.account.id } else { "anonymous" },
            "apiId": url.id,
            "domainName": place.domain,
            "domainPrefix": url.id,
            "http": {
                "method": parts.method.as_str(),
                "path": place.path,
                "protocol": format!("{:?}", parts.version),
                "sourceIp": source.to_string(),
                "userAgent": user_agent,
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "isBase64Encoded": false,
    });
    if !cookies.is_empty() {
        event["cookies"] = cookies.into();
    }
    if !parameters.is_empty() {
        event["queryStringParameters"] = json!(parameters);
    }
    if !body.is_empty() {
        match std::str::from_utf8(body) {
            Ok(text) if is_text(&parts.headers) => event["body"] = text.into(),
            _ => {
                event["body"] = STANDARD.encode(body).into();
                event["isBase64Encoded"] = true.into();
            }
        }
    }
    event
}

/// Whether a body travels as it is, and not in base64.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let Some(kind) = kind else { return true };
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    kind.starts_with("text/")
        || ["json", "xml", "javascript"]
            .iter()
            .any(|ending| kind.strip_suffix(ending).is_some_and(|rest| rest.ends_with(['/', '+'])))
}

/// A complete answer: an object with `statusCode`, or anything else as the body itself.
fn translate(answered: Answered) -> Response<Body> {
    let Answered { content_type, body } = answered;
    if !content_type.starts_with("application/json") {
        let mut response = Response::new(full(body));
        if let Ok(kind) = HeaderValue::from_str(&content_type) {
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        return response;
    }
    let parsed = serde_json::from_slice::<Value>(&body);
    let Ok(Value::Object(object)) = &parsed else {
        // AWS: what is no object with a status is the body, and text is taken out of its quotes.
        let body = match parsed {
            Ok(Value::String(text)) => Bytes::from(text),
            _ => body,
        };
        return with_json_type(body);
    };
    if !object.contains_key("statusCode") {
        return with_json_type(body);
    }
    let Some(mut response) = head(object) else { return bad_gateway() };
    let written = match object.get("body") {
        None | Some(Value::Null) => Bytes::new(),
        Some(Value::String(text)) if object.get("isBase64Encoded") == Some(&Value::Bool(true)) => {
            match STANDARD.decode(text) {
                Ok(bytes) => bytes.into(),
                Err(_) => return bad_gateway(),
            }
        }
        Some(Value::String(text)) => text.clone().into(),
        Some(other) => other.to_string().into(),
    };
    *response.body_mut() = full(written);
    response
}

fn with_json_type(body: Bytes) -> Response<Body> {
    let mut response = Response::new(full(body));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Status, headers and cookies of an answer; `None` if they are none of HTTP's.
fn head(object: &Map<String, Value>) -> Option<Response<Body>> {
    let mut response = Response::new(full(Bytes::new()));
    if let Some(status) = object.get("statusCode") {
        let status = status.as_u64().or_else(|| status.as_str()?.parse().ok())?;
        *response.status_mut() = StatusCode::from_u16(u16::try_from(status).ok()?).ok()?;
    }
    let headers = response.headers_mut();
    for (name, value) in object.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        // The length is the body's; the connection is not the function's.
        if matches!(name, header::CONTENT_LENGTH | header::TRANSFER_ENCODING | header::CONNECTION) {
            continue;
        }
        headers.append(name, HeaderValue::from_str(&text).ok()?);
    }
    for cookie in object.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        headers.append(header::SET_COOKIE, HeaderValue::from_str(cookie.as_str()?).ok()?);
    }
    if !headers.contains_key(header::CONTENT_TYPE) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    Some(response)
}

/// A streamed answer; with a prelude, that is its head.
async fn translate_stream(mut stream: Stream) -> Response<Body> {
    let mut first = BytesMut::new();
    let mut response =
        if stream.content_type == "application/vnd.awslambda.http-integration-response" {
            let end = loop {
                match first.windows(8).position(|window| window == [0; 8]) {
                    Some(at) => break at,
                    None if first.len() > PRELUDE_BYTES_MAX => return bad_gateway(),
                    None => match stream.chunks.recv().await {
                        Some(Ok(chunk)) => first.extend_from_slice(&chunk),
                        _ => return bad_gateway(),
                    },
                }
            };
            let prelude = first.split_to(end);
            let _nuls = first.split_to(8);
            let object = serde_json::from_slice::<Map<String, Value>>(&prelude);
            match object.ok().and_then(|object| head(&object)) {
                Some(response) => response,
                None => return bad_gateway(),
            }
        } else {
            let mut response = Response::new(full(Bytes::new()));
            if let Ok(kind) = HeaderValue::from_str(&stream.content_type) {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            response
        };
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        if !first.is_empty() && sender.send(Ok(first.freeze())).await.is_err() {
            return;
        }
        while let Some(chunk) = stream.chunks.recv().await {
            // The status of the answer is long gone.
            let chunk = chunk.map_err(|error| io::Error::other(error.error_type));
            if sender.send(chunk).await.is_err() {
                return;
            }
        }
    });
    *response.body_mut() = body::stream(receiver);
    response
}

/// Tells a browser what a page of another origin may do.
fn allow(cors: &Cors, origin: &str, headers: &mut HeaderMap) {
    let allowed = cors
        .allow_origins
        .iter()
        .any(|allowed| allowed == "*" || allowed == origin || wildcard(allowed, origin));
    if !allowed {
        return;
    }
    let any = cors.allow_origins.iter().any(|allowed| allowed == "*");
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set("access-control-allow-origin", if any && !cors.allow_credentials { "*" } else { origin });
    set("vary", "Origin");
    if cors.allow_credentials {
        set("access-control-allow-credentials", "true");
    }
    for (name, list) in [
        ("access-control-allow-methods", &cors.allow_methods),
        ("access-control-allow-headers", &cors.allow_headers),
        ("access-control-expose-headers", &cors.expose_headers),
    ] {
        if !list.is_empty() {
            set(name, &list.join(","));
        }
    }
    if let Some(max_age_s) = cors.max_age_s {
        set("access-control-max-age", &max_age_s.to_string());
    }
}

/// `https://*.example.com`.
fn wildcard(allowed: &str, origin: &str) -> bool {
    allowed.split_once('*').is_some_and(|(before, after)| {
        origin.len() >= before.len() + after.len()
            && origin.starts_with(before)
            && origin.ends_with(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(body: Value) -> Response<Body> {
        translate(Answered {
            content_type: "application/json".into(),
            body: body.to_string().into(),
        })
    }

    #[test]
    fn an_answer_with_a_status_is_an_http_response() {
        let response = answered(json!({
            "statusCode": 201,
            "headers": { "X-Own": "a", "content-type": "text/plain", "Content-Length": "999" },
            "cookies": ["a=1", "b=2"],
            "body": "made",
        }));
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["x-own"], "a");
        assert_eq!(response.headers()["content-type"], "text/plain");
        assert!(!response.headers().contains_key("content-length"));
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    }

    #[test]
    fn any_other_answer_is_the_body() {
        assert_eq!(answered(json!({ "a": 1 })).status(), 200);
        assert_eq!(answered(json!("text")).headers()["content-type"], "application/json");
    }

    #[test]
    fn an_answer_that_is_no_http_is_a_bad_gateway() {
        for body in [
            json!({ "statusCode": 99 }),
            json!({ "statusCode": "x" }),
            json!({ "statusCode": 200, "headers": { "a b": "c" } }),
            json!({ "statusCode": 200, "headers": { "a": "b\r\nc: d" } }),
            json!({ "statusCode": 200, "body": "!", "isBase64Encoded": true }),
        ] {
            assert_eq!(answered(body.clone()).status(), 502, "{body}");
        }
    }

    #[test]
    fn bodies_of_text_travel_as_text() {
        let text = |kind: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", HeaderValue::from_static(kind));
            is_text(&headers)
        };
        assert!(text("application/json; charset=utf-8") && text("text/html"));
        assert!(text("application/problem+json") && text("image/svg+xml"));
        assert!(!text("application/octet-stream") && !text("application/x-www-form-urlencoded"));
    }
}
