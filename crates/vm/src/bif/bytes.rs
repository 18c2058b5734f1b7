//! Binaries, bitstrings and iolists: to lists and back, and parts.

use crate::bits::{self, Writer};
use crate::call::{BADARG, Call, Leave};
use crate::env::{Limit, Poll};
use crate::heap::HEAP_BINARY_BYTES_MAX;
use crate::term::{Term, View};
use crate::work::{Done, bitstring_words};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "list_to_binary", 1, |call| {
        if !call.arg(0).is_list() {
            return Err(BADARG);
        }
        iolist_to_binary(call)
    }),
    row("binary", "list_to_bin", 1, |call| {
        if !call.arg(0).is_list() {
            return Err(BADARG);
        }
        iolist_to_binary(call)
    }),
    row("erlang", "iolist_to_binary", 1, iolist_to_binary),
    row("erlang", "iolist_size", 1, iolist_size),
    row("erlang", "iolist_to_iovec", 1, iolist_to_iovec),
    row("erlang", "list_to_bitstring", 1, list_to_bitstring),
    row("erlang", "binary_to_list", 1, |call| {
        if !call.arg(0).as_bits().ok_or(BADARG)?.is_binary() {
            return Err(BADARG);
        }
        to_list(call)
    }),
    row("erlang", "binary_to_list", 3, part_to_list),
    row("erlang", "bitstring_to_list", 1, to_list),
    row("erlang", "split_binary", 2, split),
    row("erlang", "binary_part", 2, |call| {
        let Some([start, length]) = call.arg(1).as_tuple() else { return Err(BADARG) };
        let (start, length) = (start.as_small(), length.as_small());
        part(call, start, length)
    }),
    row("erlang", "binary_part", 3, |call| {
        let (start, length) = (call.arg(1).as_small(), call.arg(2).as_small());
        part(call, start, length)
    }),
    row("binary", "part", 2, |call| {
        let Some([start, length]) = call.arg(1).as_tuple() else { return Err(BADARG) };
        let (start, length) = (start.as_small(), length.as_small());
        part(call, start, length)
    }),
    row("binary", "part", 3, |call| {
        let (start, length) = (call.arg(1).as_small(), call.arg(2).as_small());
        part(call, start, length)
    }),
];

/// Steps through an iolist without recursion: bytes and binaries in order.
struct Pieces<'a> {
    stack: Vec<Term<'a>>,
}

enum Piece<'a> {
    Byte(u8),
    Bits(crate::term::Bits<'a>),
    /// What is neither.
    Wrong,
}

impl<'a> Pieces<'a> {
    fn new(term: Term<'a>) -> Pieces<'a> {
        Pieces { stack: vec![term] }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let term = self.stack.pop()?;
            match term.view() {
                View::Nil => {}
                View::Bits(bits) => return Some(Piece::Bits(bits)),
                View::Cons(cons) => {
                    // A byte cannot be a tail.
                    if !cons.tail.is_nil() {
                        if !cons.tail.is_cons() && cons.tail.as_bits().is_none() {
                            return Some(Piece::Wrong);
                        }
                        self.stack.push(cons.tail);
                    }
                    match cons.head.view() {
                        View::Small(byte) => match u8::try_from(byte) {
                            Ok(byte) => return Some(Piece::Byte(byte)),
                            Err(_) => return Some(Piece::Wrong),
                        },
                        _ => self.stack.push(cons.head),
                    }
                }
                _ => return Some(Piece::Wrong),
            }
        }
    }
}

/// Bits of an iolist.
fn measure(call: &Call, term: Term) -> Result<usize, Leave> {
    let mut poll = Poll::new(call.work.env);
    let mut size = 0_usize;
    for piece in Pieces::new(term) {
        poll.step();
        size += match piece {
            Piece::Byte(_) => 8,
            Piece::Bits(bits) => bits.size,
            Piece::Wrong => return Err(BADARG),
        };
        if size / 8 > call.work.env.limits.memory_bytes {
            call.work.env.abandon(Limit::Memory);
        }
    }
    Ok(size)
}

/// Writes an iolist that was measured.
fn write(call: &Call, term: Term, writer: &mut Writer) {
    let mut poll = Poll::new(call.work.env);
    for piece in Pieces::new(term) {
        match piece {
            Piece::Byte(byte) => writer.put_bytes(&[byte]),
            Piece::Bits(bits) => {
                poll.steps((bits.size / 512) as u32);
                writer.put_bits(bits.bytes, bits.offset, bits.size);
            }
            Piece::Wrong => unreachable!("it was measured"),
        }
        poll.step();
    }
}

/// The bytes of an iolist; `None` for what is none.
pub(super) fn collected(call: &Call, term: Term) -> Option<Vec<u8>> {
    let size = measure(call, term).ok().filter(|size| size.is_multiple_of(8))?;
    let mut bytes = vec![0; size / 8];
    write(call, term, &mut Writer::new(&mut bytes, 0));
    Some(bytes)
}

fn iolist_to_binary(call: &mut Call) -> Result<Done, Leave> {
    if let Some(bits) = call.arg(0).as_bits() {
        return if bits.is_binary() { Ok(call.arg(0).done()) } else { Err(BADARG) };
    }
    let size = measure(call, call.arg(0))?;
    if !size.is_multiple_of(8) {
        return Err(BADARG);
    }
    built(call, size)
}

fn built(call: &mut Call, size: usize) -> Result<Done, Leave> {
    call.work.charge(size / 1024);
    let mut small = [0; HEAP_BINARY_BYTES_MAX];
    if size <= small.len() * 8 {
        write(call, call.arg(0), &mut Writer::new(&mut small, 0));
        let mut room = call.reserve(bitstring_words(size));
        let whole = room.binary(&small[..size.div_ceil(8)]);
        let whole = if size.is_multiple_of(8) { whole } else { room.sub_binary(whole, 0, size) };
        return Ok(whole.done());
    }
    let mut bytes = vec![0; size.div_ceil(8)];
    write(call, call.arg(0), &mut Writer::new(&mut bytes, 0));
    Ok(call.reserve(bitstring_words(size)).bitstring(bytes, size).done())
}

fn iolist_size(call: &mut Call) -> Result<Done, Leave> {
    if !call.arg(0).is_list() && call.arg(0).as_bits().is_none() {
        return Err(BADARG);
    }
    let mut poll = Poll::new(call.work.env);
    let mut size = 0;
    for piece in Pieces::new(call.arg(0)) {
        poll.step();
        size += match piece {
            Piece::Byte(_) => 1,
            Piece::Bits(bits) if bits.is_binary() => bits.size / 8,
            _ => return Err(BADARG),
        };
    }
    Ok(Term::size(size).done())
}

/// A list of binaries that together are the iolist: here always one, or none.
fn iolist_to_iovec(call: &mut Call) -> Result<Done, Leave> {
    let is_empty = match call.arg(0).as_bits() {
        Some(bits) if !bits.is_binary() => return Err(BADARG),
        Some(bits) => bits.size == 0,
        None => {
            let size = measure(call, call.arg(0))?;
            if !size.is_multiple_of(8) {
                return Err(BADARG);
            }
            size == 0
        }
    };
    if is_empty {
        return Ok(Term::NIL.done());
    }
    let whole = iolist_to_binary(call)?;
    let root = call.work.root_done(whole);
    let mut room = call.reserve(2);
    let binary = room.rooted(root);
    Ok(room.cons(binary, Term::NIL).done())
}

fn list_to_bitstring(call: &mut Call) -> Result<Done, Leave> {
    if !call.arg(0).is_list() {
        return Err(BADARG);
    }
    let size = measure(call, call.arg(0))?;
    built(call, size)
}

fn to_list(call: &mut Call) -> Result<Done, Leave> {
    let size = call.arg(0).as_bits().ok_or(BADARG)?.size;
    let (whole, rest) = (size / 8, size % 8);
    call.work.charge(whole / 64);
    let mut room = call.reserve(2 * whole + 2 + 3 + 4);
    let source = room.arg(0);
    let bits = source.as_bits().ok_or(BADARG)?;
    let mut list = Term::NIL;
    if rest != 0 {
        let last = bits::read(bits.bytes, bits.offset + whole * 8, rest) as u8;
        let byte = room.binary(&[last << (8 - rest)]);
        let part = room.sub_binary(byte, 0, rest);
        list = room.cons(part, list);
    }
    match bits.part(0, whole * 8).as_bytes() {
        Some(bytes) => {
            for byte in bytes.iter().rev() {
                list = room.cons(Term::size(usize::from(*byte)), list);
            }
        }
        None => {
            for index in (0..whole).rev() {
                list = room.cons(Term::size(usize::from(bits.byte(index))), list);
            }
        }
    }
    Ok(list.done())
}

/// `binary_to_list(Binary, Start, Stop)`, counted from 1.
fn part_to_list(call: &mut Call) -> Result<Done, Leave> {
    let size = call.arg(0).as_bits().filter(|bits| bits.is_binary()).ok_or(BADARG)?.byte_count();
    let start = call.arg(1).as_size().ok_or(BADARG)?;
    let stop = call.arg(2).as_size().ok_or(BADARG)?;
    if start < 1 || start > size || stop > size || stop < start {
        return Err(BADARG);
    }
    let count = stop - start + 1;
    let mut room = call.reserve(2 * count);
    let bits = room.arg(0).as_bits().ok_or(BADARG)?;
    let bytes = (start - 1..stop).map(|index| Term::size(usize::from(bits.byte(index))));
    Ok(room.list(bytes, Term::NIL).done())
}

fn split(call: &mut Call) -> Result<Done, Leave> {
    let bits = call.arg(0).as_bits().ok_or(BADARG)?;
    let at = call.arg(1).as_size().filter(|at| at.saturating_mul(8) <= bits.size).ok_or(BADARG)?;
    let size = bits.size;
    let mut room = call.reserve(3 + 8);
    let whole = room.arg(0);
    let before = room.sub_binary(whole, 0, at * 8);
    let after = room.sub_binary(whole, at * 8, size - at * 8);
    Ok(room.tuple(&[before, after]).done())
}

/// A part; a negative length counts backwards from the start.
fn part(call: &mut Call, start: Option<i64>, length: Option<i64>) -> Result<Done, Leave> {
    let bits = call.arg(0).as_bits().filter(|bits| bits.is_binary()).ok_or(BADARG)?;
    let size = bits.byte_count() as i64;
    let (Some(start), Some(length)) = (start, length) else { return Err(BADARG) };
    let (from, to) = match start.checked_add(length) {
        Some(end) if length < 0 => (end, start),
        Some(end) => (start, end),
        None => return Err(BADARG),
    };
    if from < 0 || to > size || from > to {
        return Err(BADARG);
    }
    let mut room = call.reserve(4);
    let whole = room.arg(0);
    Ok(room.sub_binary(whole, from as usize * 8, (to - from) as usize * 8).done())
}
