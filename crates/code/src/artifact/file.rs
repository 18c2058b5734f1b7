//! Artifacts as bytes, for a cache on disk. What comes back is what went in, for the key that was
//! asked for, or nothing: bytes of another format, key or length, and damaged ones, are refused
//! before anything is made of them.
//!
//! ```text
//! | magic, 8 | ABI, 8 | key, 32 | SHA-256 of the rest, 32 | the artifact, field by field |
//! ```
//!
//! Numbers are little-endian; bytes and texts have their length before them, lists their number.
//! The checksum finds damage, not malice: who can write a cache's files can have them run. Keep
//! them where only their owner can write.

use sha2::{Digest, Sha256};

use super::{Artifact, Entry, LambdaEntry, Point, Slot};
use crate::abi;
use crate::module::Mfa;

const MAGIC: [u8; 8] = *b"beamlet\0";
const KEY_BYTES: usize = 32;
const HEAD_BYTES: usize = 8 + 8 + KEY_BYTES + 32;
/// A file that is larger is not read: an artifact's code is bounded, and so is its module.
pub const FILE_BYTES_MAX: usize = 256 << 20;

/// Names an artifact: whatever can make it another one is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub [u8; KEY_BYTES]);

impl Key {
    /// Of a `.beam` file, compiled by the compiler of that fingerprint, with those functions (name
    /// and arity) left to the runtime.
    pub fn of<'a>(
        beam: &[u8],
        fingerprint: &str,
        natives: impl IntoIterator<Item = (&'a str, u8)>,
    ) -> Key {
        let mut natives: Vec<_> = natives.into_iter().collect();
        natives.sort_unstable();
        let mut hash = Sha256::new();
        hash.update(abi::hash().to_le_bytes());
        for part in [fingerprint.as_bytes(), beam] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        for (name, arity) in natives {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name.as_bytes());
            hash.update([arity]);
        }
        Key(hash.finalize().into())
    }

    /// As a file's name.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Why bytes are no artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("the file is no artifact")]
    NoArtifact,
    #[error("the artifact is for another version of the runtime")]
    OtherAbi,
    #[error("the artifact is of another module, compiler or set of natives")]
    OtherKey,
    #[error("the artifact is damaged")]
    Damaged,
}

pub fn encode(artifact: &Artifact, key: &Key) -> Vec<u8> {
    let mut out = Writer(vec![0; HEAD_BYTES]);
    out.artifact(artifact);
    let Writer(mut bytes) = out;
    let checksum = Sha256::digest(&bytes[HEAD_BYTES..]);
    let head = MAGIC.into_iter().chain(abi::hash().to_le_bytes()).chain(key.0).chain(checksum);
    for (place, byte) in head.enumerate() {
        bytes[place] = byte;
    }
    bytes
}

pub fn decode(bytes: &[u8], key: &Key) -> Result<Artifact, Unusable> {
    if bytes.len() < HEAD_BYTES || bytes.len() > FILE_BYTES_MAX {
        return Err(Unusable::NoArtifact);
    }
    let (head, body) = bytes.split_at(HEAD_BYTES);
    let (magic, head) = head.split_at(8);
    let (abi, head) = head.split_at(8);
    let (of, checksum) = head.split_at(KEY_BYTES);
    if magic != MAGIC {
        return Err(Unusable::NoArtifact);
    }
    if abi != abi::hash().to_le_bytes() {
        return Err(Unusable::OtherAbi);
    }
    if of != key.0 {
        return Err(Unusable::OtherKey);
    }
    if Sha256::digest(body)[..] != *checksum {
        return Err(Unusable::Damaged);
    }
    let mut reader = Reader(body);
    reader.artifact().filter(|_| reader.0.is_empty()).ok_or(Unusable::Damaged)
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u32);
        self.0.extend_from_slice(bytes);
    }

    fn list<T>(&mut self, all: &[T], mut each: impl FnMut(&mut Self, &T)) {
        self.number(all.len() as u32);
        all.iter().for_each(|one| each(self, one));
    }

    fn mfa(&mut self, mfa: &Mfa) {
        self.bytes(mfa.module.as_bytes());
        self.bytes(mfa.function.as_bytes());
        self.0.push(mfa.arity);
    }

    fn slot(&mut self, slot: &Slot) {
        match slot {
            Slot::Atom(text) => {
                self.0.push(0);
                self.bytes(text.as_bytes());
            }
            Slot::Literal(index) => {
                self.0.push(1);
                self.number(*index);
            }
            Slot::Export(mfa) => {
                self.0.push(2);
                self.mfa(mfa);
            }
            Slot::Lambda(index) => {
                self.0.push(3);
                self.number(*index);
            }
            Slot::Bif(mfa) => {
                self.0.push(4);
                self.mfa(mfa);
            }
        }
    }

    fn point(&mut self, point: &Point) {
        let Point { offset, function, file, line } = *point;
        [offset, function, file, line].into_iter().for_each(|number| self.number(number));
    }

    fn entry(&mut self, entry: &Entry) {
        let Entry { function, arity, offset, exported } = entry;
        self.bytes(function.as_bytes());
        self.0.extend([*arity, u8::from(*exported)]);
        self.number(*offset);
    }

    fn lambda(&mut self, lambda: &LambdaEntry) {
        let LambdaEntry { offset, function, total_arity, free, index, old_uniq } = lambda;
        self.bytes(function.as_bytes());
        self.0.extend([*total_arity, *free]);
        [*offset, *index, *old_uniq].into_iter().for_each(|number| self.number(number));
    }

    fn artifact(&mut self, artifact: &Artifact) {
        // A field that is added is not forgotten here.
        let Artifact {
            module,
            slots,
            code_offset,
            code,
            functions,
            lambdas,
            returns,
            sites,
            literals,
            files,
            attributes,
            compile_info,
            md5,
            on_load,
        } = artifact;
        self.bytes(module.as_bytes());
        self.list(slots, Self::slot);
        self.number(*code_offset);
        self.bytes(code);
        self.list(functions, Self::entry);
        self.list(lambdas, Self::lambda);
        self.list(returns, Self::point);
        self.list(sites, Self::point);
        self.list(literals, |out, literal| out.bytes(literal));
        self.list(files, |out, file| out.bytes(file.as_bytes()));
        self.bytes(attributes);
        self.bytes(compile_info);
        self.0.extend(md5);
        self.list(on_load.as_slice(), |out, &offset| out.number(offset));
    }
}

/// What is left. Each method takes its part, or nothing if that is not there.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let count = self.number()?;
        self.take(count as usize)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    /// Room is made as elements come, not as their number says.
    fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(each(self)?);
        }
        Some(all)
    }

    fn mfa(&mut self) -> Option<Mfa> {
        Some(Mfa { module: self.text()?, function: self.text()?, arity: self.byte()? })
    }

    fn slot(&mut self) -> Option<Slot> {
        Some(match self.byte()? {
            0 => Slot::Atom(self.text()?),
            1 => Slot::Literal(self.number()?),
            2 => Slot::Export(self.mfa()?),
            3 => Slot::Lambda(self.number()?),
            4 => Slot::Bif(self.mfa()?),
            _ => return None,
        })
    }

    fn point(&mut self) -> Option<Point> {
        Some(Point {
            offset: self.number()?,
            function: self.number()?,
            file: self.number()?,
            line: self.number()?,
        })
    }

    fn entry(&mut self) -> Option<Entry> {
        let function = self.text()?;
        let arity = self.byte()?;
        let exported = match self.byte()? {
            0 => false,
            1 => true,
            _ => return None,
        };
        Some(Entry { function, arity, offset: self.number()?, exported })
    }

    fn lambda(&mut self) -> Option<LambdaEntry> {
        Some(LambdaEntry {
            function: self.text()?,
            total_arity: self.byte()?,
            free: self.byte()?,
            offset: self.number()?,
            index: self.number()?,
            old_uniq: self.number()?,
        })
    }

    fn artifact(&mut self) -> Option<Artifact> {
        Some(Artifact {
            module: self.text()?,
            slots: self.list(Self::slot)?,
            code_offset: self.number()?,
            code: self.bytes()?.to_vec(),
            functions: self.list(Self::entry)?,
            lambdas: self.list(Self::lambda)?,
            returns: self.list(Self::point)?,
            sites: self.list(Self::point)?,
            literals: self.list(|reader| reader.bytes().map(Box::from))?,
            files: self.list(Self::text)?,
            attributes: self.bytes()?.into(),
            compile_info: self.bytes()?.into(),
            md5: self.take(16)?.try_into().ok()?,
            on_load: match self.list(Self::number)?.as_slice() {
                [] => None,
                &[offset] => Some(offset),
                _ => return None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mfa() -> Mfa {
        Mfa { module: "lists".to_owned(), function: "map".to_owned(), arity: 2 }
    }

    fn artifact() -> Artifact {
        let point = Point { offset: 4096, function: 1, file: 0, line: 7 };
        Artifact {
            module: "müller".to_owned(),
            slots: vec![
                Slot::Atom("été".to_owned()),
                Slot::Literal(3),
                Slot::Export(mfa()),
                Slot::Lambda(0),
                Slot::Bif(mfa()),
            ],
            code_offset: 4096,
            code: vec![0xcc; 100],
            functions: vec![Entry {
                function: "f".to_owned(),
                arity: 3,
                offset: 4096,
                exported: true,
            }],
            lambdas: vec![LambdaEntry {
                offset: 4112,
                function: "-f/3-fun-0-".to_owned(),
                total_arity: 2,
                free: 1,
                index: 0,
                old_uniq: u32::MAX,
            }],
            returns: vec![point],
            sites: vec![point, Point { line: 8, ..point }],
            literals: vec![Box::from([131, 106]), Box::from([])],
            files: vec!["m.erl".to_owned()],
            attributes: Box::from([131, 106]),
            compile_info: Box::from([]),
            md5: *b"0123456789abcdef",
            on_load: Some(4128),
        }
    }

    const KEY: Key = Key([7; KEY_BYTES]);

    #[test]
    fn what_is_written_is_read_again() {
        let bytes = encode(&artifact(), &KEY);
        assert_eq!(decode(&bytes, &KEY), Ok(artifact()));
        let none = Artifact { on_load: None, ..Artifact::default() };
        assert_eq!(decode(&encode(&none, &KEY), &KEY), Ok(none));
    }

    #[test]
    fn every_damaged_byte_is_noticed() {
        let bytes = encode(&artifact(), &KEY);
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x10;
            assert!(decode(&damaged, &KEY).is_err(), "byte {place}");
            assert!(decode(&bytes[..place], &KEY).is_err(), "cut at {place}");
        }
        let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
        assert_eq!(decode(&longer, &KEY), Err(Unusable::Damaged));
    }

    #[test]
    fn a_list_that_claims_more_than_there_is_takes_no_room() {
        let mut bytes = encode(&Artifact::default(), &KEY);
        // The number of slots stands behind the empty name.
        bytes[HEAD_BYTES + 4..HEAD_BYTES + 8].fill(0xff);
        let checksum = Sha256::digest(&bytes[HEAD_BYTES..]);
        bytes[HEAD_BYTES - 32..HEAD_BYTES].copy_from_slice(&checksum);
        assert_eq!(decode(&bytes, &KEY), Err(Unusable::Damaged));
    }

    #[test]
    fn a_key_is_another_for_everything_that_makes_another_artifact() {
        let key = Key::of(b"FOR1", "x86-64", [("a", 1), ("b", 2)]);
        assert_eq!(key, Key::of(b"FOR1", "x86-64", [("b", 2), ("a", 1)]));
        for other in [
            Key::of(b"FOR2", "x86-64", [("a", 1), ("b", 2)]),
            Key::of(b"FOR1", "x86-64 +avx", [("a", 1), ("b", 2)]),
            Key::of(b"FOR1", "x86-64", [("a", 1)]),
            Key::of(b"FOR1", "x86-64", [("a", 1), ("b", 3)]),
            // Nothing moves from one part to the next.
            Key::of(b"4FOR1", "x86-6", [("a", 1), ("b", 2)]),
        ] {
            assert_ne!(key, other);
        }
        assert_eq!(decode(&encode(&artifact(), &KEY), &key), Err(Unusable::OtherKey));
        assert_eq!(key.hex().len(), 64);
    }
}
