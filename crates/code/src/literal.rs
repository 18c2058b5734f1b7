//! Literals: is a run of bytes a well-formed term of the external format, and of what kind?
//!
//! [`check`] goes over the bytes once, without recursion: all it keeps is how many terms are still
//! to come. Whatever it accepts, the runtime can decode. Pids, ports, references and closures are
//! refused: they belong to a running node, and no compiler emits them. What it does not see is a
//! key that stands twice in a map; the decoder takes the later one.

use crate::abi::{SMALL_MAX, SMALL_MIN};
use crate::types::{Kinds, Type};

/// Bits of an integer, as OTP 27 limits them.
pub const INTEGER_BITS_MAX: usize = 4_194_304;
pub const ATOM_CHARS_MAX: usize = 255;
/// Elements of a tuple.
pub const TUPLE_ARITY_MAX: u32 = (1 << 24) - 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the term does not begin with the version, 131")]
    Version,
    #[error("the term ends too early")]
    Truncated,
    #[error("bytes follow the term at byte {0}")]
    Trailing(usize),
    #[error("byte {offset}: the tag {tag} is not that of a literal")]
    Tag { tag: u8, offset: usize },
    #[error("byte {0}: an atom is UTF-8 of at most 255 characters")]
    Atom(usize),
    #[error("byte {0}: not a finite float")]
    Float(usize),
    #[error("byte {0}: an integer has at most 4194304 bits")]
    Integer(usize),
    #[error("byte {0}: the last byte of a bitstring has 1 to 8 bits")]
    Bits(usize),
    #[error("byte {0}: a tuple has at most 16777215 elements")]
    Tuple(usize),
    #[error("byte {0}: an external fun is two atoms and an arity of at most 255")]
    Export(usize),
}

struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let taken =
            self.bytes.get(self.at..).and_then(|rest| rest.get(..count)).ok_or(Error::Truncated)?;
        self.at += count;
        Ok(taken)
    }
    fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.take(1)?[0])
    }
    fn u16(&mut self) -> Result<usize, Error> {
        Ok(self.take(2)?.iter().fold(0, |value, byte| value << 8 | usize::from(*byte)))
    }
    fn u32(&mut self) -> Result<usize, Error> {
        Ok(self.take(4)?.iter().fold(0, |value, byte| value << 8 | usize::from(*byte)))
    }
}

/// Checks the whole term and says of what type it is.
pub fn check(term: &[u8]) -> Result<Type, Error> {
    let mut bytes = Bytes { bytes: term, at: 0 };
    if bytes.u8()? != 131 {
        return Err(Error::Version);
    }
    let (of, mut pending) = one(&mut bytes)?;
    while pending > 0 {
        // Each term to come has at least its tag.
        if pending > bytes.bytes.len() - bytes.at {
            return Err(Error::Truncated);
        }
        let (_, children) = one(&mut bytes)?;
        pending = pending - 1 + children;
    }
    match bytes.at == term.len() {
        true => Ok(of),
        false => Err(Error::Trailing(bytes.at)),
    }
}

/// One tag with what is its own: its type, and how many terms belong to it.
fn one(bytes: &mut Bytes) -> Result<(Type, usize), Error> {
    let at = bytes.at;
    let tag = bytes.u8()?;
    let leaf = |kinds| Ok((Type::of(kinds), 0));
    match tag {
        // NEW_FLOAT_EXT
        70 => {
            let value = f64::from_be_bytes(bytes.take(8)?.try_into().expect("eight bytes"));
            if value.is_finite() { leaf(Kinds::FLOAT) } else { Err(Error::Float(at)) }
        }
        // BIT_BINARY_EXT
        77 => {
            let size = bytes.u32()?;
            let bits = bytes.u8()?;
            bytes.take(size)?;
            match (size, bits) {
                (0, 0) | (1.., 1..=8) => leaf(Kinds::BITSTRING),
                _ => Err(Error::Bits(at)),
            }
        }
        // SMALL_INTEGER_EXT, INTEGER_EXT
        97 => bytes.take(1).and_then(|_| leaf(Kinds::SMALL)),
        98 => bytes.take(4).and_then(|_| leaf(Kinds::SMALL)),
        // ATOM_EXT, SMALL_ATOM_EXT: Latin-1
        100 => atom(bytes, at, 2, false),
        115 => atom(bytes, at, 1, false),
        // ATOM_UTF8_EXT, SMALL_ATOM_UTF8_EXT
        118 => atom(bytes, at, 2, true),
        119 => atom(bytes, at, 1, true),
        // SMALL_TUPLE_EXT, LARGE_TUPLE_EXT
        104 | 105 => {
            let arity = if tag == 104 { usize::from(bytes.u8()?) } else { bytes.u32()? };
            match u32::try_from(arity) {
                Ok(arity_min) if arity_min <= TUPLE_ARITY_MAX => {
                    Ok((Type::tuple(arity_min), arity))
                }
                _ => Err(Error::Tuple(at)),
            }
        }
        // NIL_EXT
        106 => leaf(Kinds::NIL),
        // STRING_EXT
        107 => {
            let length = bytes.u16()?;
            bytes.take(length)?;
            leaf(if length == 0 { Kinds::NIL } else { Kinds::CONS })
        }
        // LIST_EXT: the elements and the tail. Without elements it is its tail, of any kind.
        108 => match bytes.u32()? {
            0 => Ok((Type::TERM, 1)),
            length => Ok((Type::of(Kinds::CONS), length + 1)),
        },
        // BINARY_EXT
        109 => {
            let size = bytes.u32()?;
            bytes.take(size)?;
            leaf(Kinds::BITSTRING)
        }
        // SMALL_BIG_EXT, LARGE_BIG_EXT
        110 | 111 => {
            let size = if tag == 110 { usize::from(bytes.u8()?) } else { bytes.u32()? };
            if size > INTEGER_BITS_MAX / 8 {
                return Err(Error::Integer(at));
            }
            let negative = match bytes.u8()? {
                0 => false,
                1 => true,
                _ => return Err(Error::Integer(at)),
            };
            leaf(if is_small(bytes.take(size)?, negative) { Kinds::SMALL } else { Kinds::BIG })
        }
        // EXPORT_EXT
        113 => {
            for _ in 0..2 {
                let at = bytes.at;
                match bytes.u8()? {
                    100 => atom(bytes, at, 2, false)?,
                    115 => atom(bytes, at, 1, false)?,
                    118 => atom(bytes, at, 2, true)?,
                    119 => atom(bytes, at, 1, true)?,
                    _ => return Err(Error::Export(at)),
                };
            }
            match bytes.u8()? {
                97 => bytes.take(1).and_then(|_| leaf(Kinds::FUN)),
                _ => Err(Error::Export(at)),
            }
        }
        // MAP_EXT: each pair is two terms.
        116 => {
            let pairs = bytes.u32()?;
            Ok((Type::of(Kinds::MAP), 2 * pairs))
        }
        _ => Err(Error::Tag { tag, offset: at }),
    }
}

fn atom(
    bytes: &mut Bytes,
    at: usize,
    length_bytes: usize,
    utf8: bool,
) -> Result<(Type, usize), Error> {
    let length = if length_bytes == 1 { usize::from(bytes.u8()?) } else { bytes.u16()? };
    let text = bytes.take(length)?;
    let chars = match utf8 {
        true => std::str::from_utf8(text).map_err(|_| Error::Atom(at))?.chars().count(),
        false => length,
    };
    if chars > ATOM_CHARS_MAX {
        return Err(Error::Atom(at));
    }
    Ok((Type::of(Kinds::ATOM), 0))
}

/// Of a magnitude, least significant byte first.
fn is_small(magnitude: &[u8], negative: bool) -> bool {
    let digits = magnitude.len() - magnitude.iter().rev().take_while(|byte| **byte == 0).count();
    if digits > 8 {
        return false;
    }
    let value =
        magnitude[..digits].iter().rev().fold(0i128, |value, byte| value << 8 | i128::from(*byte));
    let value = if negative { -value } else { value };
    (i128::from(SMALL_MIN)..=i128::from(SMALL_MAX)).contains(&value)
}

/// The term of an integer in two's complement, most significant byte first.
pub fn integer(bytes: &[u8]) -> Box<[u8]> {
    let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
    let mut carry = negative;
    let mut magnitude: Vec<u8> = bytes
        .iter()
        .rev()
        .map(|byte| {
            if !negative {
                return *byte;
            }
            let (digit, over) = (!byte).overflowing_add(u8::from(carry));
            carry = over;
            digit
        })
        .collect();
    if carry {
        magnitude.push(1);
    }
    while magnitude.last() == Some(&0) {
        magnitude.pop();
    }
    let mut term = vec![131];
    match u8::try_from(magnitude.len()) {
        Ok(size) => term.extend([110, size]),
        Err(_) => {
            term.push(111);
            term.extend((magnitude.len() as u32).to_be_bytes());
        }
    }
    term.push(u8::from(negative));
    term.extend(magnitude);
    term.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(term: &[u8]) -> Result<Kinds, Error> {
        check(term).map(|of| of.kinds)
    }

    #[test]
    fn terms_of_each_kind_are_accepted() {
        let rows: &[(&[u8], Kinds)] = &[
            (&[131, 97, 1], Kinds::SMALL),
            (&[131, 98, 255, 255, 255, 255], Kinds::SMALL),
            (&[131, 110, 8, 0, 255, 255, 255, 255, 255, 255, 255, 7], Kinds::SMALL),
            (&[131, 110, 8, 0, 0, 0, 0, 0, 0, 0, 0, 8], Kinds::BIG),
            (&[131, 110, 8, 1, 0, 0, 0, 0, 0, 0, 0, 8], Kinds::SMALL),
            (&[131, 110, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0], Kinds::SMALL),
            (&[131, 70, 0, 0, 0, 0, 0, 0, 0, 0], Kinds::FLOAT),
            (&[131, 106], Kinds::NIL),
            (&[131, 107, 0, 1, 7], Kinds::CONS),
            (&[131, 108, 0, 0, 0, 1, 106, 106], Kinds::CONS),
            (&[131, 109, 0, 0, 0, 1, 7], Kinds::BITSTRING),
            (&[131, 77, 0, 0, 0, 1, 3, 0xe0], Kinds::BITSTRING),
            (&[131, 119, 1, b'a'], Kinds::ATOM),
            (&[131, 100, 0, 1, 0xe4], Kinds::ATOM),
            (&[131, 116, 0, 0, 0, 1, 97, 1, 97, 2], Kinds::MAP),
            (&[131, 113, 119, 1, b'm', 119, 1, b'f', 97, 2], Kinds::FUN),
        ];
        for (term, expected) in rows {
            assert_eq!(kinds(term), Ok(*expected), "{term:?}");
        }
        assert_eq!(check(&[131, 104, 2, 106, 106]), Ok(Type::tuple(2)));
    }

    #[test]
    fn what_is_no_literal_is_refused() {
        let rows: &[(&[u8], Error)] = &[
            (&[], Error::Truncated),
            (&[130, 106], Error::Version),
            (&[131], Error::Truncated),
            (&[131, 104, 2, 106], Error::Truncated),
            (&[131, 105, 0, 255, 255, 255, 106], Error::Truncated),
            (&[131, 105, 1, 0, 0, 0, 106], Error::Tuple(1)),
            (&[131, 106, 106], Error::Trailing(2)),
            (&[131, 70, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], Error::Float(1)),
            (&[131, 77, 0, 0, 0, 1, 9, 0], Error::Bits(1)),
            (&[131, 77, 0, 0, 0, 0, 3], Error::Bits(1)),
            (&[131, 119, 1, 0xff], Error::Atom(1)),
            (&[131, 110, 1, 2, 1], Error::Integer(1)),
            (&[131, 111, 255, 0, 0, 0, 0], Error::Integer(1)),
            (&[131, 80, 0, 0, 0, 0], Error::Tag { tag: 80, offset: 1 }),
            (&[131, 88], Error::Tag { tag: 88, offset: 1 }),
            (&[131, 113, 97, 1], Error::Export(2)),
        ];
        for (term, expected) in rows {
            assert_eq!(check(term), Err(*expected), "{term:?}");
        }
    }

    #[test]
    fn a_term_as_deep_as_it_is_long_is_checked_without_recursion() {
        let mut term = vec![131];
        for _ in 0..1_000_000 {
            term.extend([104, 1]);
        }
        term.push(106);
        assert_eq!(check(&term), Ok(Type::tuple(1)));
    }

    #[test]
    fn integers_of_code_become_terms() {
        let rows: &[(&[u8], &[u8])] = &[
            (&[0, 0xff, 0xfe], &[131, 110, 2, 0, 0xfe, 0xff]),
            (&[0xff, 0xfe], &[131, 110, 1, 1, 2]),
            (&[0x80, 0], &[131, 110, 2, 1, 0, 0x80]),
            (&[0xff, 0, 0], &[131, 110, 3, 1, 0, 0, 1]),
        ];
        for (bytes, term) in rows {
            assert_eq!(&*integer(bytes), *term, "{bytes:?}");
        }
    }
}
