//! Where encoded bytes go: into memory that is the isolate's, or nowhere, when only their number is
//! asked for.

use crate::env::Env;
use crate::term::Term;
use crate::work::RootSource;

pub trait Sink {
    fn put(&mut self, bytes: &[u8]);
    /// Takes the whole bytes of a large binary over without copying them. False: it does not, and
    /// they are to be put.
    fn share(&mut self, _binary: Term) -> bool {
        false
    }
    /// OTP's count of bytes is too large by so many here.
    fn overcount(&mut self, bytes: usize);
    /// Bytes so far.
    fn len(&self) -> usize;
    /// Writes a number over four bytes that are there.
    fn patch(&mut self, at: usize, value: u32);
}

/// Bytes that are counted in the isolate's account until they are taken.
pub struct Bytes<'e> {
    bytes: Vec<u8>,
    env: &'e Env,
}

impl<'e> Bytes<'e> {
    pub fn new(env: &'e Env) -> Bytes<'e> {
        Bytes { bytes: Vec::new(), env }
    }

    /// The bytes; whoever keeps them counts them.
    pub fn take(mut self) -> Vec<u8> {
        self.env.account.remove_bytes(self.bytes.capacity());
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.shrink_to_fit();
        bytes
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }

    fn grow(&mut self, by: usize) {
        let needed = self.bytes.len() + by;
        if needed > self.bytes.capacity() {
            let capacity = needed.max(2 * self.bytes.capacity()).max(256);
            self.env.account.add_bytes(capacity - self.bytes.capacity());
            self.bytes.reserve_exact(capacity - self.bytes.len());
        }
    }
}

impl Drop for Bytes<'_> {
    fn drop(&mut self) {
        self.env.account.remove_bytes(self.bytes.capacity());
    }
}

impl Sink for Bytes<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.grow(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    fn overcount(&mut self, _bytes: usize) {}

    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn patch(&mut self, at: usize, value: u32) {
        self.bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
}

/// A part of `term_to_iovec/1`.
pub enum Piece {
    Bytes(Vec<u8>),
    /// The whole bytes of a binary.
    Shared(RootSource),
}

/// Bytes in pieces, between which large binaries stand that are shared.
pub struct Pieces<'e> {
    /// Where each begins.
    pieces: Vec<(usize, Piece)>,
    last: Bytes<'e>,
    /// Bytes before the last piece.
    before: usize,
}

impl<'e> Pieces<'e> {
    pub fn new(env: &'e Env) -> Pieces<'e> {
        Pieces { pieces: Vec::new(), last: Bytes::new(env), before: 0 }
    }

    fn end_piece(&mut self) {
        let env = self.last.env;
        let last = std::mem::replace(&mut self.last, Bytes::new(env)).take();
        if !last.is_empty() {
            self.before += last.len();
            self.pieces.push((self.before - last.len(), Piece::Bytes(last)));
        }
    }

    /// The pieces; nothing may collect before the shared ones are roots.
    pub fn take(mut self) -> impl Iterator<Item = Piece> {
        self.end_piece();
        self.pieces.into_iter().map(|(_, piece)| piece)
    }
}

impl Sink for Pieces<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.last.put(bytes);
    }

    fn share(&mut self, binary: Term) -> bool {
        let bits = binary.as_bits().expect("a binary is shared");
        self.end_piece();
        self.pieces.push((self.before, Piece::Shared(binary.keep())));
        self.before += bits.size / 8;
        true
    }

    fn overcount(&mut self, _bytes: usize) {}

    fn len(&self) -> usize {
        self.before + self.last.len()
    }

    fn patch(&mut self, at: usize, value: u32) {
        if at >= self.before {
            return self.last.patch(at - self.before, value);
        }
        let index = self.pieces.partition_point(|(start, _)| *start <= at) - 1;
        let (start, piece) = &mut self.pieces[index];
        let Piece::Bytes(bytes) = piece else { unreachable!("numbers are not in shared pieces") };
        let at = at - *start;
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
    }
}

/// Counts.
#[derive(Default)]
pub struct Count(usize);

impl Sink for Count {
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }

    fn overcount(&mut self, bytes: usize) {
        self.0 += bytes;
    }

    fn len(&self) -> usize {
        self.0
    }

    fn patch(&mut self, _at: usize, _value: u32) {}
}
