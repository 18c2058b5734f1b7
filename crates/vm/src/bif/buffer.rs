//! Module `prim_buffer`: the bytes that a file of `prim_file` has read ahead, behind a reference.
//! Its owner alone uses it; the lock is a flag that tells a second user so.

use std::collections::VecDeque;

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::term::Term;
use crate::work::{Done, INTEGER_WORDS_64, binary_words};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("prim_buffer", "new", 0, |call| {
        Ok(call.reserve(3).magic(Box::new(Buffer::default())).done())
    }),
    row("prim_buffer", "size", 1, |call| {
        let size = with(call, |buffer| Ok(buffer.bytes.len()))?;
        Ok(call.reserve(INTEGER_WORDS_64).unsigned(size as u64).done())
    }),
    row("prim_buffer", "write", 2, write),
    row("prim_buffer", "skip", 2, |call| {
        let size = call.arg(1).as_size().ok_or(BADARG)?;
        with(call, |buffer| buffer.take(size).map(drop))?;
        Ok(Term::atom(Atom::OK).done())
    }),
    row("prim_buffer", "copying_read", 2, |call| {
        let size = call.arg(1).as_size().ok_or(BADARG)?;
        let bytes = with(call, |buffer| buffer.take(size))?;
        Ok(call.reserve(binary_words(bytes.len())).binary(&bytes).done())
    }),
    row("prim_buffer", "peek_head", 1, |call| {
        let bytes = with(call, |buffer| match buffer.bytes.make_contiguous() {
            [] => Err(BADARG),
            bytes => Ok(bytes.to_vec()),
        })?;
        Ok(call.reserve(binary_words(bytes.len())).binary(&bytes).done())
    }),
    row("prim_buffer", "find_byte_index", 2, find_byte_index),
    row("prim_buffer", "try_lock", 1, |call| {
        let busy = with(call, |buffer| Ok(std::mem::replace(&mut buffer.locked, true)))?;
        let answer = call.intern(if busy { "busy" } else { "acquired" });
        Ok(Term::atom(answer).done())
    }),
    row("prim_buffer", "unlock", 1, |call| {
        let locked = with(call, |buffer| Ok(std::mem::replace(&mut buffer.locked, false)))?;
        if locked { Ok(Term::atom(Atom::OK).done()) } else { Err(BADARG) }
    }),
];

#[derive(Default)]
struct Buffer {
    bytes: VecDeque<u8>,
    locked: bool,
}

impl Buffer {
    fn take(&mut self, size: usize) -> Result<Vec<u8>, Leave> {
        if size > self.bytes.len() {
            return Err(BADARG);
        }
        Ok(self.bytes.drain(..size).collect())
    }
}

/// Works with the buffer of argument 0.
fn with<R>(call: &Call, work: impl FnOnce(&mut Buffer) -> Result<R, Leave>) -> Result<R, Leave> {
    let reference = call.arg(0).as_reference().ok_or(BADARG)?;
    let mut value = reference.magic.ok_or(BADARG)?.value.borrow_mut();
    work(value.downcast_mut::<Buffer>().ok_or(BADARG)?)
}

fn write(call: &mut Call) -> Result<Done, Leave> {
    let bytes = super::bytes::collected(call, call.arg(1)).ok_or(BADARG)?;
    // Refuses what the isolate has no memory for; a buffer is soon read again.
    call.work.env.account.add_bytes(bytes.len());
    call.work.env.account.remove_bytes(bytes.len());
    with(call, |buffer| {
        buffer.bytes.extend(bytes);
        Ok(())
    })?;
    Ok(Term::atom(Atom::OK).done())
}

fn find_byte_index(call: &mut Call) -> Result<Done, Leave> {
    let needle = call.arg(1).as_size().and_then(|byte| u8::try_from(byte).ok()).ok_or(BADARG)?;
    let found = with(call, |buffer| Ok(buffer.bytes.iter().position(|byte| *byte == needle)))?;
    let Some(index) = found else {
        let absent = call.intern("not_found");
        return Ok(Term::atom(absent).done());
    };
    let mut room = call.reserve(3 + INTEGER_WORDS_64);
    let index = room.unsigned(index as u64);
    Ok(room.tuple(&[Term::atom(Atom::OK), index]).done())
}
