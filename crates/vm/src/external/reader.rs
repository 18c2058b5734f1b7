//! Bytes of the external term format, which may end anywhere.

use super::{Decode, Error, tag};
use crate::atoms::{ATOM_CHARACTERS_MAX, Atom};
use crate::env::{Env, Limit};

#[derive(Clone)]
pub struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    pub const fn new(bytes: &'b [u8]) -> Reader<'b> {
        Reader { bytes }
    }

    pub const fn left(&self) -> usize {
        self.bytes.len()
    }

    pub fn take(&mut self, count: usize) -> Result<&'b [u8], Error> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(Error)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        Ok(self.take(N)?.try_into().expect("as many were taken"))
    }

    pub fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u16(&mut self) -> Result<u16, Error> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub fn u32(&mut self) -> Result<u32, Error> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> Result<u64, Error> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// A count of terms that follow, each of which has one byte at least.
    pub fn count(&mut self) -> Result<usize, Error> {
        let count = self.u32()? as usize;
        if count > self.left() { Err(Error) } else { Ok(count) }
    }

    /// Bytes whose number stands before them.
    pub fn sized(&mut self) -> Result<&'b [u8], Error> {
        let size = self.u32()? as usize;
        self.take(size)
    }

    /// The text of an atom whose tag has been read.
    pub fn atom_text(&mut self, tag: u8) -> Result<AtomText<'b>, Error> {
        let size = match tag {
            tag::ATOM | tag::ATOM_UTF8 => usize::from(self.u16()?),
            tag::SMALL_ATOM | tag::SMALL_ATOM_UTF8 => usize::from(self.u8()?),
            _ => return Err(Error),
        };
        let bytes = self.take(size)?;
        match tag {
            tag::ATOM | tag::SMALL_ATOM if size <= ATOM_CHARACTERS_MAX => {
                Ok(AtomText::Latin1(bytes))
            }
            tag::ATOM_UTF8 | tag::SMALL_ATOM_UTF8 => {
                let text = std::str::from_utf8(bytes).map_err(|_| Error)?;
                if text.chars().count() > ATOM_CHARACTERS_MAX {
                    return Err(Error);
                }
                Ok(AtomText::Utf8(text))
            }
            _ => Err(Error),
        }
    }

    pub fn atom(&mut self, how: Decode, env: &Env) -> Result<Atom, Error> {
        let tag = self.u8()?;
        self.atom_text(tag)?.atom(how, env)
    }

    /// A float whose tag has been read.
    pub fn float(&mut self, tag: u8) -> Result<f64, Error> {
        let float = if tag == tag::NEW_FLOAT {
            f64::from_bits(self.u64()?)
        } else {
            // As C prints it, filled up with zeros.
            let text = self.take(31)?;
            let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
            let text = std::str::from_utf8(&text[..end]).map_err(|_| Error)?;
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            let pointed = digits.split_once('.').is_some_and(|(whole, rest)| {
                let is_digit = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
                is_digit(whole) && is_digit(rest)
            });
            if !pointed {
                return Err(Error);
            }
            text.trim_end().parse().map_err(|_| Error)?
        };
        if float.is_finite() { Ok(float) } else { Err(Error) }
    }

    /// A small integer, with its tag: arities and the like.
    pub fn small(&mut self) -> Result<i64, Error> {
        match self.u8()? {
            tag::SMALL_INTEGER => Ok(i64::from(self.u8()?)),
            tag::INTEGER => Ok(i64::from(self.u32()? as i32)),
            tag::SMALL_BIG => {
                let size = usize::from(self.u8()?);
                let negative = self.u8()? != 0;
                let bytes = self.take(size)?;
                let magnitude = bytes.iter().rev().try_fold(0_i64, |value, byte| {
                    (value < 1 << 51).then_some(value << 8 | i64::from(*byte)).ok_or(Error)
                })?;
                Ok(if negative { -magnitude } else { magnitude })
            }
            _ => Err(Error),
        }
    }
}

pub enum AtomText<'b> {
    Latin1(&'b [u8]),
    Utf8(&'b str),
}

impl AtomText<'_> {
    pub fn atom(&self, how: Decode, env: &Env) -> Result<Atom, Error> {
        let owned: String;
        let text = match self {
            AtomText::Utf8(text) => text,
            AtomText::Latin1(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) if text.is_ascii() => text,
                _ => {
                    owned = bytes.iter().map(|byte| char::from(*byte)).collect();
                    &owned
                }
            },
        };
        if how == Decode::Safe {
            return env.atoms.existing(text).ok_or(Error);
        }
        match env.atoms.intern(text) {
            Ok(atom) => Ok(atom),
            Err(_) => env.abandon(Limit::Atoms),
        }
    }
}
