//! Bodies of requests and responses: bounded when they are read, streamed when they must be.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use tokio::sync::mpsc;

/// The body of every response.
pub type Body = Either<Full<Bytes>, UnsyncBoxBody<Bytes, io::Error>>;

/// A body that is there as a whole.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Either::Left(Full::new(bytes.into()))
}

/// A body that comes in chunks. An error breaks the connection off, so that the client does not
/// take what it has for the whole.
pub fn stream(chunks: mpsc::Receiver<io::Result<Bytes>>) -> Body {
    let frames = futures::stream::unfold(chunks, |mut chunks| async move {
        let chunk = chunks.recv().await?;
        Some((chunk.map(Frame::data), chunks))
    });
    Either::Right(BodyExt::boxed_unsync(StreamBody::new(frames)))
}

/// JSON with a status.
pub fn json(status: StatusCode, value: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(full(value.to_string()));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

/// Why a body was not read.
#[derive(Debug)]
pub enum Unread {
    TooLong,
    BrokenOff,
}

/// How long a client may take for a body; AWS's largest function timeout, since a runtime may
/// write its response while it works.
const BODY_MS_MAX: u64 = 900_000;

/// Reads a body of at most `max` bytes.
pub async fn read(body: Incoming, max: usize) -> Result<Bytes, Unread> {
    let collected = Limited::new(body, max).collect();
    match tokio::time::timeout(Duration::from_millis(BODY_MS_MAX), collected).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unread::TooLong),
        Ok(Err(_)) | Err(_) => Err(Unread::BrokenOff),
    }
}
