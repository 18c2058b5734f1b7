//! Natives on tuples and the heads of lists, and the sizes of terms.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::term::{Term, View};
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "hd", 1, |call| Ok(call.arg(0).as_cons().ok_or(BADARG)?.head.done())),
    row("erlang", "tl", 1, |call| Ok(call.arg(0).as_cons().ok_or(BADARG)?.tail.done())),
    row("erlang", "length", 1, length),
    row("erlang", "element", 2, element),
    row("erlang", "tuple_size", 1, |call| {
        Ok(Term::size(call.arg(0).as_tuple().ok_or(BADARG)?.len()).done())
    }),
    row("erlang", "size", 1, size),
    row("erlang", "byte_size", 1, |call| Ok(Term::size(bits(call)?.div_ceil(8)).done())),
    row("erlang", "bit_size", 1, |call| Ok(Term::size(bits(call)?).done())),
    row("erlang", "setelement", 3, setelement),
    row("erlang", "make_tuple", 2, make_tuple),
    row("erlang", "make_tuple", 3, make_tuple_with),
    row("erlang", "append_element", 2, append_element),
    row("erlang", "insert_element", 3, insert_element),
    row("erlang", "delete_element", 2, delete_element),
    row("erlang", "tuple_to_list", 1, tuple_to_list),
    row("erlang", "list_to_tuple", 1, list_to_tuple),
];

/// Elements of a tuple, at most (OTP: `MAX_ARITYVAL`).
pub const TUPLE_ARITY_MAX: usize = (1 << 24) - 1;

fn length(call: &mut Call) -> Result<Done, Leave> {
    let count = super::list::length(call, call.arg(0)).ok_or(BADARG)?;
    call.work.charge(count / 64);
    Ok(Term::size(count).done())
}

/// The index of an element, counted from 0.
fn index(term: Term, arity: usize) -> Result<usize, Leave> {
    match term.as_size() {
        Some(index) if (1..=arity).contains(&index) => Ok(index - 1),
        _ => Err(BADARG),
    }
}

fn element(call: &mut Call) -> Result<Done, Leave> {
    let tuple = call.arg(1).as_tuple().ok_or(BADARG)?;
    Ok(tuple[index(call.arg(0), tuple.len())?].done())
}

/// Bits of a bitstring, or, since OTP 26, what is left in a match context.
fn bits(call: &Call) -> Result<usize, Leave> {
    match call.arg(0).view() {
        View::Bits(bits) => Ok(bits.size),
        View::Context(context) => Ok(context.end - context.offset),
        _ => Err(BADARG),
    }
}

fn size(call: &mut Call) -> Result<Done, Leave> {
    match call.arg(0).view() {
        View::Tuple(elements) => Ok(Term::size(elements.len()).done()),
        // OTP: the bits of an unfinished byte do not count.
        View::Bits(bits) => Ok(Term::size(bits.size / 8).done()),
        _ => Err(BADARG),
    }
}

fn setelement(call: &mut Call) -> Result<Done, Leave> {
    let arity = call.arg(1).as_tuple().ok_or(BADARG)?.len();
    let at = index(call.arg(0), arity)?;
    let mut room = call.reserve(1 + arity);
    let (tuple, value) = (room.arg(1).as_tuple().ok_or(BADARG)?, room.arg(2));
    let elements =
        tuple.iter().enumerate().map(|(index, old)| if index == at { value } else { *old });
    Ok(room.tuple_from(arity, elements).done())
}

fn arity(term: Term) -> Result<usize, Leave> {
    match term.as_size() {
        Some(arity) if arity <= TUPLE_ARITY_MAX => Ok(arity),
        _ => Err(BADARG),
    }
}

fn make_tuple(call: &mut Call) -> Result<Done, Leave> {
    let arity = arity(call.arg(0))?;
    let mut room = call.reserve(1 + arity);
    let value = room.arg(1);
    Ok(room.tuple_from(arity, std::iter::repeat_n(value, arity)).done())
}

/// `make_tuple(Arity, Default, [{Position, Term}])`: of several for one position the last counts.
fn make_tuple_with(call: &mut Call) -> Result<Done, Leave> {
    let arity = arity(call.arg(0))?;
    let mut given = vec![None; arity];
    let mut pairs = call.arg(2).list();
    for pair in pairs.by_ref() {
        let Some([position, value]) = pair.as_tuple() else { return Err(BADARG) };
        given[index(*position, arity)?] = Some(value.word());
    }
    if !pairs.rest.is_nil() {
        return Err(BADARG);
    }
    let mut room = call.reserve(1 + arity);
    let default = room.arg(1);
    let mut elements = vec![default; arity];
    for pair in room.arg(2).list() {
        if let Some([position, value]) = pair.as_tuple() {
            elements[index(*position, arity)?] = *value;
        }
    }
    Ok(room.tuple(&elements).done())
}

fn append_element(call: &mut Call) -> Result<Done, Leave> {
    let arity = call.arg(0).as_tuple().ok_or(BADARG)?.len();
    if arity >= TUPLE_ARITY_MAX {
        return Err(BADARG);
    }
    let mut room = call.reserve(2 + arity);
    let (tuple, value) = (room.arg(0).as_tuple().ok_or(BADARG)?, room.arg(1));
    Ok(room.tuple_from(arity + 1, tuple.iter().copied().chain([value])).done())
}

fn insert_element(call: &mut Call) -> Result<Done, Leave> {
    let arity = call.arg(1).as_tuple().ok_or(BADARG)?.len();
    if arity >= TUPLE_ARITY_MAX {
        return Err(BADARG);
    }
    let at = index(call.arg(0), arity + 1)?;
    let mut room = call.reserve(2 + arity);
    let (tuple, value) = (room.arg(1).as_tuple().ok_or(BADARG)?, room.arg(2));
    let (before, after) = tuple.split_at(at);
    let elements = before.iter().copied().chain([value]).chain(after.iter().copied());
    Ok(room.tuple_from(arity + 1, elements).done())
}

fn delete_element(call: &mut Call) -> Result<Done, Leave> {
    let arity = call.arg(1).as_tuple().ok_or(BADARG)?.len();
    let at = index(call.arg(0), arity)?;
    let mut room = call.reserve(arity);
    let tuple = room.arg(1).as_tuple().ok_or(BADARG)?;
    let elements = tuple[..at].iter().chain(&tuple[at + 1..]).copied();
    Ok(room.tuple_from(arity - 1, elements).done())
}

fn tuple_to_list(call: &mut Call) -> Result<Done, Leave> {
    let arity = call.arg(0).as_tuple().ok_or(BADARG)?.len();
    let mut room = call.reserve(2 * arity);
    let tuple = room.arg(0).as_tuple().ok_or(BADARG)?;
    Ok(room.list(tuple.iter().copied(), Term::NIL).done())
}

fn list_to_tuple(call: &mut Call) -> Result<Done, Leave> {
    let count = super::list::length(call, call.arg(0)).ok_or(BADARG)?;
    if count > TUPLE_ARITY_MAX {
        return Err(Leave::Error(Atom::SYSTEM_LIMIT));
    }
    let mut room = call.reserve(1 + count);
    let list = room.arg(0).list();
    Ok(room.tuple_from(count, list).done())
}
