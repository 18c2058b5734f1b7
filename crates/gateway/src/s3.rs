//! Packages out of an object store that speaks S3's protocol.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use futures::StreamExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::ApiError;

/// What a key keeps in a URL.
const KEY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Fetches an object of at most `max` bytes; signed, if the server's own environment has AWS
/// credentials.
pub async fn get(
    endpoint: &str,
    region: &str,
    bucket: &str,
    key: &str,
    max: usize,
) -> Result<Vec<u8>, ApiError> {
    let url = format!(
        "{}/{}/{}",
        endpoint.trim_end_matches('/'),
        utf8_percent_encode(bucket, KEY),
        utf8_percent_encode(key, KEY)
    );
    let failed = |what: String| {
        ApiError::invalid(format!(
            "Error occurred while GetObject. {what} (bucket {bucket:?}, key {key:?} at {endpoint})"
        ))
    };
    let mut request = reqwest::Client::new().get(&url);
    let variable = |name: &str| std::env::var(name).ok();
    if let (Some(id), Some(secret)) =
        (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"))
    {
        let identity =
            Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "environment").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name("s3")
            .time(std::time::SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed(error.to_string()))?
            .into();
        let signable =
            SignableRequest::new("GET", &url, std::iter::empty(), SignableBody::Bytes(b""));
        let signed = signable.and_then(|request| sign(request, &params));
        let (instructions, _) = signed.map_err(|error| failed(error.to_string()))?.into_parts();
        for (name, value) in instructions.headers() {
            request = request.header(name, value);
        }
        request = request.header("x-amz-content-sha256", EMPTY_SHA256);
    }
    let response = request.send().await.map_err(|error| failed(error.to_string()))?;
    if !response.status().is_success() {
        return Err(failed(format!("The object store answered {}", response.status())));
    }
    let mut bytes = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.map_err(|error| failed(error.to_string()))?);
        if bytes.len() > max {
            return Err(failed(format!("The object is larger than {max} bytes")));
        }
    }
    Ok(bytes)
}

const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
