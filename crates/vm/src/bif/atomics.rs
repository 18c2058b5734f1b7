//! Modules `atomics` and `counters`: arrays of 64-bit integers behind a reference. An isolate has
//! one thread, so that plain cells are atomic.

use std::cell::Cell;

use crate::call::{BADARG, Call, Leave, SYSTEM_LIMIT};
use crate::env::Account;
use crate::term::{Term, View};
use crate::work::{Done, INTEGER_WORDS_64};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erts_internal", "atomics_new", 2, |call| {
        // Bit 0 of the options: signed (`atomics.erl`).
        let options = call.arg(1).as_size().ok_or(BADARG)?;
        let sign = if options & 1 == 1 { Sign::Signed } else { Sign::Unsigned };
        new(call, sign)
    }),
    row("erts_internal", "counters_new", 1, |call| new(call, Sign::Signed)),
    row("atomics", "put", 3, put),
    row("atomics", "get", 2, get),
    row("atomics", "add", 3, |call| {
        add(call)?;
        Ok(Term::atom(crate::atoms::Atom::OK).done())
    }),
    row("atomics", "add_get", 3, |call| {
        let (sign, value) = add(call)?;
        integer(call, sign, value)
    }),
    row("atomics", "exchange", 3, exchange),
    row("atomics", "compare_exchange", 4, compare_exchange),
    row("atomics", "info", 1, atomics_info),
    row("erts_internal", "counters_get", 2, get),
    row("erts_internal", "counters_add", 3, |call| {
        add(call)?;
        Ok(Term::atom(crate::atoms::Atom::OK).done())
    }),
    row("erts_internal", "counters_put", 3, put),
    row("erts_internal", "counters_info", 1, counters_info),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Signed,
    Unsigned,
}

struct Array {
    cells: Box<[Cell<u64>]>,
    sign: Sign,
}

fn new(call: &mut Call, sign: Sign) -> Result<Done, Leave> {
    let size = call.arg(0).as_size().filter(|size| *size > 0).ok_or(BADARG)?;
    if size > call.work.env.limits.memory_bytes / 8 {
        return Err(SYSTEM_LIMIT);
    }
    account(&call.work.env.account, size);
    let cells = (0..size).map(|_| Cell::new(0)).collect();
    Ok(call.reserve(3).magic(Box::new(Array { cells, sign })).done())
}

/// Refuses what the isolate has no memory for; the array itself is counted as long as it is made.
fn account(account: &Account, size: usize) {
    account.add_bytes(size * 8);
    account.remove_bytes(size * 8);
}

/// Works with the array of argument 0.
fn with<R>(call: &Call, work: impl FnOnce(&Array) -> Result<R, Leave>) -> Result<R, Leave> {
    let reference = call.arg(0).as_reference().ok_or(BADARG)?;
    let value = reference.magic.ok_or(BADARG)?.value.borrow();
    work(value.downcast_ref::<Array>().ok_or(BADARG)?)
}

/// The cell of argument 1.
fn with_cell<R>(
    call: &Call,
    work: impl FnOnce(&Cell<u64>, Sign) -> Result<R, Leave>,
) -> Result<R, Leave> {
    let index = call.arg(1).as_size().ok_or(BADARG)?;
    with(call, |array| {
        let cell = index.checked_sub(1).and_then(|index| array.cells.get(index)).ok_or(BADARG)?;
        work(cell, array.sign)
    })
}

/// An argument as 64 bits; beyond what the array's sign allows it is `badarg`.
fn bits(call: &Call, index: usize, sign: Sign) -> Result<u64, Leave> {
    match (call.arg(index).view(), sign) {
        (View::Small(value), Sign::Signed) => Ok(value as u64),
        (View::Small(value), Sign::Unsigned) => u64::try_from(value).map_err(|_| BADARG),
        (View::Big(big), Sign::Signed) => match *big.limbs {
            [limb] if big.negative => {
                0_i64.checked_sub_unsigned(limb).map(|value| value as u64).ok_or(BADARG)
            }
            [limb] => i64::try_from(limb).map(|value| value as u64).map_err(|_| BADARG),
            _ => Err(BADARG),
        },
        (View::Big(big), Sign::Unsigned) => match *big.limbs {
            [limb] if !big.negative => Ok(limb),
            _ => Err(BADARG),
        },
        _ => Err(BADARG),
    }
}

/// An increment: of either sign, as both wrap around.
fn increment(call: &Call, index: usize) -> Result<u64, Leave> {
    bits(call, index, Sign::Signed).or_else(|_| bits(call, index, Sign::Unsigned))
}

fn integer(call: &mut Call, sign: Sign, value: u64) -> Result<Done, Leave> {
    let mut room = call.reserve(INTEGER_WORDS_64);
    Ok(match sign {
        Sign::Signed => room.signed(value as i64),
        Sign::Unsigned => room.unsigned(value),
    }
    .done())
}

fn put(call: &mut Call) -> Result<Done, Leave> {
    with_cell(call, |cell, sign| {
        cell.set(bits(call, 2, sign)?);
        Ok(())
    })?;
    Ok(Term::atom(crate::atoms::Atom::OK).done())
}

fn get(call: &mut Call) -> Result<Done, Leave> {
    let (sign, value) = with_cell(call, |cell, sign| Ok((sign, cell.get())))?;
    integer(call, sign, value)
}

fn add(call: &mut Call) -> Result<(Sign, u64), Leave> {
    with_cell(call, |cell, sign| {
        cell.set(cell.get().wrapping_add(increment(call, 2)?));
        Ok((sign, cell.get()))
    })
}

fn exchange(call: &mut Call) -> Result<Done, Leave> {
    let (sign, value) =
        with_cell(call, |cell, sign| Ok((sign, cell.replace(bits(call, 2, sign)?))))?;
    integer(call, sign, value)
}

/// `ok`, or the value that was there instead of the expected one.
fn compare_exchange(call: &mut Call) -> Result<Done, Leave> {
    let (sign, found) = with_cell(call, |cell, sign| {
        let (expected, desired) = (bits(call, 2, sign)?, bits(call, 3, sign)?);
        let found = cell.get();
        if found == expected {
            cell.set(desired);
            return Ok((sign, None));
        }
        Ok((sign, Some(found)))
    })?;
    match found {
        None => Ok(Term::atom(crate::atoms::Atom::OK).done()),
        Some(found) => integer(call, sign, found),
    }
}

fn atomics_info(call: &mut Call) -> Result<Done, Leave> {
    let (size, sign) = with(call, |array| Ok((array.cells.len(), array.sign)))?;
    let names = ["max", "memory", "min", "size"].map(|name| Term::atom(call.intern(name)));
    let mut room = call.reserve(5 + 7 + 2 * INTEGER_WORDS_64);
    let keys = room.tuple(&names);
    let (max, min) = match sign {
        Sign::Signed => (room.signed(i64::MAX), room.signed(i64::MIN)),
        Sign::Unsigned => (room.unsigned(u64::MAX), Term::size(0)),
    };
    let values = [max, Term::size(memory(size)), min, Term::size(size)];
    Ok(crate::map::flat(&mut room, keys, &values).done())
}

fn counters_info(call: &mut Call) -> Result<Done, Leave> {
    let size = with(call, |array| Ok(array.cells.len()))?;
    let names = ["memory", "size"].map(|name| Term::atom(call.intern(name)));
    let mut room = call.reserve(3 + 5);
    let keys = room.tuple(&names);
    let values = [Term::size(memory(size)), Term::size(size)];
    Ok(crate::map::flat(&mut room, keys, &values).done())
}

/// Bytes of an array and what is around it.
const fn memory(size: usize) -> usize {
    size * 8 + 48
}
