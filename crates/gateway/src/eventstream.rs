//! The frames of a streamed answer: AWS's `application/vnd.amazon.eventstream`.
//!
//! ```text
//!  total length u32 │ headers length u32 │ CRC-32 of both │ headers │ payload │ CRC-32 of all
//!  header: name length u8 │ name │ type u8 (7: string) │ value length u16 │ value
//! ```
//!
//! botocore reads these frames in the tests of the whole server.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;

/// Part of the answer.
pub fn payload_chunk(payload: &[u8]) -> Bytes {
    frame("PayloadChunk", "application/octet-stream", payload)
}

/// The end of the answer.
pub fn invoke_complete(end: &Value) -> Bytes {
    frame("InvokeComplete", "application/json", end.to_string().as_bytes())
}

fn frame(event_type: &str, content_type: &str, payload: &[u8]) -> Bytes {
    let mut headers = BytesMut::with_capacity(128);
    for (name, value) in
        [(":message-type", "event"), (":event-type", event_type), (":content-type", content_type)]
    {
        headers.put_u8(name.len() as u8);
        headers.put_slice(name.as_bytes());
        headers.put_u8(7);
        headers.put_u16(value.len() as u16);
        headers.put_slice(value.as_bytes());
    }
    let total = 12 + headers.len() + payload.len() + 4;
    let mut frame = BytesMut::with_capacity(total);
    frame.put_u32(total as u32);
    frame.put_u32(headers.len() as u32);
    frame.put_u32(crc32fast::hash(&frame));
    frame.put_slice(&headers);
    frame.put_slice(payload);
    frame.put_u32(crc32fast::hash(&frame));
    frame.freeze()
}
