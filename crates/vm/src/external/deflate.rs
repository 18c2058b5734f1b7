//! `term_to_binary(_, [compressed])`: zlib's bytes, which are OTP's, if they are fewer.

use flate2::{Compress, Compression, FlushCompress, Status};

use super::sink::{Bytes, Sink};
use super::tag;
use crate::env::Env;

/// Bytes that are compressed between two looks at the stop word.
const CHUNK_BYTES: usize = 64 * 1024;
/// What stands before a compressed term beside the version: the tag, and the size.
const HEAD_BYTES: usize = 5;

/// zlib's level; 6 is its own choice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level(pub u32);

impl Level {
    pub const USUAL: Level = Level(6);
}

/// Version and term, or the version and the term compressed. `plain` is the term without version.
pub fn deflate<'e>(plain: &[u8], level: Level, env: &'e Env) -> Bytes<'e> {
    let mut output = Bytes::new(env);
    output.put(&[tag::VERSION, tag::COMPRESSED]);
    output.put(&(plain.len() as u32).to_be_bytes());
    if let Some(room) = plain.len().checked_sub(HEAD_BYTES)
        && compress(plain, level, room, &mut output, env)
    {
        return output;
    }
    let mut output = Bytes::new(env);
    output.put(&[tag::VERSION]);
    output.put(plain);
    output
}

/// False if it takes more than `room` bytes.
fn compress(plain: &[u8], level: Level, room: usize, output: &mut Bytes, env: &Env) -> bool {
    let mut compress = Compress::new(Compression::new(level.0), true);
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        env.poll();
        let (taken, made) = (compress.total_in(), compress.total_out());
        let status = compress.compress(&plain[taken as usize..], &mut chunk, FlushCompress::Finish);
        let more = (compress.total_out() - made) as usize;
        if compress.total_out() > room as u64 {
            return false;
        }
        output.put(&chunk[..more]);
        match status {
            Ok(Status::StreamEnd) => return true,
            Ok(_) if more > 0 || compress.total_in() > taken => {}
            _ => return false,
        }
    }
}
