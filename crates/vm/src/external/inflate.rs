//! What stands behind the version byte: the term itself, or zlib's compression of it.

use flate2::{Decompress, FlushDecompress, Status};

use super::{Error, tag};
use crate::env::Env;

/// Bytes that are decompressed between two looks at the stop word.
const CHUNK_BYTES: usize = 64 * 1024;
/// What zlib makes of one byte at most.
const EXPANSION_MAX: usize = 1032;

/// Where the term's bytes are.
pub enum Payload {
    /// In the input, from an offset on.
    Here(usize),
    Inflated {
        bytes: Vec<u8>,
        /// Bytes of the input that it was made of.
        used: usize,
    },
}

impl Payload {
    /// Bytes that a whole input begins with: the version, and what compression needs.
    pub fn of(input: &[u8], env: &Env) -> Result<Payload, Error> {
        match input {
            [tag::VERSION, tag::COMPRESSED, rest @ ..] => {
                let (size, compressed) = rest.split_first_chunk::<4>().ok_or(Error)?;
                let size = u32::from_be_bytes(*size) as usize;
                let (bytes, used) = inflate(compressed, size, env)?;
                Ok(Payload::Inflated { bytes, used: 6 + used })
            }
            [tag::VERSION, ..] => Ok(Payload::Here(1)),
            _ => Err(Error),
        }
    }

    /// Decompressed bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Payload::Here(_) => &[],
            Payload::Inflated { bytes, .. } => bytes,
        }
    }

    /// Bytes of the input that were decompressed, and those before them.
    pub const fn used(&self) -> usize {
        match self {
            Payload::Here(offset) => *offset,
            Payload::Inflated { used, .. } => *used,
        }
    }

    pub fn free(self, env: &Env) {
        if let Payload::Inflated { bytes, .. } = self {
            env.account.remove_bytes(bytes.capacity());
        }
    }
}

/// Exactly `size` bytes, and how many they were compressed to.
fn inflate(compressed: &[u8], size: usize, env: &Env) -> Result<(Vec<u8>, usize), Error> {
    if size > compressed.len().saturating_mul(EXPANSION_MAX) {
        return Err(Error);
    }
    env.account.add_bytes(size);
    let mut bytes = Vec::with_capacity(size);
    let mut decompress = Decompress::new(true);
    let whole = loop {
        env.poll();
        let (taken, made) = (decompress.total_in() as usize, bytes.len());
        bytes.resize(size.min(made + CHUNK_BYTES), 0);
        let status =
            decompress.decompress(&compressed[taken..], &mut bytes[made..], FlushDecompress::None);
        bytes.truncate(decompress.total_out() as usize);
        match status {
            Ok(Status::StreamEnd) => break bytes.len() == size,
            Ok(_) if bytes.len() == made && decompress.total_in() as usize == taken => break false,
            Ok(_) => {}
            Err(_) => break false,
        }
    };
    if whole {
        return Ok((bytes, decompress.total_in() as usize));
    }
    env.account.remove_bytes(bytes.capacity());
    Err(Error)
}
