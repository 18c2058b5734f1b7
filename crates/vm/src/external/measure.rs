//! A look over an encoded term: is it whole, and how many words does it take? A term is written with
//! its beginning first, so that a count of the terms that are still to come is all the memory that
//! this needs.

use super::reader::Reader;
use super::{Error, tag};
use crate::env::{Env, Poll};
use crate::map::FLAT_KEYS_MAX;
use crate::order::REFERENCE_WORDS_MAX;
use crate::work::{binary_words, bitstring_words};

/// Free variables of a fun, and arguments, at most (OTP: `MAX_ARG`).
const FREE_MAX: u32 = 255;
/// Words of a pid or a port of another node: header, node, creation, kind, two numbers.
const EXTERNAL_WORDS: usize = 6;

/// How much room the tries of large maps get, whose shape only their hashes tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Density {
    /// As of hashes that are well spread.
    Usual,
    /// So many inner nodes for each key.
    Nodes(usize),
}

impl Density {
    pub fn more(self) -> Density {
        match self {
            Density::Usual => Density::Nodes(8),
            Density::Nodes(nodes) => Density::Nodes(nodes * 2),
        }
    }

    /// Words of the trie of so many keys.
    fn trie_words(self, keys: usize) -> usize {
        let nodes = match self {
            // Between 0.3 and 0.4 for each key, and some more for a few keys.
            Density::Usual => keys * 2 / 5 + 5 * keys.isqrt() + 6,
            Density::Nodes(nodes) => keys.saturating_mul(nodes),
        };
        nodes.saturating_mul(3).saturating_add(3 + 3 * keys)
    }
}

/// What a term needs.
#[derive(Default)]
pub struct Need {
    /// Words of all but the large maps.
    fixed: usize,
    /// Keys of each large map.
    large_maps: Vec<usize>,
    /// Bytes of the term.
    pub bytes: usize,
}

impl Need {
    pub fn words(&self, density: Density) -> usize {
        self.fixed + self.spare(density)
    }

    /// Words that are for large maps.
    pub fn spare(&self, density: Density) -> usize {
        self.large_maps.iter().fold(0, |sum, keys| sum.saturating_add(density.trie_words(*keys)))
    }
}

pub fn measure(bytes: &[u8], env: &Env) -> Result<Need, Error> {
    let mut reader = Reader::new(bytes);
    let mut poll = Poll::new(env);
    let mut need = Need::default();
    let mut terms = 1_usize;
    while terms > 0 {
        poll.step();
        terms -= 1;
        // Each term that is to come has a byte at least: what claims more is not looked at further.
        if terms >= reader.left() {
            return Err(Error);
        }
        terms += need.term(&mut reader)?;
    }
    need.bytes = bytes.len() - reader.left();
    Ok(need)
}

impl Need {
    /// Steps over one term, but not over its parts, whose number it returns.
    fn term(&mut self, reader: &mut Reader) -> Result<usize, Error> {
        let tag = reader.u8()?;
        match tag {
            tag::SMALL_INTEGER => {
                reader.u8()?;
            }
            tag::INTEGER => {
                reader.u32()?;
            }
            tag::NIL => {}
            tag::FLOAT | tag::NEW_FLOAT => {
                reader.float(tag)?;
                self.fixed += 2;
            }
            tag::ATOM | tag::SMALL_ATOM | tag::ATOM_UTF8 | tag::SMALL_ATOM_UTF8 => {
                reader.atom_text(tag)?;
            }
            tag::SMALL_BIG | tag::LARGE_BIG => {
                let size = match tag {
                    tag::SMALL_BIG => usize::from(reader.u8()?),
                    _ => reader.u32()? as usize,
                };
                reader.u8()?;
                reader.take(size)?;
                self.fixed += 1 + size.div_ceil(8);
            }
            tag::SMALL_TUPLE | tag::LARGE_TUPLE => {
                let arity = match tag {
                    tag::SMALL_TUPLE => usize::from(reader.u8()?),
                    _ => reader.count()?,
                };
                self.fixed += 1 + arity;
                return Ok(arity);
            }
            tag::LIST => {
                let count = reader.count()?;
                self.fixed += 2 * count;
                return Ok(count + 1);
            }
            tag::STRING => {
                let size = usize::from(reader.u16()?);
                reader.take(size)?;
                self.fixed += 2 * size;
            }
            tag::BINARY => self.fixed += binary_words(reader.sized()?.len()),
            tag::BIT_BINARY => {
                let size = reader.u32()? as usize;
                let bits = reader.u8()?;
                if bits > 8 || (bits == 0) != (size == 0) {
                    return Err(Error);
                }
                reader.take(size)?;
                self.fixed += bitstring_words(size * 8);
            }
            tag::MAP => {
                let size = reader.count()?;
                if size <= FLAT_KEYS_MAX {
                    self.fixed += 4 + 2 * size;
                } else {
                    self.large_maps.push(size);
                }
                return Ok(2 * size);
            }
            tag::NEW_FUN => return self.fun(reader),
            tag::EXPORT => {
                for _ in 0..2 {
                    let tag = reader.u8()?;
                    reader.atom_text(tag)?;
                }
                reader.small()?;
                self.fixed += 2;
            }
            _ => self.identity(reader, tag)?,
        }
        Ok(0)
    }

    fn fun(&mut self, reader: &mut Reader) -> Result<usize, Error> {
        // Size, arity, checksum of the module, index.
        reader.take(4 + 1 + 16 + 4)?;
        let free = reader.u32()?;
        if free > FREE_MAX {
            return Err(Error);
        }
        let tag = reader.u8()?;
        reader.atom_text(tag)?;
        reader.small()?;
        reader.small()?;
        self.fixed += 3 + free as usize;
        Ok(1 + free as usize)
    }

    /// A pid, port or reference.
    fn identity(&mut self, reader: &mut Reader, tag: u8) -> Result<(), Error> {
        let mut words = 0;
        if matches!(tag, tag::NEW_REFERENCE | tag::NEWER_REFERENCE) {
            words = usize::from(reader.u16()?);
            if words > REFERENCE_WORDS_MAX {
                return Err(Error);
            }
        }
        let behind = match tag {
            tag::PID => 9,
            tag::NEW_PID | tag::V4_PORT => 12,
            tag::PORT | tag::REFERENCE => 5,
            tag::NEW_PORT => 8,
            tag::NEW_REFERENCE => 1 + 4 * words,
            tag::NEWER_REFERENCE => 4 + 4 * words,
            _ => return Err(Error),
        };
        let atom = reader.u8()?;
        reader.atom_text(atom)?;
        reader.take(behind)?;
        self.fixed += EXTERNAL_WORDS + words;
        Ok(())
    }
}
