//! Integer arithmetic on small integers; everything else is the runtime's.
//!
//! The word of a small n is 16n + 15, so most operations need no shift: (16a + 15) + 16b is the sum
//! and overflows 64 bits exactly when the sum is no small.

use beamlet_code::abi::{SMALL_SHIFT, TAG_SMALL};
use beamlet_code::inst::Source;
use beamlet_code::types::Kinds;
use cranelift_codegen::ir::{Block, InstBuilder, Value, condcodes::IntCC};

use crate::entry::Entry;

use super::guard::{Guard, Ways, slow};

/// Bits by which a small can be shifted to the left at all.
const SHIFT_MAX: i64 = 63 - SMALL_SHIFT as i64;

pub fn arith(entry: &mut Entry, name: &str, guard: &Guard) -> Result<Value, String> {
    // What is certainly no small integer needs no fast path.
    let never = guard
        .args
        .iter()
        .enumerate()
        .any(|(place, &arg)| !entry.known(place, arg).kinds.may_be(Kinds::SMALL));
    if never {
        return slow(entry, guard);
    }
    let args = entry.values(guard.args);
    let ways = Ways::open(entry);
    check_small(entry, guard, &args, ways.slow);
    let fast = match (name, args.as_slice()) {
        ("+", &[a, b]) => match (guard.args[0], guard.args[1]) {
            (_, Source::Small(number)) => add_constant(entry, a, number, ways.slow),
            (Source::Small(number), _) => add_constant(entry, b, number, ways.slow),
            _ => add(entry, a, b, ways.slow),
        },
        ("-", &[a, b]) => match guard.args[1] {
            Source::Small(number) => add_constant(entry, a, -number, ways.slow),
            _ => subtract(entry, a, b, ways.slow),
        },
        ("*", &[a, b]) => multiply(entry, a, b, ways.slow),
        ("div", &[a, b]) => divide(entry, guard, a, b, ways.slow, Division::Quotient),
        ("rem", &[a, b]) => divide(entry, guard, a, b, ways.slow, Division::Remainder),
        ("band", &[a, b]) => entry.e.b.ins().band(a, b),
        ("bor", &[a, b]) => entry.e.b.ins().bor(a, b),
        ("bxor", &[a, b]) => {
            let bits = entry.e.b.ins().bxor(a, b);
            with_tag(entry, bits)
        }
        ("bsl", &[a, b]) => shift_left(entry, guard, a, b, ways.slow),
        ("bsr", &[a, b]) => shift_right(entry, guard, a, b, ways.slow),
        ("-", &[a]) => negate(entry, a, ways.slow),
        ("bnot", &[a]) => {
            let bits = entry.e.word(!TAG_SMALL);
            entry.e.b.ins().bxor(a, bits)
        }
        _ => return Err(format!("{name}/{} is no arithmetic", args.len())),
    };
    ways.close(entry, fast, guard)
}

/// Goes to `other` unless all operands are small, as far as that is not known.
fn check_small(entry: &mut Entry, guard: &Guard, args: &[Value], other: Block) {
    let unknown: Vec<Value> = guard
        .args
        .iter()
        .enumerate()
        .filter(|&(place, &arg)| !entry.is(place, arg, Kinds::SMALL))
        .map(|(place, _)| args[place])
        .collect();
    let condition = match unknown.as_slice() {
        [] => return,
        &[a] => entry.e.is_small(a),
        &[a, b, ..] => entry.e.are_small(a, b),
    };
    entry.e.unless(condition, other);
}

fn untag(entry: &mut Entry, value: Value) -> Value {
    let shift = entry.e.word(u64::from(SMALL_SHIFT));
    entry.e.b.ins().sshr(value, shift)
}

fn with_tag(entry: &mut Entry, value: Value) -> Value {
    let tag = entry.e.word(TAG_SMALL);
    entry.e.b.ins().bor(value, tag)
}

/// The word without its tag: 16n.
fn clear(entry: &mut Entry, value: Value) -> Value {
    entry.e.add(value, -(TAG_SMALL as i64))
}

fn add(entry: &mut Entry, a: Value, b: Value, other: Block) -> Value {
    let b = clear(entry, b);
    let (sum, overflow) = entry.e.b.ins().sadd_overflow(a, b);
    entry.e.when(overflow, other);
    sum
}

/// Overflows exactly when the sum is on the wrong side of `a`.
fn add_constant(entry: &mut Entry, a: Value, number: i64, other: Block) -> Value {
    let sum = entry.e.add(a, number << SMALL_SHIFT);
    let wrong = if number < 0 { IntCC::SignedGreaterThan } else { IntCC::SignedLessThan };
    let overflow = entry.e.b.ins().icmp(wrong, sum, a);
    entry.e.when(overflow, other);
    sum
}

fn subtract(entry: &mut Entry, a: Value, b: Value, other: Block) -> Value {
    let b = clear(entry, b);
    let (difference, overflow) = entry.e.b.ins().ssub_overflow(a, b);
    entry.e.when(overflow, other);
    difference
}

fn negate(entry: &mut Entry, a: Value, other: Block) -> Value {
    // 30 − (16a + 15) = 16(−a) + 15
    let twice = entry.e.word(2 * TAG_SMALL);
    let (negative, overflow) = entry.e.b.ins().ssub_overflow(twice, a);
    entry.e.when(overflow, other);
    negative
}

fn multiply(entry: &mut Entry, a: Value, b: Value, other: Block) -> Value {
    let a = clear(entry, a);
    let b = untag(entry, b);
    let (product, overflow) = entry.e.b.ins().smul_overflow(a, b);
    entry.e.when(overflow, other);
    with_tag(entry, product)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Division {
    Quotient,
    Remainder,
}

fn divide(
    entry: &mut Entry,
    guard: &Guard,
    a: Value,
    b: Value,
    other: Block,
    what: Division,
) -> Value {
    let constant = match guard.args[1] {
        Source::Small(number) => Some(number),
        _ => None,
    };
    // 0 fails; SMALL_MIN div -1 is no small.
    if constant.is_none_or(|number| number == 0 || number == -1) {
        let zero = entry.e.compare(IntCC::Equal, b, TAG_SMALL);
        entry.e.when(zero, other);
        let minus_one = entry.e.compare(IntCC::Equal, b, crate::entry::small(-1));
        entry.e.when(minus_one, other);
    }
    let a = untag(entry, a);
    let b = untag(entry, b);
    let result = match what {
        Division::Quotient => entry.e.b.ins().sdiv(a, b),
        Division::Remainder => entry.e.b.ins().srem(a, b),
    };
    let shift = entry.e.word(u64::from(SMALL_SHIFT));
    let result = entry.e.b.ins().ishl(result, shift);
    with_tag(entry, result)
}

/// The number of bits of a shift, if it is from 0 to `max`.
fn bits(entry: &mut Entry, guard: &Guard, b: Value, max: i64, other: Block) -> Value {
    let bits = untag(entry, b);
    let fits = matches!(guard.args[1], Source::Small(number) if (0..=max).contains(&number));
    if !fits {
        let inside = entry.e.compare(IntCC::UnsignedLessThanOrEqual, bits, max as u64);
        entry.e.unless(inside, other);
    }
    bits
}

fn shift_left(entry: &mut Entry, guard: &Guard, a: Value, b: Value, other: Block) -> Value {
    let bits = bits(entry, guard, b, SHIFT_MAX, other);
    let a = clear(entry, a);
    let shifted = entry.e.b.ins().ishl(a, bits);
    let back = entry.e.b.ins().sshr(shifted, bits);
    let same = entry.e.b.ins().icmp(IntCC::Equal, back, a);
    entry.e.unless(same, other);
    with_tag(entry, shifted)
}

fn shift_right(entry: &mut Entry, guard: &Guard, a: Value, b: Value, other: Block) -> Value {
    let bits = bits(entry, guard, b, 63, other);
    let shifted = entry.e.b.ins().sshr(a, bits);
    with_tag(entry, shifted)
}
