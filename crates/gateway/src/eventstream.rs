//! The frames of a streamed answer: AWS's `application/vnd.amazon.eventstream`.
//!
//! ```text
//!  total length u32 │ headers length u32 │ CRC-32 of both │ headers │ payload │ CRC-32 of all
//!  header: name length u8 │ name │ type u8 (7: string) │ value length u16 │ value
//! ```
//!
//! botocore reads these frames in the tests of the whole server. The command line reads them with
//! [`Reader`], which takes AWS's own as well: headers of other types are skipped.

use std::collections::HashMap;

use bytes::{Buf, BufMut, Bytes, BytesMut};
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

/// AWS: a message has at most 16 MB and its headers 128 KB.
const FRAME_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Length, length of the headers, and the checksum of both.
const PRELUDE_BYTES: usize = 12;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a frame of the streamed answer has a wrong checksum")]
    Checksum,
    #[error("a frame of the streamed answer has lengths that do not fit together")]
    Lengths,
}

/// One frame as it was read.
#[derive(Debug, PartialEq)]
pub struct Message {
    /// Its headers that are text.
    pub headers: HashMap<String, String>,
    pub payload: Bytes,
}

/// Puts frames together from pieces of any size.
#[derive(Debug, Default)]
pub struct Reader {
    unread: BytesMut,
}

impl Reader {
    pub fn feed(&mut self, piece: &[u8]) {
        self.unread.extend_from_slice(piece);
    }

    /// Whether everything that was fed has been read.
    pub fn is_empty(&self) -> bool {
        self.unread.is_empty()
    }

    /// The next frame, if all of it is there.
    pub fn read(&mut self) -> Result<Option<Message>, Error> {
        if self.unread.len() < PRELUDE_BYTES {
            return Ok(None);
        }
        let mut prelude = &self.unread[..PRELUDE_BYTES];
        let (total, headers) = (prelude.get_u32() as usize, prelude.get_u32() as usize);
        if prelude.get_u32() != crc32fast::hash(&self.unread[..PRELUDE_BYTES - 4]) {
            return Err(Error::Checksum);
        }
        let bounds = PRELUDE_BYTES + 4..=FRAME_BYTES_MAX;
        if !bounds.contains(&total) || headers > total - PRELUDE_BYTES - 4 {
            return Err(Error::Lengths);
        }
        if self.unread.len() < total {
            return Ok(None);
        }
        let mut frame = self.unread.split_to(total).freeze();
        let mut checksum = frame.split_off(total - 4);
        if checksum.get_u32() != crc32fast::hash(&frame) {
            return Err(Error::Checksum);
        }
        frame.advance(PRELUDE_BYTES);
        let headers = text_headers(frame.split_to(headers)).ok_or(Error::Lengths)?;
        Ok(Some(Message { headers, payload: frame }))
    }
}

/// The headers whose values are text; `None` if they end midway.
fn text_headers(mut bytes: Bytes) -> Option<HashMap<String, String>> {
    let mut headers = HashMap::new();
    let take =
        |bytes: &mut Bytes, count: usize| (bytes.len() >= count).then(|| bytes.split_to(count));
    while !bytes.is_empty() {
        let name = take(&mut bytes, 1)?[0];
        let name = take(&mut bytes, usize::from(name))?;
        let kind = take(&mut bytes, 1)?[0];
        let value_bytes = match kind {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            6 | 7 => usize::from(take(&mut bytes, 2)?.get_u16()),
            9 => 16,
            _ => return None,
        };
        let value = take(&mut bytes, value_bytes)?;
        if kind == 7 {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            headers.insert(text(&name), text(&value));
        }
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_whatever_pieces_they_come_in() {
        let end = serde_json::json!({ "ErrorCode": "Unhandled" });
        let bytes = [payload_chunk(b"one"), payload_chunk(b""), invoke_complete(&end)].concat();
        for size in [1, 7, bytes.len()] {
            let (mut reader, mut found) = (Reader::default(), Vec::new());
            for piece in bytes.chunks(size) {
                reader.feed(piece);
                while let Some(message) = reader.read().unwrap() {
                    found.push((message.headers[":event-type"].clone(), message.payload));
                }
            }
            assert!(reader.is_empty());
            let event = |name: &str, payload: &str| (name.to_owned(), payload.to_owned().into());
            assert_eq!(
                found,
                [
                    event("PayloadChunk", "one"),
                    event("PayloadChunk", ""),
                    event("InvokeComplete", r#"{"ErrorCode":"Unhandled"}"#),
                ]
            );
        }
    }

    #[test]
    fn frames_that_are_broken_are_refused() {
        let whole = payload_chunk(b"payload");
        for at in 0..whole.len() {
            let mut broken = whole.to_vec();
            broken[at] ^= 1;
            let mut reader = Reader::default();
            reader.feed(&broken);
            assert!(reader.read().is_err(), "byte {at}");
        }
        let mut reader = Reader::default();
        let mut prelude = BytesMut::new();
        prelude.put_u32(20);
        prelude.put_u32(100);
        prelude.put_u32(crc32fast::hash(&prelude));
        reader.feed(&prelude);
        assert!(matches!(reader.read(), Err(Error::Lengths)));
    }
}
