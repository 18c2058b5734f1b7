//! The client side of AWS's APIs: the same against Beamlet and against AWS.

use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use clap::Args;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, StatusCode, Url};
use serde_json::Value;

use crate::aws_http::AwsHttp;

/// Where the commands find Beamlet if nothing else is said.
const LOCAL: &str = "http://127.0.0.1:9099";

/// Where the functions are.
#[derive(Args, Clone, Debug)]
pub struct Target {
    /// Server to talk to [default: AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL, the profile's
    /// endpoint_url, else http://127.0.0.1:9099]
    #[arg(long, value_name = "URL", global = true)]
    pub endpoint_url: Option<String>,
    /// Talk to AWS Lambda itself
    #[arg(long, conflicts_with = "endpoint_url", global = true)]
    pub aws: bool,
    /// Region [default: AWS_REGION, AWS_DEFAULT_REGION, the profile's, else us-east-1]
    #[arg(long, global = true)]
    pub region: Option<String>,
    /// Profile of the AWS configuration files
    #[arg(long, env = "AWS_PROFILE", global = true)]
    pub profile: Option<String>,
}

/// What a path segment or a query value keeps.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Text as a segment of a path or a value of a query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

#[derive(Clone)]
pub struct Client {
    endpoint: String,
    region: String,
    credentials: Credentials,
    http: reqwest::Client,
}

/// An answer that was no error.
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: bytes::Bytes,
}

impl Answer {
    pub fn json(&self) -> Result<Value> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// An error that the server answered with.
#[derive(Debug)]
pub struct Refused {
    pub code: String,
    pub message: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refused {}

/// Whether an error is the server's answer with this code.
pub fn is(error: &anyhow::Error, code: &str) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| refused.code == code)
}

impl Client {
    pub async fn new(target: &Target) -> Result<Client> {
        let region = match &target.region {
            Some(region) => region.clone(),
            None => configured_region(target).await.unwrap_or_else(|| "us-east-1".into()),
        };
        let http = reqwest::Client::new();
        let mut loader = aws_config::defaults(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new(region.clone()))
            .http_client(AwsHttp(http.clone()));
        if let Some(profile) = &target.profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        let aws = || format!("https://lambda.{region}.amazonaws.com");
        let endpoint = match &target.endpoint_url {
            Some(url) => url.clone(),
            None if target.aws => aws(),
            None => match variable("AWS_ENDPOINT_URL_LAMBDA") {
                Some(url) => url,
                // The variable for all services, else the profile's.
                None => config.endpoint_url().unwrap_or(LOCAL).to_owned(),
            },
        };
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        let credentials = if target.aws || endpoint.contains(".amazonaws.com") {
            let provider = config
                .credentials_provider()
                .context("no AWS credentials were found: set AWS_ACCESS_KEY_ID or a profile")?;
            provider.provide_credentials().await.context(
                "AWS credentials were looked for in the environment and in the profile files",
            )?
        } else {
            local_credentials(target, &endpoint, &region, &http).await
        };
        Ok(Client { endpoint, region, credentials, http })
    }

    /// A client of a server of our own.
    pub fn local(endpoint: &str) -> Client {
        Client {
            endpoint: endpoint.to_owned(),
            region: "us-east-1".into(),
            credentials: Credentials::new("beamlet", "beamlet", None, None, "none"),
            http: reqwest::Client::new(),
        }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub fn is_aws(&self) -> bool {
        self.endpoint.contains(".amazonaws.com")
    }

    /// An operation of the Lambda API: `GET /2015-03-31/…` with JSON both ways.
    pub async fn lambda(&self, method: Method, path: &str, input: Option<Value>) -> Result<Value> {
        let body = input.map(|input| input.to_string().into_bytes()).unwrap_or_default();
        self.call("lambda", method, path, &[], body).await?.json()
    }

    /// An operation of CloudWatch Logs.
    pub async fn logs(&self, operation: &str, input: Value) -> Result<Value> {
        let target = format!("Logs_20140328.{operation}");
        let headers =
            [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.1")];
        let body = input.to_string().into_bytes();
        self.call("logs", Method::POST, "/", &headers, body).await?.json()
    }

    /// Sends a signed request; an error status is an error.
    pub async fn call(
        &self,
        service: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer> {
        let response = self.open(service, method, path, headers, body).await?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = response.bytes().await.context("the answer broke off")?;
        Ok(Answer { status, headers, body })
    }

    /// Sends a signed request; an error status is an error, and any other answer's body is still
    /// to come.
    pub async fn open(
        &self,
        service: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<reqwest::Response> {
        let response = self.send(service, method, path, headers, body).await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        let body = response.bytes().await.context("the answer broke off")?;
        Err(refused(&Answer { status, headers, body }).into())
    }

    /// Sends a signed request; whatever the answer is, its body is still to come.
    pub async fn send(
        &self,
        service: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<reqwest::Response> {
        let base = match service {
            // On AWS each service has a host of its own.
            "logs" if self.is_aws() => self.endpoint.replacen("lambda.", "logs.", 1),
            _ => self.endpoint.clone(),
        };
        let url = Url::parse(&format!("{base}{path}"))
            .with_context(|| format!("{base} is not the URL of a server"))?;
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let host = match url.port() {
            Some(port) => format!("{}:{port}", url.host_str().unwrap_or_default()),
            None => url.host_str().unwrap_or_default().to_owned(),
        };
        let signed = headers.iter().copied().chain([("host", host.as_str())]);
        let signable = SignableRequest::new(
            method.as_str(),
            url.as_str(),
            signed,
            SignableBody::Bytes(&body),
        )?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        let mut request = self.http.request(method, url.clone());
        for (name, value) in headers.iter().copied().chain(instructions.headers()) {
            request = request.header(name, value);
        }
        let response = request.body(body).send().await;
        response.map_err(|error| match error.is_connect() {
            true => anyhow::anyhow!(
                "there is no server at {}: start one with beamlet serve, or name another with \
                 --endpoint-url",
                self.endpoint
            ),
            false => error.into(),
        })
    }
}

/// An environment variable that says something.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The region as the AWS tools find it.
async fn configured_region(target: &Target) -> Option<String> {
    use aws_config::meta::region::ProvideRegion;
    if let Some(region) = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")) {
        return Some(region);
    }
    let provider = aws_config::profile::ProfileFileRegionProvider::builder();
    let provider = match &target.profile {
        Some(profile) => provider.profile_name(profile),
        None => provider,
    };
    provider.build().region().await.map(|region| region.to_string())
}

/// What is in the environment or in a profile; without either, a server on this machine that has
/// no credentials takes any signature.
async fn local_credentials(
    target: &Target,
    endpoint: &str,
    region: &str,
    http: &reqwest::Client,
) -> Credentials {
    use aws_config::environment::EnvironmentVariableCredentialsProvider;
    use aws_config::profile::ProfileFileCredentialsProvider;
    if let Ok(found) = EnvironmentVariableCredentialsProvider::new().provide_credentials().await {
        return found;
    }
    let config = aws_config::provider_config::ProviderConfig::without_region()
        .with_region(Some(aws_config::Region::new(region.to_owned())))
        .with_http_client(AwsHttp(http.clone()));
    let provider = ProfileFileCredentialsProvider::builder().configure(&config);
    let provider = match &target.profile {
        Some(profile) => Some(provider.profile_name(profile)),
        // The default profile may ask the network, which the server of `beamlet dev` needs not.
        None => (endpoint != LOCAL).then_some(provider),
    };
    if let Some(provider) = provider
        && let Ok(found) = provider.build().provide_credentials().await
    {
        return found;
    }
    Credentials::new("beamlet", "beamlet", None, None, "none")
}

fn refused(answer: &Answer) -> Refused {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text =
        |names: &[&str]| names.iter().find_map(|name| value[*name].as_str()).map(str::to_owned);
    let code = answer.header("x-amzn-errortype").map(str::to_owned);
    let code = code.or_else(|| text(&["__type", "code"])).unwrap_or_else(|| {
        answer.status.canonical_reason().unwrap_or("the server refused").to_owned()
    });
    Refused {
        // AWS appends a colon and a URL to some.
        code: code
            .split(':')
            .next()
            .unwrap_or(&code)
            .rsplit('#')
            .next()
            .unwrap_or(&code)
            .to_owned(),
        message: text(&["Message", "message"])
            .unwrap_or_else(|| String::from_utf8_lossy(&answer.body).into_owned()),
    }
}

/// Fails with what to do if a command is Beamlet's own.
pub fn only_beamlet(client: &Client, command: &str) -> Result<()> {
    if client.is_aws() {
        bail!("beamlet {command} reads a Beamlet server's own records; AWS has none of them");
    }
    Ok(())
}
