//! HTTP for what finds AWS credentials: role assumption, containers, instances.
//!
//! The AWS SDK brings a client of its own, which wants a second TLS library; this one hands its
//! requests to the client that the commands use anyway.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

/// What a request may take where the SDK says nothing.
const REQUEST_MS_MAX: u64 = 10_000;

#[derive(Clone, Debug)]
pub struct AwsHttp(pub reqwest::Client);

impl HttpClient for AwsHttp {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connect = settings.connect_timeout();
        // An instance's metadata is looked for where there may be none: the SDK's own patience is
        // short, and covers connecting and reading here.
        let limit = match (connect, settings.read_timeout()) {
            (Some(connect), Some(read)) => connect + read,
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => Duration::from_millis(REQUEST_MS_MAX),
        };
        SharedHttpConnector::new(Connector { http: self.0.clone(), limit })
    }
}

#[derive(Debug)]
struct Connector {
    http: reqwest::Client,
    limit: Duration,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (http, limit) = (self.http.clone(), self.limit);
        HttpConnectorFuture::new(async move {
            match tokio::time::timeout(limit, send(http, request)).await {
                Ok(result) => result,
                Err(elapsed) => Err(ConnectorError::timeout(elapsed.into())),
            }
        })
    }
}

async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let method = reqwest::Method::from_bytes(request.method().as_bytes())
        .map_err(|error| ConnectorError::user(error.into()))?;
    let mut sent = http.request(method, request.uri());
    for (name, value) in request.headers() {
        sent = sent.header(name, value);
    }
    if let Some(body) = request.body().bytes() {
        sent = sent.body(body.to_vec());
    }
    let io = |error: reqwest::Error| ConnectorError::io(error.into());
    let answer = sent.send().await.map_err(io)?;
    let status = StatusCode::try_from(answer.status().as_u16())
        .map_err(|error| ConnectorError::other(error.into(), None))?;
    let headers = answer.headers().clone();
    let body = answer.bytes().await.map_err(io)?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    for (name, value) in &headers {
        if let Ok(value) = value.to_str() {
            response.headers_mut().append(name.as_str().to_owned(), value.to_owned());
        }
    }
    Ok(response)
}
