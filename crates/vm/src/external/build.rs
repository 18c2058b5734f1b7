//! Builds a term out of bytes that have been measured: parts first, then what they are parts of.

use super::reader::Reader;
use super::stack::Stack;
use super::{Decode, Error, tag};
use crate::atoms::Atom;
use crate::code::{Code, Lambda, Mfa};
use crate::env::Poll;
use crate::held::Held;
use crate::map::{BYTES_OF_KEY, FLAT_KEYS_MAX, Plan};
use crate::term::{ExternalKind, Pid, Port, Term};
use crate::work::Room;

/// Numbers of pids of this node, and of ports, at most; beyond, a pid has a serial.
pub const PID_NUMBER_BITS: u32 = 28;

pub enum Failed {
    Bad,
    /// The large maps need more words than were set aside.
    Room,
}

impl From<Error> for Failed {
    fn from(_: Error) -> Failed {
        Failed::Bad
    }
}

/// What is whole as soon as its parts are there.
enum Whole {
    Tuple,
    /// The elements, and then the end.
    List,
    Map,
    /// Its lambda; the creator, and then the free variables.
    Fun(u32),
}

struct Frame {
    whole: Whole,
    parts: usize,
    /// How many terms were there before the parts.
    start: usize,
}

pub struct Builder<'b> {
    code: &'b mut Code,
    how: Decode,
    /// Words for large maps that are left.
    spare: usize,
}

impl<'b> Builder<'b> {
    pub fn new(code: &'b mut Code, how: Decode, spare: usize) -> Builder<'b> {
        Builder { code, how, spare }
    }

    pub fn build<'r>(&mut self, room: &mut Room<'r>, bytes: &[u8]) -> Result<Term<'r>, Failed> {
        let mut reader = Reader::new(bytes);
        let mut poll = Poll::new(room.env);
        let mut terms: Stack<Term<'r>> = Stack::new(room.env);
        let mut frames: Stack<Frame> = Stack::new(room.env);
        loop {
            poll.step();
            let start = terms.len();
            match self.begin(room, &mut reader)? {
                Begun::Term(term) => terms.push(term),
                Begun::Parts(whole, parts) => {
                    frames.push(Frame { whole, parts, start });
                }
            }
            while let Some(frame) = frames.last_mut()
                && terms.len() - frame.start == frame.parts
            {
                poll.steps(frame.parts as u32);
                let start = frame.start;
                let term = self.finish(room, &frame.whole, terms.from(start))?;
                terms.truncate(start);
                terms.push(term);
                frames.pop();
            }
            if frames.len() == 0 {
                return Ok(terms.pop().expect("the term is the only one left"));
            }
        }
    }

    fn finish<'r>(
        &mut self,
        room: &mut Room<'r>,
        whole: &Whole,
        parts: &[Term<'r>],
    ) -> Result<Term<'r>, Failed> {
        Ok(match whole {
            Whole::Tuple => room.tuple(parts),
            Whole::List => {
                let (tail, elements) = parts.split_last().expect("a list has an end");
                room.list(elements.iter().copied(), *tail)
            }
            Whole::Map => return self.map(room, parts),
            Whole::Fun(lambda) => room.fun(*lambda, parts[0], &parts[1..]),
        })
    }

    fn map<'r>(&mut self, room: &mut Room<'r>, parts: &[Term<'r>]) -> Result<Term<'r>, Failed> {
        let (pairs, _) = parts.as_chunks::<2>();
        let _held = Held::new(pairs.len() * BYTES_OF_KEY, room.env);
        let keys: Vec<Term> = pairs.iter().map(|[key, _]| *key).collect();
        let plan = Plan::new(&keys, room.env);
        // A key that is there twice.
        if plan.size() != keys.len() {
            return Err(Failed::Bad);
        }
        if keys.len() > FLAT_KEYS_MAX {
            self.spare = self.spare.checked_sub(plan.words()).ok_or(Failed::Room)?;
        }
        let entries: Vec<(Term, Term)> = pairs.iter().map(|[key, value]| (*key, *value)).collect();
        Ok(plan.build(room, &entries))
    }

    fn begin<'r>(&mut self, room: &mut Room<'r>, reader: &mut Reader) -> Result<Begun<'r>, Failed> {
        let tag = reader.u8()?;
        let term = match tag {
            tag::SMALL_INTEGER => Term::size(usize::from(reader.u8()?)),
            tag::INTEGER => room.signed(i64::from(reader.u32()? as i32)),
            tag::NIL => Term::NIL,
            tag::FLOAT | tag::NEW_FLOAT => room.float(reader.float(tag)?),
            tag::ATOM | tag::SMALL_ATOM | tag::ATOM_UTF8 | tag::SMALL_ATOM_UTF8 => {
                Term::atom(reader.atom_text(tag)?.atom(self.how, room.env)?)
            }
            tag::SMALL_BIG | tag::LARGE_BIG => {
                let size = match tag {
                    tag::SMALL_BIG => usize::from(reader.u8()?),
                    _ => reader.u32()? as usize,
                };
                let negative = reader.u8()? != 0;
                integer(room, negative, reader.take(size)?)
            }
            tag::STRING => {
                let size = usize::from(reader.u16()?);
                let bytes = reader.take(size)?;
                room.list(bytes.iter().map(|byte| Term::size(usize::from(*byte))), Term::NIL)
            }
            tag::BINARY => room.binary(reader.sized()?),
            tag::BIT_BINARY => {
                let size = reader.u32()? as usize;
                let bits = usize::from(reader.u8()?);
                let bytes = reader.take(size)?;
                if size == 0 {
                    room.binary(bytes)
                } else {
                    room.bitstring(bytes.to_vec(), size * 8 - 8 + bits)
                }
            }
            tag::EXPORT => self.export(room, reader)?,
            tag::SMALL_TUPLE => return Ok(Begun::of(Whole::Tuple, usize::from(reader.u8()?))),
            tag::LARGE_TUPLE => return Ok(Begun::of(Whole::Tuple, reader.count()?)),
            tag::LIST => return Ok(Begun::of(Whole::List, reader.count()? + 1)),
            tag::MAP => return Ok(Begun::of(Whole::Map, 2 * reader.count()?)),
            tag::NEW_FUN => {
                let (lambda, free) = self.lambda(reader, room.env)?;
                return Ok(Begun::of(Whole::Fun(lambda), 1 + free));
            }
            _ => identity(room, reader, tag, self.how)?,
        };
        Ok(Begun::Term(term))
    }

    fn export<'r>(&mut self, room: &mut Room<'r>, reader: &mut Reader) -> Result<Term<'r>, Failed> {
        let module = reader.atom(self.how, room.env)?;
        let function = reader.atom(self.how, room.env)?;
        let arity = u8::try_from(reader.small()?).map_err(|_| Failed::Bad)?;
        let mfa = Mfa { module, function, arity };
        if self.how == Decode::Safe && self.code.defined(mfa).is_none() {
            return Err(Failed::Bad);
        }
        Ok(room.export(self.code.export(mfa)))
    }

    /// The number of a fun's kind, and how many free variables it has.
    fn lambda(
        &mut self,
        reader: &mut Reader,
        env: &crate::env::Env,
    ) -> Result<(u32, usize), Failed> {
        reader.u32()?;
        let arity = reader.u8()?;
        let uniq = reader.take(16)?.try_into().expect("as many were taken");
        let index = reader.u32()?;
        let free = reader.u32()?;
        let module = reader.atom(self.how, env)?;
        reader.small()?;
        let old_uniq = reader.small()? as u32;
        let lambda = Lambda {
            module,
            function: Atom::EMPTY,
            arity,
            free: u8::try_from(free).map_err(|_| Failed::Bad)?,
            index,
            old_uniq,
            uniq,
        };
        Ok((self.code.lambda_number(lambda), free as usize))
    }
}

enum Begun<'r> {
    Term(Term<'r>),
    Parts(Whole, usize),
}

impl Begun<'_> {
    const fn of(whole: Whole, parts: usize) -> Self {
        Begun::Parts(whole, parts)
    }
}

/// An integer of bytes, the least significant first.
fn integer<'r>(room: &mut Room<'r>, negative: bool, bytes: &[u8]) -> Term<'r> {
    let mut limbs = Vec::with_capacity(bytes.len().div_ceil(8));
    for chunk in bytes.chunks(8) {
        let mut limb = [0; 8];
        limb[..chunk.len()].copy_from_slice(chunk);
        limbs.push(u64::from_le_bytes(limb));
    }
    room.integer(negative, &limbs)
}

/// Creations that the old tags have two bits for.
const TINY_CREATION_MAX: u8 = 3;

/// A pid, port or reference, of this node or another one.
fn identity<'r>(
    room: &mut Room<'r>,
    reader: &mut Reader,
    tag: u8,
    how: Decode,
) -> Result<Term<'r>, Failed> {
    let tiny = |creation: u8| {
        if creation > TINY_CREATION_MAX { Err(Failed::Bad) } else { Ok(u32::from(creation)) }
    };
    let count = match tag {
        tag::NEW_REFERENCE | tag::NEWER_REFERENCE => usize::from(reader.u16()?),
        _ => 1,
    };
    let node = reader.atom(how, room.env)?;
    let own = |creation: u32| node == Atom::NONODE_NOHOST && creation == 0;
    match tag {
        tag::PID | tag::NEW_PID => {
            let (number, serial) = (reader.u32()?, reader.u32()?);
            let creation = if tag == tag::PID { tiny(reader.u8()?)? } else { reader.u32()? };
            if own(creation) && serial == 0 {
                if number >> PID_NUMBER_BITS != 0 {
                    return Err(Failed::Bad);
                }
                return Ok(Term::pid(Pid(number)));
            }
            let numbers = [number, serial].map(|number| Term::size(number as usize));
            Ok(room.external(node, i64::from(creation), ExternalKind::Pid, &numbers))
        }
        tag::PORT | tag::NEW_PORT | tag::V4_PORT => {
            let number = if tag == tag::V4_PORT { reader.u64()? } else { u64::from(reader.u32()?) };
            let creation = if tag == tag::PORT { tiny(reader.u8()?)? } else { reader.u32()? };
            if own(creation) {
                let number = u32::try_from(number).map_err(|_| Failed::Bad)?;
                if number >> PID_NUMBER_BITS != 0 {
                    return Err(Failed::Bad);
                }
                return Ok(Term::port(Port(number)));
            }
            // In two halves: a small has no 64 bits.
            let halves = [number as u32, (number >> 32) as u32];
            let numbers = halves.map(|number| Term::size(number as usize));
            Ok(room.external(node, i64::from(creation), ExternalKind::Port, &numbers))
        }
        _ => {
            let mut words = [0; crate::order::REFERENCE_WORDS_MAX];
            let creation = match tag {
                tag::REFERENCE => {
                    words[0] = reader.u32()?;
                    tiny(reader.u8()?)?
                }
                _ => {
                    let creation = if tag == tag::NEW_REFERENCE {
                        tiny(reader.u8()?)?
                    } else {
                        reader.u32()?
                    };
                    for word in &mut words[..count] {
                        *word = reader.u32()?;
                    }
                    creation
                }
            };
            let has_18_bits = words[0] >> 18 == 0;
            if !has_18_bits && (tag != tag::NEWER_REFERENCE || own(creation)) {
                return Err(Failed::Bad);
            }
            if own(creation) && (words[3..] != [0, 0] || count == 0) {
                return Err(Failed::Bad);
            }
            // Stock OTP numbers its references from anywhere: what has more bits than ours is kept
            // as it is.
            if own(creation) && words[2] >> 14 == 0 {
                return Ok(
                    room.reference(crate::order::reference_number([words[0], words[1], words[2]]))
                );
            }
            let numbers: Vec<Term> =
                words[..count].iter().map(|word| Term::size(*word as usize)).collect();
            Ok(room.external(node, i64::from(creation), ExternalKind::Reference, &numbers))
        }
    }
}
